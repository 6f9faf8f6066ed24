"""The real adapter against two simulated providers, in good and in bad order."""

from collections.abc import Callable
from typing import Any

import pytest

from ishtirak.adapters.agencies.outbound import AgencyUnavailable, Outbound
from ishtirak.adapters.agencies.sms import SmsProviders, WhenUnsure
from ishtirak.adapters.aws.secrets import Secret, SmsAccess
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.gateway import NumberRefused, TextRefused
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from local.simulators.sms import MagicNumber
from tests.simulators.access import WrittenSecrets

TO = Mobile("+966550000001")
TEXT = "رمز التحقق 482913"


def gateway(
    simulators: Simulators, outbound: Outbound, *, when_unsure: WhenUnsure = WhenUnsure.FAIL_OVER
) -> SmsProviders:
    secret = Secret(WrittenSecrets(simulators), arn="SmsSecretArn", model=SmsAccess)
    return SmsProviders(secret, outbound=outbound, when_unsure=when_unsure)


def received(simulators: Simulators, to: str = "+966550000001") -> list[tuple[str, str]]:
    return [(message.provider, message.text) for message in simulators.outbox.messages(to=to)]


def test_a_message_arrives_once_with_its_provider(simulators: Simulators, impatient: Outbound) -> None:
    delivery = gateway(simulators, impatient).send(TO, TEXT, reference="code-1")

    [message] = simulators.outbox.messages()
    assert (delivery.provider, delivery.message_id) == ("nasim", message.id)
    assert (message.to, message.text, message.reference) == (TO.reveal(), TEXT, "code-1")


def test_the_same_reference_is_the_same_message(simulators: Simulators, impatient: Outbound) -> None:
    sms = gateway(simulators, impatient)

    first = sms.send(TO, TEXT, reference="code-1")
    second = sms.send(TO, TEXT, reference="code-1")

    assert first == second
    assert received(simulators) == [("nasim", TEXT)]


@pytest.mark.parametrize("seconds", [0.0, 0.6])
@pytest.mark.parametrize("when_unsure", list(WhenUnsure))
def test_an_answer_lost_after_sending_makes_no_second_message(
    simulators: Simulators, impatient: Outbound, when_unsure: WhenUnsure, seconds: float
) -> None:
    simulators.nasim.faults.add(Fault(mode=Mode.TIME_OUT_AFTER, seconds=seconds))

    delivery = gateway(simulators, impatient, when_unsure=when_unsure).send(TO, TEXT, reference="code-1")

    assert delivery.provider == "nasim"
    assert received(simulators) == [("nasim", TEXT)]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_code_gets_through_when_the_first_provider_refuses(
    simulators: Simulators, impatient: Outbound, status: int
) -> None:
    simulators.nasim.faults.add(Fault(mode=Mode.REFUSE, status=status, count=None))

    delivery = gateway(simulators, impatient).send(TO, TEXT, reference="code-1")

    assert delivery.provider == "sada"
    assert received(simulators) == [("sada", TEXT)]


def test_a_code_gets_through_when_the_first_provider_is_gone(
    simulators: Simulators, impatient: Outbound
) -> None:
    sms = gateway(simulators, impatient)
    sms.send(TO, TEXT, reference="code-1")
    simulators.nasim.stop()

    delivery = sms.send(TO, "رمز آخر", reference="code-2")

    assert delivery.provider == "sada"


@pytest.mark.parametrize("shape", ["cut_short", "other_fields", "web_page"])
def test_a_wrong_answer_stops_a_notice_and_not_a_code(
    simulators: Simulators, impatient: Outbound, shape: Any
) -> None:
    simulators.nasim.faults.add(Fault(mode=Mode.WRONG_ANSWER, shape=shape, count=2))

    code = gateway(simulators, impatient).send(TO, TEXT, reference="code-1")
    with pytest.raises(AgencyUnavailable):
        gateway(simulators, impatient, when_unsure=WhenUnsure.STOP).send(TO, "إشعار", reference="notice-1")

    assert code.provider == "sada"
    assert received(simulators) == [("nasim", TEXT), ("sada", TEXT), ("nasim", "إشعار")]


def test_a_slow_answer_within_the_time_out_is_an_answer(simulators: Simulators, impatient: Outbound) -> None:
    simulators.nasim.faults.add(Fault(mode=Mode.SLOW, seconds=0.1))

    assert gateway(simulators, impatient).send(TO, TEXT, reference="code-1").provider == "nasim"


def test_when_both_are_down_nothing_is_sent_and_it_is_said(
    simulators: Simulators, impatient: Outbound
) -> None:
    for provider in (simulators.nasim, simulators.sada):
        provider.faults.add(Fault(mode=Mode.REFUSE, count=None))

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(simulators, impatient).send(TO, TEXT, reference="code-1")

    assert not refusal.value.maybe_done
    assert received(simulators) == []


def test_a_text_longer_than_a_provider_carries_is_refused_for_good(
    simulators: Simulators, impatient: Outbound
) -> None:
    with pytest.raises(TextRefused):
        gateway(simulators, impatient).send(TO, "ن" * 671, reference="code-1")


def test_a_reference_used_for_another_text_is_refused_for_good(
    simulators: Simulators, impatient: Outbound
) -> None:
    sms = gateway(simulators, impatient)
    sms.send(TO, TEXT, reference="code-1")

    with pytest.raises(TextRefused):
        sms.send(TO, "نص آخر", reference="code-1")


def test_the_magic_numbers_meet_their_fate(simulators: Simulators, impatient: Outbound) -> None:
    sms = gateway(simulators, impatient)

    first_down = sms.send(Mobile(MagicNumber.FIRST_DOWN), TEXT, reference="a")
    first_silent = sms.send(Mobile(MagicNumber.FIRST_SILENT), TEXT, reference="b")
    with pytest.raises(NumberRefused):
        sms.send(Mobile(MagicNumber.REFUSED), TEXT, reference="c")
    with pytest.raises(AgencyUnavailable):
        sms.send(Mobile(MagicNumber.BOTH_DOWN), TEXT, reference="d")

    assert (first_down.provider, first_silent.provider) == ("sada", "sada")
    assert received(simulators, MagicNumber.FIRST_SILENT) == [("nasim", TEXT), ("sada", TEXT)]


@pytest.mark.parametrize("escaped", ["%2B966550000001", "+966550000001", "966550000001"])
def test_the_outbox_is_read_by_phone(
    simulators: Simulators,
    impatient: Outbound,
    request_json: Callable[..., tuple[int, Any]],
    escaped: str,
) -> None:
    sms = gateway(simulators, impatient)
    sms.send(TO, TEXT, reference="code-1")
    sms.send(Mobile("+966550000002"), "لغيره", reference="code-2")

    status, messages = request_json("GET", f"{simulators.urls()['outbox']}?phone={escaped}")

    assert status == 200
    assert [(message["provider"], message["to"], message["text"]) for message in messages] == [
        ("nasim", "+966550000001", TEXT)
    ]
    assert set(messages[0]) == {"id", "provider", "to", "text", "reference", "at"}
