"""What every store of requests does: the in-memory fake and the table alike."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ishtirak.adapters.aws.idempotency_table import KEPT_FOR
from ishtirak.edge.http.idempotency import IdempotencyRecords
from ishtirak.eventlog.event import GENESIS, Chain
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.dates import HIJRI_TABLE
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound
from ishtirak.kernel.idempotency import IdempotencyKeyTaken, IdempotencyRecord
from ishtirak.kernel.transaction import Items
from ishtirak.register.rules import post
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, Request, RequestChange, WaitOutcome
from ishtirak.requests.ports import Requests
from ishtirak.requests.runs import RequestInProgress
from ishtirak.reviews import rules as review_rules
from tests.fakes.idempotency import RecordsInMemory
from tests.fakes.register import Register, a_cause, a_period, in_memory_register
from tests.fakes.request_states import billed, withdrawn
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
    policy,
    replied,
    submitted,
    with_data,
)

DESK = "EMPLOYER#7000000001"


class Kept:
    """A store of requests beside a register and the records of keys, and what became of all three."""

    requests: Requests
    register: Register
    records: IdempotencyRecords

    def commit(self, change: RequestChange, *others: Items) -> None:
        self.register.transaction.commit(*others, self.requests.save(change))

    def response(self, key: str = "key-1", scope: str = "somebody:submit") -> str | None:
        record = self.records.find(scope, key, now=NOW)
        return record.response if record else None


class InMemory(Kept):
    def __init__(self) -> None:
        self.requests = RequestsInMemory()
        self.register = in_memory_register()
        self.records = RecordsInMemory()


class OnTables(Kept):
    def __init__(self, world: Any) -> None:
        from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
        from ishtirak.adapters.aws.request_table import RequestTable
        from tests.fakes.register import register_on

        self.requests = RequestTable(world.requests)
        self.register = register_on(world.register)
        self.records = IdempotencyTable(world.requests)


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield InMemory()
        return
    yield OnTables(request.getfixturevalue("cloud"))


def stored(kept: Kept, *changes: RequestChange) -> Request:
    for change in changes:
        kept.commit(change)
    return changes[-1].after


def record(response: str) -> IdempotencyRecord:
    return IdempotencyRecord("somebody:submit", "key-1", fingerprint="print", response=response)


def posting(kept: Kept) -> Items:
    """Another store's items: a period posted to the owner's account as it stands."""
    period = a_period()
    before = kept.register.accounts.state(OWNER, period.system)
    return kept.register.accounts.save(post(before, period=period, rows=(), cause=a_cause()), before=before)


def a_life(**changed: Any) -> list[RequestChange]:
    """From the first draft to the employer's desk, each change on the one before."""
    first = drafted(**changed)
    second = with_data(**changed)
    return [first, second]


def test_a_request_is_found_as_it_was_stored(kept: Kept) -> None:
    request = stored(kept, *a_life())

    assert kept.requests.get(REQUEST) == request


@pytest.mark.parametrize("before", [0, 1])
def test_of_two_beginnings_noted_on_one_reading_one_is_kept(kept: Kept, before: int) -> None:
    requests, transaction = kept.requests, kept.register.transaction
    for number in range(before):
        earlier = requests.begun_lately(OWNER).and_now(f"earlier-{number}", at=NOW)
        transaction.commit(requests.note_beginning(earlier))
    read = requests.begun_lately(OWNER)
    transaction.commit(requests.note_beginning(read.and_now("first", at=NOW)))

    with pytest.raises(ChangedMeanwhile):
        transaction.commit(requests.note_beginning(read.and_now("second", at=NOW)))

    assert requests.begun_lately(OWNER) == read.and_now("first", at=NOW)
    assert requests.begun_lately(STRANGER.person_id).begun == {}


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
        kept.commit(drafted(owner=STRANGER.person_id))

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
        estimate={},
        at=NOW,
    )
    kept.commit(first)

    with pytest.raises(ChangedMeanwhile):
        kept.commit(second)

    assert kept.requests.get(REQUEST) == first.after
    assert len(kept.requests.timeline(REQUEST)) == 3


def test_a_change_of_what_was_never_stored_is_refused(kept: Kept) -> None:
    with pytest.raises(ChangedMeanwhile):
        kept.commit(with_data())


def test_an_answer_is_kept_with_its_effect_and_for_its_key_once(kept: Kept) -> None:
    stored(kept, *a_life())
    read = kept.requests.get(REQUEST)
    saved = record('{"said":"withdrawn"}')

    kept.commit(rules.withdraw(read, by=CONTRIBUTOR, at=NOW), kept.records.save(saved, now=NOW))

    assert kept.records.find("somebody:submit", "key-1", now=NOW) == saved
    assert kept.response("key-2") is None
    assert kept.response(scope="other:submit") is None


def test_a_taken_key_is_said_before_a_stale_version(kept: Kept) -> None:
    """The retry that finished first changed the version too; what matters to the second is its answer."""
    stored(kept, *a_life())
    read = kept.requests.get(REQUEST)
    change = rules.withdraw(read, by=CONTRIBUTOR, at=NOW)
    kept.commit(change, kept.records.save(record("first"), now=NOW))

    with pytest.raises(IdempotencyKeyTaken):
        kept.commit(change, kept.records.save(record("second"), now=NOW))

    assert kept.response() == "first"


def test_a_refused_change_keeps_no_answer(kept: Kept) -> None:
    stored(kept, *a_life())
    stale = drafted()

    with pytest.raises(ChangedMeanwhile):
        kept.commit(stale, kept.records.save(record("never"), now=NOW))

    assert kept.response() is None


def test_the_timeline_has_everything_in_order_and_chained(kept: Kept) -> None:
    request = stored(kept, *a_life())
    for number in range(12):
        change = rules.save_data(
            request,
            period_data(reason=f"سبب {number}"),
            by=CONTRIBUTOR,
            sector=None,
            required=(),
            estimate={},
            at=NOW,
        )
        request = stored(kept, change)

    timeline = kept.requests.timeline(REQUEST)

    assert [event.seq for event in timeline] == list(range(1, 15))
    assert [event.previous_hash for event in timeline] == [GENESIS, *(event.hash for event in timeline[:-1])]
    assert request.chain == Chain(seq=14, hash=timeline[-1].hash)


def test_a_change_with_two_events_stores_both(kept: Kept) -> None:
    rejected = review_rules.decide(
        claimed(),
        decision(WaitOutcome.REJECTED, reason_code="OTHER"),
        by=OFFICER,
        total_halalas=0,
        at=NOW,
        policy=policy(),
    )

    kept.commit(RequestChange(before=None, after=rejected.after, events=rejected.events))

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


def test_another_stores_items_are_stored_with_the_change(kept: Kept) -> None:
    kept.commit(drafted(), posting(kept))

    assert kept.requests.get(REQUEST).version == 1
    assert len(kept.register.accounts.periods(OWNER)) == 1


def test_an_item_that_fails_takes_everything_with_it(kept: Kept) -> None:
    stale = posting(kept)
    kept.commit(drafted(id=OTHER_REQUEST), posting(kept))

    with pytest.raises(ChangedMeanwhile):
        kept.commit(drafted(), kept.records.save(record("x"), now=NOW), stale)

    with pytest.raises(NotFound):
        kept.requests.get(REQUEST)
    assert list(kept.requests.timeline(REQUEST)) == []
    assert kept.response() is None
    assert len(kept.register.accounts.periods(OWNER)) == 1


def test_a_change_that_fails_takes_the_other_items_with_it(kept: Kept) -> None:
    stored(kept, drafted())

    with pytest.raises(ChangedMeanwhile):
        kept.commit(drafted(), posting(kept))

    assert list(kept.register.accounts.periods(OWNER)) == []


def test_an_answer_is_found_for_its_days_and_its_key_is_free_afterwards(kept: Kept) -> None:
    kept.commit(drafted(), kept.records.save(record("first"), now=NOW))

    just_before = kept.records.find("somebody:submit", "key-1", now=NOW + KEPT_FOR - timedelta(seconds=1))
    assert just_before is not None
    assert kept.records.find("somebody:submit", "key-1", now=NOW + KEPT_FOR) is None
    kept.commit(
        drafted(id=OTHER_REQUEST, at=NOW + KEPT_FOR),
        kept.records.save(record("second"), now=NOW + KEPT_FOR),
    )

    found = kept.records.find("somebody:submit", "key-1", now=NOW + KEPT_FOR)
    assert found is not None
    assert found.response == "second"


def test_days_are_kept_as_typed_with_the_days_they_fell_on_and_the_table(cloud: Any) -> None:
    from ishtirak.adapters.aws import event_log

    kept = OnTables(cloud)
    typed = {"calendar": "HIJRI", "year": 1446, "month": 7, "day": 1}
    stored(kept, drafted(), with_data(period_data(starts_on=typed)))

    item = event_log.read_state(cloud.requests, drafted().after.aggregate)

    assert item is not None
    assert item["days"]["starts_on"] == {**typed, "gregorian": "2025-01-01", "table": HIJRI_TABLE}
    assert item["days"]["ends_on"]["calendar"] == "GREGORIAN"


def test_a_wait_keeps_the_token_it_was_given(kept: Kept) -> None:
    """The workflow's answer goes to who asked first; a wait of the same name cannot be put in its place."""
    waiting = asked(submitted().after, Party.EMPLOYER, wait_id="wait-1")
    kept.commit(RequestChange(before=None, after=submitted().after, events=()))
    kept.commit(waiting)
    again = asked(waiting.after, Party.EMPLOYER, wait_id="wait-2")
    renamed = again.after.model_copy(update={"wait": waiting.after.wait})

    with pytest.raises(ChangedMeanwhile):
        kept.commit(RequestChange(waiting.after, renamed, again.events, token="another"))

    assert kept.requests.wait_token(REQUEST, "wait-1") == TOKEN


def test_what_is_in_progress_is_listed_by_its_last_step_with_the_run_that_carries_it(kept: Kept) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER).after
    other = waiting.model_copy(update={"id": OTHER_REQUEST, "runs": 2, "wait": None})
    later = other.model_copy(update={"updated_at": to_rfc3339(NOW + timedelta(minutes=1))})
    for request in (later, waiting):
        kept.commit(RequestChange(before=None, after=request, events=()))

    before = to_rfc3339(NOW + timedelta(minutes=1))
    found = list(kept.requests.in_progress(before=to_rfc3339(NOW + timedelta(hours=1))))

    assert waiting.wait is not None
    assert found == [
        RequestInProgress(REQUEST, waiting.updated_at, waiting.wait.until),
        RequestInProgress(f"{OTHER_REQUEST}-2", later.updated_at, None),
    ]
    assert list(kept.requests.in_progress(before=before)) == found[:1]


def test_what_is_over_or_shown_to_somebody_is_not_in_progress(kept: Kept) -> None:
    waiting = asked(submitted().after, Party.EMPLOYER).after
    kept.commit(RequestChange(before=None, after=waiting, events=()))
    shown = rules.record_failure(waiting, "RunFailed", at=NOW)
    assert shown is not None
    kept.commit(shown)
    for place, over in enumerate((drafted().after, withdrawn(), billed())):
        other = over.model_copy(update={"id": f"11111111-1111-4111-8111-{place:012}"})
        kept.commit(RequestChange(before=None, after=other, events=()))

    assert list(kept.requests.in_progress(before=to_rfc3339(NOW + timedelta(hours=1)))) == []
