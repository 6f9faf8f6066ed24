"""The employer's desk without HTTP: the claims it is asked about, and its reply."""

import pytest

from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.kernel.pages import Page
from ishtirak.requests.model import Party, WaitOutcome
from ishtirak.requests.waits import EmployerAnswer
from ishtirak.use_cases.read_claims import EmployerClaim, list_claims, read_claim
from ishtirak.use_cases.respond_to_claim import respond_to_claim
from tests.fakes.cursors import PlainCursors
from tests.fakes.register import MITHAL, NAMUDHAJ
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


def page(scene: Scene, *, limit: int = 50, after: str | None = None) -> Page[EmployerClaim]:
    return list_claims(
        limit=limit,
        after=after,
        cursors=PlainCursors(),
        by=EMPLOYER,
        requests=scene.requests,
        people=scene.register.people,
        establishments=scene.register.establishments,
        clock=scene.clock,
    )


def listed(scene: Scene) -> tuple[EmployerClaim, ...]:
    return page(scene).items


def read(scene: Scene, request_id: str = REQUEST) -> EmployerClaim:
    return read_claim(
        request_id,
        by=EMPLOYER,
        requests=scene.requests,
        people=scene.register.people,
        establishments=scene.register.establishments,
        clock=scene.clock,
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
    scene.transaction.commit(scene.register.appoint(EMPLOYER.person_id, NAMUDHAJ))
    theirs = submitted(id=OTHER_REQUEST).after.model_copy(
        update={"data": period_data(establishment=NAMUDHAJ.reveal())}
    )
    scene.holds(with_employer())
    scene.holds(asked(theirs, Party.EMPLOYER, at=scene.clock.now().replace(hour=1)).after)

    claims = listed(scene)

    assert [claim.request.id for claim in claims] == [OTHER_REQUEST, REQUEST]
    assert [claim.worker.person_id for claim in claims if claim.worker] == [OWNER, OWNER]


def test_page_after_page_is_every_claim_once_whichever_establishment_it_is_of(scene: Scene) -> None:
    scene.transaction.commit(scene.register.appoint(EMPLOYER.person_id, NAMUDHAJ))
    for place in range(7):
        number = NAMUDHAJ if place % 2 else MITHAL
        claim = submitted(id=f"11111111-1111-4111-8111-{place:012}").after
        theirs = claim.model_copy(update={"data": period_data(establishment=number.reveal())})
        scene.holds(asked(theirs, Party.EMPLOYER, at=scene.clock.now().replace(minute=59 - place % 3)).after)

    pages, after = [page(scene, limit=3)], None
    while (after := pages[-1].next) is not None:
        pages.append(page(scene, limit=3, after=after))

    assert [len(each.items) for each in pages] == [3, 3, 1]
    assert tuple(claim for each in pages for claim in each.items) == listed(scene)
    with pytest.raises(Invalid):
        page(scene, after="claims/somebody-else@2026")


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
