"""The employer's desk without HTTP: the claims it is asked about, and its reply."""

import pytest

from ishtirak.kernel.errors import NotFound
from ishtirak.requests.model import Party, WaitOutcome
from ishtirak.requests.waits import EmployerAnswer
from ishtirak.use_cases.read_claims import EmployerClaim, list_claims, read_claim
from ishtirak.use_cases.respond_to_claim import respond_to_claim
from tests.fakes.register import NAMUDHAJ
from tests.fakes.requests import (
    EMPLOYER,
    OFFICER,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    asked,
    declared,
    period_data,
    submitted,
    with_employer,
)
from tests.unit.use_cases.scene import Scene


def listed(scene: Scene) -> tuple[EmployerClaim, ...]:
    return list_claims(
        by=EMPLOYER,
        requests=scene.requests,
        people=scene.register.people,
        establishments=scene.register.establishments,
    )


def read(scene: Scene, request_id: str = REQUEST) -> EmployerClaim:
    return read_claim(
        request_id,
        by=EMPLOYER,
        requests=scene.requests,
        people=scene.register.people,
        establishments=scene.register.establishments,
    )


def respond(scene: Scene, answer: EmployerAnswer, note: str | None = None) -> EmployerClaim:
    return respond_to_claim(
        REQUEST,
        answer=answer,
        note=note,
        by=EMPLOYER,
        people=scene.register.people,
        establishments=scene.register.establishments,
        **scene.writing,
    )


def test_claims_of_all_its_establishments_are_listed_by_deadline(scene: Scene) -> None:
    scene.transaction.commit(scene.register.establishments.appoint(EMPLOYER.person_id, NAMUDHAJ))
    theirs = submitted(id=OTHER_REQUEST).after.model_copy(
        update={"data": period_data(establishment=NAMUDHAJ.reveal())}
    )
    scene.holds(with_employer())
    scene.holds(asked(theirs, Party.EMPLOYER, at=scene.clock.now().replace(hour=1)).after)

    claims = listed(scene)

    assert [claim.request.id for claim in claims] == [OTHER_REQUEST, REQUEST]
    assert [claim.worker.person_id for claim in claims if claim.worker] == [OWNER, OWNER]


def test_a_claim_of_another_establishment_or_of_nobody_yet_is_not_there(scene: Scene) -> None:
    elsewhere = submitted(id=OTHER_REQUEST).after.model_copy(
        update={"data": period_data(establishment=NAMUDHAJ.reveal())}
    )
    scene.holds(asked(elsewhere, Party.EMPLOYER).after)
    scene.holds(submitted().after)

    assert listed(scene) == ()
    for request_id in (REQUEST, OTHER_REQUEST):
        with pytest.raises(NotFound):
            read(scene, request_id)


def test_a_draft_is_nobodys_claim(scene: Scene) -> None:
    scene.holds(declared().after)

    with pytest.raises(NotFound):
        read(scene)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(EmployerAnswer.CONFIRM, WaitOutcome.CONFIRMED), (EmployerAnswer.OBJECT, WaitOutcome.OBJECTED)],
)
def test_a_reply_is_what_the_transaction_was_told_it_returns(
    scene: Scene, answer: EmployerAnswer, outcome: WaitOutcome
) -> None:
    scene.holds(with_employer())

    claim = respond(scene, answer, "سبب")

    assert claim.request.employer_reply is not None
    assert (claim.request.employer_reply.outcome, claim.request.employer_reply.note) == (outcome, "سبب")
    assert scene.transaction.results == [claim]
    assert read(scene) == claim


def test_who_does_not_act_for_the_employer_does_not_reply_for_it(scene: Scene) -> None:
    scene.holds(with_employer())

    with pytest.raises(NotFound):
        respond_to_claim(
            REQUEST,
            answer=EmployerAnswer.CONFIRM,
            by=OFFICER,
            people=scene.register.people,
            establishments=scene.register.establishments,
            **scene.writing,
        )

    assert scene.happened(REQUEST) == []
