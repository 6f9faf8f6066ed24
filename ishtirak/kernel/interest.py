"""Nobody decides where they, their employer or one they act for is a party: the one rule for every desk.

A decision is about a `Matter`; whoever is to take it has `Interests`. Where the two meet it is refused, and the refusal
says by which relation. Stepping aside is never refused: who finds out that a claimed case concerns them gives it back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ishtirak.kernel.errors import Denied
from ishtirak.kernel.identity import EstablishmentNumber


class Relation(StrEnum):
    """How somebody is a party; each has its text in both languages."""

    OWNER = "OWNER"
    ACTS_FOR = "ACTS_FOR"
    OWNS = "OWNS"
    EMPLOYED = "EMPLOYED"
    REPLIED = "REPLIED"
    DECIDED = "DECIDED"


class OwnInterest(Denied):
    """تعارض مصالح: nobody decides where they are a party (403). The fact `relation` says how they are one."""

    code = "own_interest"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is decided about, by whom it concerns.

    `owner` is whose it is; `establishments` those it names, under every number they have; `proprietors` who owns one of
    them; `replied` who answered it for the employer, in any round; `decided` who took the step that somebody else
    has to confirm. `since` is the first day it is about: who worked there on that day or later is a party.
    """

    owner: str | None = None
    establishments: frozenset[EstablishmentNumber] = frozenset()
    since: date = date.min
    proprietors: frozenset[str] = frozenset()
    replied: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Employment:
    """That somebody is recorded with an employer, until a last day; None while it goes on."""

    establishment: EstablishmentNumber
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class Interests:
    """What ties a person to matters: who they are, whom they act for, who employs or employed them."""

    person_id: str
    acts_for: Collection[EstablishmentNumber] = ()
    employments: Collection[Employment] = ()

    def in_matter(self, matter: Matter) -> Relation | None:
        """The first relation that makes this person a party, or None."""
        relations = {
            Relation.OWNER: self.person_id == matter.owner,
            Relation.OWNS: self.person_id in matter.proprietors,
            Relation.ACTS_FOR: not matter.establishments.isdisjoint(self.acts_for),
            Relation.EMPLOYED: any(
                one.establishment in matter.establishments
                and (one.ends_on is None or one.ends_on >= matter.since)
                for one in self.employments
            ),
            Relation.REPLIED: self.person_id in matter.replied,
            Relation.DECIDED: self.person_id in matter.decided,
        }
        return next((relation for relation, holds in relations.items() if holds), None)

    def require_none_in(self, matter: Matter) -> None:
        """Raise `OwnInterest` where this person is a party."""
        relation = self.in_matter(matter)
        if relation is not None:
            raise OwnInterest(relation=relation.value)
