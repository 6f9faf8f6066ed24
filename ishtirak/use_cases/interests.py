"""What ties a person to a matter, as the register has it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.interest import Employment, Interests, Matter, Relation
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Accounts, Establishments


@dataclass(frozen=True, kw_only=True)
class InterestReader:
    """Reads people's interests, and what the register says of the establishments a matter names."""

    establishments: Establishments
    accounts: Accounts
    clock: Clock

    def of(self, person_id: str) -> Interests:
        """Whom the person acts for, in whatever scope, and who employs or employed them, as of now.

        Also an establishment that was struck off: who acted for it to its end is no less a party.
        """
        return Interests(
            person_id=person_id,
            acts_for={
                mandate.establishment
                for mandate in self.establishments.mandates_of(person_id)
                if mandate.in_force(today(self.clock))
            },
            employments=tuple(
                Employment(establishment=period.establishment, ends_on=period.ends_on)
                for period in self.accounts.periods(person_id)
                if period.stands
            ),
        )

    def require_none(self, by: Caller, matter: Matter) -> None:
        """Raise `OwnInterest` where the caller is a party to the matter; else it is another's to them."""
        [whole] = self._whole([matter])
        self.of(by.person_id).require_none_in(whole)
        by.require_authority()

    def relations(self, by: Caller, matters: Sequence[Matter]) -> Sequence[Relation | None]:
        """How the caller is a party to each of the matters, in their order; None where they are not."""
        interests = self.of(by.person_id)
        return [interests.in_matter(matter) for matter in self._whole(matters)]

    def _whole(self, matters: Sequence[Matter]) -> Sequence[Matter]:
        """The matters, with every number their establishments have since a merger, and who owns them."""
        named = frozenset[EstablishmentNumber]().union(*(matter.establishments for matter in matters))
        known = self.establishments.many(named)
        return [
            _as_registered(matter, [known[one] for one in matter.establishments if one in known])
            for matter in matters
        ]


def _as_registered(matter: Matter, establishments: Sequence[Establishment]) -> Matter:
    numbers = frozenset[EstablishmentNumber]().union(*(each.merged_with for each in establishments))
    owners = frozenset[str]().union(*(each.proprietors for each in establishments))
    return replace(
        matter,
        establishments=matter.establishments | numbers,
        proprietors=matter.proprietors | owners,
    )
