"""A contract as Qiwa sends it, version by version, and as it is kept here.

Every event is the whole contract at one version, so what is recorded for a contract is decided by the highest
version that could be applied, whatever arrived before it, after it, or twice.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.dates import CivilDate, Day
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber, person_number
from ishtirak.kernel.insurance import WorkType
from ishtirak.kernel.value import Value
from ishtirak.kernel.wage import AgreedWage, WageAmount

SCHEMA_MAJOR: Final = "1"
NUMBER_FORM: Final = r"^C-[0-9]{4,20}$"
ContractNumber = Annotated[str, Field(pattern=NUMBER_FORM)]
Version = Annotated[int, Field(strict=True, ge=1, le=10**9)]
WorkerNumber = Annotated[
    PersonNumber,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([1-5][0-9]{9}|(AE:)?784[0-9]{12}|(BH:)?[0-9]{9}"
            "|(KW:)?[0-9]{12}|(OM:)?[0-9]{8}|(QA:)?[0-9]{11})$",
            "description": "A national ID, an iqama, a border number, or the number the state of the nationality gave",
        }
    ),
]
"""A number of a member state may come without its state: the nationality beside it names it."""
Name = Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class MessagePart(BaseModel):
    """Part of what Qiwa sends. A field added within the major version is ignored; an error never repeats a value."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class EventType(StrEnum):
    """What happened to the contract on Qiwa."""

    AUTHENTICATED = "contract.authenticated"
    AMENDED = "contract.amended"
    TERMINATED = "contract.terminated"
    EXPIRED = "contract.expired"


ENDINGS: Final = frozenset({EventType.TERMINATED, EventType.EXPIRED})


class TermKind(StrEnum):
    """For a fixed term (محدد المدة) or without one (غير محدد المدة)."""

    FIXED = "FIXED"
    OPEN = "OPEN"


class Employer(MessagePart):
    """The establishment that signed."""

    unified_number: EstablishmentNumber
    name_ar: Name
    name_en: Name


class Worker(MessagePart):
    """The person who signed, as Qiwa knows them; the birth date in the calendar it was issued in."""

    nationality: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")
    identity_number: WorkerNumber = Field(repr=False)
    birth_date: CivilDate = Field(repr=False)
    name_ar: Name
    name_en: Name

    @field_validator("identity_number", mode="before")
    @classmethod
    def _of_the_nationality(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return person_number(value, country=info.data.get("nationality"))


class ContractWage(MessagePart):
    """الأجر, line by line."""

    basic: WageAmount
    housing: WageAmount
    housing_in_kind: bool = Field(strict=True)
    commission: WageAmount
    transport: WageAmount
    other: WageAmount


class ContractTerms(MessagePart):
    """What was agreed. `ends_on` is the agreed last day, or the last day there was once the contract has ended."""

    kind: TermKind
    starts_on: Day
    ends_on: Day | None
    occupation_code: str = Field(pattern=r"^[0-9]{4,8}$")
    work_type: WorkType
    wage: ContractWage

    @property
    def open_ended(self) -> bool:
        return self.kind is TermKind.OPEN or self.ends_on is None


class ContractEvent(MessagePart):
    """عقد موثق: a whole contract at one version. Versions grow by one with every event of the contract."""

    schema_version: str = Field(
        alias="schema", pattern=r"^1\.[0-9]{1,4}$", description="major.minor of this form"
    )
    type: EventType
    contract_number: ContractNumber
    version: Version
    occurred_at: AwareDatetime = Field(strict=True)
    establishment: Employer
    worker: Worker
    terms: ContractTerms

    @property
    def last_day(self) -> date | None:
        """The last day of service: the agreed one, or, for an ending that names none, the day it happened."""
        if self.terms.ends_on is None and self.type in ENDINGS:
            return self.occurred_at.astimezone(RIYADH).date()
        return self.terms.ends_on

    @property
    def ended(self) -> bool:
        return self.type in ENDINGS

    @classmethod
    def document(cls) -> dict[str, Any]:
        """Its JSON schema, as the other side reads it."""
        schema = cls.model_json_schema(by_alias=True)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:ishtirak:qiwa-contract:{SCHEMA_MAJOR}",
        } | schema


class ContractService(Value):
    """What a contract means for the register: the days served and on which terms."""

    establishment: EstablishmentNumber
    starts_on: Day
    ends_on: Day | None
    ended: bool
    occupation_code: str
    work_type: WorkType
    wage: AgreedWage
    late: bool = False
    """Reported in the month after the first day: registered all the same, and flagged."""


class Contract(Value):
    """The contract's own item: the highest version applied, and the period it stands for, if any."""

    number: ContractNumber
    version: Version
    type: EventType
    occurred_at: str
    worker: str
    """The keyed hash of the number the worker was named by: compared, never read back."""
    person_id: str | None
    establishment: EstablishmentNumber
    kind: TermKind
    service: ContractService
    period_id: str | None = None
    gap: bool = False
    """A version between two applied ones never came, or could not be applied: reconciliation asks Qiwa."""
    updated_at: str


class WorkerContract(Value):
    """What is known of one contract of a worker at the highest version noted: with whom, and for which days.

    Both sides signed it on Qiwa, whether the register acts on it or it waits for documents.
    """

    number: ContractNumber
    version: Version
    establishment: EstablishmentNumber
    starts_on: Day
    ends_on: Day | None

    def covers(self, starts_on: date, ends_on: date) -> bool:
        """Whether every day from one to the other is a day of the contract."""
        return self.starts_on <= starts_on and (self.ends_on is None or ends_on <= self.ends_on)


class HoldPlace(StrEnum):
    """What a version that could not be applied is held for, or that it is quarantined."""

    HELD_FOR_DOCUMENTS = "HELD_FOR_DOCUMENTS"
    HELD_FOR_IDENTITY = "HELD_FOR_IDENTITY"
    HELD_FOR_ESTABLISHMENT = "HELD_FOR_ESTABLISHMENT"
    QUARANTINED = "QUARANTINED"


class HoldReason(StrEnum):
    """Why it is held, as somebody can act on it."""

    BACK_DATED = "back_dated"
    PERSON_UNKNOWN = "person_unknown"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    BIRTH_DATE_FROZEN = "birth_date_frozen"
    NUMBER_REPLACED = "number_replaced"
    ESTABLISHMENT_UNKNOWN = "establishment_unknown"
    OPEN_ENDED_FOR_NON_SAUDI = "open_ended_for_non_saudi"
    OTHER_WORKER = "other_worker"
    OTHER_ESTABLISHMENT = "other_establishment"
    OWNER_OF_ESTABLISHMENT = "owner_of_establishment"
    UNKNOWN_SCHEMA = "unknown_schema"
    PERIOD_OVERLAPS = "period_overlaps"
    PERIOD_NOT_STANDING = "period_not_standing"
    REGISTER_REFUSES = "refused_by_register"


class HeldVersion(Value):
    """A version held for somebody's decision. The message itself is kept beside it, encrypted."""

    message_id: str
    number: str | None
    version: int | None
    place: HoldPlace
    reason: HoldReason
    received_at: str


class ContractOutcome(StrEnum):
    """What became of an event; each is counted."""

    REGISTERED = "ContractsRegistered"
    AMENDED = "ContractsAmended"
    ENDED = "ContractsEnded"
    VOIDED = "ContractsVoided"
    NOTED = "ContractsNoted"
    """Applied, and nothing of it concerns the register."""
    ALREADY_APPLIED = "ContractsAlreadyApplied"
    """A duplicate, a replay, a version older than the one applied, or one that is held already."""
    HELD = "ContractsHeld"
    QUARANTINED = "ContractsQuarantined"
