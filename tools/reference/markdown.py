"""The few forms of Markdown the pages are made of."""

import re
from collections.abc import Iterable, Sequence

_PLACEHOLDER = re.compile(r"\{[^}]+\}")
NOTE = "Generated from the sources by `make docs`; `make check` fails when it differs.\n"


def page(title: str, *blocks: str) -> str:
    """A page under its title, with the note that nobody edits it."""
    return "\n".join([f"# {title}\n", NOTE, *blocks]).rstrip() + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, one line a row; whatever would end a cell is made harmless."""
    lines = [_row(head), "|" + "---|" * len(head), *(_row([_cell(cell) for cell in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """A word as it is written in the sources; nothing for nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    return ", ".join(code(text) for text in texts)


def arabic(text: str) -> str:
    """Arabic inside a page that reads from left to right; its placeholders keep their own direction."""
    isolated = _PLACEHOLDER.sub(r'<span dir="ltr">\g<0></span>', text)
    return f'<div dir="rtl" lang="ar">{isolated}</div>'


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
