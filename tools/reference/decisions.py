"""The index of the decisions: each by its title, which is the decision, and by how hard it is to take back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.reference.markdown import page, table

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
PARTS = ("Context", "Decision", "Evidence", "Consequences", "Reversible?")

_NAME = re.compile(r"(?P<number>\d{4})-[a-z0-9-]+\.md")
_TITLE = re.compile(r"# (?P<number>\d{4}) (?P<title>.+)")
_PART = r"(?:\*\*{0}\.?\*\*|## {0})"
_LEAD = """\
A decision has a number, a date and a measurement, and fits on a page: context, decision, evidence, consequences, and
whether it can be taken back. The title is the decision. A new one takes the next free number of its ten.
"""


@dataclass(frozen=True)
class Recorded:
    """One decision file; `number` and `titled` are what the file's name and its title say."""

    path: Path
    number: str
    titled: str
    title: str
    text: str

    @property
    def missing(self) -> list[str]:
        """The parts it lacks."""
        return [part for part in PARTS if not re.search(_PART.format(re.escape(part)), self.text)]

    @property
    def reversible(self) -> str:
        """What it answers to "Reversible?"."""
        found = re.split(_PART.format(r"Reversible\?"), self.text)
        return " ".join(found[1].split("##")[0].split()) if len(found) > 1 else ""


def recorded() -> Iterator[Recorded]:
    """Every decision, in order."""
    for path in sorted(DECISIONS.glob("*.md")):
        named = _NAME.fullmatch(path.name)
        if named is None:
            continue
        text = path.read_text(encoding="utf-8")
        titled = _TITLE.match(text)
        yield Recorded(
            path=path,
            number=named["number"],
            titled=titled["number"] if titled else "",
            title=titled["title"] if titled else path.stem,
            text=text,
        )


def decisions() -> str:
    rows = [(f"[{one.number}]({one.path.name})", one.title, one.reversible) for one in recorded()]
    return page("Decisions", _LEAD, table(("", "decision", "can it be taken back"), rows))
