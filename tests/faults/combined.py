"""More than one fault in one piece of work: the second meets what the caller does about the first."""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.injector import Call, Mode
from tests.faults.stepped import Stepped
from tests.faults.sweep import Sweep
from tests.faults.work import Piece

TRIES = 8

type Plan = dict[int, Mode]


@dataclass
class Combined:
    """How many plans were tried, by how many faults they had, and what became wrong after which."""

    tried: Counter[int] = field(default_factory=Counter)
    deviations: list[str] = field(default_factory=list)

    def run(self, sweep: Sweep, plan: Plan) -> list[Call]:
        """Do the work under this plan; the calls that were made."""
        trace, wrong = sweep.done(plan, tries=TRIES)
        self.tried[len(plan)] += 1
        self.deviations += [f"{plan}: {one}" for one in wrong]
        return trace.calls


def pairs(stepped: Stepped, kind: type[Piece]) -> Combined:
    """Each fault of each call, then each fault of each call that is made from there on."""
    sweep, result = Sweep(stepped, kind), Combined()
    for first in sweep.calls:
        for mode in first.modes:
            after = result.run(sweep, {first.number: mode})
            for second in after[first.number + 1 :]:
                for another in second.modes:
                    result.run(sweep, {first.number: mode, second.number: another})
    return result


def triples(stepped: Stepped, kind: type[Piece], *, count: int, seed: int) -> Combined:
    """Three faults at random, each on a call that the ones before it let be made."""
    sweep, result, chance = Sweep(stepped, kind), Combined(), random.Random(seed)
    while result.tried[3] < count:
        plan: Plan = {}
        calls = sweep.calls
        for place in range(3):
            following = [call for call in calls if call.number > max(plan, default=-1)]
            if not following:
                break
            # early enough that the next ones still find a call
            call = chance.choice(following[: max(1, len(following) - 2 + place)])
            plan[call.number] = chance.choice(call.modes)
            calls = result.run(sweep, dict(plan))
    return result
