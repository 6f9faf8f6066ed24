"""The people of the local cloud: synthetic, complete, and consistent with one another."""

import json
import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from werkzeug import Response
from werkzeug.test import Client, TestResponse

from ishtirak.adapters.aws.secrets import AbsherAccess, JawazatAccess, SmsAccess
from ishtirak.adapters.aws.signing_secrets import PaymentAccess, QiwaAccess
from local.simulators import Simulators, start
from local.simulators.payments import PayOrder
from local.simulators.people import FILE, SignIn, roster
from local.simulators.qiwa import AuthenticateOrder, Change, ChangeOrder


def test_everybody_is_visibly_synthetic() -> None:
    for person in roster().people:
        assert re.fullmatch("[123]0000000[0-9]{2}|OM:0000000[0-9]", person.identity_number.reveal()), (
            person.key
        )
        assert person.mobile is None or re.fullmatch(r"\+9665500000[0-9]{2}", person.mobile.reveal()), (
            person.key
        )
    for establishment in roster().establishments:
        assert re.fullmatch("700000000[0-9]", establishment.unified_number.reveal()), establishment.key


def test_nobody_shares_a_number_a_mobile_or_a_name() -> None:
    people = roster().people
    for values in (
        [person.key for person in people],
        [person.person_id for person in people],
        [person.identity_number for person in people],
        [person.mobile for person in people if person.mobile],
        [person.name_ar for person in people],
        [establishment.unified_number for establishment in roster().establishments],
        [sign_in.username for sign_in in roster().sign_ins],
    ):
        assert len(values) == len(set(values))


def test_a_citizens_number_starts_with_one_and_nobody_elses_does() -> None:
    for person in roster().people:
        assert (person.nationality == "SA") == person.identity_number.reveal().startswith("1"), person.key


def test_names_are_written_in_one_script_each() -> None:
    named = [(person.name_ar, person.name_en) for person in roster().people]
    named += [(establishment.name_ar, establishment.name_en) for establishment in roster().establishments]

    for arabic, english in named:
        assert re.fullmatch(r"[\u0600-\u06ff ]+", arabic), english
        assert re.fullmatch("[A-Za-z -]+", english), arabic


def test_every_key_that_is_named_exists() -> None:
    for sign_in in roster().sign_ins:
        roster().person(sign_in.person)
        for key in sign_in.acts_for:
            roster().establishment(key)
    for establishment in roster().establishments:
        if establishment.owner:
            roster().person(establishment.owner)
    for person in roster().people:
        named = {employment.establishment for employment in person.history}
        named |= {service.establishment for service in person.services}
        for number in named:
            roster().establishment(number.reveal())


def test_only_residents_have_services_the_authority_reports() -> None:
    for person in roster().people:
        assert person.is_resident or not person.services, person.key


@pytest.mark.parametrize("role", ["contributor", "officer", "supervisor"])
def test_somebody_can_sign_in_in_every_role(role: str) -> None:
    assert [sign_in for sign_in in roster().sign_ins if role in sign_in.roles]


def test_each_kind_of_establishment_has_somebody_acting_for_it() -> None:
    acted_for = {key for sign_in in roster().sign_ins for key in sign_in.acts_for}

    assert acted_for == {establishment.key for establishment in roster().establishments}
    assert {establishment.kind for establishment in roster().establishments} == {
        "PRIVATE_LLC",
        "SINGLE_OWNER",
        "GOVERNMENT",
        "MILITARY",
    }


def test_passwords_satisfy_the_pools_policy() -> None:
    def accepted(sign_in: SignIn) -> bool:
        wanted = ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]", ".{12}")
        return all(re.search(pattern, sign_in.password) for pattern in wanted)

    assert all(accepted(sign_in) for sign_in in roster().sign_ins)


def test_the_file_says_that_nobody_in_it_exists() -> None:
    assert "Nobody here exists" in json.loads(FILE.read_bytes())["note"]


class RecordingCloud:
    """A cloud as far as the simulators know it."""

    def __init__(self) -> None:
        secrets = (
            "AbsherSecretArn",
            "CommercialRegistrySecretArn",
            "JawazatSecretArn",
            "SmsSecretArn",
            "QiwaSecretArn",
            "PaymentsSecretArn",
        )
        self.outputs = {name: f"arn:{name}" for name in secrets}
        self.url = "http://local.cloud"
        self.written: dict[str, str] = {}
        self.pages: dict[str, Callable[[], str]] = {}
        self.outbox: Callable[[], Sequence[Mapping[str, Any]]] | None = None
        self.asked: list[tuple[str, str]] = []
        self.kept: dict[str, bytes] = {}

    def remember(self, name: str, value: object) -> None:
        self.kept[name] = pickle.dumps(value)

    def remembered(self) -> dict[str, Any]:
        return {name: pickle.loads(value) for name, value in self.kept.items()}

    def client(self, service: str) -> "RecordingCloud":
        assert service == "secretsmanager"
        return self

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:  # noqa: N803
        self.written[SecretId] = SecretString

    def register_table(
        self, path: str, *, rows: Callable[[], Sequence[Mapping[str, Any]]], **shown: Any
    ) -> None:
        assert path == "/outbox"
        self.outbox = rows

    def register_page(self, path: str, *, title: Mapping[str, str], content: Callable[[], str]) -> None:
        self.pages[path] = content

    def request(self, method: str, path: str, **parts: Any) -> TestResponse:
        self.asked.append((method, path))
        return Client(Response(status=202)).open(path, method=method, **parts)


def test_starting_fills_the_secrets_in_the_form_the_functions_read(socket_enabled: None) -> None:
    cloud = RecordingCloud()

    simulators = start(cloud)
    simulators.stop()

    AbsherAccess.model_validate_json(cloud.written["arn:AbsherSecretArn"])
    JawazatAccess.model_validate_json(cloud.written["arn:JawazatSecretArn"])
    SmsAccess.model_validate_json(cloud.written["arn:SmsSecretArn"])
    QiwaAccess.model_validate_json(cloud.written["arn:QiwaSecretArn"])
    PaymentAccess.model_validate_json(cloud.written["arn:PaymentsSecretArn"])
    assert cloud.outbox is not None
    assert cloud.outbox() == []


def test_the_page_lists_where_each_agency_is(socket_enabled: None) -> None:
    cloud = RecordingCloud()

    with start(cloud) as simulators:
        page = cloud.pages["/agencies"]()

        assert all(url in page for url in simulators.urls().values())


def test_qiwa_reaches_a_cloud_that_serves_over_http_and_one_that_does_not(socket_enabled: None) -> None:
    inside, serving = RecordingCloud(), RecordingCloud()
    serving.url = "http://127.0.0.1:1"

    with start(inside) as simulators:
        event = simulators.qiwa.authenticate(AuthenticateOrder(worker="sara", establishment="mithal"))
        delivery = simulators.qiwa.deliver(event)
    with start(serving) as simulators:
        target = simulators.qiwa.target

    assert delivery.statuses == (202,)
    assert inside.asked == [("POST", "/v1/qiwa/events")]
    assert target == "http://127.0.0.1:1/v1/qiwa/events"


def test_the_payment_system_reaches_a_cloud_as_qiwa_does(socket_enabled: None) -> None:
    inside = RecordingCloud()

    with start(inside) as simulators:
        notice = simulators.wafa.pay(PayOrder(bill_reference="ISH-1448-7Q4M2KX9-V", amount=100))
        simulators.wafa.deliver(notice)

    assert inside.asked == [("POST", "/v1/payments/notices")]


def test_a_cloud_without_the_secrets_leaves_nothing_running(socket_enabled: None) -> None:
    cloud = RecordingCloud()
    cloud.outputs.clear()

    with pytest.raises(KeyError):
        start(cloud)

    assert (cloud.outbox, cloud.pages) == (None, {})


def test_two_sets_of_agencies_share_no_port_and_no_key(socket_enabled: None) -> None:
    with Simulators.launch() as one, Simulators.launch() as other:
        assert not set(one.urls().values()) & set(other.urls().values())
        assert one.access() != other.access()


def test_agencies_remember_what_they_knew_and_sent_when_the_process_was_killed() -> None:
    """Else a contract that was announced could not be fetched, and a text would be sent twice."""
    cloud = RecordingCloud()
    with start(cloud, roster()) as before:
        before.outbox.put("nasim", to="+966550000001", text="forgotten", reference="first")
        before.outbox.clear()
        sent, _ = before.outbox.put("nasim", to="+966550000001", text="shown", reference="second")
        order = AuthenticateOrder(
            worker="sara", establishment="mithal", contract_number="C-0001", deliver=False
        )
        event = before.qiwa.authenticate(order)
        notice = before.wafa.pay(PayOrder(bill_reference="B-1", amount=5, payment_reference="P-1"))

    with start(cloud, roster()) as after:
        assert after.outbox.messages() == [sent]
        assert after.outbox.put("nasim", to="+966550000001", text="shown", reference="second") == (
            sent,
            False,
        )
        assert not after.outbox.put("nasim", to="+966550000001", text="forgotten", reference="first")[1]
        assert (
            after.qiwa.change(Change.AMENDED, ChangeOrder(contract_number="C-0001")).document["version"] == 2
        )
        assert event.document["version"] == 1
        assert after.wafa.notice("P-1") == notice
