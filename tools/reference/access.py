"""The authorisation table as a page: what its words mean, who may do what about what, and what they see of it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from ishtirak.edge.groups import FieldGroup, Marks, marks_of, models_in
from ishtirak.edge.http.access import AGENCY, EVERY_ROLE, PUBLIC, OperationAccess
from ishtirak.edge.http.operation import Operation
from ishtirak.kernel.access import AccessRelation
from ishtirak.kernel.caller import Role
from tools.openapi import built, functions
from tools.reference.markdown import code, codes, page, table

ROOT = Path(__file__).parents[2]
_LEAD = """\
Who may call which operation, about what of whom, and which fields they then see: the table
[`ishtirak/edge/http/access.json`](../../ishtirak/edge/http/access.json), read by the code that enforces it
([0118](../decisions/0118-authorisation-is-one-table.md)). What is not in it is refused. An operation without a row is
not built, a role without a part in it is answered 403, and what a caller stands to in another relation is answered 404,
as what does not exist. A field of a group that is not granted is null, or an empty list. Tests ask every cell of the
whole system (`tests/hostile/test_access.py`).
"""
_ROWS = f"""\
A row names what the operation is about, and for each role the relations under which it answers, each with the groups
of fields that are then shown. `officer supervisor` are two roles, `{EVERY_ROLE}` is whoever is signed in, `{PUBLIC}`
anybody at all, `{AGENCY}` another agency's system by its signature; `any` are all relations of somebody signed in.

An operation about a `self`, a `list` or `nothing` looks up no one thing: it comes to the caller's own, to what a list
of theirs or of the authority's desk holds, or to what is nobody's. Any other use case asks how the caller stands to
what it found (`Caller.require`), and gives no answer, nor changes anything, before it did. With `decides`, a party to
it is told so (403 `own_interest`) where they would otherwise decide it. Where the authority reads, only `own` is told
from the rest: who acts for an establishment there reads as anybody of the authority does.

One line makes an operation known:

```json
"read_request": {{"about": "request", "contributor": {{"own": ["claim", "documents", "decisions"]}}}}
```
"""
_SHOWN = """\
A view marks its fields, `worker: Annotated[str, FieldGroup.IDENTITY_MASKED]`; whatever is called like somebody's data
and is in no group fails `tests/architecture/test_access.py`. Who does not see a field sees nothing under it.
What may be set is the body of an operation, a model of its own that refuses every other field.
"""


def access() -> str:
    operations = dict(sorted(_operations().items()))
    return page(
        "Authorisation",
        _LEAD,
        "## Rows\n",
        _ROWS,
        "## Relations\n",
        table(("relation", "the caller and what is asked for"), _members(AccessRelation)),
        "## Field groups\n",
        _SHOWN,
        table(
            ("group", "what", "fields"),
            (
                (*named, codes(_fields(operations.values(), FieldGroup(_word(named)))))
                for named in _members(FieldGroup)
            ),
        ),
        "## Operations\n",
        table(("operation", "", "about", "role", "relation", "sees"), _rows(operations)),
    )


@cache
def _operations() -> Mapping[str, Operation]:
    return {name: each for function in functions() for name, each in built(function).operations.items()}


def _word(named: tuple[str, str]) -> str:
    return named[0].strip("`")


def _members(enumeration: type[AccessRelation | FieldGroup]) -> list[tuple[str, str]]:
    """Each member with what its docstring says."""
    module = ROOT.joinpath(*enumeration.__module__.split(".")).with_suffix(".py")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    body = next(
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == enumeration.__name__
    )
    said: dict[str, str] = {}
    for member, after in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(after, ast.Expr):
            [target] = member.targets
            said[ast.unparse(target)] = str(ast.literal_eval(after.value))
    return [(code(each.value), said.get(each.name, "")) for each in enumeration]


def _fields(operations: Iterable[Operation], group: FieldGroup) -> list[str]:
    """The fields of a group, by the views they stand in."""
    found = {field for operation in operations for field in _marked(operation.gives, group)}
    return sorted(found)


def _marked(model: type[BaseModel], group: FieldGroup) -> Iterator[str]:
    marks: Marks = marks_of(model)
    for name, mark in marks.items():
        if mark.group is group:
            yield f"{model.__name__}.{name}"
        for part in models_in(model.model_fields[name].annotation):
            yield from _marked(part, group)


def _rows(operations: Mapping[str, Operation]) -> Iterator[tuple[str, ...]]:
    for name, operation in operations.items():
        row = operation.authorised
        route = code(f"{operation.method} {operation.path.replace('<', '{').replace('>', '}')}")
        about = f"{row.about}, decides" if row.decides else row.about
        for number, (roles, relations, groups) in enumerate(_granted(row)):
            first = (code(name), route, about) if number == 0 else ("", "", "")
            yield (*first, codes(roles), codes(relations), codes(groups))


def _granted(row: OperationAccess) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """What is granted alike, on one line: the roles, the relations, the groups."""
    lines: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for role, relations in row.granted.items():
        by_groups: dict[tuple[str, ...], list[str]] = {}
        for relation in AccessRelation:
            if relation in relations:
                shown = tuple(group.value for group in FieldGroup if group in relations[relation])
                by_groups.setdefault(shown, []).append(relation.value)
        for groups, under in by_groups.items():
            lines.setdefault((tuple(under), groups), []).append(role)
    everybody = [role.value for role in Role]
    for (named, groups), roles in lines.items():
        yield [EVERY_ROLE] if roles == everybody else roles, list(named), list(groups)
