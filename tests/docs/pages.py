"""The Markdown of the repository, and what can be read out of it."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FOLDERS = (
    "bench",
    "docs",
    "functions",
    "infra",
    "ishtirak",
    "local",
    "localcloud",
    "tests",
    "tools",
    "workflows",
)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def pages() -> list[str]:
    """Every page of ours, wherever it stands."""
    found = [*ROOT.glob("*.md"), *(page for folder in _FOLDERS for page in (ROOT / folder).rglob("*.md"))]
    return sorted(page.relative_to(ROOT).as_posix() for page in found)


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text(page))


def commands(page: str) -> list[str]:
    """The lines of its shell blocks, without their remarks."""
    lines = [line for block in _SHELL.findall(text(page)) for line in block.splitlines()]
    return [command for line in lines if (command := line.partition("#")[0].strip())]


def links(page: str) -> Iterator[str]:
    """Where its links lead, those to other sites left out."""
    for target in _LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def targets() -> set[str]:
    """What can be made."""
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
