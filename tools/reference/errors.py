"""Every refusal: its code, status, texts in both languages and, where a rule of the statutes refuses, that rule."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from types import ModuleType

import functions
import ishtirak
from ishtirak.edge.http.problems import status_of
from ishtirak.kernel.errors import DomainError
from tools.reference.markdown import arabic, code, page, table

LOCALE = Path(ishtirak.__path__[0]) / "edge" / "locale"

#: `tests/unit/edge/test_texts.py` says what is missing; the page only must not hide the rest.
_MISSING = "—"
_LEAD = """\
Errors are `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail`, `code`, `trace_id`, `rule`,
`source` and `errors[{pointer, code, message}]`; in Arabic, or in English when `Accept-Language` prefers it. The code
is stable, the texts are not. `{…}` is a fact filled in when it is shown.

Inside a function the status says who must do something: 4xx the caller, 503 nobody but time. In a workflow step the
type's name is the error the state machine catches; in a queue whatever is not final comes back.
"""
_FIELDS = """\
## Codes of fields

Inside `errors`, beside a JSON pointer. A code of the list above may stand there too.
"""


def refusals() -> dict[str, type[DomainError]]:
    """Every refusal with a code of its own that `ishtirak` or a function defines, by code."""
    for package in (ishtirak, functions):
        _import_all(package)
    ours = (
        kind for kind in _kinds(DomainError) if kind.__module__.split(".")[0] in ("ishtirak", "functions")
    )
    return {kind.code: kind for kind in ours if "code" in vars(kind)}


def _import_all(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith(".main"):  # those read the environment
            importlib.import_module(module.name)


def _kinds(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _kinds(child)


def status(kind: type[DomainError]) -> HTTPStatus:
    """What the edge answers; decided by the kind alone, so no facts are needed."""
    return status_of(kind.__new__(kind))


def _templates(section: str, language: str) -> dict[str, dict[str, str] | str]:
    """The texts of a section as they are written, facts not filled in."""
    found: dict[str, dict[str, str] | str] = {}
    for file in sorted(LOCALE.joinpath(language).glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8")).get(section, {})
    return found


def _text(template: dict[str, str] | str) -> str:
    return template if isinstance(template, str) else f"**{template['title']}**<br>{template['detail']}"


def errors() -> str:
    known = refusals()
    english, arab = _templates("problems", "en"), _templates("problems", "ar")
    blocks = [_LEAD]
    for answered in sorted({status(kind) for kind in known.values()}):
        rows = [
            (
                f'<a id="{refusal}"></a>{code(refusal)}',
                _text(english.get(refusal, _MISSING)),
                arabic(_text(arab.get(refusal, _MISSING))),
                " · ".join(part for part in (kind.rule, kind.source) if part),
            )
            for refusal, kind in sorted(known.items())
            if status(kind) is answered
        ]
        blocks.append(f"## {answered.value} {answered.phrase}\n")
        blocks.append(table(("code", "English", "Arabic", "rule and source"), rows))
    fields_en, fields_ar = _templates("fields", "en"), _templates("fields", "ar")
    fields = [
        (code(name), _text(english_text), arabic(_text(fields_ar[name])))
        for name, english_text in sorted(fields_en.items())
    ]
    return page("Errors", *blocks, _FIELDS, table(("code", "English", "Arabic"), fields))
