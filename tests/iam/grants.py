"""What roles may do, one action on one resource at a time, compared with what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.iam.uses import Use


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource, perhaps only via one service, perhaps only on some partitions of a table."""

    function: str
    action: str
    resource: str
    via: str = ""
    partitions: str = ""

    def allows(self, use: Use) -> bool:
        """Whether this alone permits the use; what is granted via a service does not permit a direct call."""
        return (
            self.function == use.function
            and self.action.lower() == use.action.lower()
            and fnmatchcase(use.resource, self.resource)
            and self.via in ("", use.via)
            and (not self.partitions or fnmatchcase(use.partition, self.partitions))
        )


class UnknownCondition(AssertionError):
    """A condition this module cannot interpret: add it here."""


def grants(function: str, policy: Mapping[str, Any], *, region: str) -> set[Grant]:
    """The single grants of a policy document."""
    single = set()
    for statement in policy["Statement"]:
        if statement["Effect"] != "Allow" or statement.keys() - {"Action", "Condition", "Effect", "Resource"}:
            raise UnknownCondition(f"{function}: {statement}")
        via, partitions = _condition(statement.get("Condition"), region)
        single |= {
            Grant(function, action, resource, via, partitions)
            for action in _as_list(statement["Action"])
            for resource in _as_list(statement["Resource"])
        }
    return single


def _condition(condition: Mapping[str, Any] | None, region: str) -> tuple[str, str]:
    """Via which service, and on which partitions."""
    match condition:
        case None:
            return "", ""
        case {"StringEquals": {"kms:ViaService": str(service)}} if service.endswith(
            f".{region}.amazonaws.com"
        ):
            return service.split(".", 1)[0], ""
        case {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [str(partitions)]}}:
            return "", partitions
        case _:
            raise UnknownCondition(str(condition))


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@dataclass(frozen=True)
class Fit:
    """How policies fit what was done: empty twice means exactly."""

    missing: frozenset[Use]
    unused: frozenset[Grant]


def fit(granted: Iterable[Grant], used: Iterable[Use]) -> Fit:
    """Uses nothing permits, and grants nothing needed.

    A use is credited to the narrowest grant: what is permitted via one service, or on some partitions, does not also
    justify the same permission without that condition.
    """
    all_granted = frozenset(granted)
    missing, credited = set(), set()
    for use in used:
        permitting = [grant for grant in all_granted if grant.allows(use)]
        if not permitting:
            missing.add(use)
        narrow = [grant for grant in permitting if grant.via or grant.partitions]
        credited.update(narrow or permitting)
    return Fit(frozenset(missing), all_granted - credited)


def wildcards(granted: Iterable[Grant]) -> set[tuple[str, str]]:
    """Actions and resources that are more than one thing, as (action, resource)."""
    return {
        (grant.action, grant.resource)
        for grant in granted
        if any(mark in grant.action + grant.resource for mark in "*?")
    }
