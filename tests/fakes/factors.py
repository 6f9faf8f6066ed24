"""In-memory fake of the Access table's factors, and an authenticator app the tests hold."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from ishtirak.eventlog.event import Event
from ishtirak.factors import rules
from ishtirak.factors.model import Enrolment, Factors, FactorsChange, FactorTries
from ishtirak.factors.policy import policies
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write


@dataclass
class InMemoryFactors:
    """`FactorRecords` in two dictionaries; `events` holds what the event items would be."""

    people: dict[str, Factors] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def find(self, person_id: str) -> Factors:
        return self.people.get(person_id, Factors(person_id=person_id))

    def record_try(self, tries: FactorTries, *, of: Factors) -> bool:
        found = self.people.get(of.person_id)
        if found is None or found.tries.version != of.tries.version:
            return False
        self.people[of.person_id] = replace(found, tries=tries)
        return True

    def accept_step(self, factors: Factors, step: int) -> Items:
        def check() -> None:
            found, used = self.people[factors.person_id], factors.authenticator
            one = found.authenticator
            if one is None or used is None or one.id != used.id or one.last_step >= step:
                raise rules.FactorCodeNotAccepted()

        def apply() -> None:
            found = self.people[factors.person_id]
            assert found.authenticator is not None
            self.people[factors.person_id] = replace(
                found,
                authenticator=replace(found.authenticator, last_step=step),
                tries=FactorTries(version=found.tries.version + 1),
            )

        return (Write(check, apply),)

    def save(self, change: FactorsChange) -> Items:
        person_id = change.before.person_id

        def check() -> None:
            found = self.find(person_id)
            if (found.chain, found.tries.version) != (change.before.chain, change.before.tries.version):
                raise ChangedMeanwhile()

        def apply() -> None:
            self.people[person_id] = change.after
            self.events.append(change.event)

        return (Write(check, apply),)

    def begin(self, enrolment: Enrolment) -> Items:
        def check() -> None:
            if enrolment.challenge_id in self.enrolments:
                raise ChangedMeanwhile()

        def apply() -> None:
            self.enrolments[enrolment.challenge_id] = enrolment

        return (Write(check, apply),)

    def enrolment(self, challenge_id: str) -> Enrolment | None:
        return self.enrolments.get(challenge_id)


def shown(secret: str, at: datetime, *, steps: int = 0) -> str:
    """What an app with this secret shows at a moment, or so many steps from it."""
    policy = policies().entries[-1].value
    return rules.code_of_step(secret, rules.step_at(at, policy=policy) + steps, digits=policy.digits)
