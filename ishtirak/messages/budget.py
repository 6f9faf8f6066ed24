"""How many text messages leave in an hour, all people together, and which go first when they run short.

Whoever finds a way to make the system send texts makes the authority pay for each (toll fraud). Limits for each person,
phone and address do not bound the sum; this does. What is kept for codes no notice may use: a code is of no use later,
a notice is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, Protocol, Self
from zlib import crc32

from pydantic import Field, model_validator

from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.transaction import Items
from ishtirak.kernel.value import Value

SHARDS: Final = 16
"""The counters an hour has. One item takes some forty transactions a second; sixteen take what an hour may hold."""
_HOUR: Final = timedelta(hours=1)


class TextKind(StrEnum):
    """What a text is: a code goes before a notice."""

    CODE = "CODE"
    NOTICE = "NOTICE"


class SmsBudget(Value):
    """The limits of one hour."""

    an_hour: int = Field(gt=0)
    kept_for_codes: int = Field(ge=0)

    @model_validator(mode="after")
    def _leaves_something_for_notices(self) -> Self:
        if self.kept_for_codes >= self.an_hour:
            raise ValueError("nothing is left for notices")
        return self

    @property
    def for_notices(self) -> int:
        """The most notices of an hour."""
        return self.an_hour - self.kept_for_codes


@dataclass(frozen=True)
class ShardUse:
    """What one counter of an hour says: texts of both kinds, and the notices among them."""

    texts: int = 0
    notices: int = 0


@dataclass(frozen=True)
class HourUse:
    """An hour (its first moment) and its counters."""

    hour: datetime
    shards: Sequence[ShardUse] = (ShardUse(),) * SHARDS

    @property
    def texts(self) -> int:
        return sum(shard.texts for shard in self.shards)

    @property
    def notices(self) -> int:
        return sum(shard.notices for shard in self.shards)


@dataclass(frozen=True)
class Charge:
    """One text to be counted at one counter while that has room: `most_texts`, and for a notice `most_notices`."""

    hour: datetime
    shard: int
    kind: TextKind
    most_texts: int
    most_notices: int


class SmsBudgets(Protocol):
    """Where the texts of each hour are counted."""

    def use(self, hour: datetime) -> HourUse:
        """What was counted in that hour so far."""

    def charge(self, charge: Charge) -> Items:
        """The write that counts the text. Its refusal is `ChangedMeanwhile`, when the counter has no room any more."""

    def charged(self, reference: str) -> bool:
        """Whether `remember` was written for the text."""

    def remember(self, reference: str, *, at: datetime) -> Items:
        """The write that says of a text that it was counted. Its refusal is `ChangedMeanwhile`: somebody said so."""


class BudgetGauge(Protocol):
    """Where it is shown how much of an hour's budget is used; an alarm looks at it."""

    def show(self, percent: int) -> None: ...


@cache
def budgets() -> Table[SmsBudget]:
    """Every budget there was, read once per process."""
    return read_table(Path(__file__).with_name("budget.json"), Table[SmsBudget])


def budget_on(day: date) -> SmsBudget:
    """The budget in force on a day."""
    return budgets().at(day).value


def hour_of(at: datetime) -> datetime:
    """The first moment of the hour."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def next_hour(at: datetime) -> datetime:
    """When the next budget begins."""
    return hour_of(at) + _HOUR


def place(use: HourUse, *, kind: TextKind, reference: str, budget: SmsBudget) -> Charge | None:
    """The counter to count a text at: its own, or the next that has room; None when none has."""
    own = crc32(reference.encode()) % SHARDS
    for number in (*range(own, SHARDS), *range(own)):
        charge = Charge(
            hour=use.hour,
            shard=number,
            kind=kind,
            most_texts=_share(budget.an_hour, number),
            most_notices=_share(budget.for_notices, number),
        )
        if has_room(use.shards[number], charge):
            return charge
    return None


def has_room(shard: ShardUse, charge: Charge) -> bool:
    """Whether one more text of the kind may be counted there."""
    return shard.texts < charge.most_texts and (
        charge.kind is TextKind.CODE or shard.notices < charge.most_notices
    )


def percent_used(use: HourUse, *, budget: SmsBudget) -> int:
    """How much of the hour's budget is used: of all of it or of what notices may use, whichever is fuller."""
    return max(100 * use.texts // budget.an_hour, 100 * use.notices // budget.for_notices)


def _share(limit: int, number: int) -> int:
    """What of a limit one counter may count; the shares add up to the limit."""
    return limit // SHARDS + (number < limit % SHARDS)
