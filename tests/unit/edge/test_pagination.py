"""Pages over HTTP: what may be asked for, and cursors nobody can make up."""

import pytest

from ishtirak.edge.pagination import DEFAULT_LIMIT, PAGE, SignedCursors
from ishtirak.kernel.errors import Invalid, Unavailable
from ishtirak.kernel.pages import Page
from tests.fakes.otp import KnownMac

POSITION = "7000000001/2026-11-22#00000000-0000-4000-8000-000000000001"


def test_a_cursor_leads_back_to_its_position_in_its_list() -> None:
    cursors = SignedCursors(KnownMac())

    cursor = cursors.write("bills", POSITION)

    assert cursors.read("bills", cursor) == POSITION
    assert POSITION not in cursor


def test_a_cursor_of_another_list_or_another_key_is_refused() -> None:
    cursors, others = (
        SignedCursors(KnownMac()),
        SignedCursors(KnownMac(key=b"another key of the tests, bytes")),
    )

    for foreign in (cursors.write("contributors", POSITION), others.write("bills", POSITION)):
        with pytest.raises(Invalid) as refused:
            cursors.read("bills", foreign)

        assert refused.value.pointer == "/after"


def test_a_cursor_touched_anywhere_is_refused() -> None:
    cursors = SignedCursors(KnownMac())
    cursor = cursors.write("bills", POSITION)
    touched = [cursor[:at] + chr(ord(cursor[at]) ^ 1) + cursor[at + 1 :] for at in range(len(cursor))]

    for other in [*touched, cursor + "=", cursor + "!", cursor[:-1], cursor + "AA", "", "é", "x", "ZZZZ"]:
        with pytest.raises(Invalid):
            cursors.read("bills", other)


def test_no_cursor_is_read_or_written_without_the_key() -> None:
    cursor = SignedCursors(KnownMac()).write("bills", POSITION)
    without_key = SignedCursors(KnownMac(broken=True))

    with pytest.raises(Unavailable):
        without_key.read("bills", cursor)
    with pytest.raises(Unavailable):
        without_key.write("bills", POSITION)


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


def test_a_page_is_fifty_long_and_the_first_unless_something_else_is_asked() -> None:
    assert (PAGE["limit"](None), PAGE["after"](None)) == (DEFAULT_LIMIT, None)
    assert (PAGE["limit"]("100"), PAGE["after"]("x")) == (100, "x")


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        *(("limit", text) for text in ("", "0", "101", "-1", "1.5", "٥", "9" * 40)),
        ("after", ""),
        ("after", "x" * 401),
    ],
)
def test_what_is_no_page_is_a_field_to_correct(parameter: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        PAGE[parameter](text)

    assert refused.value.pointer == f"/{parameter}"
