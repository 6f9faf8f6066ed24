"""However often a request is returned, completed and submitted again, it is of the day it was first submitted."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.clock import RIYADH
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, Request, SubmittedRequest, WaitOutcome, signing_digest
from ishtirak.reviews import rules as reviews
from tests.fakes.requests import CONTRIBUTOR, OFFICER, decision, declared, period_data, policy
from tests.lives.strategies import LIVES

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def lives(draw: st.DrawFn) -> tuple[datetime, tuple[tuple[timedelta, bool], ...]]:
    """The moment of the first submission; then, for each return, how long it lasts and whether data changed."""
    first = BEGINNING + timedelta(minutes=draw(st.integers(0, 365 * 24 * 60)))
    returns = draw(
        st.lists(
            st.tuples(
                st.integers(1, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)), st.booleans()
            ),
            min_size=1,
            max_size=4,
        )
    )
    return first, tuple(returns)


@LIVES
@given(lives())
def test_a_request_is_of_the_day_it_was_first_submitted(
    life: tuple[datetime, tuple[tuple[timedelta, bool], ...]],
) -> None:
    at, returns = life
    request = submit(declared().after, at=at)
    day = at.astimezone(RIYADH).date()
    assert rules.requested_on(request) == day

    for lasts, changed in returns:
        back: Request = returned(request, at=at)
        at += lasts
        if changed:
            back = changed_data(back, at=at)
        request = submit(back, at=at)

        assert rules.requested_on(request) == day
        assert request.resubmitted_at is not None


def submit(request: Request, *, at: datetime) -> SubmittedRequest:
    return rules.submit(request, by=CONTRIBUTOR, signed=signing_digest(request), at=at).after


def returned(request: SubmittedRequest, *, at: datetime) -> SubmittedRequest:
    """Reviewed and returned for completion, at once."""
    for party in (Party.EMPLOYER, Party.OFFICER):
        until = at + timedelta(days=10)
        request = assigned(request, party, until=until, at=at)
        if party is Party.EMPLOYER:
            change = waits.record_timeout(request, party, at=at)
            assert change is not None
            request = change.after
    claimed = reviews.claim(request, by=OFFICER, at=at).after
    decided = reviews.decide(
        claimed, decision(WaitOutcome.RETURNED), by=OFFICER, total_halalas=0, at=at, policy=policy()
    ).after
    return assigned(decided, Party.CONTRIBUTOR, until=at + timedelta(days=90), at=at)


def assigned(request: SubmittedRequest, party: Party, *, until: datetime, at: datetime) -> SubmittedRequest:
    change = waits.assign(
        request, party, wait_id=f"{party}-{request.version}", token="token", until=until, at=at
    )
    assert change is not None
    return change.after


def changed_data(request: Request, *, at: datetime) -> Request:
    """Other days and another reason, declared again."""
    saved = rules.save_data(
        request,
        period_data(starts_on="2025-01-02", reason="تاريخ آخر"),
        by=CONTRIBUTOR,
        sector="PRIVATE",
        required=request.required_documents,
        estimate={},
        at=at,
    ).after
    return rules.declare(saved, policy().declaration_version, by=CONTRIBUTOR, at=at, policy=policy()).after
