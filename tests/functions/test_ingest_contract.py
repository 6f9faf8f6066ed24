"""Qiwa's events behind the door: each once, none delayed by another, and nothing lost."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ishtirak.kernel.identity import BorderNumber, person_number
from ishtirak.kernel.insurance import System
from ishtirak.register.people import identity_encryption_context
from ishtirak.register.periods import PeriodState
from tests.fakes.contracts import NOW, NUMBER, WORKER, Document, FixedClock, an_event, as_text
from tests.fakes.directory import a_person
from tests.fakes.register import MITHAL, an_establishment
from tests.fakes.residency import InMemoryResidency, a_service
from tests.functions.events import as_queued, queued
from tests.functions.register_world import Cloud, DirectoryOfTests, batch, deployed, lambda_context

EVENTS = Path(__file__).parents[2] / "functions" / "ingest_contract" / "events"


class Consumer:
    """The function, the register behind it and the directory beside it."""

    def __init__(self, cloud: Cloud) -> None:
        from functions.ingest_contract.handler import build
        from functions.ingest_contract.settings import Settings
        from tests.fakes.register import register_on

        self.cloud = cloud
        self.directory = DirectoryOfTests({WORKER: a_person()})
        self.residency = InMemoryResidency()
        self.clock = FixedClock()
        self.register = register_on(cloud.register_table)
        self.register.transaction.commit(self.register.establishments.save(an_establishment()))
        settings = Settings(
            register_table=cloud.register_table,
            mac_key_arn=cloud.mac_key_arn,
            data_key_arn=cloud.data_key_arn,
            absher_secret_arn=cloud.absher_secret_arn,
            jawazat_secret_arn="arn:aws:secretsmanager:eu-central-1:000000000000:secret:jawazat",
        )
        self.handle = build(settings, clock=self.clock, directory=self.directory, residency=self.residency)

    def take(self, *documents: Document | str) -> list[str]:
        """Deliver one batch; the messages that failed."""
        return self.take_bodies(*self.bodies(*documents))

    def bodies(self, *documents: Document | str) -> list[str]:
        """The documents as they wait in the queue."""
        return [
            queued(
                f"msg_{place}",
                text if isinstance(text, str) else as_text(text),
                key_arn=self.cloud.data_key_arn,
            )
            for place, text in enumerate(documents)
        ]

    def take_bodies(self, *bodies: str) -> list[str]:
        """Deliver one batch of message bodies; the messages that failed."""
        answer = self.handle(batch(*bodies), lambda_context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def person(self, number: str = WORKER) -> str:
        from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
        from ishtirak.adapters.aws.mac import KmsMac

        fingerprints = IdentityFingerprints(KmsMac(self.cloud.mac_key_arn))
        return str(self.register.people.id_of(fingerprints.of(person_number(number))))


@pytest.fixture
def consumer() -> Iterator[Consumer]:
    with deployed() as cloud:
        yield Consumer(cloud)


def test_an_authenticated_contract_makes_its_worker_a_contributor(consumer: Consumer) -> None:
    failed = consumer.take(an_event())

    person_id = consumer.person()
    (period,) = consumer.register.accounts.periods(person_id)
    assert failed == []
    assert (period.establishment, period.state, period.source.reference) == (
        MITHAL,
        PeriodState.ACTIVE,
        NUMBER,
    )
    contributor = consumer.register.people.find(person_id)
    assert contributor is not None
    assert contributor.masked_identity == "••••0016"


def test_the_identity_number_is_only_there_encrypted_and_decrypts_only_in_its_place(
    consumer: Consumer,
) -> None:
    from ishtirak.adapters.aws.encryption import KmsEncryption

    consumer.take(an_event())

    person_id = consumer.person()
    contributor = consumer.register.people.find(person_id)
    assert contributor is not None
    assert WORKER not in json.dumps(consumer.cloud.items())
    encryption = KmsEncryption(consumer.cloud.data_key_arn)
    encrypted = contributor.encrypted_identity
    assert encryption.decrypt(encrypted, identity_encryption_context(person_id)) == WORKER
    with pytest.raises(Exception):  # noqa: B017, PT011 - KMS has several names for it
        encryption.decrypt(encrypted, identity_encryption_context(MITHAL.reveal()))


def test_a_registration_is_one_transaction_and_one_event(consumer: Consumer) -> None:
    with consumer.cloud.calls as counted:
        consumer.take(an_event())

    writes = {name: count for name, count in counted.items() if name in ("PutItem", "TransactWriteItems")}
    events = [item for item in consumer.cloud.items() if item.get("kind", {}).get("S") == "event"]
    assert writes == {"TransactWriteItems": 1}
    assert [event["type"]["S"] for event in events] == ["ContractRegistered"]
    assert events[0]["source"]["S"] == "ishtirak.contracts"
    data = events[0]["data"]["M"]
    assert {"contract_number", "version", "person_id", "period_id"} <= set(data)


@pytest.mark.parametrize(
    "document",
    [
        an_event(establishment__unified_number="7000000009"),
        an_event(worker__birth_date="1999-01-01"),
        an_event(schema="2.0"),
    ],
)
def test_a_version_that_registers_nobody_is_exactly_one_put(consumer: Consumer, document: Document) -> None:
    with consumer.cloud.calls as counted:
        consumer.take(document)

    writes = {
        name: count for name, count in counted.items() if name.startswith(("Put", "Transact", "Update"))
    }
    assert writes == {"PutItem": 1}


def test_a_version_the_rules_refuse_is_one_transaction_of_its_terms_and_its_message(
    consumer: Consumer,
) -> None:
    with consumer.cloud.calls as counted:
        consumer.take(an_event(terms__starts_on="2020-01-01"))

    writes = {
        name: count for name, count in counted.items() if name.startswith(("Put", "Transact", "Update"))
    }
    assert writes == {"TransactWriteItems": 1}
    assert [
        item["sk"]["S"] for item in consumer.cloud.items() if item["pk"]["S"].startswith("CONTRACT#")
    ] == [
        "CONTRACT",
        "HELD#0000000001",
    ]


def test_a_change_that_concerns_no_period_is_exactly_one_put(consumer: Consumer) -> None:
    consumer.take(an_event())

    with consumer.cloud.calls as counted:
        consumer.take(an_event(version=2, type="contract.amended", worker__name_en="Sara Renamed"))

    assert {name: counted.get(name, 0) for name in ("PutItem", "TransactWriteItems")} == {
        "PutItem": 1,
        "TransactWriteItems": 0,
    }


def test_a_duplicate_costs_one_read_and_changes_nothing(consumer: Consumer) -> None:
    consumer.take(an_event(version=2))
    before = consumer.cloud.items()

    with consumer.cloud.calls as counted:
        consumer.take(an_event(version=2), an_event(version=2, terms__wage__basic=1))

    assert counted.pop("Decrypt") == counted.pop("Encrypt") == 2  # one of each in queueing and taking
    assert counted == {"GetItem": 2}
    assert consumer.cloud.items() == before


@pytest.mark.parametrize("place", range(4))
def test_a_poisoned_message_delays_no_other(consumer: Consumer, place: int) -> None:
    documents = [
        an_event(
            contract_number=f"C-000000000{number}",
            terms__kind="FIXED",
            terms__starts_on=f"2026-11-0{number}",
            terms__ends_on=f"2026-11-0{number}",
        )
        for number in range(1, 4)
    ]
    bodies = consumer.bodies(*documents)
    bodies.insert(place, bodies[0].replace("msg_0", "msg_other"))

    failed = consumer.take_bodies(*bodies)

    assert failed == [f"message-{place}"]
    assert len(consumer.register.accounts.periods(consumer.person())) == 3


def test_a_batch_of_nothing_but_poison_fails_whole_without_raising(consumer: Consumer) -> None:
    assert consumer.take_bodies("{", "[]") == ["message-0", "message-1"]


def test_what_is_signed_and_no_event_is_quarantined_and_delays_nothing(consumer: Consumer) -> None:
    failed = consumer.take('{"schema": "1.0", "worker": "' + WORKER + '"}', an_event())

    assert failed == []
    quarantined = [item for item in consumer.cloud.items() if item["pk"]["S"] == "QUARANTINE#msg_0"]
    assert len(quarantined) == 1
    assert WORKER not in json.dumps(quarantined)
    assert len(consumer.register.accounts.periods(consumer.person())) == 1


def test_a_silent_directory_sends_the_message_back_and_later_it_registers(consumer: Consumer) -> None:
    consumer.directory.answers = False
    assert consumer.take(an_event()) == ["message-0"]
    assert len(consumer.cloud.items()) == 1

    consumer.directory.answers = True

    assert consumer.take(an_event()) == []
    assert len(consumer.register.accounts.periods(consumer.person())) == 1


def test_a_known_person_is_not_asked_for_again(consumer: Consumer) -> None:
    consumer.take(an_event())
    consumer.take(an_event(contract_number="C-0000000002", terms__starts_on="2026-12-01"))

    assert consumer.directory.asked == 1


def test_nothing_personal_is_logged(consumer: Consumer, capsys: pytest.CaptureFixture[str]) -> None:
    consumer.take(an_event(), an_event(version=2, schema="3.0"), an_event(version=0), "{" + WORKER)

    logged = "".join(capsys.readouterr())
    assert "ContractsRegistered" in logged
    assert all(value not in logged for value in (WORKER, "Sara", "سارة", "2001-05-20"))


def test_each_outcome_is_counted(consumer: Consumer, capsys: pytest.CaptureFixture[str]) -> None:
    consumer.take(an_event(), an_event(), an_event(contract_number="C-0000000002", schema="2.0"))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    names = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in lines]
    assert names == ["ContractsRegistered", "ContractsAlreadyApplied", "ContractsQuarantined"]


LIFE = [
    an_event(),
    an_event(version=2, type="contract.amended", terms__wage__basic=900_000),
    an_event(version=3, type="contract.terminated", terms__ends_on="2026-11-20"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_contract_ends_alike_in_every_order(consumer: Consumer, order: tuple[int, ...]) -> None:
    assert consumer.take(*(LIFE[place] for place in order), *LIFE) == []

    person_id = consumer.person()
    standing = [period for period in consumer.register.accounts.periods(person_id) if period.stands]
    state = consumer.register.accounts.state(person_id, System.SOCIAL_INSURANCE)
    assert [(period.state, str(period.ends_on), period.wages[0].basic) for period in standing] == [
        (PeriodState.ENDED, "2026-11-20", 800_000)
    ]
    assert [span.period_id for span in state.projection.standing] == [standing[0].id]


def test_a_killed_delivery_is_repeated_without_a_second_effect(consumer: Consumer) -> None:
    from botocore.exceptions import EndpointConnectionError

    from ishtirak.adapters.clients import client

    (body,) = consumer.bodies(an_event())
    for operation in ("Decrypt", "GetItem", "GenerateMac", "Encrypt", "TransactWriteItems"):
        for service in ("dynamodb", "kms"):

            def cut(model: Any, *, broken: str = operation, **_: Any) -> None:
                if model.name == broken:
                    raise EndpointConnectionError(endpoint_url="https://cut.test")

            client(service).meta.events.register("before-call", cut, unique_id="cut")
        assert consumer.take_bodies(body) == ["message-0"], operation
        for service in ("dynamodb", "kms"):
            client(service).meta.events.unregister("before-call", unique_id="cut")
        assert len(consumer.cloud.items()) == 1

    consumer.take_bodies(body)
    consumer.take_bodies(body)

    assert len(consumer.register.accounts.periods(consumer.person())) == 1


def test_two_contracts_of_one_new_person_make_one_contributor(consumer: Consumer) -> None:
    consumer.clock.moment = NOW + timedelta(minutes=1)

    consumer.take(
        an_event(terms__kind="FIXED", terms__ends_on="2026-11-10"),
        an_event(contract_number="C-0000000002", terms__starts_on="2026-11-11"),
    )

    people = [item for item in consumer.cloud.items() if item["sk"]["S"] == "PERSON" and "body" in item]
    assert len(people) == 1
    assert len(consumer.register.accounts.periods(consumer.person())) == 2


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.json")), ids=lambda file: file.stem)
def test_a_sample_batch_is_taken(consumer: Consumer, file: Path) -> None:
    event = json.loads(file.read_text(encoding="utf-8"))

    batch_of_sample = as_queued(event, key_arn=consumer.cloud.data_key_arn)

    assert consumer.handle(batch_of_sample, lambda_context()) == {"batchItemFailures": []}


def test_a_resident_keeps_one_account_when_an_iqama_replaces_the_border_number(consumer: Consumer) -> None:
    from ishtirak.adapters.aws.encryption import KmsEncryption

    entered, iqama = "3000000001", "2000000055"
    terms = {"terms__kind": "FIXED", "terms__ends_on": "2027-10-31", "worker__nationality": "BD"}
    facts = {"nationality": "BD", "birth_date": a_person().birth_date}
    consumer.directory.people = {entered: a_person(entered, **facts)}
    for number in (entered, iqama):
        consumer.residency.report(person_number(number), MITHAL, a_service("2026-11-01"))
    consumer.take(an_event(worker__identity_number=entered, **terms))
    replaced = a_person(iqama, border_number=BorderNumber(entered), **facts)
    consumer.directory.people = {entered: replaced, iqama: replaced}

    failed = consumer.take(
        an_event(version=2, worker__identity_number=iqama, terms__wage__basic=900_000, **terms)
    )

    person_id = consumer.person(entered)
    contributor = consumer.register.people.find(person_id)
    assert failed == []
    assert consumer.person(iqama) == person_id
    assert contributor is not None
    assert contributor.masked_identity == "••••0055"
    encryption = KmsEncryption(consumer.cloud.data_key_arn)
    context = identity_encryption_context(person_id)
    assert encryption.decrypt(contributor.encrypted_identity, context) == iqama
    (period,) = (one for one in consumer.register.accounts.periods(person_id) if one.stands)
    assert period.wages[0].basic == 900_000


def test_a_national_of_a_council_state_is_registered_and_their_number_kept_encrypted(
    consumer: Consumer,
) -> None:
    number = "OM:00000001"
    consumer.directory.people = {number: a_person(number, nationality="OM")}

    failed = consumer.take(an_event(worker__identity_number="00000001", worker__nationality="OM"))

    assert failed == []
    assert len(consumer.register.accounts.periods(consumer.person(number))) == 1
    assert number not in json.dumps(consumer.cloud.items())
