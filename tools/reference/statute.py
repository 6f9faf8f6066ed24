"""Every dated value of the statutes and of the authority's own policies, with its source and whether it is assumed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.reference.markdown import page, table

ROOT = Path(__file__).parents[2]
ISHTIRAK = ROOT / "ishtirak"
#: What people read, and who may call what, is no value of a statute.
_EDGE = ISHTIRAK / "edge"

_HEAD = ("from", "applies to", "value", "source", "assumed")
_LEAD = """\
The code reads these tables and repeats none of their values. **Assumed** means that no public text states the value, or
that its reading is open: the authority has to set it. Files hold rates in ten-thousandths and sums in halalas, as some
titles say; they are shown here as % and SAR.
"""
_HALALAS = frozenset({"joint_cap", "wage_bounds", "second_person_above"})
_RATES = frozenset({"rates", "gcc_home_rates"})


def assumed() -> int:
    """How many entries of all the tables are assumptions."""
    return sum(_assumed(entry) for entry in _everything())


def _assumed(entry: dict[str, Any]) -> bool:
    return bool(entry.get("assumed", False))


def files() -> list[Path]:
    """Every file of dated values: whatever JSON the capabilities own."""
    return [path for path in sorted(ISHTIRAK.rglob("*.json")) if not path.is_relative_to(_EDGE)]


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _everything() -> Iterator[dict[str, Any]]:
    for path in files():
        yield from _read(path)["entries"]


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
    return _figure(table_name, table_name, value)


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


def _documents(documents: list[dict[str, Any]]) -> str:
    rows = []
    for document in documents:
        instead = document.get("satisfied_by")
        rows.append(document["kind"] + (f" (or {', '.join(instead)})" if instead else ""))
    return ", ".join(rows)


def statute() -> str:
    blocks = [_LEAD, f"{assumed()} of {len(list(_everything()))} entries are assumed.\n"]
    for path in files():
        read = _read(path)
        blocks.append(f"## {read['title']}\n\n{_link(path)}\n")
        rows = [_row(entry, _shown(read["name"], entry)) for entry in read["entries"]]
        blocks.append(table(_HEAD, rows))
    return page("Statutory values", *blocks)


def _shown(name: str, entry: dict[str, Any]) -> str:
    if name == "required":
        return _documents(entry["value"])
    return _value(entry.get("applies_to", {}).get("name", name), entry["value"])


def _link(path: Path) -> str:
    shown = path.relative_to(ROOT).as_posix()
    return f"[`{shown}`](../../{shown})"
