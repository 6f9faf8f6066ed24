"""How often something is revealed, and what is written down of it. Pure."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Final

from ishtirak.disclosure.model import AccessRecord, Reveal, RevealHistory
from ishtirak.disclosure.policy import DisclosurePolicy
from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.errors import Refused, TooMany

SOURCE: Final = "ishtirak.disclosure"


class TooManyReveals(TooMany):
    """The officer was shown as much as anybody is in that time; `retry_after` says when it ends."""

    code = "too_many_reveals"


class EmploymentOver(Refused):
    """The person works for this employer no longer: nothing more than the recorded period is shown."""

    code = "employment_over"


def reveal(history: RevealHistory, record: AccessRecord, *, policy: DisclosurePolicy, at: datetime) -> Reveal:
    """The officer's history with this reveal in it; `TooManyReveals` beyond the policy.

    The event says whose data, which and why by a code; the words of the reason are in the person's own log.
    """
    recent = [datetime.fromisoformat(each) for each in history.recent]
    for window in policy.windows:
        within = [each for each in recent if each > at - window.length]
        if len(within) >= window.reveals:
            free = within[-window.reveals] + window.length - at
            raise TooManyReveals(retry_after=max(1, math.ceil(free.total_seconds())))
    event = next_event(
        "PersonalDataRevealed",
        source=SOURCE,
        aggregate=history.aggregate,
        chain=history.chain,
        at=at,
        actor=record.by,
        data={
            "establishment": record.establishment.reveal(),
            "person_id": record.person_id,
            "field": record.matter.value,
            "reason_code": record.reason_code.value if record.reason_code else None,
            "record_id": record.id,
        },
    )
    kept = [to_rfc3339(each) for each in (*recent, at) if each > at - policy.longest]
    after = replace(history, version=history.version + 1, recent=tuple(kept), chain=Chain.after(event))
    return Reveal(after, event, record)
