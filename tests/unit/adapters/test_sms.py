"""Text messages over two providers: what each is sent, and what a refusal or a lost answer leads to."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from urllib3.exceptions import ProtocolError

from ishtirak.adapters.agencies.outbound import AgencyUnavailable, Outbound
from ishtirak.adapters.agencies.sms import SmsProviders, WhenUnsure
from ishtirak.adapters.aws.secrets import Secret, SmsAccess
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.gateway import Delivery, NumberRefused, TextRefused
from tests.unit.adapters.scripted import ManualClock, OneSecret, Reply, ScriptedPool, Step, in_json, in_text

TO = Mobile("+966550000001")
TEXT = "رمز التحقق 482913 لإضافة مدة اشتراك. صالح 5 دقائق. لا تشاركه مع أحد"
ACCESS = {
    "nasim": {"url": "https://nasim.example", "token": "token-of-nasim-0001", "sender": "Ishtirak"},
    "sada": {
        "url": "https://sada.example",
        "account": "ishtirak",
        "password": "password-of-sada-1",
        "sender": "Ishtirak",
    },
}
LOST = ProtocolError("connection dropped")


def nasim_took() -> Reply:
    return in_json({"message_id": "n-1", "status": "ACCEPTED"}, status=201)


def sada_took() -> Reply:
    return in_text("OK 77\n")


class TwoProviders:
    """A script for each provider's host."""

    def __init__(self, nasim: Sequence[Step], sada: Sequence[Step]) -> None:
        self.nasim = ScriptedPool(nasim)
        self.sada = ScriptedPool(sada)

    def request(self, method: str, url: str, **options: Any) -> Reply:
        provider = self.nasim if urlsplit(url).hostname == "nasim.example" else self.sada
        return provider.request(method, url, **options)


def gateway(
    providers: TwoProviders, *, when_unsure: WhenUnsure = WhenUnsure.FAIL_OVER, store: OneSecret | None = None
) -> SmsProviders:
    clock = ManualClock()
    client = Outbound(pool=providers, clock=clock, sleep=clock.sleep, jitter=lambda: 1.0)
    secret = Secret(store or OneSecret(ACCESS), arn="arn:sms", model=SmsAccess)
    return SmsProviders(secret, outbound=client, when_unsure=when_unsure)


def test_the_first_provider_gets_json_and_a_token() -> None:
    providers = TwoProviders([nasim_took()], [sada_took()])

    delivery = gateway(providers).send(TO, TEXT, reference="code-1")

    [seen] = providers.nasim.seen
    assert delivery == Delivery("nasim", "n-1")
    assert seen.url == "https://nasim.example/v2/messages"
    assert seen.options["headers"]["authorization"] == "Bearer token-of-nasim-0001"
    assert json.loads(seen.body) == {
        "to": "+966550000001",
        "sender": "Ishtirak",
        "text": TEXT,
        "reference": "code-1",
    }
    assert providers.sada.seen == []


def test_the_second_provider_gets_a_form_and_an_account() -> None:
    providers = TwoProviders([in_json({}, status=503)], [sada_took()])

    delivery = gateway(providers).send(TO, TEXT, reference="code-1")

    [seen] = providers.sada.seen
    account = b64encode(b"ishtirak:password-of-sada-1").decode()
    assert delivery == Delivery("sada", "77")
    assert seen.url == "https://sada.example/api/send"
    assert seen.options["headers"]["authorization"] == f"Basic {account}"
    assert parse_qs(seen.body.decode()) == {
        "recipient": ["966550000001"],
        "sender": ["Ishtirak"],
        "body": [TEXT],
        "client_ref": ["code-1"],
    }


@pytest.mark.parametrize("code", ["recipient_invalid", "recipient_opted_out"])
def test_a_number_the_first_provider_refuses_is_final(code: str) -> None:
    providers = TwoProviders([in_json({"code": code}, status=422)], [sada_took()])

    with pytest.raises(NumberRefused):
        gateway(providers).send(TO, TEXT, reference="code-1")

    assert providers.sada.seen == []


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("ERR 101", NumberRefused),
        ("ERR 102", NumberRefused),
        ("ERR 110", TextRefused),
        ("ERR 120", TextRefused),
    ],
)
def test_what_the_second_provider_refuses_is_final_too(line: str, refusal: type[Exception]) -> None:
    providers = TwoProviders([in_json({}, status=503)], [in_text(line)])

    with pytest.raises(refusal):
        gateway(providers).send(TO, TEXT, reference="code-1")


@pytest.mark.parametrize(
    ("status", "code"), [(422, "text_invalid"), (409, "reference_reused"), (400, "anything")]
)
def test_a_text_the_provider_will_not_carry_is_final(status: int, code: str) -> None:
    providers = TwoProviders([in_json({"code": code}, status=status)], [sada_took()])

    with pytest.raises(TextRefused):
        gateway(providers).send(TO, TEXT, reference="code-1")

    assert providers.sada.seen == []


@pytest.mark.parametrize("when_unsure", list(WhenUnsure))
def test_a_lost_answer_is_first_asked_for_again_at_the_same_provider_under_the_same_reference(
    when_unsure: WhenUnsure,
) -> None:
    providers = TwoProviders([LOST, in_json({"message_id": "n-1", "status": "ACCEPTED"})], [sada_took()])

    delivery = gateway(providers, when_unsure=when_unsure).send(TO, TEXT, reference="code-1")

    assert delivery == Delivery("nasim", "n-1")
    assert [json.loads(seen.body)["reference"] for seen in providers.nasim.seen] == ["code-1", "code-1"]
    assert providers.sada.seen == []


def test_a_code_goes_to_the_other_provider_when_the_first_stays_silent() -> None:
    providers = TwoProviders([LOST], [sada_took()])

    delivery = gateway(providers, when_unsure=WhenUnsure.FAIL_OVER).send(TO, TEXT, reference="code-1")

    assert delivery == Delivery("sada", "77")
    assert len(providers.nasim.seen) == 3


def test_a_notice_that_may_have_been_sent_goes_to_nobody_else() -> None:
    providers = TwoProviders([LOST], [sada_took()])

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(providers, when_unsure=WhenUnsure.STOP).send(TO, TEXT, reference="notice-1")

    assert refusal.value.maybe_done
    assert providers.sada.seen == []


@pytest.mark.parametrize(
    "garbled",
    [
        in_json({"message_id": "n-1"}, status=201),
        in_json({"message_id": "", "status": "ACCEPTED"}, status=201),
        in_json({"message_id": "n-1", "status": "QUEUED?"}, status=201),
        Reply(status=201, body=b'{"message_id": "n-'),
        in_text("OK", status=200, media_type="text/html"),
        Reply(status=204, body=b""),
    ],
)
def test_a_garbled_yes_of_the_first_provider_may_have_been_a_yes(garbled: Reply) -> None:
    providers = TwoProviders([garbled], [sada_took()])

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(providers, when_unsure=WhenUnsure.STOP).send(TO, TEXT, reference="notice-1")

    assert (refusal.value.reason, refusal.value.maybe_done) == ("wrong_answer", True)


@pytest.mark.parametrize(
    "garbled",
    [
        in_text(""),
        in_text("OK"),
        in_text("OK <b>"),
        in_text("ok 77"),
        in_text("OK " + "7" * 101),
        in_text("OK 77", media_type="text/html"),
        in_text("OK 77", status=202),
        Reply(body=b"\xff\xfe", headers={"content-type": "text/plain"}),
    ],
)
def test_a_garbled_yes_of_the_second_provider_may_have_been_a_yes(garbled: Reply) -> None:
    providers = TwoProviders([in_json({}, status=503)], [garbled])

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(providers).send(TO, TEXT, reference="code-1")

    assert (refusal.value.agency, refusal.value.reason) == ("sada", "wrong_answer")
    assert refusal.value.maybe_done


@pytest.mark.parametrize("when_unsure", list(WhenUnsure))
@pytest.mark.parametrize("reply", [in_json({"code": "no_funds"}, status=402), in_json({}, status=401)])
def test_a_provider_that_does_not_know_or_trust_us_is_passed_over(
    when_unsure: WhenUnsure, reply: Reply
) -> None:
    providers = TwoProviders([lambda seen: in_json({}, status=reply.status)], [sada_took()])

    delivery = gateway(providers, when_unsure=when_unsure).send(TO, TEXT, reference="code-1")

    assert delivery.provider == "sada"


def test_a_rotated_token_is_read_anew_before_the_provider_is_passed_over() -> None:
    store = OneSecret(ACCESS)
    providers = TwoProviders([in_json({}, status=401), nasim_took()], [sada_took()])

    delivery = gateway(providers, store=store).send(TO, TEXT, reference="code-1")

    assert delivery.provider == "nasim"
    assert store.calls == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ERR 201", "credentials_refused"),
        ("ERR 210", "account_exhausted"),
        ("ERR 901", "busy"),
        ("ERR ", "busy"),
    ],
)
def test_when_both_providers_fail_the_message_waits(line: str, reason: str) -> None:
    providers = TwoProviders([in_json({}, status=503)], [lambda seen: in_text(line)])

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(providers).send(TO, TEXT, reference="code-1")

    assert (refusal.value.agency, refusal.value.reason) == ("sada", reason)
    assert not refusal.value.maybe_done


def test_a_message_the_first_may_have_sent_stays_maybe_sent_when_the_second_fails() -> None:
    providers = TwoProviders([LOST], [lambda seen: in_text("ERR 901")])

    with pytest.raises(AgencyUnavailable) as refusal:
        gateway(providers).send(TO, TEXT, reference="code-1")

    assert (refusal.value.agency, refusal.value.maybe_done) == ("sada", True)


def test_a_refusal_never_repeats_the_number_or_the_text() -> None:
    providers = TwoProviders(
        [in_json({"code": "recipient_invalid", "to": TO.reveal()}, status=422)], [sada_took()]
    )

    with pytest.raises(NumberRefused) as refusal:
        gateway(providers).send(TO, TEXT, reference="code-1")

    shown = f"{refusal.value!r} {refusal.value} {refusal.value.facts}"
    assert TO.reveal() not in shown
    assert "482913" not in shown
