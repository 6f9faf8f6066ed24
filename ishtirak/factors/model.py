"""An authenticator, recovery codes, the tries spent on them, and an enrolment under way."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event


class FactorKind(StrEnum):
    """With what somebody proves, beside the password, who they are."""

    SMS = "SMS"
    TOTP = "TOTP"
    RECOVERY = "RECOVERY"


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """تطبيق المصادقة.

    `encrypted` is its secret, for this item alone. No step up to `last_step` is accepted any more.
    """

    id: str
    encrypted: str = field(repr=False)
    enrolled_at: datetime
    last_step: int


@dataclass(frozen=True)
class RecoveryCode:
    """رمز استرداد.

    `tag` is its keyed hash; the code itself is nowhere.
    """

    tag: str = field(repr=False)
    used: bool = False


@dataclass(frozen=True)
class FactorTries:
    """Tries in a row that proved nothing; `version` lets only one more be counted at a time."""

    version: int = 0
    count: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Everything a person has beside the registered phone. Who never enrolled anything has an empty one."""

    person_id: str
    chain: Chain = field(default_factory=Chain)
    authenticator: Authenticator | None = None
    recovery: tuple[RecoveryCode, ...] = ()
    tries: FactorTries = field(default_factory=FactorTries)

    @property
    def aggregate(self) -> Aggregate:
        return factors_aggregate(self.person_id)

    @property
    def recovery_left(self) -> int:
        """How many recovery codes still work."""
        return sum(not code.used for code in self.recovery)


def factors_aggregate(person_id: str) -> Aggregate:
    """What the events of a person's factors are about."""
    return Aggregate(AggregateKind.FACTORS, person_id)


@dataclass(frozen=True)
class FactorsChange:
    """A change of a person's factors, and its event."""

    before: Factors
    after: Factors
    event: Event


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """An authenticator that is not confirmed yet; it belongs to the challenge whose code confirms it."""

    challenge_id: str
    person_id: str
    authenticator_id: str
    encrypted: str = field(repr=False)


@dataclass(frozen=True)
class BegunEnrolment:
    """What the person is shown once: the secret, as text and as the address an app reads; and when a code comes."""

    challenge_id: str
    expires_at: datetime
    resend_after_seconds: int
    texts_from: datetime | None
    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True)
class ConfirmedFactors:
    """The factors as they are now, and the recovery codes, shown once."""

    factors: Factors
    recovery_codes: tuple[str, ...] = field(repr=False)
