"""Strict decoding of what came over the wire, before any model sees it.

JSON as RFC 8259 and I-JSON (RFC 7493) would have it: UTF-8, no duplicate names, no NaN, no lone surrogates or
noncharacters; and bounded: size, depth, number of names, length of numbers and strings. Parsers disagree about
everything outside of that.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from ishtirak.kernel.errors import DomainError

MAX_BYTES = 65_536
MAX_DEPTH = 16
MAX_NAMES = 200
MAX_DIGITS = 19
MAX_STRING = 4_096

# possessive, and an unfinished string is one too: linear in whatever is sent
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NONCHARACTER = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


class Malformed(DomainError):
    """The body is not JSON we read (400)."""

    code = "malformed_body"


class TooLarge(DomainError):
    """The body is larger than any form of ours (413)."""

    code = "body_too_large"


def decode(raw: bytes) -> Any:
    """The JSON value in `raw`, or a refusal."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(limit=MAX_BYTES)
    try:
        text = raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        raise Malformed(reason="not_utf8") from None
    _bound_depth(text)
    names = 0

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal names
        names += len(pairs)
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Malformed(reason="duplicate_name")
        if names > MAX_NAMES:
            raise Malformed(reason="too_many_names")
        return found

    try:
        value = json.loads(
            text,
            object_pairs_hook=unique,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_no_float,
        )
    except (json.JSONDecodeError, RecursionError):
        raise Malformed(reason="not_json") from None
    _bound_strings([value])
    return value


def _bound_depth(text: str) -> None:
    depth = 0
    for sign in _BRACKETS.findall(_STRINGS.sub("", text)):
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed(reason="too_deep")
        else:
            depth -= 1


def _no_constant(name: str) -> NoReturn:
    raise Malformed(reason="not_a_number")


def _no_float(literal: str) -> NoReturn:
    raise Malformed(reason="not_an_integer")


def _integer(literal: str) -> int:
    if len(literal) > MAX_DIGITS:
        raise Malformed(reason="number_too_long")
    return int(literal)


def _bound_strings(values: Iterable[Any]) -> None:
    for value in values:
        if isinstance(value, str):
            _bound_string(value)
        elif isinstance(value, dict):
            _bound_strings(value.keys())
            _bound_strings(value.values())
        elif isinstance(value, list):
            _bound_strings(value)


def _bound_string(value: str) -> None:
    if len(value) > MAX_STRING:
        raise Malformed(reason="string_too_long")
    if _SURROGATE.search(value):
        raise Malformed(reason="lone_surrogate")
    if _CONTROL.search(value):
        raise Malformed(reason="control_character")
    if _NONCHARACTER.search(value):
        raise Malformed(reason="noncharacter")
