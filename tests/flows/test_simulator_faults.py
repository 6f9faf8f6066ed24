"""The outside agencies at their worst: nobody's code is lost for good, nobody is told twice."""

from collections.abc import Iterator

import pytest
import requests

from local.client import Person
from local.simulators.faults import Fault, Mode
from local.simulators.qiwa import AuthenticateOrder
from local.simulators.sms import MagicNumber
from tests.flows import evidence
from tests.flows.drafts import a_ready_draft
from tests.flows.evidence import Canaries
from tests.flows.world import World, later, period

RESEND_AFTER = 61


@pytest.fixture(autouse=True)
def in_order(world: World) -> Iterator[None]:
    """Every test begins and ends with agencies that work, and functions that do not remember otherwise."""
    world.as_after_a_cold_start()
    yield
    for agency in (world.simulators.absher, world.simulators.nasim, world.simulators.sada):
        agency.faults.clear()
    world.quiet()


class Sealing:
    """Somebody whose request lacks nothing but the code."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person: Person = world.somebody()
        self.owner = world.who(self.person.username).person_id
        self.request_id = a_ready_draft(world.cloud.outputs, self.owner, period()).id

    def ask(self) -> str:
        """Ask for a code; the challenge's id. Nothing the agencies do can refuse it."""
        answer = self.person.ask("POST", f"/v1/requests/{self.request_id}/code").expect(202)
        return str(answer.body["challenge_id"])

    def dispatch(self, challenge_id: str) -> str:
        """How far the code is on its way, as the person is told."""
        answer = self.person.ask("GET", f"/v1/requests/{self.request_id}/code/{challenge_id}").expect(200)
        return str(answer.body["dispatch"])

    def texts(self, challenge_id: str) -> list[str]:
        """The providers that sent this code, once for each text."""
        return [one.provider for one in self.world.simulators.outbox.messages(reference=challenge_id)]

    def submits(self, challenge_id: str) -> None:
        code = self.person.code_arrived(0)
        assert code is not None
        self.person.submit(self.request_id, challenge_id, code).expect(201)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(mode=Mode.REFUSE, count=None, status=503),
        Fault(mode=Mode.REFUSE, count=None, status=500),
        Fault(mode=Mode.WRONG_ANSWER, count=None, shape="cut_short"),
        Fault(mode=Mode.WRONG_ANSWER, count=None, shape="other_fields"),
        Fault(mode=Mode.WRONG_ANSWER, count=None, shape="web_page"),
    ],
    ids=lambda fault: f"{fault.mode}-{fault.status if fault.mode is Mode.REFUSE else fault.shape}",
)
def test_a_code_waits_for_an_absher_out_of_order(world: World, fault: Fault) -> None:
    world.simulators.absher.faults.add(fault)
    sealing = Sealing(world)

    challenge = sealing.ask()
    world.quiet()
    waiting = (sealing.dispatch(challenge), sealing.texts(challenge))
    world.simulators.absher.faults.clear()
    world.as_after_a_cold_start()
    world.cloud.redeliver_soon()
    world.quiet()

    assert waiting == ("PENDING", [])
    assert sealing.dispatch(challenge) == "SENT"
    assert sealing.texts(challenge) == ["nasim"]
    sealing.submits(challenge)


def test_a_slow_absher_delays_a_code_and_no_more(world: World) -> None:
    world.simulators.absher.faults.add(Fault(mode=Mode.SLOW, seconds=1.0))
    sealing = Sealing(world)

    challenge = sealing.ask()
    world.quiet()

    assert sealing.dispatch(challenge) == "SENT"
    assert sealing.texts(challenge) == ["nasim"]


def test_the_second_provider_sends_what_the_first_refuses(world: World) -> None:
    world.simulators.nasim.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))
    sealing = Sealing(world)

    challenge = sealing.ask()
    world.quiet()

    assert sealing.texts(challenge) == ["sada"]
    sealing.submits(challenge)


def test_a_provider_that_sent_it_and_did_not_say_so_sends_it_once(world: World) -> None:
    world.simulators.nasim.faults.add(Fault(mode=Mode.TIME_OUT_AFTER, seconds=0.2))
    sealing = Sealing(world)

    challenge = sealing.ask()
    world.quiet()

    assert sealing.texts(challenge) == ["nasim"]
    assert sealing.dispatch(challenge) == "SENT"
    sealing.submits(challenge)


def test_a_notice_is_told_once_though_its_provider_never_says_so(world: World) -> None:
    sealing = Sealing(world)
    challenge = sealing.ask()
    world.quiet()
    world.simulators.nasim.faults.add(Fault(mode=Mode.TIME_OUT_AFTER, count=None))

    sealing.submits(challenge)
    world.quiet()
    world.simulators.nasim.faults.clear()
    world.as_after_a_cold_start()
    world.cloud.redeliver_soon()
    world.quiet()

    mobile = world.who(sealing.person.username).mobile
    assert mobile is not None
    messages = world.simulators.outbox.messages(to=mobile.reveal())
    notices = [message for message in messages if "رمز" not in message.text]
    assert len({notice.text for notice in notices}) == 2  # submitted; the employer is asked
    assert [notice.provider for notice in notices] == ["nasim", "nasim"]


def test_when_both_providers_are_down_the_code_goes_out_once_they_are_back(world: World) -> None:
    for provider in (world.simulators.nasim, world.simulators.sada):
        provider.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))
    sealing = Sealing(world)

    challenge = sealing.ask()
    world.quiet()
    waiting = (sealing.dispatch(challenge), sealing.texts(challenge))
    for provider in (world.simulators.nasim, world.simulators.sada):
        provider.faults.clear()
    world.as_after_a_cold_start()
    world.cloud.redeliver_soon()
    world.quiet()

    assert waiting == ("PENDING", [])
    assert sealing.texts(challenge) == ["nasim"]
    sealing.submits(challenge)


def test_a_code_that_could_never_be_sent_is_put_aside_and_the_person_asks_again(world: World) -> None:
    for provider in (world.simulators.nasim, world.simulators.sada):
        provider.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))
    sealing = Sealing(world)
    challenge = sealing.ask()
    world.quiet()
    while not evidence.dead_letters(world):
        assert world.cloud.redeliver_soon()
        world.quiet()
    [letter] = evidence.dead_letters(world)
    for provider in (world.simulators.nasim, world.simulators.sada):
        provider.faults.clear()
    world.as_after_a_cold_start()

    with later(RESEND_AFTER):
        again = sealing.ask()
        world.quiet()
        sealing.submits(again)

    assert challenge in letter
    assert Canaries.of(world).in_text(letter) == []
    assert sealing.texts(challenge) == []
    assert sealing.texts(again) == ["nasim"]


def test_a_number_no_provider_takes_fails_and_says_so(world: World) -> None:
    sealing = Sealing(world)
    identity = world.who(sealing.person.username).identity_number
    requests.post(
        f"{world.simulators.absher.url}/_sim/mobile",
        json={"identity_number": identity.reveal(), "mobile": MagicNumber.REFUSED},
        timeout=5,
    ).raise_for_status()

    challenge = sealing.ask()
    world.quiet()

    assert sealing.dispatch(challenge) == "FAILED"
    assert sealing.texts(challenge) == []


def test_qiwa_may_say_everything_twice(world: World) -> None:
    qiwa = world.simulators.qiwa
    sara = world.holding_a_token("sara")
    event = qiwa.authenticate(_order(worker="sara", establishment="mithal", contract_number="C-202600000001"))

    statuses = [qiwa.deliver(event).statuses for _ in range(3)]
    world.quiet()
    registered = _contracts_of(sara)
    qiwa.deliver(event)
    world.quiet()

    assert statuses == [(202,), (202,), (202,)]
    assert len(registered) == 1
    assert _contracts_of(sara) == registered
    assert _told(world, sara) == ["ContractRegistered"]


def test_qiwa_sends_again_what_found_no_queue(world: World) -> None:
    """`receive_contract` dies before the message is durable: Qiwa hears 502, and the same event again."""
    qiwa = world.simulators.qiwa
    khalifa = world.holding_a_token("khalifa")
    world.cloud.arm("receive_contract", call=2, when="before")
    event = qiwa.authenticate(
        _order(worker="khalifa", establishment="mithal", contract_number="C-202600000002")
    )

    delivery = qiwa.deliver(event)
    world.quiet()

    assert delivery.statuses == (502, 202)
    assert len(_contracts_of(khalifa)) == 1


def test_nothing_personal_was_said_by_any_of_it(world: World) -> None:
    world.simulators.nasim.faults.add(Fault(mode=Mode.REFUSE, status=503))
    Sealing(world).ask()
    world.quiet()

    assert "agency.call_failed" in world.logged()
    assert Canaries.of(world).in_text(world.logged()) == []
    assert evidence.broken_chains(world) == []


def _order(**facts: str) -> AuthenticateOrder:
    return AuthenticateOrder(deliver=False, **facts)


def _contracts_of(person: Person) -> list[object]:
    periods = person.ask("GET", "/v1/me/periods").expect(200).body["periods"]
    return [period for period in periods if period["source"]["kind"] == "CONTRACT"]


def _told(world: World, person: Person) -> list[str]:
    account = f"account/{world.who(person.username).person_id}/SOCIAL_INSURANCE"
    return [event.type for event in evidence.chains(world)[account]]
