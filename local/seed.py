"""Puts the synthetic people of `people.json` into a freshly deployed cloud: the register, and the sign-ins.

The production adapters write, so what is seeded is what the functions read. Who neither signs in nor has a
history nor owns anything is left to be found in the directory, as a newcomer would be.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from functions.enrol_establishments.settings import Settings as EnrolmentSettings
from ishtirak.adapters import clients
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.delegation_table import DelegationTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.login_table import LoginTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.pool_users import CognitoUsers
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.enrolment_ports import enrolment_ports
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.delegations.migration import migrate
from ishtirak.delegations.model import Terms
from ishtirak.kernel import ids
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.insurance import Route, Sex, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.transaction import NO_ITEMS
from ishtirak.register import rules
from ishtirak.register.people import Contributor, identity_encryption_context, identity_message
from ishtirak.register.periods import PeriodState, RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.use_cases.enrol_establishments import enrol_establishments
from ishtirak.use_cases.open_login import LoginOpening
from local.simulators.people import Employment, Roster, SignIn, SyntheticPerson, roster

NEW_LAW = datetime(2024, 7, 3, tzinfo=UTC).date()
ROLES = {
    "contributor": "مشترك · contributor",
    "officer": "موظف · officer",
    "supervisor": "مشرف · supervisor",
}


class SeededCloud(Protocol):
    """What seeding needs of the local cloud."""

    @property
    def outputs(self) -> Mapping[str, str]: ...

    def client(self, service: str) -> Any: ...


def seed(cloud: SeededCloud, people: Roster | None = None) -> list[dict[str, Any]]:
    """Register everybody and let them sign in, unless that was done before; who can sign in, as `sign_ins` lists it."""
    everybody = people or roster()
    # clients made for another cloud of this process may be of another region
    clients.client.cache_clear()
    establishments = EstablishmentTable(cloud.outputs["RegisterTable"])
    if establishments.find(everybody.establishments[0].unified_number) is None:
        _Seeding(everybody, outputs=cloud.outputs).run()
        for sign_in in everybody.sign_ins:
            _create_account(sign_in, everybody, outputs=cloud.outputs)
    clients.client.cache_clear()
    return sign_ins(everybody)


def sign_ins(people: Roster) -> list[dict[str, Any]]:
    """The names to sign in with, as a page lists them."""
    return [_line(sign_in, people.person(sign_in.person)) for sign_in in people.sign_ins]


def _line(sign_in: SignIn, person: SyntheticPerson) -> dict[str, Any]:
    return {
        "name": f"{person.name_ar} · {person.name_en}",
        "role": "، ".join(ROLES[role] for role in ROLES if role in sign_in.roles),
        "username": sign_in.username,
        "password": sign_in.password,
        "note": f"{person.story_ar} · {person.story}",
    }


class _NothingPutAside:
    """Every entry of the roster's registry is readable."""

    def show(self, count: int) -> None:
        raise RuntimeError(f"{count} entries of the commercial registry were put aside")


class _Seeding:
    """The register's share."""

    def __init__(self, people: Roster, *, outputs: Mapping[str, str]) -> None:
        table, self._outputs = outputs["RegisterTable"], outputs
        self._people = people
        self._known_people = PeopleTable(table)
        self._establishments = EstablishmentTable(table)
        self._delegations = DelegationTable(table)
        self._accounts = AccountTable(table)
        self._transaction = DynamoTransaction()
        self._encryption = KmsEncryption(outputs["DataKeyArn"])
        self._mac = KmsMac(outputs["MacKeyArn"])
        self._now = datetime.now(UTC)

    def run(self) -> None:
        for person in self._people.people:
            if self._is_known(person):
                self._register_person(person)
        self._enrol_establishments()
        for sign_in in self._people.sign_ins:
            self._appoint(sign_in)

    def _enrol_establishments(self) -> None:
        """From the commercial registry's feed, as the schedule does."""
        settings = EnrolmentSettings.model_validate(
            {
                "register_table": self._outputs["RegisterTable"],
                "data_key_arn": self._outputs["DataKeyArn"],
                "mac_key_arn": self._outputs["MacKeyArn"],
                "absher_secret_arn": self._outputs["AbsherSecretArn"],
                "commercial_registry_secret_arn": self._outputs["CommercialRegistrySecretArn"],
            }
        )
        enrol_establishments(
            transaction=self._transaction, put_aside=_NothingPutAside(), **enrolment_ports(settings)
        )

    def _is_known(self, person: SyntheticPerson) -> bool:
        signs_in = any(sign_in.person == person.key for sign_in in self._people.sign_ins)
        owns = any(establishment.owner == person.key for establishment in self._people.establishments)
        return signs_in or owns or bool(person.history)

    def _register_person(self, person: SyntheticPerson) -> None:
        number = person.identity_number
        contributor = Contributor(
            person_id=person.person_id,
            encrypted_identity=self._encryption.encrypt(
                number.reveal(), identity_encryption_context(person.person_id)
            ),
            masked_identity=number.masked(),
            kind=number.kind,
            birth_date=person.birth_date,
            country=person.nationality,
            premium_residency=person.premium_residency,
            sex=Sex(person.sex),
            name_ar=person.name_ar,
            name_en=person.name_en,
            uncompensated_before_new_law=frozenset(
                System(employment.system) for employment in person.history if employment.starts_on < NEW_LAW
            ),
            registered_at=to_rfc3339(self._now),
        )
        fingerprint = self._mac.of(identity_message(number)).hex()
        self._transaction.commit(self._known_people.save(contributor, fingerprint=fingerprint))
        for index, employment in enumerate(person.history):
            self._record(person, employment, index=index)

    def _record(self, person: SyntheticPerson, employment: Employment, *, index: int) -> None:
        last = employment.ends_on
        period = RecordedPeriod(
            id=ids.stable_id("seed", person.person_id, str(index)),
            person_id=person.person_id,
            establishment=employment.establishment,
            system=System(employment.system),
            starts_on=employment.starts_on,
            ends_on=last,
            wages=(
                RecordedWageLine(
                    first_month=Month.of(employment.starts_on),
                    last_month=Month.of(last) if last else None,
                    basic=employment.monthly_wage,
                ),
            ),
            occupation_code="251201",
            work_type="FULL_TIME",
            registered=(RegisteredDays(starts_on=employment.starts_on, ends_on=last, route=Route.ON_TIME),),
            source=Source(kind=SourceKind.MIGRATION, reference=f"people.json#{person.key}", version=1),
            state=PeriodState.ENDED if last else PeriodState.ACTIVE,
            registered_at=to_rfc3339(self._now),
        )
        before = self._accounts.state(period.person_id, period.system)
        cause = rules.Cause(at=self._now, actor="seed")
        posting = rules.post(before, period=period, rows=(), cause=cause)
        self._transaction.commit(self._accounts.save(posting, before=before))

    def _appoint(self, sign_in: SignIn) -> None:
        person = self._people.person(sign_in.person)
        for key in sign_in.acts_for:
            number = self._people.establishment(key).unified_number
            terms = Terms(scopes=frozenset(Scope), starts_on=NEW_LAW)
            change = migrate(number, person.person_id, terms, by="seed", at=self._now)
            self._transaction.commit(self._delegations.save(change))


def _create_account(sign_in: SignIn, people: Roster, *, outputs: Mapping[str, str]) -> None:
    """The login of somebody who signed up long ago, by the use case that ends a sign-up; their roles are its groups."""
    person = people.person(sign_in.person)
    encryption, mac = KmsEncryption(outputs["DataKeyArn"]), KmsMac(outputs["MacKeyArn"])
    opening = LoginOpening(
        logins=LoginTable(outputs["AccessTable"]),
        users=CognitoUsers(outputs["UserPoolId"], client_id=outputs["UserPoolClientId"]),
        encryption=encryption,
        mac=mac,
        clock=SystemClock(),
    )
    opening.open(
        person.person_id,
        username=sign_in.username,
        password=sign_in.password,
        under_way="seed",
        proven=NO_ITEMS,
        transaction=DynamoTransaction(),
        roles=sign_in.roles,
    )
