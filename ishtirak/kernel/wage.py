"""The agreed monthly wage, as a contract, a request, the register and the statutes all speak of it."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Value

LARGEST_WAGE: Final = 1_000_000_000
"""Ten million riyals a month for any part of a wage: past any wage, and every sum of parts stays exact in JSON."""

WageAmount = Annotated[Halalas, Field(strict=True, ge=0, le=LARGEST_WAGE, description="halalas a month")]


class Wage(Value):
    """الأجر: the parts of a monthly wage the statutes look at. Housing is an allowance in cash or given in kind."""

    basic: WageAmount
    housing: WageAmount = Halalas(0)
    housing_in_kind: bool = False
    commission: WageAmount = Halalas(0)

    def parts(self) -> dict[str, int]:
        """Its parts by name: what another form of the same wage is made of."""
        return {name: value for name, value in self if name in AgreedWage.model_fields}


class AgreedWage(Wage):
    """The wage with the allowances that a contract names and no statute counts."""

    transport: WageAmount = Halalas(0)
    other: WageAmount = Halalas(0)


class MonthRange(Value):
    """The months a wage line is for, both ends included."""

    first_month: Month
    last_month: Month


class WageLine(Wage, MonthRange):
    """بند أجر: one wage over a range of months."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month < self.first_month:
            raise _out_of_order()
        return self

    def within(self, first: Month, last: Month) -> "WageLine | None":
        """The line cut to those months, or nothing where it has none of them."""
        first, last = max(self.first_month, first), min(self.last_month, last)
        return WageLine(first_month=first, last_month=last, **self.parts()) if first <= last else None


class OpenWageLine(AgreedWage):
    """The wage from one month on, to a last one or without end."""

    first_month: Month
    last_month: Month | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_month is not None and self.last_month < self.first_month:
            raise _out_of_order()
        return self

    def covers(self, month: Month) -> bool:
        """Whether it says the wage of that month."""
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)

    def outside(self, first: Month, last: Month | None) -> tuple[Self, ...]:
        """What the line says of months before the first of these and after their last, where they have one."""
        cut = []
        if self.first_month < first:
            end = first.plus(-1)
            cut.append(self.model_copy(update={"last_month": min(end, self.last_month or end)}))
        if last is not None and (self.last_month is None or self.last_month > last):
            cut.append(self.model_copy(update={"first_month": max(last.next(), self.first_month)}))
        return tuple(cut)

    @classmethod
    def of(cls, wage: Wage, *, first_month: Month, last_month: Month | None = None) -> Self:
        """The line that says that wage from that month on."""
        return cls(first_month=first_month, last_month=last_month, **wage.parts())


def _out_of_order() -> PydanticCustomError:
    return PydanticCustomError("wage_line_order", "A wage line ends in or after its first month")
