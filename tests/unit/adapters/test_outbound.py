"""The client of other agencies: what is tried again, when it stops, what it tells."""

import logging
from typing import Any

import pytest
from urllib3.exceptions import (
    ConnectTimeoutError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from ishtirak.adapters.agencies.outbound import (
    LARGEST_ANSWER,
    AgencyRequest,
    AgencyUnavailable,
    OutboundPolicy,
    Rejected,
)
from tests.unit.adapters.scripted import ManualClock, Reply, in_json, outbound

NOT_REACHED: list[Exception] = [
    ConnectTimeoutError("connect timed out"),
    NewConnectionError(None, "refused"),  # type: ignore[arg-type]
]
LOST: list[Exception] = [
    ReadTimeoutError(None, "/", "read timed out"),  # type: ignore[arg-type]
    ProtocolError("connection dropped"),
    SSLError("in the middle"),
    ConnectionResetError(),
]


def call(*, repeatable: bool = True, host: str = "agency.example") -> AgencyRequest:
    return AgencyRequest(
        agency="agency",
        url=f"https://{host}/v1/things",
        body=b'{"identity_number": "1000000008"}',
        headers={"authorization": "Bearer very-secret"},
        repeatable=repeatable,
    )


def unavailable(client: Any, asked: AgencyRequest | None = None) -> AgencyUnavailable:
    with pytest.raises(AgencyUnavailable) as refusal:
        client.send(asked or call())
    return refusal.value


def test_an_answer_is_given_as_it_came() -> None:
    client, _ = outbound(in_json({"known": True}))

    answer = client.send(call())

    assert (answer.status, answer.media_type, answer.body) == (200, "application/json", b'{"known": true}')


def test_a_no_of_the_agency_is_final() -> None:
    client, pool = outbound(in_json({"code": "nobody"}, status=404))

    with pytest.raises(Rejected) as refusal:
        client.send(call())

    assert refusal.value.answer.status == 404
    assert len(pool.seen) == 1


@pytest.mark.parametrize("failure", NOT_REACHED)
def test_what_never_reached_the_agency_is_tried_again_even_when_not_repeatable(failure: Exception) -> None:
    client, pool = outbound(failure, in_json({}))

    answer = client.send(call(repeatable=False))

    assert answer.status == 200
    assert len(pool.seen) == 2


@pytest.mark.parametrize("failure", LOST)
def test_a_lost_answer_is_asked_for_again_when_twice_is_the_same_as_once(failure: Exception) -> None:
    client, pool = outbound(failure, in_json({}))

    answer = client.send(call(repeatable=True))

    assert answer.status == 200
    assert len(pool.seen) == 2


@pytest.mark.parametrize("failure", LOST)
def test_a_lost_answer_is_not_asked_for_again_otherwise(failure: Exception) -> None:
    client, pool = outbound(failure, in_json({}))

    refusal = unavailable(client, call(repeatable=False))

    assert (refusal.reason, refusal.maybe_done) == ("no_answer", True)
    assert len(pool.seen) == 1


@pytest.mark.parametrize(
    ("status", "reason", "maybe_done"),
    [
        (408, "broken", True),
        (429, "busy", False),
        (500, "broken", True),
        (502, "broken", True),
        (503, "busy", False),
        (504, "broken", True),
    ],
)
def test_a_failing_agency_is_unavailable_and_it_is_known_whether_it_may_have_acted(
    status: int, reason: str, maybe_done: bool
) -> None:
    client, pool = outbound(in_json({}, status=status))

    refusal = unavailable(client)

    assert (refusal.reason, refusal.maybe_done) == (reason, maybe_done)
    assert len(pool.seen) == OutboundPolicy().attempts


@pytest.mark.parametrize("status", [501, 505, 507])
def test_any_other_failure_of_the_agency_is_no_answer_to_build_on(status: int) -> None:
    client, _ = outbound(in_json({}, status=status))

    assert unavailable(client).maybe_done


def test_what_may_have_been_done_once_stays_maybe_done() -> None:
    client, _ = outbound(ProtocolError("dropped"), NOT_REACHED[0])

    refusal = unavailable(client)

    assert (refusal.reason, refusal.maybe_done) == ("not_reached", True)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    elsewhere = Reply(status=status, headers={"location": "https://elsewhere.example/"})
    client, pool = outbound(elsewhere)

    refusal = unavailable(client)

    assert refusal.reason == "wrong_answer"
    assert [seen.options["redirect"] for seen in pool.seen] == [False]


def test_pauses_double_up_to_the_longest() -> None:
    clock = ManualClock()
    policy = OutboundPolicy(attempts=5, first_pause=0.5, longest_pause=1.5, budget=60, failures_to_open=99)
    client, _ = outbound(in_json({}, status=500), policy=policy, clock=clock)

    unavailable(client)

    assert clock.slept == [0.5, 1.0, 1.5, 1.5]


@pytest.mark.parametrize(
    ("asked", "paused"), [("2", 2.0), ("0", 0.0), ("soon", 0.1), ("-1", 0.1), ("٢", 0.1)]
)
def test_the_pause_an_agency_asks_for_is_kept_and_nonsense_is_not(asked: str, paused: float) -> None:
    clock = ManualClock()
    busy = Reply(status=429, headers={"retry-after": asked})
    client, _ = outbound(busy, in_json({}), clock=clock)

    client.send(call())

    assert clock.slept == [paused]


@pytest.mark.parametrize("asked", ["3600", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_pause_longer_than_the_budget_ends_the_call_at_once(asked: str) -> None:
    clock = ManualClock()
    client, pool = outbound(Reply(status=429, headers={"retry-after": asked}), clock=clock)

    refusal = unavailable(client)

    assert refusal.reason == "busy"
    assert clock.now < OutboundPolicy().budget
    assert len(pool.seen) == 1


def test_each_attempt_gets_no_more_time_than_is_left() -> None:
    clock = ManualClock()

    def hang(seen: Any) -> Reply:
        clock.now += seen.options["timeout"].read_timeout
        raise ReadTimeoutError(None, "/", "read timed out")  # type: ignore[arg-type]

    policy = OutboundPolicy(budget=5.0, connect=1.0, read=3.0, first_pause=0.1)
    client, pool = outbound(hang, policy=policy, clock=clock)

    refusal = unavailable(client)

    reads = [seen.options["timeout"].read_timeout for seen in pool.seen]
    assert refusal.reason == "no_answer"
    assert reads == pytest.approx([3.0, 1.9])
    assert clock.now <= policy.budget + 0.001


def test_an_answer_that_drips_ends_with_the_budget() -> None:
    clock = ManualClock()
    drip = Reply(endless=True, seconds_per_chunk=1.0, clock=clock)
    client, _ = outbound(drip, policy=OutboundPolicy(budget=5.0, attempts=1), clock=clock)

    refusal = unavailable(client)

    assert refusal.reason == "no_answer"
    assert clock.now <= 7.0
    assert drip.closed


def test_an_answer_without_end_is_cut_off() -> None:
    endless = Reply(endless=True)
    client, pool = outbound(endless)

    refusal = unavailable(client)

    assert (refusal.reason, refusal.maybe_done) == ("wrong_answer", True)
    assert len(pool.seen) == 1
    assert endless.closed


def test_the_largest_answer_still_passes() -> None:
    client, _ = outbound(Reply(body=b"x" * LARGEST_ANSWER))

    assert len(client.send(call()).body) == LARGEST_ANSWER


def test_after_five_failures_the_host_is_left_alone() -> None:
    client, pool = outbound(in_json({}, status=500), policy=OutboundPolicy(attempts=1))
    for _ in range(5):
        unavailable(client)

    refusal = unavailable(client)

    assert (refusal.reason, refusal.maybe_done) == ("circuit_open", False)
    assert len(pool.seen) == 5


def test_one_host_failing_leaves_the_others_alone() -> None:
    client, pool = outbound(in_json({}, status=500), policy=OutboundPolicy(attempts=1))
    for _ in range(5):
        unavailable(client)

    refusal = unavailable(client, call(host="other.example"))

    assert refusal.reason == "broken"
    assert len(pool.seen) == 6


def test_after_the_cool_down_one_call_tries_whether_the_host_is_back() -> None:
    clock = ManualClock()
    broken = [in_json({}, status=500) for _ in range(6)]
    client, pool = outbound(
        *broken, in_json({}), policy=OutboundPolicy(attempts=1, cool_down=30), clock=clock
    )
    for _ in range(5):
        unavailable(client)

    clock.now += 30
    still_broken = unavailable(client)
    meanwhile = unavailable(client)
    clock.now += 30
    answer = client.send(call())

    assert (still_broken.reason, meanwhile.reason) == ("broken", "circuit_open")
    assert answer.status == 200
    assert client.send(call()).status == 200
    assert len(pool.seen) == 8


def test_while_one_call_tries_the_others_wait() -> None:
    clock = ManualClock()
    refused_meanwhile = []

    def slow_trial(seen: Any) -> Reply:
        refused_meanwhile.append(unavailable(client).reason)
        return in_json({})

    broken = [in_json({}, status=500) for _ in range(5)]
    client, pool = outbound(*broken, slow_trial, in_json({}), policy=OutboundPolicy(attempts=1), clock=clock)
    for _ in range(5):
        unavailable(client)

    clock.now += 30
    client.send(call())

    assert refused_meanwhile == ["circuit_open"]
    assert len(pool.seen) == 6


def test_a_no_of_the_agency_shows_that_it_is_alive() -> None:
    steps: list[Any] = []
    for _ in range(4):
        steps += [in_json({}, status=500), in_json({}, status=404)]
    client, pool = outbound(*steps, policy=OutboundPolicy(attempts=1, failures_to_open=2))

    for _ in range(4):
        unavailable(client)
        with pytest.raises(Rejected):
            client.send(call())

    assert len(pool.seen) == 8


def test_the_connection_goes_back_to_the_pool_whatever_the_answer() -> None:
    replies = [in_json({}, status=500), in_json({}, status=429), in_json({})]
    client, _ = outbound(*replies)

    client.send(call())

    assert all(reply.released for reply in replies)


def test_neither_body_nor_credential_is_logged_or_printed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reply = in_json({"name": "ماجد المثال", "number": "1000000008"}, status=500)
    client, _ = outbound(reply)
    asked = call()

    refusal = unavailable(client, asked)

    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    printed = f"{logged} {refusal!r} {refusal} {asked!r}"
    assert len(caplog.records) == OutboundPolicy().attempts
    assert "agency.call_failed" in logged
    for private in ("1000000008", "ماجد", "very-secret"):
        assert private not in printed
