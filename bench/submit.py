"""CPU of the submission's handler against the same work under all of Powertools. `python -m bench.submit`.

Exit status 0 when the worse quartiles stay under the ceilings, 1 when one does not, 2 when the run is void. The goals
are told beside them: docs/decisions/0080 says which are missed, and why.
"""

import os
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from bench.paired import measure, ratio
from bench.submissions import VARIANTS, prepared

CALLS = 40
ROUNDS = 60
MOST_AWS_CALLS = 6
GOAL_OF_POWERTOOLS = 0.25
GOAL_OF_BARE = 1.6
#: What was measured when this was written, with room for another machine.
CEILING_OF_POWERTOOLS = 0.90
CEILING_OF_BARE = 1.75
MALFORMED = ("", "{", "[]", '{"challenge_id": 1, "code": "123456"}')


def serve(name: str, wire: Connection) -> None:
    """A warmed process whose log lines go nowhere."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        sys.stdout = nowhere
        _, event = prepared()
        submit = VARIANTS[name]()
        for _ in range(CALLS):
            submit(event)
        wire.send("ready")
        while (calls := wire.recv()) is not None:
            started = time.process_time_ns()
            for _ in range(calls):
                submit(event)
            wire.send(time.process_time_ns() - started)


def behaviour(name: str) -> tuple[Any, list[str], list[bool]]:
    """The answer, the calls it took, and whether each malformed body was refused without a write."""
    world, event = prepared()
    submit = VARIANTS[name]()
    submit(event)  # whether tokens were revoked is read once in a while: bench/revocations.py
    world.calls.clear()
    answer = submit(event)
    calls = list(world.calls)
    return answer, calls, [_refused(submit, {**event, "body": body}, world) for body in MALFORMED]


def _refused(submit: Any, event: dict[str, Any], world: Any) -> bool:
    world.calls.clear()
    try:
        status, _ = submit(event)
    except ValueError:  # the bare variant has nobody to turn a refusal into an answer
        status = 422
    return 400 <= status < 500 and not world.calls


def main() -> int:
    """Behaviour first: only variants that answer the same are timed."""
    said, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115
    shown = {name: behaviour(name) for name in VARIANTS}
    sys.stdout = said
    if any(each != shown["ours"] for each in shown.values()):
        print("void: the variants do not answer, call or refuse alike")
        for name, each in shown.items():
            print(name, each)
        return 2
    (status, _), calls, refused = shown["ours"]
    print(
        f"all answer {status} alike after {calls}; {sum(refused)} of {len(MALFORMED)} malformed bodies refused"
    )
    times = measure(list(VARIANTS), worker=serve, calls=CALLS, rounds=ROUNDS)
    for name, measured in times.items():
        per_call = sorted(measured)[len(measured) // 2] / CALLS / 1000
        print(f"{name:<18} {per_call:6.0f} us CPU   {ratio(measured, times['powertools'])} of powertools")
    if not ratio(times["powertools (twin)"], times["powertools"]).agrees:
        print("void: the A/A twins disagree")
        return 2
    of_powertools, of_bare = ratio(times["ours"], times["powertools"]), ratio(times["ours"], times["bare"])
    print(
        f"ours: {of_powertools} of powertools, goal {GOAL_OF_POWERTOOLS}; {of_bare} of bare, goal {GOAL_OF_BARE}"
    )
    print(
        f"edge alone: {_above(times, 'ours'):.0f} us above bare, powertools {_above(times, 'powertools'):.0f} us"
    )
    print(f"{len(calls)} AWS calls, {MOST_AWS_CALLS} allowed")
    kept = of_powertools.upper <= CEILING_OF_POWERTOOLS and of_bare.upper <= CEILING_OF_BARE
    return 0 if kept and all(refused) and len(calls) <= MOST_AWS_CALLS else 1


def _above(times: Any, name: str) -> float:
    """Microseconds a call takes beyond the bare variant, by medians."""
    middle = {each: sorted(values)[len(values) // 2] for each, values in times.items()}
    return float(middle[name] - middle["bare"]) / CALLS / 1000


if __name__ == "__main__":
    sys.exit(main())
