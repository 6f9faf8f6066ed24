"""Money is whole halalas. No fraction of one exists, so no binary fraction is ever near it."""

import re
from typing import Final, NewType

from pydantic_core import PydanticCustomError

from ishtirak.kernel.digits import fold

Halalas = NewType("Halalas", int)
"""An amount in hundredths of a riyal; negative only where an entry reverses another."""

HALALAS_PER_RIYAL: Final = 100
_WRITTEN: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def parse_riyals(text: str) -> Halalas:
    """Read `8000`, `8000.5` or `8000.50`; signs, separators and a third decimal are refused, not rounded."""
    parts = _WRITTEN.fullmatch(fold(text))
    if parts is None:
        raise PydanticCustomError("riyals_form", "An amount is written like 8000.00")
    return Halalas(int(parts[1]) * HALALAS_PER_RIYAL + int((parts[2] or "0").ljust(2, "0")))


def format_riyals(amount: Halalas) -> str:
    """Write `8000.50`: the form `parse_riyals` reads back."""
    whole, rest = divmod(abs(amount), HALALAS_PER_RIYAL)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02}"


def share(amount: Halalas, *, numerator: int, denominator: int) -> Halalas:
    """That part of the amount, halves rounded away from zero, so that a reversal undoes what it reverses."""
    doubled = 2 * abs(amount) * numerator + denominator
    part = doubled // (2 * denominator)
    return Halalas(part if amount >= 0 else -part)


def divide(amount: Halalas, *, weights: tuple[int, ...]) -> tuple[Halalas, ...]:
    """Divide the amount by the weights so that the parts sum to it exactly.

    What flooring leaves over goes, a halala each, to the largest remainders; equal remainders are served in
    order. The weights are not negative and not all zero.
    """
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % whole))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return tuple(Halalas(part) for part in parts)
