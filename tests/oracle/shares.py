"""What the random lives are made of: `python -m tests.oracle.shares` prints it for the first thousand."""

import sys
from collections import Counter
from collections.abc import Iterable

from tests.oracle.facts import Add, Life, Refused, Registered
from tests.oracle.lives import told
from tests.oracle.money import contributory
from tests.oracle.register import Period, Register

LIVES = 1_000


def shares(lives: Iterable[Life]) -> Counter[str]:
    """How often each kind of act, of answer and of month comes up."""
    found: Counter[str] = Counter()
    for life in lives:
        register = Register(life.person)
        for act in life.acts:
            answer, kind = register.apply(act), "added" if isinstance(act, Add) else "amended"
            found.update(("acts", kind))
            if isinstance(answer, Refused):
                found.update(f"refused {reason}" for reason in answer.reasons)
                continue
            found.update(("accepted", f"accepted {kind}", f"law {answer.law}"))
            found["truncated"] += answer.starts > act.starts
            found.update(_kinds_of_months(answer, period=register.periods[answer.period]))
    return found


def _kinds_of_months(answer: Registered, *, period: Period) -> Iterable[str]:
    yield str(period.system)
    for row in answer.rows:
        yield "months"
        yield "months of " + " and ".join(sorted(row.parts))
        if len({part.days for part in row.parts.values()}) > 1:
            yield "months with days of two routes"
        alone = contributory(period.counted[row.month], employer="", others={}, system=period.system)
        if row.wage != alone:
            yield "months of a shared maximum"
        elif row.wage != period.counted[row.month]:
            yield "months of a raised or cut wage"


def main() -> None:
    found = shares(told(number).life for number in range(LIVES))
    for name, count in sorted(found.items()):
        of = found["months"] if name.startswith("months") else found["acts"]
        sys.stdout.write(f"{name:60}{count:7} {count / of:6.1%}\n")


if __name__ == "__main__":
    main()
