"""Every dated value of the statutes and of the authority's own policies, with its source and whether it is assumed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.reference.markdown import page, table

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "ishtirak" / "contributions" / "tables"
REQUIRED = ROOT / "ishtirak" / "documents" / "tables" / "required.json"
POLICIES = {
    "The life of a request": ROOT / "ishtirak" / "requests" / "policy.json",
    "One-time codes": ROOT / "ishtirak" / "otp" / "policy.json",
    "Sign-in and sessions": ROOT / "ishtirak" / "sessions" / "policy.json",
}

_HEAD = ("from", "applies to", "value", "source", "assumed")
_LEAD = """\
The code reads these tables and repeats none of their values. **Assumed** means that no public text states the value, or
that its reading is open: the authority has to set it. Files hold rates in ten-thousandths and sums in halalas, as some
titles say; they are shown here as % and SAR.
"""
_DECIDES_NOTHING = frozenset({"source", "assumed", "note", "in_force_from", "applies_to"})
_HALALAS = frozenset({"joint_cap", "wage_bounds"})
_RATES = frozenset({"rates", "gcc_home_rates"})


def assumed() -> int:
    """How many entries of all the tables are assumptions."""
    return sum(_assumed(entry) for entry in _everything())


def _assumed(entry: dict[str, Any]) -> bool:
    return bool(entry.get("assumed", False))


def _everything() -> Iterator[dict[str, Any]]:
    for path in [*_tables(), REQUIRED]:
        yield from _read(path)["entries"]
    for path in POLICIES.values():
        yield from _policy(path)


def _tables() -> list[Path]:
    return sorted(TABLES.glob("*.json"))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _policy(path: Path) -> list[dict[str, Any]]:
    """A policy as single values, whichever of its two forms the file has."""
    read = _read(path)
    if isinstance(read, dict):
        return [
            {"in_force_from": read["in_force_from"], "applies_to": {"value": name}, **entry}
            for name, entry in read["values"].items()
        ]
    return [
        {**dated, "applies_to": {"value": name}, "value": value}
        for dated in read
        for name, value in dated.items()
        if name not in _DECIDES_NOTHING
    ]


def _row(entry: dict[str, Any], value: str) -> tuple[str, ...]:
    where = ", ".join(_plain(part) for part in entry.get("applies_to", {}).values())
    source = entry["source"] + (f". {entry['note']}" if entry.get("note") else "")
    return entry["in_force_from"], where, value, source, _mark(entry)


def _mark(entry: dict[str, Any]) -> str:
    """Assumed as a whole, or in something its source or note says of it."""
    if _assumed(entry):
        return "**assumed**"
    return "in part" if "assumed" in f"{entry['source']} {entry.get('note', '')}" else ""


def _value(table_name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')} {_figure(table_name, name, of)}" for name, of in value.items()
        )
    return _figure(table_name, "", value)


def _figure(table_name: str, name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _plain(value)
    if table_name in _RATES or name == "per_month":
        return f"{value / 100:g} %"
    if table_name in _HALALAS or name.endswith("halalas"):
        return f"SAR {value // 100:,}.{value % 100:02d}"
    return str(value)


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    if isinstance(value, dict):
        return " ".join(f"{name} {_plain(part)}" for name, part in value.items())
    return str(value)


def _documents(entry: dict[str, Any]) -> str:
    told = []
    for document in entry["documents"]:
        instead = document.get("satisfied_by")
        told.append(document["kind"] + (f" (or {', '.join(instead)})" if instead else ""))
    return ", ".join(told)


def statute() -> str:
    blocks = [_LEAD, f"{assumed()} of {len(list(_everything()))} entries are assumed.\n"]
    for path in _tables():
        read = _read(path)
        blocks.append(f"## {read['title']}\n\n{_link(path)}\n")
        rows = [_row(entry, _value(read["name"], entry["value"])) for entry in read["entries"]]
        blocks.append(table(_HEAD, rows))
    required = _read(REQUIRED)
    blocks.append(f"## {required['title']}\n\n{_link(REQUIRED)}\n")
    blocks.append(table(_HEAD, [_row(entry, _documents(entry)) for entry in required["entries"]]))
    for title, path in POLICIES.items():
        blocks.append(f"## {title}\n\n{_link(path)}\n")
        rows = [_row(e, _figure("", e["applies_to"]["value"], e["value"])) for e in _policy(path)]
        blocks.append(table(("from", "name", *_HEAD[2:]), rows))
    return page("Statutory values", *blocks)


def _link(path: Path) -> str:
    shown = path.relative_to(ROOT).as_posix()
    return f"[`{shown}`](../../{shown})"
