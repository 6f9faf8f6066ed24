"""Whatever is said to show a requirement of ASVS exists, and no requirement is left out."""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from tools.reference.asvs import CHAPTERS, ROOT, Requirement, requirements

#: The rows of levels 1 and 2 in each chapter, counted in the standard's own list.
ROWS = {
    "V2": (4, 7),
    "V4": (2, 8),
    "V5": (4, 5),
    "V6": (13, 22),
    "V7": (6, 12),
    "V8": (4, 3),
    "V9": (4, 3),
    "V11": (3, 11),
    "V12": (3, 6),
    "V13": (1, 12),
    "V14": (2, 7),
    "V15": (3, 10),
    "V16": (0, 16),
}


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@cache
def sections_of(path: str) -> frozenset[str]:
    """The headings of a page, as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings)


def test_no_requirement_of_the_back_end_is_left_out_or_there_twice() -> None:
    rows = requirements()
    counted = {
        chapter: tuple(sum(row.chapter == chapter and row.level == level for row in rows) for level in (1, 2))
        for chapter in CHAPTERS
    }

    assert Counter(row.id for row in rows).most_common(1)[0][1] == 1
    assert counted == ROWS
    assert (sum(first for first, _ in ROWS.values()), sum(second for _, second in ROWS.values())) == (49, 122)


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_what_shows_a_requirement_exists(row: Requirement) -> None:
    assert row.kind
    for test in row.tests:
        path, _, name = test.partition("::")
        assert name in named_in(path), f"{row.id}: {test} is no test"
    if row.page:
        path, _, section = row.page.partition("#")
        assert section in sections_of(path), f"{row.id}: {row.page} is no section"
