"""Replacing attributes of a library for a while."""

from typing import Any


class Patches:
    """Replacements made for the life of one cloud, undone when it stops: other users of moto see moto."""

    def __init__(self) -> None:
        self._made: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, replacement: Any) -> Any:
        """Put `replacement` in place and give back what was there."""
        found = (
            owner.__dict__[name]
            if isinstance(owner, type) and name in owner.__dict__
            else getattr(owner, name)
        )
        self._made.append((owner, name, found))
        setattr(owner, name, replacement)
        return found

    def undo(self) -> None:
        for owner, name, found in reversed(self._made):
            setattr(owner, name, found)
        self._made.clear()
