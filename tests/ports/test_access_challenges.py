"""Challenges behave alike in memory and on the Access table."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.otp import rules
from ishtirak.otp.model import (
    Attempt,
    Challenge,
    ChallengeState,
    CodeHistory,
    Counted,
    DispatchState,
    Purpose,
)
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.verify_code import verify_code
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import World, access_world

SUBJECT = "5f0c1a52-0000-4000-8000-000000000001"
CONTENT = "a" * 64
CLOCK = HandClock()


class Stored:
    """A store of challenges, and how its items are committed."""

    def __init__(self, challenges: Challenges, transaction: Transaction, world: World | None = None) -> None:
        self.challenges = challenges
        self.commit = transaction.commit
        self.world = world

    def requested(self) -> list[str]:
        """The challenges that have an event item."""
        if isinstance(self.challenges, InMemoryChallenges):
            return self.challenges.requested
        assert self.world is not None
        events = [item for item in self.world.items("Access") if item.get("kind") == "event"]
        return [event["data"]["challenge_id"] for event in events if event["type"] == "CodeRequested"]

    def opened(self, *, replaces: str | None = None, **facts: Any) -> Challenge:
        challenge = a_challenge(**facts)
        before = self.challenges.history(challenge.subject)
        after = CodeHistory(
            subject=challenge.subject,
            version=before.version + 1,
            opened_at=(*before.opened_at, challenge.opened_at),
            live=before.live,
        )
        self.commit(self.challenges.open(challenge, before=before, after=after, replaces=replaces))
        return challenge

    def spend(self, challenge: Challenge, **otherwise: Any) -> Attempt:
        asked: dict[str, Any] = {
            "subject": challenge.subject,
            "purpose": challenge.purpose,
            "digest": challenge.digest,
            "tries": 3,
            "now": challenge.opened_at,
        }
        return self.challenges.spend(challenge.id, **(asked | otherwise))


def a_challenge(**facts: Any) -> Challenge:
    values: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "subject": SUBJECT,
        "purpose": Purpose.SUBMIT_REQUEST,
        "digest": CONTENT,
        "about": "request-1",
        "opened_at": CLOCK.now(),
        "expires_at": CLOCK.now() + timedelta(seconds=300),
    }
    return Challenge(**(values | facts))


def stored_on(world: World) -> Stored:
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.transaction import DynamoTransaction

    return Stored(AccessTable(world.access), DynamoTransaction(), world)


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemoryChallenges(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        yield stored_on(world)


def test_an_opened_challenge_is_found_as_it_was_and_asked_for_once(stored: Stored) -> None:
    challenge = stored.opened()

    assert stored.challenges.find(challenge.id) == challenge
    assert stored.requested() == [challenge.id]


def test_an_unknown_challenge_is_none(stored: Stored) -> None:
    assert stored.challenges.find(str(uuid.uuid4())) is None
    assert stored.spend(a_challenge()) == Attempt(None, counted=False)


def test_the_history_reads_back_to_the_millisecond(stored: Stored) -> None:
    clock = HandClock()
    purposes = list(Purpose)[:5]  # nobody gets more in a quarter of an hour
    for purpose in purposes:
        opened = open_challenge(
            SUBJECT,
            purpose=purpose,
            digest=CONTENT,
            about="",
            challenges=stored.challenges,
            mac=KnownMac(),
            budgets=BudgetsInMemory(),
            clock=clock,
        )
        stored.commit(opened.items)
        clock.pass_seconds(60.001)

    history = stored.challenges.history(SUBJECT)

    assert history.version == len(purposes)
    assert [moment.microsecond for moment in history.opened_at] == [
        250_000 + 1_000 * place for place in range(len(purposes))
    ]
    assert set(history.live) == set(purposes)
    assert history.live[opened.challenge.purpose].challenge_id == opened.challenge_id


@pytest.mark.parametrize("opened_before", [0, 1], ids=["the first", "a later one"])
def test_of_two_opened_on_the_same_history_one_exists(stored: Stored, opened_before: int) -> None:
    earlier = [stored.opened().id for _ in range(opened_before)]
    first, second = a_challenge(), a_challenge()
    before = stored.challenges.history(SUBJECT)
    after = CodeHistory(subject=SUBJECT, version=before.version + 1, opened_at=(CLOCK.now(),))
    items = [
        stored.challenges.open(challenge, before=before, after=after, replaces=None)
        for challenge in (first, second)
    ]
    stored.commit(items[0])

    with pytest.raises(rules.TooSoon):
        stored.commit(items[1])

    assert stored.challenges.find(second.id) is None
    assert set(stored.requested()) == {*earlier, first.id}


def test_three_tries_count_and_no_more(stored: Stored) -> None:
    challenge = stored.opened()

    attempts = [stored.spend(challenge) for _ in range(5)]

    assert [attempt.counted for attempt in attempts] == [True, True, True, False, False]
    assert [attempt.challenge.tries for attempt in attempts if attempt.challenge] == [1, 2, 3, 3, 3]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"subject": "somebody else"},
        {"purpose": Purpose.SIGN_IN},
        {"digest": "b" * 64},
        {"now": CLOCK.now() + timedelta(seconds=300)},
    ],
    ids=["subject", "purpose", "content", "too late"],
)
def test_a_try_on_what_does_not_fit_does_not_count(stored: Stored, otherwise: dict[str, Any]) -> None:
    challenge = stored.opened()

    attempt = stored.spend(challenge, **otherwise)

    assert attempt == Attempt(challenge, counted=False)


def test_a_replaced_challenge_takes_no_try_and_cannot_be_used(stored: Stored) -> None:
    old = stored.opened()
    stored.opened(replaces=old.id)

    attempt = stored.spend(old)

    assert not attempt.counted
    assert attempt.challenge is not None
    assert attempt.challenge.state is ChallengeState.REPLACED
    with pytest.raises(rules.CodeNotAccepted):
        stored.commit(stored.challenges.consume(old))


def test_a_challenge_is_used_once(stored: Stored) -> None:
    challenge = stored.opened()
    stored.commit(stored.challenges.consume(challenge))

    with pytest.raises(rules.CodeNotAccepted):
        stored.commit(stored.challenges.consume(challenge))

    found = stored.challenges.find(challenge.id)
    assert found is not None
    assert found.used
    assert stored.spend(challenge).counted


def test_a_challenge_for_other_content_is_not_used(stored: Stored) -> None:
    challenge = stored.opened()

    with pytest.raises(rules.CodeNotAccepted):
        stored.commit(stored.challenges.consume(replace(challenge, digest="b" * 64)))


def test_the_first_word_about_a_dispatch_stands(stored: Stored) -> None:
    sent, failed = stored.opened(), stored.opened()

    stored.challenges.record_sent(sent.id, masked_mobile="••••017")
    stored.challenges.record_failed(sent.id)
    stored.challenges.record_failed(failed.id)
    stored.challenges.record_sent(failed.id, masked_mobile="••••017")
    stored.challenges.record_failed(str(uuid.uuid4()))

    assert stored.challenges.find(sent.id) == replace(
        sent, dispatch=DispatchState.SENT, masked_mobile="••••017"
    )
    assert stored.challenges.find(failed.id) == replace(failed, dispatch=DispatchState.FAILED)


def test_a_code_is_bound_to_one_phone_and_counted_for_it_once(stored: Stored) -> None:
    challenge = stored.opened()
    counted = Counted(CodeHistory("phone/a"), CodeHistory("phone/a", 1, (CLOCK.now(),)))
    stored.commit(stored.challenges.bind_phone(challenge.id, phone="a", counted=counted))

    other = Counted(CodeHistory("phone/b"), CodeHistory("phone/b", 1, (CLOCK.now(),)))
    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.challenges.bind_phone(challenge.id, phone="b", counted=other))

    assert stored.challenges.find(challenge.id) == replace(challenge, phone="a")
    assert stored.challenges.history("phone/a").opened_at == (CLOCK.now(),)
    assert stored.challenges.history("phone/b").version == 0


def test_of_two_counted_for_one_phone_at_once_one_is(stored: Stored) -> None:
    first, second = stored.opened(), stored.opened()
    counted = Counted(CodeHistory("phone/a"), CodeHistory("phone/a", 1, (CLOCK.now(),)))
    stored.commit(stored.challenges.bind_phone(first.id, phone="a", counted=counted))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.challenges.bind_phone(second.id, phone="a", counted=counted))

    assert stored.challenges.find(second.id) == second


def test_what_was_dispatched_is_bound_to_no_phone(stored: Stored) -> None:
    challenge = stored.opened()
    stored.challenges.record_failed(challenge.id)
    counted = Counted(CodeHistory("phone/a"), CodeHistory("phone/a", 1, (CLOCK.now(),)))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.challenges.bind_phone(challenge.id, phone="a", counted=counted))


def test_a_code_that_is_held_back_says_when_to_ask_again(stored: Stored) -> None:
    challenge = stored.opened()
    later = CLOCK.now() + timedelta(minutes=7)

    stored.challenges.record_not_sent(challenge.id, try_again_at=later)
    stored.challenges.record_sent(challenge.id, masked_mobile="••••017")

    expected = replace(challenge, dispatch=DispatchState.NOT_SENT, try_again_at=later)
    assert stored.challenges.find(challenge.id) == expected


def test_an_ended_challenge_takes_no_try_and_cannot_be_used(stored: Stored) -> None:
    challenge = stored.opened()
    stored.challenges.end(challenge.id)

    assert not stored.spend(challenge).counted
    with pytest.raises(rules.CodeNotAccepted):
        stored.commit(stored.challenges.consume(challenge))


def test_ending_what_never_was_leaves_nothing_behind(stored: Stored) -> None:
    stored.challenges.end("never-opened")

    assert stored.challenges.find("never-opened") is None


def test_a_code_is_counted_for_its_address_with_the_challenge_or_not_at_all(stored: Stored) -> None:
    first, second = a_challenge(), a_challenge(subject="another")
    address = Counted(CodeHistory("address/a"), CodeHistory("address/a", 1, (CLOCK.now(),)))
    for challenge in (first, second):
        before = stored.challenges.history(challenge.subject)
        after = CodeHistory(challenge.subject, 1, (CLOCK.now(),))
        items = stored.challenges.open(challenge, before=before, after=after, replaces=None, address=address)
        if challenge is first:
            stored.commit(items)

    with pytest.raises(ChangedMeanwhile):
        stored.commit(items)

    assert stored.challenges.history("address/a").version == 1
    assert stored.challenges.find(second.id) is None


def test_nothing_in_the_table_leads_to_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.mac import KmsMac

        stored = stored_on(world)
        challenge = stored.opened()
        mac = KmsMac(world.mac_key)
        code = code_of(challenge, mac=mac)
        verify_code(
            challenge.id,
            code,
            subject=SUBJECT,
            purpose=challenge.purpose,
            digest=CONTENT,
            challenges=stored.challenges,
            mac=mac,
            phones=no_phones(),
            clock=CLOCK,
        )

        kept = json.dumps(world.items(world.access))

        assert code not in kept
        assert mac.of(rules.message(challenge)).hex() not in kept


def test_what_is_replaced_has_to_be_there(stored: Stored) -> None:
    """Otherwise the table would hold a challenge that is nothing but replaced."""
    with pytest.raises(ChangedMeanwhile):
        stored.opened(replaces="0c0c0c0c-0000-4000-8000-000000000009")

    assert stored.challenges.find("0c0c0c0c-0000-4000-8000-000000000009") is None
    assert stored.challenges.history(SUBJECT).version == 0


def test_a_challenge_is_opened_once_under_its_id(stored: Stored) -> None:
    challenge = stored.opened()

    with pytest.raises(ChangedMeanwhile):
        stored.opened(id=challenge.id, digest="b" * 64)

    assert stored.challenges.find(challenge.id) == challenge
