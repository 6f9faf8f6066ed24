"""`python -m local.demo`: the main job, end to end, over HTTP, as the people in it would do it.

A contributor adds a period (refused first, then corrected), the employer and an officer reply, the period
is recorded and billed; a second request goes the long way round; Qiwa registers a worker, and cannot do it
twice. Any deviation ends it with a status other than 0.
"""

import sys
import time
from collections.abc import Callable

from local.assembly import ASSEMBLY, is_stale, synthesise
from local.client import Unexpected
from local.demo.add_period import AddPeriod
from local.demo.bill_payment import pay_bill
from local.demo.qiwa_contract import register_contract
from local.demo.report import show_cost, show_notices, show_timeline
from local.demo.run import DemoRun, console
from local.demo.second_approval import approve_with_two
from local.demo.unanswered_claim import leave_unanswered
from local.environment import Environment, start_environment


def run_scenarios(environment: Environment) -> None:
    """Every scenario in order; raises `Unexpected` at the first deviation."""
    started = time.monotonic()
    run = DemoRun(environment)
    added = AddPeriod(run)
    added.run()
    pay_bill(run, added.contributor)
    leave_unanswered(run)
    approve_with_two(run)
    register_contract(run)
    show_timeline(added.contributor, added.request_id)
    show_notices({"worker": added.contributor, "employer": run.signed_in("noura")})
    show_cost(run)
    dead = environment.cloud.dead_letters()
    if dead:
        raise Unexpected(f"dead letters: {dead}")
    reference = added.contributor.request(added.request_id)["reference"]
    console.print(
        f"[bold green]done[/] in {time.monotonic() - started:.1f} s "
        f"(cloud ready in {environment.cloud.ready_seconds:.1f} s) · reference {reference}"
    )


def main(run: Callable[[Environment], None] = run_scenarios) -> int:
    if is_stale():
        with console.status("synthesising the template"):
            synthesise()
    with start_environment(ASSEMBLY) as environment:
        try:
            run(environment)
        except Unexpected as deviation:
            console.print(f"[bold red]the story went wrong:[/] {deviation}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
