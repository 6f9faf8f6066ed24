"""What every keeper of requests does: the in-memory twin and the table alike."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.http.reply import Reply
from ishtirak.eventlog.event import GENESIS
from ishtirak.kernel.dates import HIJRI_TABLE
from ishtirak.kernel.errors import ChangedMeanwhile, IdempotencyKeyTaken, NotFound
from ishtirak.kernel.idempotency import IdempotencyKey, SavedResponse
from ishtirak.kernel.transaction import Items
from ishtirak.register.rules import post
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, Request, RequestChange, WaitOutcome
from ishtirak.requests.policy import policy
from ishtirak.requests.ports import Requests
from ishtirak.reviews import rules as review_rules
from tests.fakes.register import a_cause, a_period, in_memory_register
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OFFICER,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    STRANGER,
    TOKEN,
    RequestsInMemory,
    asked,
    claimed,
    decision,
    drafted,
    period_data,
    replied,
    submitted,
    with_data,
)

DESK = "EMPLOYER#7000000001"


class Body(BaseModel):
    said: str


class Kept:
    """A keeper of requests beside a register, and what became of both."""

    requests: Requests
    register: Any

    def answer(self, once: IdempotencyKey) -> SavedResponse | None:
        raise NotImplementedError


class InMemory(Kept):
    def __init__(self) -> None:
        self.requests = self.memory = RequestsInMemory()
        self.register = in_memory_register()

    def answer(self, once: IdempotencyKey) -> SavedResponse | None:
        return self.memory.answers.get((once.scope, once.key))


class OnTables(Kept):
    def __init__(self, world: Any) -> None:
        from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
        from ishtirak.adapters.aws.request_table import RequestTable
        from tests.fakes.register import register_on

        self.requests = RequestTable(world.requests)
        self.register = register_on(world.register)
        self.onces = IdempotencyTable(world.requests)

    def answer(self, once: IdempotencyKey) -> SavedResponse | None:
        return self.onces.find(once.scope, once.key, now=NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield InMemory()
        return
    yield OnTables(request.getfixturevalue("cloud"))


def stored(kept: Kept, *changes: RequestChange) -> Request:
    for change in changes:
        kept.requests.commit(change)
    return changes[-1].after


def once(key: str = "key-1", scope: str = "somebody:submit") -> IdempotencyKey:
    return IdempotencyKey(scope=scope, key=key, fingerprint="print", status=201)


def posting(kept: Kept) -> Items:
    """Another adapter's part: a period posted to the owner's account as it stands."""
    period = a_period()
    head = kept.register.accounts.state(OWNER, period.system)
    part: Items = kept.register.posting(post(head, period=period, rows=(), cause=a_cause()), head=head)
    return part


def a_life(**changed: Any) -> list[RequestChange]:
    """From the first draft to the employer's desk, each change on the one before."""
    first = drafted(**changed)
    second = with_data(**changed)
    return [first, second]


def test_a_request_is_found_as_it_was_stored(kept: Kept) -> None:
    request = stored(kept, *a_life())

    assert kept.requests.get(REQUEST) == request


def test_an_unknown_request_is_nowhere(kept: Kept) -> None:
    with pytest.raises(NotFound):
        kept.requests.get(REQUEST)
    assert list(kept.requests.timeline(REQUEST)) == []
    assert list(kept.requests.of_owner(OWNER)) == []
    assert list(kept.requests.on_desk(DESK, limit=10)) == []
    assert kept.requests.wait_token(REQUEST, "wait") is None


def test_one_id_is_begun_once(kept: Kept) -> None:
    stored(kept, drafted())

    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(drafted(owner=STRANGER.person_id))

    assert kept.requests.get(REQUEST).owner == OWNER


def test_of_two_changes_of_one_version_the_first_stands(kept: Kept) -> None:
    stored(kept, *a_life())
    read = kept.requests.get(REQUEST)
    first = rules.withdraw(read, by=CONTRIBUTOR, at=NOW)
    second = rules.save_data(
        read,
        period_data(reason="سبب آخر"),
        by=CONTRIBUTOR,
        sector="PRIVATE",
        required=(),
        estimate="{}",
        at=NOW,
    )
    kept.requests.commit(first)

    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(second)

    assert kept.requests.get(REQUEST) == first.after
    assert len(kept.requests.timeline(REQUEST)) == 3


def test_a_change_of_what_was_never_stored_is_refused(kept: Kept) -> None:
    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(with_data())


def test_an_answer_is_kept_with_its_effect_and_for_its_key_once(kept: Kept) -> None:
    stored(kept, *a_life())
    read = kept.requests.get(REQUEST)
    reply = Reply(Body(said="withdrawn"), etag=3, location="/v1/requests/1")

    kept.requests.commit(rules.withdraw(read, by=CONTRIBUTOR, at=NOW), once=once(), reply=reply)

    answer = kept.answer(once())
    assert answer == SavedResponse("print", 201, '{"said":"withdrawn"}', 3, "/v1/requests/1", "ar")
    assert kept.answer(once("key-2")) is None
    assert kept.answer(once(scope="other:submit")) is None


def test_a_taken_key_is_said_before_a_stale_version(kept: Kept) -> None:
    """The twin that finished first changed the version too; what matters to the second is its answer."""
    stored(kept, *a_life())
    read = kept.requests.get(REQUEST)
    change = rules.withdraw(read, by=CONTRIBUTOR, at=NOW)
    kept.requests.commit(change, once=once(), reply=Reply(Body(said="first")))

    with pytest.raises(IdempotencyKeyTaken):
        kept.requests.commit(change, once=once(), reply=Reply(Body(said="second")))

    answer = kept.answer(once())
    assert answer is not None
    assert "first" in answer.body


def test_a_refused_change_keeps_no_answer(kept: Kept) -> None:
    stored(kept, *a_life())
    stale = drafted()

    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(stale, once=once(), reply=Reply(Body(said="never")))

    assert kept.answer(once()) is None


def test_the_timeline_has_everything_in_order_and_chained(kept: Kept) -> None:
    request = stored(kept, *a_life())
    for number in range(12):
        change = rules.save_data(
            request,
            period_data(reason=f"سبب {number}"),
            by=CONTRIBUTOR,
            sector=None,
            required=(),
            estimate="{}",
            at=NOW,
        )
        request = stored(kept, change)

    timeline = kept.requests.timeline(REQUEST)

    assert [event.seq for event in timeline] == list(range(1, 15))
    assert [event.prev for event in timeline] == [GENESIS, *(event.hash for event in timeline[:-1])]
    assert timeline[-1].hash == request.chain_head


def test_a_change_with_two_events_stores_both(kept: Kept) -> None:
    rejected = review_rules.decide(
        claimed(),
        decision(WaitOutcome.REJECTED, reason_code="OTHER"),
        by=OFFICER,
        total_halalas=0,
        at=NOW,
        policy=policy(),
    )

    kept.requests.commit(RequestChange(before=None, after=rejected.after, events=rejected.events))

    assert [event.type for event in kept.requests.timeline(REQUEST)] == ["ReviewDecided", "RequestRejected"]


def test_a_persons_requests_come_newest_change_first_and_nobody_elses(kept: Kept) -> None:
    stored(kept, drafted(at=NOW))
    stored(kept, drafted(id=OTHER_REQUEST, at=NOW + timedelta(minutes=1)))
    stored(kept, drafted(id="11111111-1111-4111-8111-333333333333", owner=STRANGER.person_id))

    assert [request.id for request in kept.requests.of_owner(OWNER)] == [OTHER_REQUEST, REQUEST]

    touched = rules.withdraw(kept.requests.get(REQUEST), by=CONTRIBUTOR, at=NOW + timedelta(minutes=2))
    stored(kept, touched)

    assert [request.id for request in kept.requests.of_owner(OWNER)] == [REQUEST, OTHER_REQUEST]


def test_a_desk_has_what_waits_on_it_earliest_deadline_first(kept: Kept) -> None:
    for number, days in enumerate((3, 1, 2)):
        request_id = f"11111111-1111-4111-8111-{number:012}"
        waiting = asked(submitted(id=request_id).after, Party.EMPLOYER, at=NOW + timedelta(days=days))
        stored(kept, RequestChange(before=None, after=waiting.after, events=waiting.events, token=TOKEN))
    stored(kept, drafted())

    waiting_ids = [request.id[-1] for request in kept.requests.on_desk(DESK, limit=10)]

    assert waiting_ids == ["1", "2", "0"]
    assert [request.id[-1] for request in kept.requests.on_desk(DESK, limit=2)] == ["1", "2"]
    assert list(kept.requests.on_desk("EMPLOYER#7000000002", limit=10)) == []


def test_what_is_answered_leaves_the_desk(kept: Kept) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER)
    stored(kept, RequestChange(before=None, after=waiting.after, events=waiting.events, token=TOKEN))
    answered = waits.record_reply(waiting.after, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=NOW)

    stored(kept, answered)

    assert list(kept.requests.on_desk(DESK, limit=10)) == []


def test_every_party_has_its_desk_and_the_contributor_none(kept: Kept) -> None:
    failed = rules.record_failure(submitted().after, "States.Timeout", at=NOW)
    assert failed is not None
    stored(kept, RequestChange(before=None, after=failed.after, events=failed.events))
    officer = asked(replied().model_copy(update={"id": OTHER_REQUEST}), Party.OFFICER)
    stored(kept, RequestChange(before=None, after=officer.after, events=officer.events))

    assert [request.id for request in kept.requests.on_desk("ATTENTION", limit=10)] == [REQUEST]
    assert [request.id for request in kept.requests.on_desk("OFFICER", limit=10)] == [OTHER_REQUEST]
    assert list(kept.requests.on_desk("CONTRIBUTOR", limit=10)) == []


def test_the_token_of_a_wait_outlives_the_wait_and_is_no_part_of_the_request(kept: Kept) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER, wait_id="wait-1")
    stored(kept, RequestChange(before=None, after=waiting.after, events=waiting.events, token=TOKEN))
    again = asked(waiting.after, Party.EMPLOYER, wait_id="wait-2")
    stored(kept, RequestChange(again.before, again.after, again.events, token="another"))

    assert kept.requests.wait_token(REQUEST, "wait-1") == TOKEN
    assert kept.requests.wait_token(REQUEST, "wait-2") == "another"
    assert kept.requests.wait_token(OTHER_REQUEST, "wait-1") is None
    assert TOKEN not in kept.requests.get(REQUEST).model_dump_json()
    assert all(TOKEN not in str(event) for event in kept.requests.timeline(REQUEST))


def test_another_adapters_part_is_stored_with_the_change(kept: Kept) -> None:
    kept.requests.commit(drafted(), alongside=posting(kept))

    assert kept.requests.get(REQUEST).version == 1
    assert len(kept.register.accounts.periods(OWNER)) == 1


def test_a_part_that_fails_takes_everything_with_it(kept: Kept) -> None:
    stale = posting(kept)
    kept.requests.commit(drafted(id=OTHER_REQUEST), alongside=posting(kept))

    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(drafted(), once=once(), reply=Reply(Body(said="x")), alongside=stale)

    with pytest.raises(NotFound):
        kept.requests.get(REQUEST)
    assert list(kept.requests.timeline(REQUEST)) == []
    assert kept.answer(once()) is None
    assert len(kept.register.accounts.periods(OWNER)) == 1


def test_a_change_that_fails_takes_the_part_with_it(kept: Kept) -> None:
    stored(kept, drafted())

    with pytest.raises(ChangedMeanwhile):
        kept.requests.commit(drafted(), alongside=posting(kept))

    assert list(kept.register.accounts.periods(OWNER)) == []


def test_an_answer_is_found_for_its_days_and_its_key_is_free_afterwards(cloud: Any) -> None:
    from ishtirak.adapters.aws.response_table import KEPT_FOR, IdempotencyTable

    from ishtirak.adapters.aws.request_table import RequestTable

    requests, onces = RequestTable(cloud.requests), IdempotencyTable(cloud.requests)
    requests.commit(drafted(), once=once(), reply=Reply(Body(said="first")))

    assert onces.find("somebody:submit", "key-1", now=NOW + KEPT_FOR - timedelta(seconds=1)) is not None
    assert onces.find("somebody:submit", "key-1", now=NOW + KEPT_FOR) is None
    requests.commit(
        drafted(id=OTHER_REQUEST, at=NOW + KEPT_FOR), once=once(), reply=Reply(Body(said="second"))
    )

    found = onces.find("somebody:submit", "key-1", now=NOW + KEPT_FOR)
    assert found is not None
    assert "second" in found.body


def test_days_are_kept_as_typed_with_the_days_they_fell_on_and_the_table(cloud: Any) -> None:
    from ishtirak.adapters import dynamo
    from ishtirak.adapters.aws.request_table import RequestTable

    typed = {"calendar": "HIJRI", "year": 1446, "month": 7, "day": 1}
    RequestTable(cloud.requests).commit(drafted())
    RequestTable(cloud.requests).commit(with_data(period_data(starts_on=typed)))

    item = dynamo.get(cloud.requests, f"REQ#{REQUEST}", "REQUEST")

    assert item is not None
    assert item["days"]["starts_on"] == {**typed, "gregorian": "2025-01-01", "table": HIJRI_TABLE}
    assert item["days"]["ends_on"]["calendar"] == "GREGORIAN"
