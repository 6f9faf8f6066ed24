"""The authorisation table: for each operation who may call it, about what of whom, and which fields they then see.

`access.json` is its one source. An operation without a row is not built, a role or relation that is not in a row is
refused, and a field of a group that is not in it is left out, whatever use cases and views would give.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from ishtirak.edge.groups import FieldGroup, Withheld, marks_of, outside, without
from ishtirak.kernel.access import AccessRelation, Permit
from ishtirak.kernel.caller import Role

TABLE: Final = Path(__file__).with_name("access.json")
EVERY_RELATION: Final = "any"
EVERY_ROLE: Final = "everybody"
PUBLIC: Final = "public"
AGENCY: Final = "agency"
"""Another agency's system, known by its signature."""
_NOBODY: Final = frozenset({PUBLIC, AGENCY})
BY_CONSTRUCTION: Final = frozenset({"self", "list", "nothing"})
"""What an operation is about that looks up no one thing: its use case can come to nothing but what its row says."""
_ANY: Final = frozenset(AccessRelation) - {AccessRelation.NONE}
_WORDS: Final = frozenset({PUBLIC, AGENCY, EVERY_ROLE, *Role})

type Granted = Mapping[AccessRelation, frozenset[FieldGroup]]


class AccessError(TypeError):
    """The table and an operation do not fit together: a defect that shows before any request."""


class RelationNotFound(RuntimeError):
    """A use case gave an answer about something without having asked how the caller stands to it."""


@dataclass(frozen=True)
class OperationAccess:
    """One row of the table."""

    operation: str
    about: str
    """What kind of thing it is about, or one of `BY_CONSTRUCTION`."""
    granted: Mapping[str, Granted]
    """By role, or `public` or `agency`: the field groups under each relation."""
    decides: bool = False
    """Whether it decides something: a party to it is then refused as such, 403 `own_interest` (`kernel.interest`)."""
    _withheld: dict[tuple[frozenset[str], tuple[AccessRelation, ...]], Withheld] = field(default_factory=dict)
    _relations: dict[frozenset[str], tuple[AccessRelation, ...]] = field(default_factory=dict)

    @cached_property
    def roles(self) -> frozenset[Role] | None:
        """Whoever may call it; None where nobody has to be signed in."""
        return None if self.granted.keys() & _NOBODY else frozenset(Role(name) for name in self.granted)

    @cached_property
    def looks_up(self) -> bool:
        """Whether its use case looks one thing up, and asks how the caller stands to it."""
        return self.about not in BY_CONSTRUCTION

    def permit(self, roles: frozenset[str]) -> Permit:
        """What a caller with these roles may reach by one call."""
        relations = self._relations.get(roles)
        if relations is None:
            named = {each: None for name in self._names(roles) for each in self.granted[name]}
            relations = self._relations[roles] = tuple(named)
        return Permit(relations, found=() if self.looks_up else relations)

    def shown[Body: BaseModel](self, body: Body, *, roles: frozenset[str], permit: Permit) -> Body:
        """The answer with what the caller's relation may see of it; `RelationNotFound` where none was looked for."""
        if not permit.found:
            raise RelationNotFound(self.operation)
        key = (roles, permit.found)
        withheld = self._withheld.get(key)
        if withheld is None:
            withheld = self._withheld[key] = self.withheld(type(body), roles=roles, found=permit.found)
        return without(body, withheld) if withheld else body

    def withheld(
        self, model: type[BaseModel], *, roles: frozenset[str], found: Iterable[AccessRelation]
    ) -> Withheld:
        """The fields of an answer that are left out: all that not every one of these relations may see."""
        groups = [self.groups(roles, relation) for relation in found]
        return outside(marks_of(model), frozenset.intersection(*groups))

    def groups(self, roles: frozenset[str], relation: AccessRelation) -> frozenset[FieldGroup]:
        """What callers see under a relation, by all of their roles that have it."""
        none: frozenset[FieldGroup] = frozenset()
        return none.union(*(self.granted[name].get(relation, none) for name in self._names(roles)))

    def _names(self, roles: frozenset[str]) -> frozenset[str]:
        """Those of the roles that have a part in it; whoever calls a public operation is the public."""
        return frozenset(self.granted if self.roles is None else roles & self.granted.keys())


@dataclass(frozen=True)
class AuthorisationTable:
    """Every row, by the name of its operation."""

    rows: Mapping[str, Mapping[str, Any]]

    def row(self, operation: str) -> OperationAccess:
        """The row of an operation; `AccessError` says what to write where there is none, or a word is wrong."""
        written = self.rows.get(operation)
        if written is None:
            raise AccessError(
                f"{operation} is not in ishtirak/edge/http/access.json: add a line such as "
                f'"{operation}": {{"about": "request", "contributor": {{"own": []}}}}'
            )
        try:
            return _row(operation, written)
        except (ValueError, KeyError) as wrong:
            raise AccessError(f"the row of {operation} in access.json: {wrong}") from None


@cache
def authorisation_table() -> AuthorisationTable:
    """The committed table."""
    return AuthorisationTable(json.loads(TABLE.read_text(encoding="utf-8")))


def _row(operation: str, written: Mapping[str, Any]) -> OperationAccess:
    granted: dict[str, Granted] = {}
    for words, relations in written.items():
        if words not in ("about", "decides"):
            granted |= dict.fromkeys(_roles(words), _granted(relations))
    row = OperationAccess(
        operation, about=written["about"], granted=granted, decides=written.get("decides", False)
    )
    _require_sound(row)
    return row


def _roles(words: str) -> list[str]:
    """`officer supervisor`, `everybody`, `public`."""
    if unknown := set(words.split()) - _WORDS:
        raise ValueError(f"{sorted(unknown)}, which is none of {sorted(_WORDS)}")
    return [role.value for role in Role] if words == EVERY_ROLE else words.split()


def _granted(relations: Mapping[str, Iterable[str]]) -> Granted:
    return {
        AccessRelation(name): frozenset(FieldGroup(group) for group in groups)
        for words, groups in relations.items()
        for name in (_ANY if words == EVERY_RELATION else words.split())
    }


def _require_sound(row: OperationAccess) -> None:
    if not row.granted:
        raise ValueError("nobody may call it")
    if row.roles is None and len(row.granted) > 1:
        raise ValueError("what is public has no role")
    if not row.looks_up and any(len(relations) > 1 for relations in row.granted.values()):
        raise ValueError(f"about {row.about} there is one relation")
