"""What contracts need from the outside."""

from dataclasses import dataclass
from typing import Protocol

from ishtirak.contracts.model import Contract, Outcome, Parked
from ishtirak.contracts.rules import KnownEmployer, KnownWorker
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.kernel.parts import NOTHING, Part


class Contracts(Protocol):
    """Where contracts are kept, one item each."""

    def find(self, number: str) -> Contract | None:
        """The contract at the highest version applied, as of now."""

    def apply(self, contract: Contract, *, before: Contract | None, alongside: Part = NOTHING) -> None:
        """Put the contract in place of `before`, with the register's writes, in one step.

        `ChangedMeanwhile` when something else was applied after `before` was read. Without anything alongside
        it is one conditional put.
        """

    def park(self, parked: Parked, *, message: str) -> bool:
        """Set a version aside with its message, sealed, in one put; False when it waits for the same reason already."""


class Fingerprints(Protocol):
    """Keyed hashes of identity numbers."""

    def of(self, identity: IdentityNumber) -> str:
        """The hash, in hex: equal for equal numbers, and nothing can be read from it."""


@dataclass(frozen=True)
class Change:
    """The register's part in applying a version, and the period that stands afterwards."""

    period_id: str | None
    part: Part


class Accounts(Protocol):
    """The register, as far as a contract asks and changes it."""

    def employer(self, number: EstablishmentNumber) -> KnownEmployer | None:
        """The establishment, if the register knows it."""

    def worker(self, identity: IdentityNumber, *, fingerprint: str) -> KnownWorker | None:
        """The person, from the register or else from the directory; None when both are certain there is
        nobody.

        `Unavailable` when the directory does not answer.
        """

    def change(self, outcome: Outcome, *, contract: Contract, before: Contract | None) -> Change:
        """The writes that make the register agree with the contract; `Refused` when its rules forbid it."""
