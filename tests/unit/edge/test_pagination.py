"""Pages over HTTP: what of a query is acceptable, and cursors nobody can make up."""

import string
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.edge.http.problems import FieldsRefused
from ishtirak.edge.http.query import read_query
from ishtirak.edge.pagination import DEFAULT_LIMIT, MAX_LIMIT, PageQuery, SignedCursors
from ishtirak.kernel.errors import Invalid, Unavailable
from ishtirak.kernel.pages import Page
from tests.fakes.otp import KnownMac

POSITION = "2026-12-06T20:59:59.000Z#11111111-1111-4111-8111-111111111111"


CURSORS = SignedCursors(KnownMac())
CURSOR = CURSORS.write("queue/OFFICER", POSITION)


@given(listing=st.text(max_size=40), position=st.text(max_size=120))
def test_a_cursor_leads_back_to_its_position(listing: str, position: str) -> None:
    cursor = CURSORS.write(listing, position)

    assert CURSORS.read(listing, cursor) == position
    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")


def page(**given: str | None) -> PageQuery:
    """The query of a list, of the parameters that are there."""
    return read_query(PageQuery, {name: [text] for name, text in given.items() if text is not None})


def refused_parameters(**given: str) -> list[object]:
    with pytest.raises(FieldsRefused) as refusal:
        page(**given)
    return [place for error in refusal.value.cause.errors() for place in error["loc"]]


def refused(cursor: str, *, listing: str = "queue/OFFICER", by: SignedCursors = CURSORS) -> None:
    with pytest.raises(Invalid) as refusal:
        by.read(listing, cursor)
    assert refusal.value.pointer == "/after"


def test_a_cursor_of_another_list_is_refused() -> None:
    refused(CURSOR, listing="queue/SUPERVISOR")


def test_a_cursor_of_another_key_is_refused() -> None:
    refused(CURSOR, by=SignedCursors(KnownMac(key=b"another key of the tests, bytes")))


def test_the_end_of_a_lists_name_is_not_the_beginning_of_a_position() -> None:
    """The hash of `list|x` at `y` is not the one of `list` at `x|y`."""
    genuine = CURSORS.write("list|x", "y")
    tag = urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4))[:16]
    forged = urlsafe_b64encode(tag + b"x|y").decode().rstrip("=")

    refused(forged, listing="list")


@pytest.mark.parametrize("place", range(len(CURSOR)))
def test_a_cursor_with_any_character_changed_is_refused(place: int) -> None:
    for other in "AQgwZz09-_":
        if other != CURSOR[place]:
            refused(CURSOR[:place] + other + CURSOR[place + 1 :])


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "A",
        "AAAA",
        CURSOR[:-1],
        CURSOR[1:],
        CURSOR + "A",
        CURSOR + "=",
        CURSOR + "\n",
        CURSOR[:8] + "!" + CURSOR[8:],
        CURSOR.replace(CURSOR[5], "é"),
        POSITION,
        "ّ" * 20,
    ],
)
def test_what_is_no_cursor_of_ours_is_refused(cursor: str) -> None:
    refused(cursor)


@given(cursor=st.text(max_size=200))
def test_nothing_made_up_is_a_cursor(cursor: str) -> None:
    refused(cursor)


def test_a_position_is_not_in_its_cursor_as_it_is() -> None:
    assert POSITION not in CURSOR


def test_a_cursor_costs_one_call_to_the_key() -> None:
    mac = KnownMac()
    cursors = SignedCursors(mac)

    cursors.read("list", cursors.write("list", POSITION))

    assert mac.asked == 2


def test_no_cursor_is_read_or_written_without_the_key() -> None:
    without_key = SignedCursors(KnownMac(broken=True))

    with pytest.raises(Unavailable):
        without_key.read("queue/OFFICER", CURSOR)
    with pytest.raises(Unavailable):
        without_key.write("queue/OFFICER", POSITION)


def test_only_a_page_that_something_follows_has_a_cursor() -> None:
    mac = KnownMac()
    cursors = SignedCursors(mac)

    last = Page.of("ab", limit=2, listing="letters", position=str, cursors=cursors)
    asked_for_last = mac.asked
    first = Page.of("abc", limit=2, listing="letters", position=str, cursors=cursors)

    assert (last, asked_for_last) == (Page(("a", "b"), None), 0)
    assert first.items == ("a", "b")
    assert first.next is not None
    assert cursors.read("letters", first.next) == "b"


@pytest.mark.parametrize(("text", "limit"), [(None, DEFAULT_LIMIT), ("1", 1), (str(MAX_LIMIT), MAX_LIMIT)])
def test_a_limit_is_a_number_of_items(text: str | None, limit: int) -> None:
    assert page(limit=text).limit == limit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "00",
        "050",
        "0000509999",
        "0" * 5_000,
        "5\n",
        "-1",
        "+1",
        " 1",
        "1.0",
        "101",
        "1000000",
        "000100999",
        "٥",
        "²",
        "x",
        "1_0",
        "1.5",
        "9" * 40,
    ],
)
def test_a_limit_is_between_one_and_the_largest_page(text: str) -> None:
    assert refused_parameters(limit=text) == ["limit"]


def test_the_first_page_is_after_nothing() -> None:
    assert page().after is None
    assert page(after=CURSOR).after == CURSOR


@pytest.mark.parametrize("text", ["", "A" * 701, "A=", "A B", "أ", "A\n"])
def test_an_empty_or_an_endless_cursor_is_refused(text: str) -> None:
    assert refused_parameters(after=text) == ["after"]


def test_the_longest_cursor_of_ours_is_accepted() -> None:
    longest = CURSORS.write("contributors", f"{'9' * 30}#{'f' * 36}")

    assert page(after=longest).after == longest
