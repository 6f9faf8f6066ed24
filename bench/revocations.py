"""What looking up revoked tokens costs a submission. `python -m bench.revocations`.

CPU of the handler with what it learnt at hand, with a read of the table for each call, and with no check at all, in
rounds. Exit status 2 when the twins disagree.
"""

import os
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from bench.paired import measure, ratio
from bench.submissions import SURROUNDINGS, Submit, ours, prepared

CALLS = 40
ROUNDS = 40
VARIANTS = ("unchecked", "unchecked (twin)", "learnt", "read each time")


def built(name: str) -> tuple[Submit, dict[str, Any]]:
    """The submission under this variant, and its event."""
    from ishtirak.edge.http.revocation import RevocationCheck

    os.environ.update(SURROUNDINGS)
    _, event = prepared()
    submit = ours()
    if name.startswith("unchecked"):
        RevocationCheck.__call__ = lambda check, caller: None  # type: ignore[assignment, method-assign]
    elif name == "read each time":
        checked = RevocationCheck.__call__

        def forgetful(check: RevocationCheck, caller: Any) -> None:
            check._revoked._learnt.clear()  # noqa: SLF001 - as a process that was never asked before
            checked(check, caller)

        RevocationCheck.__call__ = forgetful  # type: ignore[assignment, method-assign]
    return submit, event


def serve(name: str, wire: Connection) -> None:
    """A warmed process whose log lines go nowhere."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        sys.stdout = nowhere
        submit, event = built(name)
        for _ in range(CALLS):
            submit(event)
        wire.send("ready")
        while (calls := wire.recv()) is not None:
            started = time.process_time_ns()
            for _ in range(calls):
                submit(event)
            wire.send(time.process_time_ns() - started)


def main() -> int:
    times = measure(VARIANTS, worker=serve, calls=CALLS, rounds=ROUNDS)
    for name, measured in times.items():
        per_call = sorted(measured)[len(measured) // 2] / CALLS / 1000
        print(f"{name:<18} {per_call:6.0f} us CPU   {ratio(measured, times['unchecked'])} of unchecked")
    return 0 if ratio(times["unchecked (twin)"], times["unchecked"]).agrees else 2


if __name__ == "__main__":
    sys.exit(main())
