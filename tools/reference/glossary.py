"""The glossary: its first part is written by hand, its second is every class whose docstring carries an Arabic term."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.reference.markdown import code, table

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"

_MARKER = "<!-- types, from their docstrings: `make docs` writes what follows -->\n"

_ARABIC = "[\u0621-\u065f\u0670-\u06d3]+(?:[ ،-]+[\u0621-\u065f\u0670-\u06d3]+)*"
_LEADING = re.compile(rf"({_ARABIC})(?: \([^)]*\))?\s*[:.,]?\s*")
_IN_BRACKETS = re.compile(rf"(?P<english>[^:.,;()]*?)\s*\((?P<arabic>{_ARABIC})\)")
_ARTICLES = re.compile(r"^(?:(?:a|an|the|for|or|and|one) )+", re.IGNORECASE)
_WORDS = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True)
class Term:
    """One term: in both languages, the class it is said of, and that class's place."""

    arabic: str
    english: str
    module: str
    name: str


def terms() -> Iterator[Term]:
    """Every term the docstrings of `ishtirak` carry, by module."""
    for path in sorted((ROOT / "ishtirak").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "ishtirak").with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                for in_arabic, english in _terms(node.name, ast.get_docstring(node) or ""):
                    yield Term(in_arabic, english, module, node.name)


def _terms(name: str, docstring: str) -> Iterator[tuple[str, str]]:
    """The term a docstring begins with is the class's own; those in brackets belong to the words before them."""
    text = " ".join(docstring.split())
    leading = _LEADING.match(text)
    if leading:
        yield leading[1], _in_words(name)
        text = text[leading.end() :]
    bracketed = [(found["arabic"], found["english"].strip()) for found in _IN_BRACKETS.finditer(text)]
    if len(bracketed) == 1 and not leading:
        yield bracketed[0][0], _in_words(name)
        return
    for in_arabic, words in bracketed:
        yield in_arabic, _ARTICLES.sub("", words)


def _in_words(name: str) -> str:
    return _WORDS.sub(" ", name).lower()


def glossary() -> str:
    """The page: what is written above the marker as it stands, and below it the types."""
    written, marker, _ = GLOSSARY.read_text(encoding="utf-8").partition(_MARKER)
    if not marker:
        raise ValueError(f"{GLOSSARY.name} has no {_MARKER.strip()}")
    rows = [(term.arabic, term.english, code(f"{term.module}.{term.name}")) for term in terms()]
    types = table(("Arabic", "English", "type"), sorted(rows, key=lambda row: (row[1], row[2])))
    return f"{written}{marker}{types}"
