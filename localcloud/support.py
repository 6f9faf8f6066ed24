"""The support matrix: what the local cloud does with each property of each resource type.

Every type has a creator, and every property of it is either supported (the creator passes it on to something
that behaves accordingly) or knowingly not modelled, with the reason. Anything else is refused by
`Type.Property`, so a template can not quietly mean less here than on AWS.

A caller may register types of its own with `resource_type` before a cloud starts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.deployment import ResourceContext
from localcloud.template import Created, Properties, TemplateRefused

type Creator = Callable[[Properties, ResourceContext], Created]


@dataclass(frozen=True)
class ResourceType:
    """One resource type: how it is created, and what becomes of its properties.

    `supported` holds paths such as `Targets.Arn`; a bare name covers everything below it. `not_modelled` gives
    the reason for each path.
    """

    name: str
    create: Creator
    supported: frozenset[str]
    not_modelled: Mapping[str, str]

    def unsupported(self, properties: Properties) -> list[str]:
        """The paths a template uses that are neither supported nor knowingly not modelled."""
        return sorted(set(self._unsupported(properties, "")))

    def _unsupported(self, node: Any, prefix: str) -> Iterator[str]:
        if isinstance(node, list):
            for item in node:
                yield from self._unsupported(item, prefix)
        elif isinstance(node, dict):
            for key, item in node.items():
                path = f"{prefix}{key}"
                if path in self.supported or path in self.not_modelled:
                    continue
                if isinstance(item, dict | list) and self._reaches_below(path):
                    yield from self._unsupported(item, f"{path}.")
                else:
                    yield path

    def _reaches_below(self, path: str) -> bool:
        return any(known.startswith(f"{path}.") for known in (*self.supported, *self.not_modelled))


RESOURCE_TYPES: dict[str, ResourceType] = {}
"""Every registered type by its CloudFormation name; `localcloud.resources` registers those that come with it."""


def resource_type(
    name: str, *, supported: str = "", not_modelled: Mapping[str, str] | None = None
) -> Callable[[Creator], Creator]:
    """Register the creator of a type together with the properties it supports, separated by spaces."""

    def register(create: Creator) -> Creator:
        RESOURCE_TYPES[name] = ResourceType(name, create, frozenset(supported.split()), not_modelled or {})
        return create

    return register


def accept_without_effect(name: str, *, reason: str) -> None:
    """Register a type that is not modelled at all: references to it resolve, and it does nothing."""

    def create(_: Properties, context: ResourceContext) -> Created:
        placeholder = context.name(None, limit=64)
        return Created(ref=placeholder, attributes=_AnyAttribute(context.arn("local", placeholder)))

    RESOURCE_TYPES[name] = ResourceType(name, create, _AnyProperty(), {"*": reason})


class _AnyProperty(frozenset[str]):
    def __contains__(self, path: object) -> bool:
        return True


class _AnyAttribute(dict[str, str]):
    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> str:
        return self._value


def resource_type_named(name: str, logical_id: str) -> ResourceType:
    """The registered type, or a refusal that says where it stands in the template."""
    if name not in RESOURCE_TYPES:
        raise TemplateRefused(
            f"{logical_id}: the local cloud does not support {name}; register it with localcloud.support"
        )
    return RESOURCE_TYPES[name]


def check_properties(resource: ResourceType, logical_id: str, properties: Properties) -> None:
    """Refuse the properties that are not in the matrix, all of them at once."""
    paths = resource.unsupported(properties)
    if paths:
        named = ", ".join(f"{resource.name}.{path}" for path in paths)
        raise TemplateRefused(f"{logical_id}: not supported by the local cloud: {named}")
