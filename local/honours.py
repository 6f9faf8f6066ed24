"""Strictness: what the local cloud does with each property of each resource type.

Every type has a creator, and every property of it is either honoured (the creator passes it on to something
that behaves accordingly) or knowingly not modelled, with the reason. Anything else is refused by
`Type.Property`, so a template can not quietly mean less here than in the cloud.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.placement import Placement
from local.template import Created, Properties, TemplateRefused

type Creator = Callable[[Properties, Placement], Created]


@dataclass(frozen=True)
class Kind:
    """One resource type: how it comes to be, and what becomes of its properties.

    `honours` holds paths such as `Targets.Arn`; a bare name honours everything below it.
    """

    name: str
    create: Creator
    honours: frozenset[str]
    unmodelled: Mapping[str, str]

    def refused(self, properties: Properties) -> list[str]:
        """The paths the template uses that nobody here answers for."""
        return sorted(set(self._refused(properties, "")))

    def _refused(self, node: Any, prefix: str) -> Iterator[str]:
        if isinstance(node, list):
            for item in node:
                yield from self._refused(item, prefix)
        elif isinstance(node, dict):
            for key, item in node.items():
                path = f"{prefix}{key}"
                if path in self.honours or path in self.unmodelled:
                    continue
                if isinstance(item, dict | list) and self._reaches_below(path):
                    yield from self._refused(item, f"{path}.")
                else:
                    yield path

    def _reaches_below(self, path: str) -> bool:
        return any(known.startswith(f"{path}.") for known in (*self.honours, *self.unmodelled))


KINDS: dict[str, Kind] = {}


def creates(
    name: str, *, honours: str = "", unmodelled: Mapping[str, str] | None = None
) -> Callable[[Creator], Creator]:
    """Register the creator of a type together with the properties it answers for."""

    def register(create: Creator) -> Creator:
        KINDS[name] = Kind(name, create, frozenset(honours.split()), unmodelled or {})
        return create

    return register


class _AnyProperty(frozenset[str]):
    def __contains__(self, path: object) -> bool:
        return True


def stands_in(name: str, *, because: str) -> None:
    """Accept a type without modelling it: references to it resolve, and it does nothing."""

    def create(_: Properties, at: Placement) -> Created:
        stand_in = at.name(None, limit=64)
        return Created(ref=stand_in, attributes=_AnyAttribute(at.arn("local", stand_in)))

    KINDS[name] = Kind(name, create, _AnyProperty(), {"*": because})


class _AnyAttribute(dict[str, str]):
    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> str:
        return self._value


def kind_of(type_name: str, logical_id: str) -> Kind:
    """The kind of a resource, or a refusal that says where it stands in the template."""
    if type_name not in KINDS:
        raise TemplateRefused(
            f"{logical_id}: the local cloud does not know {type_name}; teach it in local/resources.py"
        )
    return KINDS[type_name]


def check(kind: Kind, logical_id: str, properties: Properties) -> None:
    """Refuse properties nobody answers for, all of them at once."""
    paths = kind.refused(properties)
    if paths:
        named = ", ".join(f"{kind.name}.{path}" for path in paths)
        raise TemplateRefused(f"{logical_id}: not honoured by the local cloud: {named}")
