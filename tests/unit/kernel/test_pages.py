"""A list in pages: each item once, in order, and the last page says it is the last."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.pages import Page
from tests.fakes.cursors import PlainCursors

CURSORS = PlainCursors()


def page(found: Sequence[str], *, limit: int) -> Page[str]:
    return Page.of(found, limit=limit, listing="list", position=str, cursors=CURSORS)


@pytest.mark.parametrize(
    ("found", "items", "following"),
    [
        ((), (), None),
        (("a",), ("a",), None),
        (("a", "b"), ("a", "b"), None),
        (("a", "b", "c"), ("a", "b"), "list@b"),
    ],
)
def test_a_page_has_so_many_items_and_a_cursor_where_more_follow(
    found: tuple[str, ...], items: tuple[str, ...], following: str | None
) -> None:
    assert page(found, limit=2) == Page(items, following)


@given(
    everything=st.lists(st.from_regex(r"[a-z]{1,4}", fullmatch=True), unique=True), limit=st.integers(1, 5)
)
def test_page_after_page_is_the_whole_list_once(everything: list[str], limit: int) -> None:
    ordered = sorted(everything)
    seen: list[str] = []
    after: str | None = None
    while True:
        start = CURSORS.read("list", after) if after else ""
        read = page([item for item in ordered if item > start][: limit + 1], limit=limit)
        seen += read.items
        after = read.next
        if after is None:
            break

    assert seen == ordered
