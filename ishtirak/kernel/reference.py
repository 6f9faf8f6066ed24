"""Reference numbers a person can read out: `ISH-1448-7Q4M2KX9-V`, Crockford's base 32 with his check symbol.

Latin digits and letters always, without I, L, O and U; the last symbol catches every single wrong symbol and
every swap of neighbours (Crockford's modulo-37 check). References whose check would be one of his five signs
(`*~$=U`) are left out: nobody should have to read those out.
"""

import hashlib
import re
from datetime import date
from itertools import count

from ishtirak.kernel.dates import CivilDate

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = len(_SYMBOLS)
_LENGTH = 8
_SPACE = 1 << 5 * _LENGTH
_FORM = re.compile(rf"ISH-[0-9]{{4}}-([{_SYMBOLS}]{{{_LENGTH}}})-([{_SYMBOLS}])")


def reference_of(identity: str, *, on: date) -> str:
    """The reference of a thing with this id, in the Hijri year of `on`: the same id gives the same reference."""
    numbers = (_number(f"{identity}#{turn}") for turn in count())
    number = next(number for number in numbers if number % 37 < _LETTERS)
    year = CivilDate.of(on).hijri().year
    body = "".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"ISH-{year}-{body}-{_SYMBOLS[number % 37]}"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) % _SPACE


def is_reference(text: str) -> bool:
    """Whether the text has the form of a reference and its check symbol holds."""
    form = _FORM.fullmatch(text.upper()) if text.isascii() else None
    if form is None:
        return False
    body, check = form.groups()
    number = 0
    for symbol in body:
        number = number * _LETTERS + _SYMBOLS.index(symbol)
    return number % 37 == _SYMBOLS.index(check)
