"""How a stored document says how long it is kept: a tag that one rule of its store is for."""

from typing import Final

LIFETIME_TAG: Final = "lifetime-days"


def lifetime_tag(days: int | None) -> str:
    """The value of the tag; a document without a lifetime has one that no rule is for."""
    return "open" if days is None else str(days)
