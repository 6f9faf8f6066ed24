"""The traceability table of OWASP ASVS 5.0: each requirement of the back end and what shows that it is met."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.reference.markdown import code, page, table

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "tests" / "asvs" / "requirements.json"
CHAPTERS = {
    "V2": "Validation and business logic",
    "V4": "API and web service",
    "V5": "File handling",
    "V6": "Authentication",
    "V7": "Session management",
    "V8": "Authorization",
    "V9": "Self-contained tokens",
    "V11": "Cryptography",
    "V12": "Secure communication",
    "V13": "Configuration",
    "V14": "Data protection",
    "V15": "Secure coding and architecture",
    "V16": "Security logging and error handling",
}
_LEAD = """\
The requirements of levels 1 and 2 of OWASP ASVS 5.0.0 in its chapters for a back end (V1 and V3 are about what a
browser shows, V10 about an OAuth server, V17 about WebRTC; there is neither here). The subject is in our words, the
number is the standard's. `tests/asvs` fails when a test or a section named here does not exist. *Open* is what is not
met, and why.
"""


@dataclass(frozen=True)
class Requirement:
    """One requirement and what there is to say of it: tests, a page, why it does not apply, or why it is open."""

    id: str
    level: int
    about: str
    tests: tuple[str, ...] = ()
    page: str = ""
    not_applicable: str = ""
    open: str = ""

    @property
    def chapter(self) -> str:
        return self.id.partition(".")[0]

    @property
    def kind(self) -> str:
        """Which of the four it is."""
        given = {
            "shown": self.tests,
            "written": self.page,
            "not applicable": self.not_applicable,
            "open": self.open,
        }
        [only] = [name for name, value in given.items() if value]
        return only


def requirements() -> tuple[Requirement, ...]:
    """Every row, in the order of the standard."""
    rows: list[dict[str, Any]] = json.loads(REQUIREMENTS.read_text(encoding="utf-8"))
    return tuple(Requirement(**row | {"tests": tuple(row.get("tests", ()))}) for row in rows)


def asvs() -> str:
    rows = requirements()
    blocks = [_LEAD, _counts(rows)]
    for chapter, title in CHAPTERS.items():
        blocks.append(f"## {chapter} {title}\n")
        blocks.append(
            table(
                ("", "level", "subject", "shown by"),
                [
                    (row.id, str(row.level), row.about, _evidence(row))
                    for row in rows
                    if row.chapter == chapter
                ],
            )
        )
    return page("OWASP ASVS 5.0", *blocks)


def _counts(rows: tuple[Requirement, ...]) -> str:
    kinds = ("shown", "written", "not applicable", "open")
    counted = [
        (
            f"level {level}",
            *(str(sum(row.kind == kind for row in rows if row.level == level)) for kind in kinds),
        )
        for level in (1, 2)
    ]
    return table(("", "by a test", "by a page", "not applicable", "open"), counted)


def _evidence(row: Requirement) -> str:
    if row.tests:
        return "<br>".join(code(test) for test in row.tests)
    if row.page:
        path, _, section = row.page.partition("#")
        return f"[{section.replace('-', ' ')}](../{path.removeprefix('docs/')}#{section})"
    return f"not applicable: {row.not_applicable}" if row.not_applicable else f"**open**: {row.open}"
