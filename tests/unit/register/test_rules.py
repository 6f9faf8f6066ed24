"""How an account may change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import ValidationError

from ishtirak.kernel import ids
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register import refusals, rules, statement
from ishtirak.register.ledger import AccountState, EntryKind, LedgerEntry, LedgerRow, Projection
from ishtirak.register.periods import PeriodState, RecordedPeriod, Span
from tests.fakes.register import MITHAL, NAMUDHAJ, PERSON, a_cause, a_period, rows_of

NOTHING_POSTED = AccountState(person_id=PERSON, system=System.SOCIAL_INSURANCE)


def test_a_posting_moves_the_state_and_the_chain_by_one() -> None:
    posting = rules.post(NOTHING_POSTED, period=a_period(), rows=rows_of("2025-01"), cause=a_cause())

    assert (posting.after.version, posting.after.projection.last_seq, posting.after.chain.seq) == (1, 1, 1)
    assert posting.after.chain.hash == posting.event.hash
    assert posting.event.type == "PeriodPosted"


def test_an_event_names_its_cause_and_no_person_in_clear() -> None:
    cause = a_cause(type="ContractRegistered", source="ishtirak.contracts", data={"version": 2})

    event = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=cause).event

    assert (event.type, event.source, event.data["version"]) == (
        "ContractRegistered",
        "ishtirak.contracts",
        2,
    )
    assert set(event.data) == {
        "person_id",
        "system",
        "period_id",
        "establishment",
        "entries",
        "bill_id",
        "version",
    }


def test_days_already_recorded_with_the_employer_are_refused_and_named() -> None:
    state = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=a_cause()).after

    with pytest.raises(refusals.PeriodOverlaps) as refused:
        rules.post(state, period=a_period("2025-03-31", None), rows=(), cause=a_cause())

    assert refused.value.facts == {"starts_on": "2025-01-01", "ends_on": "2025-03-31"}


def test_the_day_after_and_another_employer_are_not_an_overlap() -> None:
    state = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=a_cause()).after

    next_day = rules.post(state, period=a_period("2025-04-01", None), rows=(), cause=a_cause())
    beside = rules.post(
        state, period=a_period("2025-02-01", None, establishment=NAMUDHAJ), rows=(), cause=a_cause()
    )

    assert len(next_day.after.projection.standing) == len(beside.after.projection.standing) == 2


def test_an_open_period_has_every_later_day() -> None:
    state = rules.post(NOTHING_POSTED, period=a_period("2025-01-01", None), rows=(), cause=a_cause()).after

    with pytest.raises(refusals.PeriodOverlaps):
        rules.post(state, period=a_period("2040-01-01", "2040-12-31"), rows=(), cause=a_cause())


def test_a_period_is_never_posted_to_another_account() -> None:
    with pytest.raises(ValueError, match="another account"):
        rules.post(NOTHING_POSTED, period=a_period(system=System.CIVIL_PENSION), rows=(), cause=a_cause())


def test_amending_reverses_what_stood_and_posts_what_stands() -> None:
    first = rules.post(NOTHING_POSTED, period=a_period(), rows=rows_of("2025-01", "2025-02"), cause=a_cause())
    shorter = a_period().model_copy(update={"ends_on": date(2025, 1, 31)})

    change = rules.amend(
        first.after,
        before=a_period(),
        entries=first.entries,
        after=shorter,
        rows=rows_of("2025-01"),
        cause=a_cause(),
    )

    assert [entry.kind for entry in change.entries] == [EntryKind.REVERSAL, EntryKind.POST]
    assert change.entries[0].refers_to == 1
    assert change.after.projection.totals.worker == 90_000
    assert [period.revision for period in change.periods] == [2]


def test_amending_under_a_new_id_keeps_the_old_period_as_reversed() -> None:
    first = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=a_cause())

    change = rules.amend(
        first.after,
        before=a_period(),
        entries=first.entries,
        after=a_period("2025-02-01", "2025-02-28"),
        rows=(),
        cause=a_cause(),
    )

    assert [period.state for period in change.periods] == [PeriodState.REVERSED, PeriodState.ACTIVE]
    assert [period.revision for period in change.periods] == [2, 1]


def test_an_amendment_may_overlap_itself_but_nobody_else() -> None:
    first = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=a_cause())
    second = rules.post(first.after, period=a_period("2025-05-01", None), rows=(), cause=a_cause())
    longer = a_period().model_copy(update={"ends_on": date(2025, 5, 1)})

    with pytest.raises(refusals.PeriodOverlaps):
        rules.amend(
            second.after,
            before=a_period(),
            entries=(*first.entries, *second.entries),
            after=longer,
            rows=(),
            cause=a_cause(),
        )


def test_what_was_reversed_is_not_reversed_again() -> None:
    first = rules.post(NOTHING_POSTED, period=a_period(), rows=rows_of("2025-01"), cause=a_cause())
    undone = rules.reverse(first.after, period=a_period(), entries=first.entries, cause=a_cause())
    entries = (*first.entries, *undone.entries)

    with pytest.raises(refusals.PeriodNotStanding):
        rules.reverse(undone.after, period=a_period(), entries=entries, cause=a_cause())


@pytest.mark.parametrize(
    ("kind", "refers_to", "seq"),
    [(EntryKind.REVERSAL, None, 2), (EntryKind.POST, 1, 2), (EntryKind.REVERSAL, 2, 2)],
)
def test_only_a_reversal_refers_back_and_only_back(kind: EntryKind, refers_to: int | None, seq: int) -> None:
    posted = rules.post(NOTHING_POSTED, period=a_period(), rows=(), cause=a_cause()).entries[0]

    with pytest.raises(ValidationError, match="refers"):
        LedgerEntry.model_validate(posted.model_dump() | {"kind": kind, "refers_to": refers_to, "seq": seq})


def days(first: date, length: int) -> Span:
    return Span(
        period_id=PERSON, establishment=MITHAL, starts_on=first, ends_on=first + timedelta(days=length)
    )


SPANS = st.builds(days, st.dates(date(2024, 1, 1), date(2024, 3, 1)), st.integers(0, 40))


@given(SPANS, SPANS)
def test_spans_overlap_exactly_when_they_share_a_day(one: Span, other: Span) -> None:
    shared = {one.starts_on + timedelta(days=offset) for offset in range(days_of(one))} & {
        other.starts_on + timedelta(days=offset) for offset in range(days_of(other))
    }

    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


def days_of(span: Span) -> int:
    assert span.ends_on is not None
    return (span.ends_on - span.starts_on).days + 1


class LedgerMachine(RuleBasedStateMachine):
    """Any history of postings, amendments and reversals leaves the state equal to its ledger (regulation art.
    19).
    """

    @initialize()
    def opened(self) -> None:
        self.state = NOTHING_POSTED
        self.entries: list[LedgerEntry] = []
        self.standing: dict[str, RecordedPeriod] = {}
        self.paid: dict[str, int] = {}
        self.counter = 0

    @rule(
        start=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
        length=st.integers(0, 200),
        employer=st.sampled_from([MITHAL, NAMUDHAJ]),
        amount=st.integers(0, 10**7),
    )
    def post(self, start: date, length: int, employer: EstablishmentNumber, amount: int) -> None:
        self.counter += 1
        period = a_period(
            start.isoformat(),
            (start + timedelta(days=length)).isoformat(),
            id=ids.stable_id("machine", str(self.counter)),
            establishment=employer,
        )
        self.tried(period.id, period, amount)

    @precondition(lambda self: self.standing)
    @rule(data=st.data(), length=st.integers(0, 200), amount=st.integers(0, 10**7))
    def amend(self, data: st.DataObject, length: int, amount: int) -> None:
        before = self.standing[data.draw(st.sampled_from(sorted(self.standing)))]
        after = before.model_copy(update={"ends_on": before.starts_on + timedelta(days=length)})
        self.tried(before.id, after, amount, before=before)

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        period = self.standing.pop(data.draw(st.sampled_from(sorted(self.standing))))
        del self.paid[period.id]
        posting = rules.reverse(self.state, period=period, entries=self.entries, cause=a_cause())
        self.state = posting.after
        self.entries.extend(posting.entries)

    def tried(
        self, key: str, after: RecordedPeriod, amount: int, *, before: RecordedPeriod | None = None
    ) -> None:
        rows = (
            LedgerRow(month=Month.of(after.starts_on), branch="ANNUITIES", worker=amount, employer=amount),
        )
        others = [period for period in self.standing.values() if period.id != key]
        clash = any(
            other.establishment == after.establishment and other.span.overlaps(after.span) for other in others
        )
        try:
            if before is None:
                posting = rules.post(self.state, period=after, rows=rows, cause=a_cause())
            else:
                posting = rules.amend(
                    self.state, before=before, entries=self.entries, after=after, rows=rows, cause=a_cause()
                )
            refused = False
        except Refused:
            refused = True
        assert refused == clash
        if refused:
            return
        self.state = posting.after
        self.entries.extend(posting.entries)
        self.standing[key] = posting.periods[-1]
        self.paid[key] = amount

    @invariant()
    def the_state_is_what_the_entries_add_up_to(self) -> None:
        rebuilt = statement.projection(reversed(self.entries))

        assert rebuilt.model_dump_json() == self.state.projection.model_dump_json()
        assert rebuilt.totals.worker == sum(row.worker for entry in self.entries for row in entry.rows)
        assert rebuilt.totals.worker == sum(self.paid.values())

    @invariant()
    def the_standing_spans_are_the_standing_periods(self) -> None:
        spans = {span.period_id: span for span in self.state.projection.standing}

        assert spans == {key: period.span for key, period in self.standing.items()}
        assert [entry.seq for entry in self.entries] == list(range(1, len(self.entries) + 1))


TestLedger = LedgerMachine.TestCase


def test_an_empty_ledger_stands_at_nothing() -> None:
    assert statement.projection(()) == Projection()
