"""A list in pages: where one ends and the next begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Cursors(Protocol):
    """Positions in lists as somebody outside may carry them: opaque, and not to be made up."""

    def write(self, listing: str, position: str) -> str:
        """The cursor that continues this list after this position."""

    def read(self, listing: str, cursor: str) -> str:
        """The position a cursor of this list stands for; `Invalid` (`/after`) for anything we did not write."""


class Listing[Found](Protocol):
    """A list as a store gives it: at most `limit` of it, from after a position on."""

    def __call__(self, *, limit: int, after: str | None) -> Sequence[Found]: ...


@dataclass(frozen=True)
class Page[Item]:
    """Some of a list, in its order; `next` is the cursor of the following page, None on the last."""

    items: tuple[Item, ...]
    next: str | None

    @classmethod
    def of[Found](
        cls,
        found: Sequence[Found],
        *,
        limit: int,
        listing: str,
        position: Callable[[Found], str],
        cursors: Cursors,
    ) -> "Page[Found]":
        """The first `limit` of what was found; one more was asked for than fits, to see whether anything follows."""
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items, cursors.write(listing, position(items[-1])) if more else None)

    @classmethod
    def after[Found](
        cls,
        cursor: str | None,
        *,
        limit: int,
        listing: str,
        found: Listing[Found],
        position: Callable[[Found], str],
        cursors: Cursors,
    ) -> "Page[Found]":
        """The page after a cursor of this list, the first where it is None; `Invalid` (`/after`) for any other."""
        start = None if cursor is None else cursors.read(listing, cursor)
        following = found(limit=limit + 1, after=start)
        return Page.of(following, limit=limit, listing=listing, position=position, cursors=cursors)
