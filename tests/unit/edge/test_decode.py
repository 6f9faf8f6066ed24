"""What came over the wire is a JSON value within bounds, or it is refused by name; and never slowly."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ishtirak.edge.http.decode import MAX_BYTES, MAX_DEPTH, MAX_NAMES, MAX_STRING, Malformed, TooLarge, decode

PRINTABLE = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
TEXTS = st.text(PRINTABLE, max_size=20)
INTEGERS = st.integers(-(10**17), 10**17)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
).filter(lambda value: depth_of(value) <= MAX_DEPTH)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


def reason_of(raw: bytes) -> Any:
    with pytest.raises(Malformed) as refused:
        decode(raw)
    return refused.value.facts["reason"]


@given(VALUES, st.booleans())
def test_any_value_within_bounds_comes_back_as_it_was_sent(value: Any, escaped: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.text('[]{}":,\\u0019nul \n', max_size=60).map(str.encode)
)
@example(b"\xff")
@example(b'{"a":1}')
def test_any_bytes_are_decoded_or_refused_by_a_named_type(raw: bytes) -> None:
    try:
        value = decode(raw)
    except Malformed as refused:
        assert refused.facts["reason"]  # noqa: PT017 - both ways are right, and one of them happens
    else:
        assert value == json.loads(raw)


def test_64_kib_are_read_and_one_byte_more_is_not() -> None:
    text = ("x" * (MAX_STRING - 2)).join('""').encode()
    whole = b"[" + b",".join([text] * 15) + b"]"
    padded = whole + b" " * (MAX_BYTES - len(whole))

    assert len(decode(padded)) == 15
    with pytest.raises(TooLarge) as refused:
        decode(padded + b" ")

    assert refused.value.facts == {"limit": 65_536}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_16_levels_are_read_and_17_are_not(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    inner = b"" if opening == b"[" else b"1"

    assert decode(opening * 16 + inner + closing * 16) is not None
    assert reason_of(opening * 17 + inner + closing * 17) == "too_deep"


def test_100_000_levels_are_too_large_and_all_that_fit_are_too_deep() -> None:
    with pytest.raises(TooLarge):
        decode(b"[" * 100_000)

    assert reason_of(b"[" * MAX_BYTES) == "too_deep"
    assert reason_of(b'{"a":' * 13_000) == "too_deep"


def test_brackets_inside_strings_are_not_levels() -> None:
    assert decode(b'["' + b"[{" * 500 + b'", "\\"[[[[[[[[[[[[[[[[[["]') is not None


def test_a_quotation_mark_cannot_hide_levels() -> None:
    assert reason_of(b'["\\\\",' + b"[" * 20) == "too_deep"
    assert reason_of(b'["\\\\\\\\",' + b"[" * 20) == "too_deep"


@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_not_a_number_is_refused(literal: bytes) -> None:
    assert reason_of(b'{"basic": %s}' % literal) == "not_a_number"


@pytest.mark.parametrize("literal", [b"1e999", b"-1e999", b"1.0", b"1E2", b"0.1", b"1e-5"])
def test_a_number_with_a_fraction_or_an_exponent_is_refused(literal: bytes) -> None:
    assert reason_of(b"[%s]" % literal) == "not_an_integer"


def test_19_digits_are_read_and_20_are_not() -> None:
    assert decode(b"9" * 19) == int("9" * 19)
    assert reason_of(b"9" * 20) == "number_too_long"
    assert reason_of(b"-" + b"9" * 19) == "number_too_long"
    assert reason_of(b"9" * 60_000) == "number_too_long"


@pytest.mark.parametrize("literal", [b"01", b"+1", b"0x1", b"1_000", b".5", b"1.", "١".encode()])
def test_a_number_in_another_spelling_is_not_json(literal: bytes) -> None:
    assert reason_of(b"[%s]" % literal) == "not_json"


@pytest.mark.parametrize(
    "raw",
    [rb'"\ud800"', rb'"\udc00"', rb'"\udc00\ud800"', rb'{"\ud800": 1}', rb'["a", {"b": "x\udfff"}]'],
)
def test_a_lone_surrogate_is_refused_wherever_it_is(raw: bytes) -> None:
    assert reason_of(raw) == "lone_surrogate"


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert decode(rb'"\ud83d\ude00"') == "\U0001f600"


@pytest.mark.parametrize("raw", [b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'[{"x":{"a":1,"b":2,"a":3}}]'])
def test_a_name_given_twice_is_refused_however_it_is_spelled(raw: bytes) -> None:
    assert reason_of(raw) == "duplicate_name"


def test_the_same_name_in_two_objects_is_given_once_in_each() -> None:
    assert decode(b'[{"a":1},{"a":2}]') == [{"a": 1}, {"a": 2}]


def test_200_names_are_read_and_201_are_not_in_one_object_or_many() -> None:
    def one(count: int) -> bytes:
        return json.dumps({f"name{number}": 0 for number in range(count)}).encode()

    def many(count: int) -> bytes:
        return json.dumps([{"name": 0}] * count).encode()

    for build in (one, many):
        assert decode(build(MAX_NAMES)) is not None
        assert reason_of(build(MAX_NAMES + 1)) == "too_many_names"


def test_a_long_string_or_name_is_refused() -> None:
    assert decode(json.dumps("ا" * MAX_STRING, ensure_ascii=False).encode()) is not None
    assert reason_of(json.dumps("x" * (MAX_STRING + 1)).encode()) == "string_too_long"
    assert reason_of(json.dumps({"x" * (MAX_STRING + 1): 1}).encode()) == "string_too_long"


def test_a_byte_order_mark_is_not_json() -> None:
    assert reason_of(b"\xef\xbb\xbf{}") == "not_json"


@pytest.mark.parametrize(
    "raw",
    [b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b"\xff\xfe{\x00}\x00", b'"\xd8'],
)
def test_bytes_that_are_not_utf_8_are_refused(raw: bytes) -> None:
    assert reason_of(raw) == "not_utf8"


@pytest.mark.parametrize("number", [0, 1, 7, 8, 11, 12, 13, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9B, 0x9F])
def test_a_control_character_is_refused_however_it_is_spelled(number: int) -> None:
    assert reason_of(b'"\\u%04x"' % number) == "control_character"
    raw = f'"{chr(number)}"'.encode()
    assert reason_of(raw) in ("control_character", "not_json")


def test_lines_and_tabs_in_a_text_are_text() -> None:
    assert decode(rb'"a\nb\tc"') == "a\nb\tc"


@pytest.mark.parametrize("number", [0xFFFE, 0xFFFF, 0xFDD0, 0xFDEF, 0x1FFFE, 0x10FFFF])
def test_a_noncharacter_is_refused(number: int) -> None:
    assert reason_of(json.dumps(chr(number)).encode()) == "noncharacter"


@pytest.mark.parametrize(
    "raw", [b"", b" ", b"{", b"{}{}", b"{},", b"[1,]", b"{'a':1}", b"nul", b"True", b'{"a"}', b'"a']
)
def test_what_is_not_one_json_value_is_refused(raw: bytes) -> None:
    assert reason_of(raw) == "not_json"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "escaped quotes without an end": lambda: b'"' + b'\\"' * 32_000,
    "quotes": lambda: b'"a' * 20_000,
    "backslashes": lambda: b'["' + b"\\" * 65_000,
    "levels": lambda: b"[" * 65_000,
    "digits": lambda: b"1" * 65_000,
    "names": lambda: b'{"a":1,' * 9_000,
    "white space": lambda: b" " * 65_000 + b"x",
    "empty lists": lambda: b"[" + b"[]," * 21_000 + b"1]",
    "escapes": lambda: b'"' + b"\\u0061" * 10_900 + b'"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_long_to_refuse_or_read(name: str) -> None:
    raw = HOSTILE[name]()
    started = time.process_time()

    with suppress(Malformed):
        decode(raw)

    assert time.process_time() - started < 0.5
