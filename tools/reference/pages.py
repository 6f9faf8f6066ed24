"""Which pages and blocks are generated, and where they stand."""

import re
from collections.abc import Callable
from pathlib import Path

from tools.reference.access import access
from tools.reference.asvs import asvs
from tools.reference.decisions import decisions
from tools.reference.errors import errors
from tools.reference.events import events
from tools.reference.functions import function_table, functions
from tools.reference.glossary import glossary
from tools.reference.statute import statute
from tools.reference.workflows import diagram, workflows

ROOT = Path(__file__).parents[2]

PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/access.md": access,
    "docs/reference/functions.md": functions,
    "docs/reference/errors.md": errors,
    "docs/reference/events.md": events,
    "docs/reference/workflows.md": workflows,
    "docs/reference/statute.md": statute,
    "docs/reference/asvs.md": asvs,
    "docs/decisions/README.md": decisions,
    "docs/glossary.md": glossary,
}
#: Pages people write, which hold generated blocks between `<!-- functions -->` or `<!-- workflow:name -->` and
#: `<!-- end -->`.
WITH_BLOCKS = ("README.md", "README.ar.md", "docs/architecture.md")

_BLOCK = re.compile(r"(<!-- (functions|workflow:(\w+)) -->\n).*?(<!-- end -->)", re.DOTALL)


def expected() -> dict[str, str]:
    """Every page with generated content, as it should be."""
    pages = {name: generate() for name, generate in PAGES.items()}
    for name in WITH_BLOCKS:
        written = (ROOT / name).read_text(encoding="utf-8")
        pages[name] = _BLOCK.sub(lambda found: f"{found[1]}\n{_generated(found)}\n{found[4]}", written)
    return pages


def _generated(block: re.Match[str]) -> str:
    return function_table() if block[2] == "functions" else diagram(block[3])


def drifted() -> list[str]:
    """The pages that are not what the sources say."""
    return [name for name, text in expected().items() if _read(name) != text]


def write() -> None:
    """Write every page that differs."""
    for name, text in expected().items():
        if _read(name) != text:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")


def _read(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""
