"""The texts of messages, wherever they are written."""

from collections.abc import Mapping
from typing import Protocol

from ishtirak.kernel.errors import Fact


class MessageTexts(Protocol):
    def compose(self, language: str, code: str, facts: Mapping[str, Fact]) -> str:
        """The text under this code in a language (`ar`, `en`), its placeholders filled with facts.

        Raises `LookupError` for a code that has none: a defect of ours.
        """
