"""Whether a password that was typed is looked at, by where it was typed."""

from ishtirak.kernel.clock import Clock, today
from ishtirak.sessions import places, rules
from ishtirak.sessions.model import AttemptAdmission, AttemptSource
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns


def admit_attempt(source: AttemptSource, *, sign_ins: SignIns, clock: Clock) -> AttemptAdmission:
    """Record an attempt, and say whether it counts: the same one read and four writes, whatever comes of it.

    A place that is known for this name has attempts of its own, which nobody elsewhere can use up. A stranger's are
    taken from budgets as well.
    """
    now, policy = clock.now(), policy_on(today(clock))
    before = sign_ins.attempts(source.place)
    after, admitted = rules.attempt(before, at=now, policy=policy)
    admitted = sign_ins.record_attempt(after, before=before) and admitted
    charged = admitted and not places.is_known(before, at=now)
    next_at = after.next_at or now
    for budget in places.budgets(source, at=now, policy=policy):
        left = sign_ins.spend(budget, 1 if charged else 0)
        if charged and not left:
            admitted, charged, next_at = False, False, max(next_at, budget.until)
    return AttemptAdmission(admitted=admitted, charged=charged, next_at=next_at)
