"""What contracts need from the outside."""

from typing import Protocol

from ishtirak.contracts.model import Contract, HeldVersion
from ishtirak.kernel.transaction import Items


class Contracts(Protocol):
    """Where contracts are kept, one item each, and beside it the versions that are held for somebody."""

    def find(self, number: str) -> Contract | None:
        """The contract at the highest version applied, as of now."""

    def save(self, contract: Contract, *, before: Contract | None) -> Items:
        """The write that puts the contract in place of `before`.

        `ChangedMeanwhile` when something else was applied after `before` was read.
        """

    def is_held(self, held: HeldVersion) -> bool:
        """Whether this version is held for the same reason already."""

    def hold(self, held: HeldVersion, *, message: str) -> Items:
        """The write that holds a version with its message, encrypted; `ChangedMeanwhile` when it just was."""
