"""Print each failing case with what was expected and what came out; last, `N passed, N failed`."""

import sys
from pathlib import Path

from tests.cases.run import Outcome, run_file


def main(arguments: list[str]) -> int:
    """Exit status 0 when every case passed, 1 when one failed, 2 when there is nothing to run."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.cases FILE.json\n")
        return 2
    outcomes = run_file(Path(arguments[0]))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        sys.stdout.write(_describe(outcome))
    sys.stdout.write(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed\n")
    if not outcomes:
        return 2
    return 1 if failed else 0


def _describe(outcome: Outcome) -> str:
    return f"{outcome.section} {outcome.name}\n  expected {outcome.expected}\n  actual   {outcome.actual}\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal may be set to ASCII
    sys.exit(main(sys.argv[1:]))
