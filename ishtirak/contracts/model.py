"""A contract as Qiwa sends it, version by version, and as it is kept here.

Every event is the whole contract at one version. What is recorded for a contract is a function of the set of its
versions (`contracts.life`): which came before another, after it, or twice leaves no trace.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.dates import CivilDate, Day, Moment
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber, person_number
from ishtirak.kernel.insurance import Route, WorkType
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.text import NAME
from ishtirak.kernel.value import Value
from ishtirak.kernel.wage import AgreedWage, OpenWageLine, WageAmount

SCHEMA_MAJOR: Final = "1"
NUMBER_FORM: Final = r"^C-[0-9]{4,20}$"
ContractNumber = Annotated[str, Field(pattern=NUMBER_FORM)]
MOST_VERSIONS: Final = 200
"""How many versions of one contract are kept: past any real one, and well within one item."""
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
Name = Annotated[str, NAME, Field(repr=False)]


class MessagePart(BaseModel):
    """Part of what Qiwa sends. A field added within the major version is ignored; an error never repeats a value."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class EventType(StrEnum):
    """What happened to the contract on Qiwa."""

    PENDING = "contract.pending"
    REJECTED = "contract.rejected"
    CANCELLED = "contract.cancelled"
    AUTHENTICATED = "contract.authenticated"
    AMENDED = "contract.amended"
    TERMINATED = "contract.terminated"
    EXPIRED = "contract.expired"


OFFERS: Final = frozenset({EventType.PENDING, EventType.REJECTED, EventType.CANCELLED})
"""What happens to a contract that waits for the worker's reply: none of it concerns the register."""
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
    occurred_at: Moment
    establishment: Employer
    worker: Worker
    terms: ContractTerms

    @property
    def occurred_on(self) -> date:
        """The day it happened in the kingdom."""
        return self.occurred_at.astimezone(RIYADH).date()

    @property
    def last_day(self) -> date | None:
        """The last day of service: the agreed one, or, for an ending that names none, the day it happened."""
        if self.terms.ends_on is None and self.type in ENDINGS:
            return self.occurred_on
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
    HELD_FOR_AUTHORITY = "HELD_FOR_AUTHORITY"
    QUARANTINED = "QUARANTINED"


class HoldReason(StrEnum):
    """Why it is held, as somebody can act on it. Those of the statutes have the code of the rule's refusal."""

    BACK_DATED = "back_dated"
    PERSON_UNKNOWN = "person_unknown"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    BIRTH_DATE_FROZEN = "birth_date_frozen"
    NUMBER_REPLACED = "number_replaced"
    ESTABLISHMENT_UNKNOWN = "establishment_unknown"
    DATES_NOT_KNOWN = "dates_not_known"
    OPEN_ENDED_FOR_NON_SAUDI = "open_ended_for_non_saudi"
    OTHER_WORKER = "other_worker"
    OTHER_ESTABLISHMENT = "other_establishment"
    OCCURS_IN_THE_FUTURE = "occurs_in_the_future"
    REPLIED_TOO_LATE = "replied_too_late"
    CONTRACT_CANCELLED = "contract_cancelled"
    WAGE_BEYOND_BOUNDS = "wage_beyond_bounds"
    TOO_MANY_VERSIONS = "too_many_versions"
    UNKNOWN_SCHEMA = "unknown_schema"
    MALFORMED = "malformed"
    """Signed by Qiwa, but not an event of the agreed form."""
    PERIOD_OVERLAPS = "period_overlaps"
    PERIOD_NOT_STANDING = "period_not_standing"
    REGISTER_REFUSES = "refused_by_register"
    DATE_OUTSIDE_TABLES = "date_outside_tables"
    NOT_IN_TABLES = "not_in_tables"
    SYSTEM_NOT_FOR_NATIONALITY = "system_not_for_nationality"
    DATES_COME_FROM_THE_AUTHORITY = "dates_come_from_the_authority"
    OWNER_CANNOT_BE_REGISTERED = "owner_cannot_be_registered"
    STARTS_IN_THE_FUTURE = "starts_in_the_future"
    ENDS_AFTER_THE_REQUEST = "ends_after_the_request"
    OUTSIDE_THE_WINDOW = "outside_the_window"
    OVERLAPS_RECORDED_PERIOD = "overlaps_recorded_period"
    AMENDED_PERIOD_UNKNOWN = "amended_period_unknown"
    BIRTH_DATE_OUTSIDE_TABLES = "birth_date_outside_tables"
    BELOW_MINIMUM_AGE = "below_minimum_age"
    ABOVE_ANNUITIES_AGE = "above_annuities_age"
    NO_BRANCH_COVERS = "no_branch_covers"
    WAGE_MISSING = "wage_missing"
    WAGE_GIVEN_TWICE = "wage_given_twice"
    WAGE_OUTSIDE_PERIOD = "wage_outside_period"
    HOUSING_GIVEN_TWICE = "housing_given_twice"
    WAGE_NOT_POSITIVE = "wage_not_positive"
    WAGE_CORRECTION_TOO_LATE = "wage_correction_too_late"


class VersionState(StrEnum):
    """What became of a version that was received."""

    RECEIVED = "RECEIVED"
    APPLIED = "APPLIED"
    NOTED = "NOTED"
    """It tells of a contract that is no contract yet, or no longer: nothing of it concerns the register."""
    AWAITING = "AWAITING"
    """The contract is not authenticated, as far as is known here (QIW-01)."""
    HELD = "HELD"


class ContractVersion(Value):
    """What of one version is decided on: its terms, and the day in the kingdom on which it came about."""

    version: Version
    type: EventType
    occurred_on: Day
    kind: TermKind
    starts_on: Day
    ends_on: Day | None
    """The last day of service: the agreed one, or the one there was."""
    ended: bool
    occupation_code: str
    work_type: WorkType
    wage: AgreedWage
    state: VersionState = VersionState.RECEIVED
    reason: HoldReason | None = None

    @property
    def content(self) -> "ContractVersion":
        """The version as it was received, whatever became of it."""
        return self.model_copy(update={"state": VersionState.RECEIVED, "reason": None})

    @property
    def served(self) -> bool:
        """Whether any day of it was, or will be, served."""
        return self.ends_on is None or self.ends_on >= self.starts_on


class ContractService(Value):
    """What the versions of a contract that count come to, for the register: the days served, by which route each was
    reported, and on which terms.
    """

    starts_on: Day
    ends_on: Day | None
    ended: bool
    occupation_code: str
    work_type: WorkType
    wages: tuple[OpenWageLine, ...]
    registered: tuple[RegisteredDays, ...]
    taken_out: tuple[RegisteredDays, ...] = ()
    """Days that had passed when a version took them out: put back, they keep their route."""
    taken_out_wages: tuple[OpenWageLine, ...] = ()
    end_reported_late: bool = False
    """Told of after the last day of the leaving month (regulation art. 6)."""

    @property
    def known(self) -> tuple[RegisteredDays, ...]:
        """Every day that is registered, or was until a version took it out."""
        return (*self.registered, *self.taken_out)

    @property
    def reported_late(self) -> bool:
        """Whether any of its days was reported after the employer's deadline."""
        return any(days.route is not Route.ON_TIME for days in self.registered)


class Contract(Value):
    """The contract's own item: every version received, what became of each, and what they come to."""

    number: ContractNumber
    revision: int = Field(ge=1)
    """Grows with every write of the item."""
    worker: str
    """The keyed hash of the worker's identity number: compared, never read back."""
    person_id: str | None
    establishment: EstablishmentNumber
    versions: tuple[ContractVersion, ...] = Field(min_length=1, max_length=MOST_VERSIONS)
    """In their order, each once."""
    service: ContractService | None
    """What stands in the register for it; None where nothing does."""
    updated_at: str

    @property
    def version(self) -> int | None:
        """The highest version that was applied."""
        return self.highest.version if self.highest else None

    @property
    def highest(self) -> ContractVersion | None:
        applied = [each for each in self.versions if each.state is VersionState.APPLIED]
        return applied[-1] if applied else None

    @property
    def gap(self) -> bool:
        """Whether a version below the highest applied one never came, or could not be applied."""
        settled = {
            each.version for each in self.versions if each.state in (VersionState.APPLIED, VersionState.NOTED)
        }
        return any(version not in settled for version in range(1, self.version or 1))

    def received(self, version: int) -> ContractVersion | None:
        """The version as it was received, if it was."""
        return next((each for each in self.versions if each.version == version), None)


class HeldVersion(Value):
    """A version held for somebody's decision. The message itself is kept beside it, encrypted."""

    message_id: str
    number: str | None
    version: int | None
    place: HoldPlace
    reason: HoldReason
    received_at: str
    fields: tuple[str, ...] = ()
    """The fields that are not as agreed, by their path; what stands in them is in the message alone."""


class ContractOutcome(StrEnum):
    """What became of an event; each is counted."""

    REGISTERED = "ContractsRegistered"
    AMENDED = "ContractsAmended"
    ENDED = "ContractsEnded"
    VOIDED = "ContractsVoided"
    NOTED = "ContractsNoted"
    """Applied, and nothing of it concerns the register."""
    AWAITING = "ContractsAwaitingAuthentication"
    """Kept until the contract's authentication comes; nothing stands in the register."""
    ALREADY_APPLIED = "ContractsAlreadyApplied"
    """A duplicate, a replay, or a version that is held already."""
    HELD = "ContractsHeld"
    QUARANTINED = "ContractsQuarantined"
