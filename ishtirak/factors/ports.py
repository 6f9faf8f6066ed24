"""What second factors need from the outside."""

from typing import Protocol

from ishtirak.factors.model import Enrolment, Factors, FactorsChange, FactorTries
from ishtirak.kernel.transaction import Items


class FactorRecords(Protocol):
    """Where the factors of people and enrolments under way are kept."""

    def find(self, person_id: str) -> Factors:
        """The person's factors; empty ones for who never enrolled anything, and for nobody."""

    def record_try(self, tries: FactorTries, *, of: Factors) -> bool:
        """Record a try in one write, before anything is compared.

        False when another one was recorded meanwhile, and when the person has no factors at all.
        """

    def accept_step(self, factors: Factors, step: int) -> Items:
        """The write that uses a step up, and ends the tries before it.

        Their refusal is `FactorCodeNotAccepted`, when that step or a later one was used, or the authenticator is gone.
        """

    def save(self, change: FactorsChange) -> Items:
        """The writes of a change and its event. Their refusal is `ChangedMeanwhile`."""

    def begin(self, enrolment: Enrolment) -> Items:
        """The write of an enrolment, to be committed with its challenge."""

    def enrolment(self, challenge_id: str) -> Enrolment | None: ...
