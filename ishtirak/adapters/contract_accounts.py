"""The register and the directory of persons, as far as a contract asks and changes them."""

import uuid
from collections.abc import Sequence

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.contracts.model import Contract, ContractOutcome, ContractService
from ishtirak.contracts.ports import Change
from ishtirak.contracts.rules import KnownEmployer, KnownWorker, event_name
from ishtirak.kernel import ids
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.kernel.insurance import Sex, System
from ishtirak.kernel.months import Month
from ishtirak.register import identity_lookup, rules
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.periods import PeriodState, RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory, Register

SYSTEM = System.SOCIAL_INSURANCE
SOURCE = "ishtirak.contracts"


class IdentityFingerprints:
    """The `Fingerprints` port on KMS; what the register finds a person by."""

    def __init__(self, mac: KmsMac) -> None:
        self._mac = mac

    def of(self, identity: IdentityNumber) -> str:
        return self._mac.of(identity_lookup.identity_message(identity)).hex()


class ContractAccounts:
    """The `Accounts` port of contracts: a contract's service is one period of social insurance."""

    def __init__(
        self, register: Register, *, directory: Directory, vault: KmsEncryption, clock: Clock
    ) -> None:
        self._register = register
        self._directory = directory
        self._vault = vault
        self._clock = clock

    def employer(self, number: EstablishmentNumber) -> KnownEmployer | None:
        found = self._register.establishment(number)
        return KnownEmployer(number=number, single_owner=found.single_owner) if found else None

    def worker(self, identity: IdentityNumber, *, fingerprint: str) -> KnownWorker | None:
        person_id = self._register.by_identity(fingerprint)
        known = self._register.contributor(person_id) if person_id else None
        if known is not None:
            return KnownWorker(person_id=known.person_id, birth_date=known.birth_date, country=known.country)
        person = self._directory.find(identity)
        return self._introduced(person, fingerprint=fingerprint) if person else None

    def _introduced(self, person: Person, *, fingerprint: str) -> KnownWorker:
        person_id = str(uuid.uuid4())
        contributor = Contributor(
            person_id=person_id,
            sealed_identity=self._vault.seal(
                person.identity.reveal(), identity_encryption_context(person_id)
            ),
            masked_identity=person.identity.masked(),
            kind=person.identity.kind,
            birth_date=person.birth_date,
            country=person.nationality,
            sex=Sex(person.sex.value),
            name_ar=person.name_ar,
            name_en=person.name_en,
            registered_at=to_rfc3339(self._clock.now()),
        )
        return KnownWorker(
            person_id=person_id,
            birth_date=person.birth_date,
            country=person.nationality,
            introduction=self._register.registering(contributor, fingerprint=fingerprint),
        )

    def change(self, outcome: ContractOutcome, *, contract: Contract, before: Contract | None) -> Change:
        if contract.person_id is None:
            raise ValueError("a contract without a person changes no account")
        head = self._register.head(contract.person_id, SYSTEM)
        periods = self._register.periods(contract.person_id) if before else ()
        standing = next((period for period in periods if before and period.id == before.period_id), None)
        cause = rules.Cause(
            at=self._clock.now(),
            actor="ingest_contract",
            type=event_name(outcome),
            source=SOURCE,
            data={"contract_number": contract.number, "version": contract.version},
        )
        if standing is None:
            if before is not None and before.period_id is not None:
                raise rules.PeriodNotStanding()
            after = self._period(contract, periods=periods, standing=None)
            posting = rules.post(head, period=after, rows=(), cause=cause)
            return Change(after.id, self._register.posting(posting, head=head))
        entries = self._register.entries(contract.person_id, SYSTEM)
        if outcome is ContractOutcome.VOIDED:
            undone = rules.reverse(head, period=standing, entries=entries, cause=cause)
            return Change(None, self._register.posting(undone, head=head))
        after = self._period(contract, periods=periods, standing=standing)
        amended = rules.amend(head, before=standing, entries=entries, after=after, rows=(), cause=cause)
        return Change(after.id, self._register.posting(amended, head=head))

    def _period(
        self,
        contract: Contract,
        *,
        periods: Sequence[RecordedPeriod],
        standing: RecordedPeriod | None,
    ) -> RecordedPeriod:
        """The period as the contract has it; its id is its content, so the order of arrival leaves no trace
        in it.
        """
        service = contract.service
        period_id = ids.stable_id("contract", contract.number, digest(service.model_dump(mode="json")))
        same = next((period for period in periods if period.id == period_id), None)
        return RecordedPeriod(
            id=period_id,
            revision=same.revision + 1 if same else 1,
            person_id=str(contract.person_id),
            establishment=service.establishment,
            system=SYSTEM,
            starts_on=service.starts_on,
            ends_on=service.ends_on,
            wages=(_wage(service),),
            occupation_code=service.occupation_code,
            work_type=service.work_type.value,
            source=Source(kind=SourceKind.CONTRACT, reference=contract.number, version=contract.version),
            state=PeriodState.ENDED if service.ended else PeriodState.ACTIVE,
            flags=("REPORTED_LATE",) if service.late else (),
            registered_at=standing.registered_at if standing else to_rfc3339(self._clock.now()),
        )


def _wage(service: ContractService) -> RecordedWageLine:
    wage = service.wage
    return RecordedWageLine(
        first_month=Month.of(service.starts_on),
        basic=wage.basic,
        housing=wage.housing,
        housing_in_kind=wage.housing_in_kind,
        commission=wage.commission,
        transport=wage.transport,
        other=wage.other,
    )
