"""Reference numbers a person can read out: `ISH-1448-7Q4M2KX9-V`, Crockford's base 32 with his check symbol.

Latin digits and letters always, without I, L, O and U; the last symbol catches every single wrong symbol and
every swap of neighbours (Crockford's modulo-37 check).
"""

import hashlib
from datetime import date

from ishtirak.kernel.dates import CivilDate

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
_LENGTH = 8


def reference_of(identity: str, *, on: date) -> str:
    """The reference of a thing with this id, in the Hijri year of `on`: the same id gives the same reference."""
    number = int.from_bytes(hashlib.sha256(identity.encode()).digest()) % 32**_LENGTH
    year = CivilDate.of(on).hijri().year
    body = "".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"ISH-{year}-{body}-{_SYMBOLS[number % 37]}"


def is_reference(text: str) -> bool:
    """Whether the text has the form of a reference and its check symbol holds."""
    parts = text.upper().split("-")
    if len(parts) != 4 or parts[0] != "ISH" or len(parts[2]) != _LENGTH or len(parts[3]) != 1:
        return False
    if any(symbol not in _SYMBOLS[:32] for symbol in parts[2]):
        return False
    number = 0
    for symbol in parts[2]:
        number = number * 32 + _SYMBOLS.index(symbol)
    return _SYMBOLS[number % 37] == parts[3]
