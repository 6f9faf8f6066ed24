"""Looking for requests in progress that no run of the workflow carries on."""

from datetime import timedelta
from itertools import islice
from typing import Final

from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests, StrandedRuns, WorkflowRuns
from ishtirak.requests.runs import stands_still

MOST_AT_ONCE: Final = 500
"""How many a sweep reports at most; the next one goes on with what is still in progress then."""


def sweep_workflows(*, requests: Requests, runs: WorkflowRuns, reports: StrandedRuns, clock: Clock) -> int:
    """Report each run that ought to carry a request and does not, or makes no step; how many there were.

    Two lists are held against each other, what is in progress and what runs: not a question for each request. What
    moved within the time a start may take is left alone. Each report is looked at by itself (`show_stranded`), so what
    moved while the lists were read is no alarm.
    """
    now, policy = clock.now(), policy_on(today(clock))
    running = frozenset(runs.running())
    before = to_rfc3339(now - timedelta(minutes=policy.stranded_after_minutes))
    stranded = (
        entry.run
        for entry in requests.in_progress(before=before)
        if entry.run not in running or stands_still(entry, at=now, policy=policy)
    )
    count = 0
    for run in islice(stranded, MOST_AT_ONCE):
        reports.put(run)
        count += 1
    return count
