"""What contracts need from the outside."""

from collections.abc import Sequence
from typing import Protocol

from ishtirak.contracts.model import Contract, HeldVersion, WorkerContract
from ishtirak.kernel.transaction import Items


class WorkerContracts(Protocol):
    """The contracts of a worker, found by the worker."""

    def of_worker(self, person_id: str) -> Sequence[WorkerContract]:
        """Every contract noted for the person, as of now, in the order of their numbers."""


class Contracts(WorkerContracts, Protocol):
    """Where contracts are kept, one item each, and beside it the versions that are held for somebody."""

    def find(self, number: str) -> Contract | None:
        """The contract with every version received, as of now."""

    def save(self, contract: Contract, *, before: Contract | None) -> Items:
        """The write that puts the contract in place of `before`.

        `ChangedMeanwhile` when another version was taken after `before` was read.
        """

    def is_held(self, held: HeldVersion) -> bool:
        """Whether this version is held for the same reason already."""

    def hold(self, held: HeldVersion, *, message: str) -> Items:
        """The write that holds a version with its message, encrypted; `ChangedMeanwhile` when it just was."""

    def noted(self, person_id: str, number: str) -> WorkerContract | None:
        """What is noted of a contract for its worker."""

    def note(self, person_id: str, contract: WorkerContract) -> Items:
        """The write that notes a contract for its worker; `ChangedMeanwhile` unless its version is the highest."""
