"""Write `docs/reference/openapi.json`: the routes of every HTTP function in one OpenAPI 3.1 document.

python -m tools.openapi            write it
python -m tools.openapi --check    fail when the committed one differs from what the handlers say
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from ishtirak.edge.http import openapi
from ishtirak.edge.http.api import Api

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"
_DESCRIPTION = (
    "خدمات إضافة مدد الاشتراك وتسجيل المشتركين · Contribution periods and registrations. "
    "Not affiliated with any authority; every person in it is synthetic."
)


def functions() -> list[str]:
    """The functions that answer HTTP: those whose handler builds an Api."""
    handlers = sorted((ROOT / "functions").glob("*/handler.py"))
    return [handler.parent.name for handler in handlers if "-> Api:" in handler.read_text(encoding="utf-8")]


def built(function: str) -> Api:
    """The function's routes; the settings' values do not matter to them."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "me-south-1")  # clients are made, never used
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")  # nor is anybody asked for their credentials
    settings = importlib.import_module(f"functions.{function}.settings").Settings
    values = {name: "none" for name, field in settings.model_fields.items() if field.is_required()}
    api: Api = importlib.import_module(f"functions.{function}.handler").build(settings(**values))
    return api


def document() -> dict[str, Any]:
    """One document of all the functions, sorted, so that it differs only when a route does."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Ishtirak · اشتراك", "version": "1", "description": _DESCRIPTION},
        "paths": {},
        "components": {
            "schemas": {},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
    for function in functions():
        part = openapi.document(built(function))
        for path, item in part["paths"].items():
            known = merged["paths"].setdefault(path, {})
            if clash := known.keys() & item.keys():
                raise SystemExit(f"{path}: {clash} is answered by two functions")
            known.update(item)
        for name, schema in (part.get("components") or {}).get("schemas", {}).items():
            same = merged["components"]["schemas"].setdefault(name, schema)
            if _meaning(same) != _meaning(schema):
                raise SystemExit(f"two different schemas are called {name}")
    refuse_namesakes(merged)
    _spell_out(merged)
    _drop_unused(merged)
    return merged


def refuse_namesakes(merged: dict[str, Any]) -> None:
    """An operation's id names it alone: generated clients make a function of each."""
    places: dict[str, list[str]] = {}
    for path, item in merged["paths"].items():
        for verb, operation in item.items():
            places.setdefault(operation["operationId"], []).append(f"{verb.upper()} {path}")
    for name, named in places.items():
        if len(named) > 1:
            raise SystemExit(f"{name} is the name of {len(named)} operations: {', '.join(sorted(named))}")


def _meaning(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without its prose: two capabilities may each say in their words what an enumeration is."""
    return {name: value for name, value in schema.items() if name not in ("description", "title")}


def _spell_out(merged: dict[str, Any]) -> None:
    """Which operations are public."""
    for item in merged["paths"].values():
        for operation in item.values():
            operation.setdefault("security", [])  # the resolver leaves out what is public; we say so


def _drop_unused(merged: dict[str, Any]) -> None:
    """Schemas nothing refers to (the resolver's own error bodies, which ours replace)."""
    schemas = merged["components"]["schemas"]
    while unused := [name for name in schemas if f'"#/components/schemas/{name}"' not in json.dumps(merged)]:
        for name in unused:
            del schemas[name]


def text() -> str:
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    if "--check" in sys.argv:
        if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text():
            raise SystemExit("docs/reference/openapi.json is not what the handlers say: run `make openapi`")
        return
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
