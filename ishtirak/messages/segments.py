"""How many messages a text costs, and how to keep a date readable inside an Arabic sentence."""

import re
from typing import Final

_GSM_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_FLIPPING: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|\+[0-9]{8,15}|[0-9]{2,4}(?:-[0-9]{2,4}){1,3}")
LEFT_TO_RIGHT_ISOLATE: Final = "\u2066"
POP_ISOLATE: Final = "\u2069"


def is_gsm(text: str) -> bool:
    """Whether the text fits the GSM 7-bit alphabet; one Arabic letter is enough to need UCS-2."""
    return all(letter in _GSM_ALPHABET or letter in _GSM_EXTENSION for letter in text)


def utf16_units(text: str) -> int:
    """The length in UTF-16 code units: what a UCS-2 message is counted in."""
    return len(text.encode("utf-16-le", "surrogatepass")) >> 1


def _gsm_units(letter: str) -> int:
    return 2 if letter in _GSM_EXTENSION else 1


def _ucs2_units(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1


def segments(text: str) -> int:
    """How many messages the text is sent as; a letter of two units is never split between two of them."""
    single, chained, units_of = (160, 153, _gsm_units) if is_gsm(text) else (70, 67, _ucs2_units)
    units = [units_of(letter) for letter in text]
    if sum(units) <= single:
        return 1
    count, room = 1, chained
    for unit in units:
        if unit > room:
            count, room = count + 1, chained
        room -= unit
    return count


def isolate(text: str) -> str:
    """Wrap every date and dashed or international phone number, lest the Arabic around it turn it round."""
    return _FLIPPING.sub(rf"{LEFT_TO_RIGHT_ISOLATE}\g<0>{POP_ISOLATE}", text)
