"""Every life a request can live: whatever is tried in whatever order, some things always hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ishtirak.eventlog.event import GENESIS, Chain, Event, event_hash
from ishtirak.kernel.errors import DomainError, NotFound
from ishtirak.kernel.insurance import System
from ishtirak.requests import rules, waits
from ishtirak.requests.model import (
    CLOSED,
    ClaimedWageLine,
    Party,
    Request,
    RequestChange,
    RequestKind,
    RequestState,
    SubmittedRequest,
    WaitOutcome,
    read_request,
    signing_digest,
)
from ishtirak.reviews import rules as review_rules
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OFFICER,
    OTHER_OFFICER,
    OTHER_SUPERVISOR,
    OWNER,
    REQUEST,
    STRANGER,
    SUPERVISOR,
    attachment,
    decision,
    period_data,
    policy,
)

LIMIT = policy().second_approval_above_halalas
WAITING = {
    RequestState.WITH_EMPLOYER: Party.EMPLOYER,
    RequestState.UNDER_REVIEW: Party.OFFICER,
    RequestState.SECOND_REVIEW: Party.SUPERVISOR,
    RequestState.RETURNED: Party.CONTRIBUTOR,
}
PEOPLE = st.sampled_from(
    [CONTRIBUTOR, STRANGER, EMPLOYER, OFFICER, OTHER_OFFICER, SUPERVISOR, OTHER_SUPERVISOR]
)
DECISIONS = st.sampled_from([WaitOutcome.APPROVED, WaitOutcome.RETURNED, WaitOutcome.REJECTED])
TOTALS = st.sampled_from([0, LIMIT, LIMIT + 1])


class Life(RuleBasedStateMachine):
    """One request, and everybody who may try something with it."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW.astimezone(UTC)
        self.request: Request
        self.events: list[Event] = []
        self.waits = 0
        self.approvals: list[tuple[str, WaitOutcome, int]] = []

    @property
    def submitted(self) -> SubmittedRequest:
        """As the store gives it to everybody but its owner: a draft is not there."""
        if not isinstance(self.request, SubmittedRequest):
            raise NotFound()
        return self.request

    def attempt(self, step: Any) -> RequestChange | None:
        """Try a rule; a refusal is an answer too, and changes nothing."""
        before = self.request
        try:
            change: RequestChange | None = step()
        except DomainError:
            return None
        if change is None:
            return None
        assert change.before == before
        assert before.state not in CLOSED, f"{before.state} changed to {change.after.state}"
        assert change.after.version == before.version + 1
        assert change.after.id == before.id
        assert change.after.owner == before.owner
        self.request = change.after
        self.events.extend(change.events)
        return change

    @initialize()
    def begins(self) -> None:
        change = rules.draft(
            REQUEST,
            owner=OWNER,
            kind=RequestKind.ADD,
            system=System.SOCIAL_INSURANCE,
            amends=None,
            already_open=0,
            at=self.now,
            policy=policy(),
        )
        self.request, self.events = change.after, list(change.events)

    @rule(hours=st.integers(1, 24 * 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(by=PEOPLE, basic=st.integers(1, 3))
    def data_are_saved(self, by: Any, basic: int) -> None:
        line = ClaimedWageLine.model_validate(
            {"first_month": "2025-01", "last_month": "2025-03", "basic": basic}
        )
        data = period_data().model_copy(update={"wage_lines": (line,)})
        self.attempt(
            lambda: rules.save_data(
                self.request, data, by=by, sector="PRIVATE", required=(), estimate={}, at=self.now
            )
        )

    @rule(by=PEOPLE)
    def a_document_is_attached(self, by: Any) -> None:
        self.attempt(lambda: rules.attach(self.request, attachment(), by=by, at=self.now, policy=policy()))

    @rule(by=PEOPLE)
    def the_declaration_is_accepted(self, by: Any) -> None:
        version = policy().declaration_version
        self.attempt(lambda: rules.declare(self.request, version, by=by, at=self.now, policy=policy()))

    @rule()
    def its_owner_submits_it_at_once(self) -> None:
        """Data, declaration and submission in one go, so that lives get beyond drafts."""
        self.data_are_saved(CONTRIBUTOR, 1)
        self.the_declaration_is_accepted(CONTRIBUTOR)
        self.is_submitted(CONTRIBUTOR)

    @rule(by=PEOPLE)
    def is_submitted(self, by: Any) -> None:
        change = self.attempt(lambda: self.submit(by))
        if change is not None:
            assert by is CONTRIBUTOR
            assert change.after.declaration is not None

    def submit(self, by: Any) -> RequestChange[SubmittedRequest]:
        return rules.submit(self.request, by=by, signed=signing_digest(self.request), at=self.now)

    @rule(by=PEOPLE)
    def is_withdrawn(self, by: Any) -> None:
        if self.attempt(lambda: rules.withdraw(self.request, by=by, at=self.now)):
            assert by is CONTRIBUTOR

    @rule(party=st.sampled_from(Party), anew=st.booleans())
    def somebody_is_asked(self, party: Party, anew: bool) -> None:
        self.waits += anew
        until = self.now + timedelta(days=10)
        self.attempt(
            lambda: waits.assign(
                self.submitted, party, wait_id=f"wait-{self.waits}", token="t", until=until, at=self.now
            )
        )

    @rule()
    def the_next_party_is_asked(self) -> None:
        for party in Party:
            self.somebody_is_asked(party, anew=True)

    @rule(overdue=st.booleans())
    def it_reaches_an_officer_at_once(self, overdue: bool) -> None:
        """To an officer's desk, or past it, so that decisions are made in most lives."""
        self.its_owner_submits_it_at_once()
        self.somebody_is_asked(Party.EMPLOYER, anew=True)
        self.a_deadline_passes(Party.EMPLOYER)
        self.somebody_is_asked(Party.OFFICER, anew=True)
        if overdue:
            self.a_deadline_passes(Party.OFFICER)
            self.somebody_is_asked(Party.SUPERVISOR, anew=True)

    @rule(by=PEOPLE, outcome=st.sampled_from([WaitOutcome.CONFIRMED, WaitOutcome.OBJECTED]))
    def the_employer_replies(self, by: Any, outcome: WaitOutcome) -> None:
        self.attempt(lambda: waits.record_reply(self.submitted, outcome, None, by=by, at=self.now))

    @rule(party=st.sampled_from(Party))
    def a_deadline_passes(self, party: Party) -> None:
        self.attempt(lambda: waits.record_timeout(self.submitted, party, at=self.now))

    @rule(by=PEOPLE)
    def is_claimed(self, by: Any) -> None:
        self.attempt(lambda: review_rules.claim(self.submitted, by=by, at=self.now))

    @rule(by=PEOPLE)
    def is_released(self, by: Any) -> None:
        self.attempt(lambda: review_rules.release(self.submitted, by=by, at=self.now))

    @rule(by=PEOPLE, outcome=DECISIONS, total=TOTALS, at_once=st.booleans())
    def is_decided(self, by: Any, outcome: WaitOutcome, total: int, at_once: bool) -> None:
        if at_once:
            self.is_claimed(by)
        change = self.attempt(
            lambda: review_rules.decide(
                self.submitted,
                decision(outcome, by=by),
                by=by,
                total_halalas=total,
                at=self.now,
                policy=policy(),
            )
        )
        if change is not None:
            assert by is not CONTRIBUTOR
            self.approvals.append((by.person_id, change.after.decisions[-1].outcome, total))
            if change.after.state is RequestState.APPROVED and total > LIMIT:
                first, second = self.approvals[-2:]
                assert first[1] is WaitOutcome.NEEDS_SECOND
                assert first[0] != second[0], "one person approved twice"

    @rule(overdue=st.booleans(), by=st.sampled_from([OFFICER, SUPERVISOR, OTHER_SUPERVISOR]))
    def much_is_approved_at_once(self, overdue: bool, by: Any) -> None:
        self.it_reaches_an_officer_at_once(overdue)
        self.is_decided(by, WaitOutcome.APPROVED, LIMIT + 1, at_once=True)
        self.somebody_is_asked(Party.SUPERVISOR, anew=True)

    @rule()
    def a_rule_of_the_register_refuses(self) -> None:
        self.attempt(lambda: rules.reject_by_rule(self.submitted, "outside_the_window", at=self.now))

    @rule()
    def a_step_fails(self) -> None:
        self.attempt(lambda: rules.record_failure(self.submitted, "States.Timeout", at=self.now))

    @rule()
    def is_billed(self) -> None:
        before = self.request.state
        if self.attempt(lambda: rules.mark_billed(self.submitted, "bill", total_halalas=1, at=self.now)):
            assert before is RequestState.APPROVED

    @invariant()
    def a_wait_is_for_whom_the_state_says(self) -> None:
        if self.request.wait is not None:
            assert WAITING[self.request.state] is self.request.wait.party

    @invariant()
    def what_waits_for_its_owner_is_waited_for(self) -> None:
        if self.request.state is RequestState.RETURNED:
            assert self.request.wait is not None

    @invariant()
    def a_claim_is_held_only_while_somebody_waits_for_it(self) -> None:
        if self.request.claimed_by is not None and self.request.wait is not None:
            assert self.request.wait.party in (Party.OFFICER, Party.SUPERVISOR)

    @invariant()
    def the_chain_verifies(self) -> None:
        previous = GENESIS
        for seq, event in enumerate(self.events, start=1):
            assert (event.seq, event.previous_hash) == (seq, previous)
            assert event_hash(vars(event)) == event.hash
            previous = event.hash
        assert self.request.chain == Chain(seq=len(self.events), hash=previous)

    @invariant()
    def the_store_gives_back_what_it_was_given(self) -> None:
        assert read_request(self.request.model_dump_json()) == self.request


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
