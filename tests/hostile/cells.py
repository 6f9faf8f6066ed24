"""The cells of the authorisation table: every role, operation and relation there is, and what each has to come to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ishtirak.edge.http.access import AGENCY, BY_CONSTRUCTION, EVERY_ROLE, PUBLIC, TABLE
from ishtirak.kernel.caller import Role
from tests.hostile.wire import every_operation

NOBODY: Final = "nobody"
"""Not signed in."""
NO_ROLE: Final = "no_role"
"""Signed in, and in no group of the pool."""
CALLERS: Final = (NOBODY, NO_ROLE, *(role.value for role in Role))
ABSENT_THING: Final = "absent"
"""What is asked for does not exist."""
TIES: Final = ("own", "own_establishment", "former_establishment", "other")
RELATIONS: Final = (*TIES, ABSENT_THING)
WRITTEN: Final[dict[str, dict[str, Any]]] = json.loads(TABLE.read_text(encoding="utf-8"))

UNSIGNED, DENIED, HIDDEN, INTERESTED, LET_IN, NOT_BY_AGENCY = (
    (401, "not_signed_in"),
    (403, "not_for_this_role"),
    (404, "not_found"),
    (403, "own_interest"),
    (0, "let in"),
    (401, "not signed by the agency"),
)
"""What a cell may come to: a status and the code of its problem."""


@dataclass(frozen=True)
class Cell:
    """Somebody with one role alone calls one operation about something they stand to in one relation."""

    operation: str
    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.operation}-{self.role}-{self.relation}"

    @property
    def expected(self) -> tuple[int, str]:
        """What the table says, read from the file itself, not by the code that enforces it."""
        row = WRITTEN[self.operation]
        if PUBLIC in row:
            return LET_IN
        if AGENCY in row:
            return NOT_BY_AGENCY
        if self.role == NOBODY:
            return UNSIGNED
        granted = granted_to(self.operation, self.role)
        if granted is None:
            return DENIED
        if self.relation in granted or row["about"] in BY_CONSTRUCTION:
            return LET_IN
        if row.get("decides") and "other" in granted and self.relation in ("own", "own_establishment"):
            return INTERESTED  # who would decide it if it were not theirs
        return HIDDEN

    @property
    def groups(self) -> frozenset[str]:
        """The field groups the answer may hold."""
        row = WRITTEN[self.operation]
        granted = row.get(PUBLIC) or granted_to(self.operation, self.role) or {}
        relation = "none" if PUBLIC in row else self.relation
        return frozenset(granted.get(relation, ()))


def granted_to(operation: str, role: str) -> dict[str, list[str]] | None:
    """The groups a role sees, by relation; None where the role has no part in the operation."""
    for words, relations in WRITTEN[operation].items():
        roles = [each.value for each in Role] if words == EVERY_ROLE else words.split()
        if words in ("about", "decides") or role not in roles:
            continue
        return {
            relation: groups
            for said, groups in relations.items()
            for relation in (TIES if said == "any" else said.split())
        }
    return None


def cells() -> Iterator[Cell]:
    """Every cell there is; for what looks nothing up, one a role, under the one relation its row has."""
    for name in sorted(every_operation()):
        row = WRITTEN.get(name, {"about": "nothing"})
        for role in CALLERS:
            relations = _by_construction(name) if row["about"] in BY_CONSTRUCTION else RELATIONS
            for relation in relations:
                yield Cell(name, role, relation)


def _by_construction(name: str) -> tuple[str, ...]:
    row = WRITTEN.get(name, {})
    relations = [relation for words, each in row.items() if isinstance(each, dict) for relation in each]
    return tuple(dict.fromkeys(relations))
