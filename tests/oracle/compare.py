"""The oracle beside another reckoner of the same rules: the first act of a life on which they differ.

The other one is reached through `Reckoner` alone; `tests/oracle/engine.py` makes one of the product.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from tests.oracle.facts import Act, Answer, Late, Person, Refused, Row
from tests.oracle.lives import Told
from tests.oracle.money import late


@dataclass(frozen=True)
class Charged:
    """An answer, with what each of its months costs when paid on a day."""

    answer: Answer
    late: tuple[Late, ...] = ()


class Reckoner(Protocol):
    """Somebody who keeps a register of one person and answers in the oracle's own words."""

    def apply(self, act: Act, *, paid_on: date) -> Charged:
        """What the act changes. Of several reasons to refuse it one is enough."""

    def rows(self, number: int) -> tuple[Row, ...]:
        """What the register holds of a period, the `number`-th that was added."""


@dataclass(frozen=True)
class Disagreement:
    """Where two answers part."""

    person: Person
    acts: tuple[Act, ...]
    """The acts so far; the last is the one they disagree on."""
    what: str
    oracle: object
    other: object

    def __str__(self) -> str:
        acts = "\n".join(f"  {act}" for act in self.acts)
        return f"{self.what}\n  {self.person}\n{acts}\noracle  {self.oracle}\nother   {self.other}"


def first_disagreement(told: Told, *, other: Reckoner) -> Disagreement | None:
    """The other lives the life too; every answer, and in the end every row of the register, have to be equal."""
    life = told.life
    for place, (act, ours) in enumerate(zip(life.acts, told.answers, strict=True)):
        paid_on = act.requested_on + timedelta(days=17 * place + act.starts.day)
        theirs = other.apply(act, paid_on=paid_on)
        for what, one, two in _told(ours, theirs, paid_on=paid_on):
            if one != two:
                return Disagreement(life.person, life.acts[: place + 1], what, one, two)
    for period in told.register.periods:
        rows = told.register.rows(period.number), other.rows(period.number)
        if rows[0] != rows[1]:
            return Disagreement(life.person, life.acts, f"rows of period {period.number}", *rows)
    return None


def _told(ours: Answer, theirs: Charged, *, paid_on: date) -> list[tuple[str, object, object]]:
    if isinstance(ours, Refused):
        agreed = isinstance(theirs.answer, Refused) and theirs.answer.reasons <= ours.reasons
        return [] if agreed else [("refusal", ours, theirs.answer)]
    return [
        ("answer", ours, theirs.answer),
        ("fines", tuple(late(row, paid_on=paid_on) for row in ours.rows), theirs.late),
    ]
