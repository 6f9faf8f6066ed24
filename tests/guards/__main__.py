"""`python -m tests.guards`: take every guard away, one after another, and say which is not missed by its test.

With names, those guards alone. `--find` tells for each guard that is not declared which test misses it first.
"""

import argparse
import contextlib
import io
import sys
from collections.abc import Collection

from tests.guards.ablation import tried
from tests.guards.declared import declarations
from tests.guards.found import Guard, guards

CANDIDATES = ("tests/ports", "tests/functions", "tests/faults", "tests/hostile")
"""Where a test that misses a guard is looked for, the quickest first."""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.guards", description=__doc__)
    arguments.add_argument("names", nargs="*")
    arguments.add_argument("--find", action="store_true")
    given = arguments.parse_args()
    if given.find:
        return _find([Guard.named(name) for name in given.names] or _undeclared())
    missed = 0
    for guard, declared in declarations().items():
        if declared.killed_by is None or (given.names and str(guard) not in given.names):
            continue
        killer, met = _tried(declared.taken_away, [declared.killed_by])
        noticed = killer is not None and met
        missed += not noticed
        _say(f"{'noticed' if noticed else 'NOT NOTICED'}\t{guard}\t{declared.killed_by}")
    return 1 if missed else 0


def _undeclared() -> list[Guard]:
    return sorted(set(guards()) - declarations().keys())


def _find(wanted: Collection[Guard]) -> int:
    for guard in wanted:
        found = next(
            (killer for place in CANDIDATES if (killer := _tried([guard], [place])[0]) is not None), None
        )
        _say(f"{guard}\t{found}")
    return 0


def _tried(taken_away: Collection[Guard], tests: Collection[str]) -> tuple[str | None, bool]:
    """The test that fails without these guards, and whether each of them was asked for."""
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        verdict = tried(taken_away, tests)
    return verdict.killed_by, set(taken_away) <= verdict.met


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
