"""The index of the decisions: each by its title, which is the decision, whether it stands, how hard it is to undo."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.reference.markdown import page, table

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
PARTS = ("Context", "Decision", "Evidence", "Consequences", "Reversible?")

_NAME = re.compile(r"(?P<number>\d{4})-[a-z0-9-]+\.md")
_STATUS = re.compile(
    r"^Status: (?P<standing>accepted|superseded)"
    r"(?P<relations>(?:; (?:amends|amended by|supersedes|superseded by) \d{4}(?:, \d{4})*)*)$",
    re.MULTILINE,
)
_RELATION = re.compile(r"(amends|amended by|supersedes|superseded by) ((?:\d{4}(?:, )?)+)")
#: What a relation is called from the other decision.
INVERSE = {
    "amends": "amended by",
    "amended by": "amends",
    "supersedes": "superseded by",
    "superseded by": "supersedes",
}
_TITLE = re.compile(r"# (?P<number>\d{4}) (?P<title>.+)")
_PART = r"(?:\*\*{0}\.?\*\*|## {0})"
_LEAD = """\
A decision has a number, a date, a status and a measurement, and fits on a page: context, decision, evidence,
consequences, and whether it can be taken back. The title is the decision. A new one takes the next free number of its
ten. Its status line says whether it stands, and what it amends or supersedes (`Status: accepted; amends 0023, 0061`);
the other one says so too.
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
    def status(self) -> str:
        """Whether it stands: `accepted`, or `superseded`; nothing where it does not say so in its form."""
        found = _STATUS.search(self.text)
        return found["standing"] if found else ""

    @property
    def relations(self) -> set[tuple[str, str]]:
        """What it does to other decisions or they to it, each with the other's number."""
        found = _STATUS.search(self.text)
        relations = _RELATION.findall(found["relations"]) if found else []
        return {(relation, number) for relation, numbers in relations for number in numbers.split(", ")}

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
    known = {one.number: one.path.name for one in recorded()}
    rows = [
        (f"[{one.number}]({one.path.name})", one.title, _standing(one, known), one.reversible)
        for one in recorded()
    ]
    return page("Decisions", _LEAD, table(("", "decision", "status", "can it be taken back"), rows))


def _standing(decision: Recorded, known: dict[str, str]) -> str:
    related = [f"{relation} [{number}]({known[number]})" for relation, number in sorted(decision.relations)]
    return "; ".join([decision.status, *related])
