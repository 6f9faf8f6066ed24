"""Races about one request: its owner in several windows, its employer, officers, and deadlines that pass."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from functions.submit_request import model as submission
from ishtirak.edge.http.api import Api
from ishtirak.eventlog.event import Chain
from ishtirak.kernel.errors import DomainError
from ishtirak.otp.model import ChallengeState
from ishtirak.requests.model import (
    Party,
    Request,
    RequestState,
    SubmittedRequest,
    WaitOutcome,
    signing_digest,
)
from ishtirak.requests.waits import EmployerAnswer
from ishtirak.reviews.model import ReasonCode, Verdict
from ishtirak.use_cases.accept_declaration import accept_declaration
from ishtirak.use_cases.case_desk import CaseDesk
from ishtirak.use_cases.claim_case import claim_case, release_case
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.interests import InterestReader
from ishtirak.use_cases.issue_code import issue_code
from ishtirak.use_cases.record_timeout_or_failure import record_timeout_or_failure
from ishtirak.use_cases.respond_to_claim import respond_to_claim
from ishtirak.use_cases.save_data import save_data
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.step_up import StepUp
from ishtirak.use_cases.submit_request import submit_request
from ishtirak.use_cases.withdraw_request import withdraw_request
from tests.fakes.contracts import InMemoryContracts
from tests.fakes.idempotency import RecordsInMemory
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.proofs import AnyProof
from tests.fakes.request_states import EVERY_STATE
from tests.fakes.requests import (
    CLEAN,
    CONTRIBUTOR,
    EMPLOYER,
    OFFICER,
    OTHER_OFFICER,
    REQUEST,
    period_data,
    policy,
)
from tests.fakes.residency import authority_dates
from tests.faults.work import not_so
from tests.functions.events import Answer, call
from tests.races.interleaving import Act, Interleaving
from tests.unit.use_cases.scene import Scene

DECLARED: Request = EVERY_STATE["declared"]
WITH_EMPLOYER: SubmittedRequest = EVERY_STATE["with_employer"]
UNDER_REVIEW: SubmittedRequest = EVERY_STATE["under_review"]


class CleanDocuments:
    """Every document of the request was inspected."""

    def states(self, ids: Any, *, on: Any) -> Mapping[str, str]:
        return {each: CLEAN[each] for each in ids}


class OneRequest:
    """One request on ports that let others go on, and what has to hold of it whatever happens."""

    def __init__(self, turn: Interleaving, request: Request) -> None:
        self.scene, self.turn, self.request = Scene(), turn, request
        self.kept = self.scene.requests
        self.scene.holds(request)
        self.requests = turn.over(self.kept)
        self.transaction = turn.over(self.scene.transaction)
        self.challenges, self.mac = InMemoryChallenges(), KnownMac()

    @property
    def now(self) -> Request:
        return self.kept.kept[REQUEST]

    @property
    def happened(self) -> list[str]:
        return [event.type for event in self.kept.timeline(REQUEST)]

    @property
    def acting(self) -> dict[str, Any]:
        return {"requests": self.requests, "clock": self.scene.clock, "transaction": self.transaction}

    @property
    def deciding(self) -> dict[str, Any]:
        register, over = self.scene.register, self.turn.over
        interests = InterestReader(
            establishments=over(register.establishments),
            accounts=over(register.accounts),
            clock=self.scene.clock,
        )
        desk = CaseDesk(requests=self.requests, interests=interests, clock=self.scene.clock)
        return {"desk": desk, "transaction": self.transaction}

    @property
    def assessing(self) -> dict[str, Any]:
        register, over = self.scene.register, self.turn.over
        return {
            "people": over(register.people),
            "establishments": over(register.establishments),
            "accounts": over(register.accounts),
            "authority": authority_dates(self.scene.residency),
        }

    def code(self) -> tuple[str, str]:
        """A challenge of the request as it is, and its code."""
        opened = issue_code(
            REQUEST,
            by=CONTRIBUTOR,
            requests=self.kept,
            documents=CleanDocuments(),
            accounts=self.scene.register.accounts,
            contracts=InMemoryContracts(),
            challenges=self.challenges,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.scene.clock,
            transaction=self.scene.transaction,
        )
        return opened.challenge_id, code_of(opened.challenge, mac=self.mac)

    def submit(self, challenge: str, code: str) -> Any:
        return submit_request(
            REQUEST,
            challenge_id=challenge,
            code=code,
            by=CONTRIBUTOR,
            challenges=self.turn.over(self.challenges),
            mac=self.turn.over(self.mac),
            phones=no_phones(),
            **self.acting,
        )

    def withdraw(self) -> Any:
        return withdraw_request(REQUEST, by=CONTRIBUTOR, **self.acting)

    def whole(self, *changed: Any) -> list[str]:
        """What does not fit together: every change that was answered has its event, in one unbroken chain."""
        done = sum(not isinstance(result, DomainError) for result in changed)
        events = self.kept.timeline(REQUEST)
        first = self.request.chain
        hashes = [first.hash, *(event.hash for event in events)]
        chained = [event.previous_hash for event in events] == hashes[:-1]
        return not_so(
            every_version_has_its_event=self.now.version - self.request.version <= len(events),
            every_answer_has_its_version=self.now.version - self.request.version >= done,
            one_chain=chained and self.now.chain == Chain(first.seq + len(events), hashes[-1]),
        )


def clicked_twice(turn: Interleaving) -> list[str]:
    """Two to four clicks on "submit", with one key or with several: one submission, one answer to each key."""
    world = OneRequest(turn, DECLARED)
    challenge, code = world.code()
    records = turn.over(RecordsInMemory())
    clicks = turn.choice.randint(2, 4)
    keys = turn.choice.randint(1, clicks)

    def click(key: str) -> Answer:
        api = Api("submit", clock=world.scene.clock, transaction=world.transaction, records=records)
        submit = partial(
            submit_request,
            requests=world.requests,
            challenges=turn.over(world.challenges),
            mac=world.mac,
            phones=no_phones(),
            clock=world.scene.clock,
        )
        api.add(submission.SUBMIT_REQUEST, submit, submission.confirmation)
        path = f"/v1/requests/{REQUEST}/submission"
        return call(api, "POST", path, {"challenge_id": challenge, "code": code}, by=CONTRIBUTOR, key=key)

    answers: dict[str, Answer] = turn.run(
        {f"click {number}": partial(click, f"key-{number % keys}") for number in range(clicks)}
    )
    done = {answer.text for answer in answers.values() if answer.status == 201}
    again = [click(f"key-{key}") for key in range(keys)]
    return not_so(
        submitted_once=world.happened == ["RequestSubmitted"] and world.now.state is RequestState.SUBMITTED,
        one_answer=len(done) == 1,
        nobody_is_refused_without_a_reason=all(
            answer.status in (201, 401, 409) for answer in answers.values()
        ),
        the_key_that_won_wins_again=sum(answer.status == 201 for answer in again) == 1,
        the_code_is_used=world.challenges.challenges[challenge].state is ChallengeState.USED,
    )


def submitted_and_edited(turn: Interleaving) -> list[str]:
    """Submitted in one window, edited in another, withdrawn in a third: what is submitted is what the code was for."""
    world = OneRequest(turn, DECLARED)
    challenge, code = world.code()
    digest = signing_digest(DECLARED).digest

    def declare() -> Any:
        version = policy().declaration_version
        return accept_declaration(
            REQUEST, version=version, expected_version=DECLARED.version, by=CONTRIBUTOR, **world.acting
        )

    def edit() -> Any:
        return save_data(
            REQUEST,
            data=period_data(reason="another one"),
            expected_version=DECLARED.version,
            by=CONTRIBUTOR,
            contracts=InMemoryContracts(),
            **world.assessing,
            **world.acting,
        )

    otherwise = turn.choice.random() < 0.1
    acts: dict[str, Act] = {
        "submit": partial(world.submit, challenge, code),
        # accepting the same declaration again is a new version of the same content: the code is still good for it
        "edit": edit if otherwise else declare,
        "withdraw": world.withdraw,
    }
    chosen = turn.choice.sample(sorted(acts), turn.choice.randint(2, 3))
    results = turn.run({name: acts[name] for name in chosen})
    after = world.now
    sent = "RequestSubmitted" in world.happened
    used = world.challenges.challenges[challenge].state is ChallengeState.USED
    return [
        *world.whole(*results.values()),
        *not_so(
            submitted_as_signed=not sent
            or (isinstance(after, SubmittedRequest) and after.signed_digest == digest),
            the_code_is_used_by_the_submission_alone=used == sent,
            not_both_edited_and_submitted=not (
                sent and otherwise and not isinstance(results.get("edit"), DomainError | None)
            ),
            who_withdrew_has_withdrawn=isinstance(results.get("withdraw"), DomainError | None)
            or after.state is RequestState.WITHDRAWN,
        ),
    ]


def guessed(turn: Interleaving) -> list[str]:
    """Two to eight codes typed at once, the right one among them or not: three are looked at, one is accepted."""
    world = OneRequest(turn, DECLARED)
    challenge, code = world.code()
    tries = turn.choice.randint(2, 8)
    right = turn.choice.randint(0, 2)
    codes = [code if number < right else f"{number:06d}" for number in range(tries)]
    asked = world.mac.asked
    results = turn.run(
        {f"{number}": partial(world.submit, challenge, one) for number, one in enumerate(codes)}
    )
    accepted = sum(not isinstance(result, DomainError) for result in results.values())
    compared = world.mac.asked - asked
    return not_so(
        at_most_three_are_compared=compared <= 3,
        one_is_accepted_at_most=accepted <= 1 and accepted <= codes.count(code),
        submitted_when_accepted=(world.now.state is RequestState.SUBMITTED) == (accepted == 1),
    )


def asked_for_codes(turn: Interleaving) -> list[str]:
    """Several windows ask for a code in one moment: one is sent."""
    world = OneRequest(turn, DECLARED)
    budgets = BudgetsInMemory()

    def ask() -> Any:
        return issue_code(
            REQUEST,
            by=CONTRIBUTOR,
            documents=CleanDocuments(),
            accounts=world.scene.register.accounts,
            contracts=InMemoryContracts(),
            challenges=turn.over(world.challenges),
            mac=world.mac,
            budgets=turn.over(budgets),
            **world.acting,
        )

    windows = turn.choice.randint(2, 5)
    results = turn.run({f"{number}": ask for number in range(windows)})
    opened = [result for result in results.values() if not isinstance(result, DomainError)]
    return not_so(
        one_is_opened=len(opened) == 1 and len(world.challenges.requested) == 1,
        the_history_knows_one=world.challenges.history(CONTRIBUTOR.person_id).version == 1,
    )


def two_officers(turn: Interleaving) -> list[str]:
    """Officers claim and decide the same case: one has it, one decides, once."""
    world = OneRequest(turn, UNDER_REVIEW)

    def works(by: Any, verdict: Verdict) -> Any:
        claim_case(REQUEST, by=by, **world.deciding)
        if turn.choice.random() < 0.2:
            release_case(REQUEST, by=by, **world.deciding)
            claim_case(REQUEST, by=by, **world.deciding)
        reason = None if verdict is Verdict.APPROVE else ReasonCode.OTHER
        return decide_case(
            REQUEST,
            verdict=verdict,
            reason_code=reason,
            by=by,
            step_up=StepUp(AnyProof(), world.scene.clock),
            **world.assessing,
            **world.deciding,
        )

    verdicts = (
        (Verdict.REJECT, Verdict.RETURN) if turn.choice.random() < 0.9 else (Verdict.APPROVE, Verdict.REJECT)
    )
    acts: dict[str, Act] = {
        "one": partial(works, OFFICER, verdicts[0]),
        "other": partial(works, OTHER_OFFICER, verdicts[1]),
        "late": partial(record_timeout_or_failure, REQUEST, party=Party.OFFICER, **world.acting),
    }
    chosen = turn.choice.sample(sorted(acts), turn.choice.randint(2, 3))
    results = turn.run({name: acts[name] for name in chosen})
    deciders = [
        name for name in ("one", "other") if name in results and not isinstance(results[name], DomainError)
    ]
    after = world.now
    assert isinstance(after, SubmittedRequest)
    return [
        *world.whole(),
        *not_so(
            decided_once=len(deciders) <= 1
            and len(after.decisions) == len(deciders)
            and world.happened.count("ReviewDecided") == len(deciders),
        ),
    ]


def reply_or_silence(turn: Interleaving) -> list[str]:
    """The employer replies, the deadline passes, the contributor withdraws: one outcome, and everybody is told that."""
    world = OneRequest(turn, WITH_EMPLOYER)
    people, employers = world.assessing["people"], world.assessing["establishments"]

    def reply(answer: EmployerAnswer) -> Any:
        note = "not ours" if answer is EmployerAnswer.OBJECT else None
        return respond_to_claim(
            REQUEST,
            answer=answer,
            note=note,
            by=EMPLOYER,
            people=people,
            establishments=employers,
            **world.acting,
        )

    acts: dict[str, Act] = {
        "confirm": partial(reply, EmployerAnswer.CONFIRM),
        "object": partial(reply, EmployerAnswer.OBJECT),
        "silence": partial(record_timeout_or_failure, REQUEST, party=Party.EMPLOYER, **world.acting),
        "silence again": partial(record_timeout_or_failure, REQUEST, party=Party.EMPLOYER, **world.acting),
        "withdraw": world.withdraw,
    }
    chosen = turn.choice.sample(sorted(acts), turn.choice.randint(2, 5))
    results = turn.run({name: acts[name] for name in chosen})
    happened = world.happened
    said = [name for name in ("EmployerReplied", "EmployerStayedSilent") if name in happened]
    replies = [
        name for name in ("confirm", "object") if not isinstance(results.get(name), DomainError | None)
    ]
    after = world.now
    assert isinstance(after, SubmittedRequest)
    heard = after.employer_reply.outcome if after.employer_reply is not None else None
    return [
        *world.whole(),
        *not_so(
            one_end_of_the_wait=len(said) <= 1 and happened.count("EmployerReplied") <= 1,
            one_reply_is_thanked_for=len(replies) <= 1,
            who_was_thanked_was_heard=not replies or heard is _OUTCOMES[replies[0]],
            withdrawn_when_told_so=isinstance(results.get("withdraw"), DomainError | None)
            or after.state is RequestState.WITHDRAWN,
        ),
    ]


_OUTCOMES = {"confirm": WaitOutcome.CONFIRMED, "object": WaitOutcome.OBJECTED}
