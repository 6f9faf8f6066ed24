"""A CloudFormation template, evaluated: order of creation, references and intrinsic functions.

Only what a synthesised CDK template uses is understood; anything else is refused by name, so that a
template never deploys differently here than its author meant.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

type Properties = dict[str, Any]

NO_VALUE = object()
"""What `Ref: AWS::NoValue` stands for: the property is as if it had not been written."""


class TemplateRefused(Exception):
    """The template says something this local cloud would not do as AWS does."""


@dataclass(frozen=True)
class Created:
    """A resource that exists: what `Ref` gives and what `Fn::GetAtt` gives."""

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Scope:
    """Everything a reference in one stack can reach."""

    pseudo: Mapping[str, str]
    template: Mapping[str, Any]
    exports: dict[str, Any]
    created: dict[str, Created] = field(default_factory=dict)

    def ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.created:
            return self.created[name].ref
        parameter = self.template.get("Parameters", {}).get(name)
        if parameter is None:
            raise TemplateRefused(f"Ref to {name}, which the template does not define")
        if "Default" not in parameter:
            raise TemplateRefused(f"parameter {name} has no default; the local cloud passes no parameters")
        return parameter["Default"]

    def attribute(self, target: Any) -> Any:
        logical_id, attribute = target.split(".", 1) if isinstance(target, str) else target
        created = self.created.get(logical_id)
        if created is None or attribute not in created.attributes:
            raise TemplateRefused(f"Fn::GetAtt {logical_id}.{attribute} is not provided by the local cloud")
        return created.attributes[attribute]

    def condition(self, name: str) -> bool:
        try:
            expression = self.template["Conditions"][name]
        except KeyError:
            raise TemplateRefused(f"condition {name} is not defined") from None
        return bool(self.resolve(expression))

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced by what it yields."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref":
                return self.ref(argument)
            if name == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _call(self, name: str, argument: Any) -> Any:
        function = _INTRINSICS.get(name)
        if function is None:
            raise TemplateRefused(f"{name} is not understood by the local cloud")
        return function(self, argument)

    def substitute(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = {key: self.resolve(item) for key, item in given.items()}

        def replaced(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in values:
                return str(values[name])
            return str(self.attribute(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", replaced, text)

    def export(self, argument: Any) -> Any:
        name = self.resolve(argument)
        if name not in self.exports:
            raise TemplateRefused(f"Fn::ImportValue {name}: no stack deployed before this one exports it")
        return self.exports[name]

    def find(self, argument: list[Any]) -> Any:
        found: Any = self.template.get("Mappings", {})
        for key in map(self.resolve, argument):
            found = found[key]
        return found

    def choose(self, argument: list[Any]) -> Any:
        condition, then, otherwise = argument
        return self.resolve(then if self.condition(condition) else otherwise)


_INTRINSICS: dict[str, Callable[[Scope, Any], Any]] = {
    "Fn::GetAtt": Scope.attribute,
    "Fn::Sub": Scope.substitute,
    "Fn::ImportValue": Scope.export,
    "Fn::FindInMap": Scope.find,
    "Fn::If": Scope.choose,
    "Fn::Join": lambda scope, argument: argument[0].join(map(str, scope.resolve(argument[1]))),
    "Fn::Select": lambda scope, argument: scope.resolve(argument[1])[int(argument[0])],
    "Fn::Split": lambda scope, argument: scope.resolve(argument[1]).split(argument[0]),
    "Fn::Base64": lambda scope, argument: base64.b64encode(scope.resolve(argument).encode()).decode(),
    "Fn::Equals": lambda scope, argument: scope.resolve(argument[0]) == scope.resolve(argument[1]),
    "Fn::And": lambda scope, argument: all(map(scope.resolve, argument)),
    "Fn::Or": lambda scope, argument: any(map(scope.resolve, argument)),
    "Fn::Not": lambda scope, argument: not scope.resolve(argument[0]),
}


def creation_order(template: Mapping[str, Any]) -> list[str]:
    """Logical ids such that each comes after everything it refers to; a circle is refused by name."""
    resources = template.get("Resources", {})
    graph = {
        logical_id: {name for name in _mentioned(resource) if name in resources and name != logical_id}
        for logical_id, resource in resources.items()
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        raise TemplateRefused(f"circular references: {' -> '.join(circle.args[1])}") from None


def _mentioned(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _mentioned(item)
    elif isinstance(node, dict):
        for key, item in node.items():
            if key == "Ref" and isinstance(item, str):
                yield item
            elif key == "Fn::GetAtt":
                yield item.split(".")[0] if isinstance(item, str) else item[0]
            elif key == "Fn::Sub":
                text = item if isinstance(item, str) else item[0]
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text))
                yield from _mentioned([] if isinstance(item, str) else item[1])
            elif key == "DependsOn":
                yield from [item] if isinstance(item, str) else item
            else:
                yield from _mentioned(item)
