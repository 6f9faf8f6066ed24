"""Two things at once on one request, in every order two hundred seeds come up with."""

from collections.abc import Callable
from functools import partial

from ishtirak.otp.model import ChallengeState
from ishtirak.requests.model import RequestState, signing_digest
from tests.faults.lives import Ready, ready_to_submit
from tests.faults.schedule import Schedule
from tests.faults.stepped import Reply, Stepped
from tests.flows.world import period

SEEDS = range(100)


def submit(stepped: Stepped, ready: Ready, *, key: str) -> Reply:
    body = {"challenge_id": ready.challenge.id, "code": ready.code}
    path = f"/v1/requests/{ready.request.id}/submission"
    return stepped.asked("submit_request", "POST", path, body, by=ready.owner, key=key)


def edit(stepped: Stepped, ready: Ready) -> Reply:
    """The same form in another window: another wage is saved."""
    path = f"/v1/requests/{ready.request.id}/data"
    return stepped.asked(
        "edit_request",
        "PUT",
        path,
        period(basic=900_000),
        by=ready.owner,
        version=ready.request.version,
    )


def what_is_kept_is_whole(stepped: Stepped, ready: Ready) -> list[str]:
    """What does not fit together: the request, its events and its code, after whatever happened."""
    request = stepped.requests.get(ready.request.id)
    challenge = stepped.access.find(ready.challenge.id)
    events = stepped.events("RequestsTable", f"request/{request.id}")
    sent = request.state is RequestState.SUBMITTED
    used = challenge is not None and challenge.state is ChallengeState.USED
    facts = {
        "submitted and recorded once, or neither": events.count("RequestSubmitted") == int(sent),
        "the code is used by a submission and by nothing else": used == sent,
        "what is submitted is what the code was for": not sent
        or request.signed_digest == signing_digest(request).digest == signing_digest(ready.request).digest,
        "the code was for what was read": signing_digest(ready.request).for_code == ready.challenge.digest,
        "every version has its event": len(events) == request.version,
    }
    return [fact for fact, holds in facts.items() if not holds]


def test_two_submissions_are_one_in_any_order(stepped: Stepped, report: Callable[[str], None]) -> None:
    orders = set()
    for seed in SEEDS:
        ready, schedule = ready_to_submit(stepped), Schedule(seed)
        keys = {"one": "same", "other": "same" if seed % 2 else "another"}

        replies = schedule.run({name: partial(submit, stepped, ready, key=key) for name, key in keys.items()})

        orders.add(tuple(schedule.order))
        statuses = sorted(reply.status for reply in replies.values())
        assert statuses[0] == 201, (seed, replies)
        assert statuses[1] < 500, (seed, replies)
        if seed % 2 and statuses == [201, 201]:
            assert replies["one"].body == replies["other"].body
        if not seed % 2:
            assert statuses[1] in (401, 409), (seed, replies)
        assert what_is_kept_is_whole(stepped, ready) == [], seed
    assert len(orders) > len(SEEDS) // 2
    report(f"races of two submissions: {len(SEEDS)} seeds, {len(orders)} orders")


def test_a_submission_and_an_edit_never_mix(stepped: Stepped, report: Callable[[str], None]) -> None:
    won, orders = set(), set()
    for seed in SEEDS:
        ready, schedule = ready_to_submit(stepped), Schedule(seed)

        replies = schedule.run(
            {"submit": partial(submit, stepped, ready, key="once"), "edit": partial(edit, stepped, ready)}
        )

        orders.add(tuple(schedule.order))
        statuses = (replies["submit"].status, replies["edit"].status)
        won.add("submit" if statuses[0] == 201 else "edit")
        assert statuses in {(201, 409), (201, 412), (401, 200), (409, 200), (422, 200)}, (seed, statuses)
        assert what_is_kept_is_whole(stepped, ready) == [], seed
    assert won == {"submit", "edit"}
    report(f"races of a submission and an edit: {len(SEEDS)} seeds, {len(orders)} orders")
