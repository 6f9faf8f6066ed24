"""Bills as employers and the authority read them, without HTTP."""

from datetime import timedelta

import pytest

from ishtirak.billing.refusals import DayOutOfReach
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.use_cases import read_bills
from ishtirak.use_cases.extend_counting import extend_counting
from tests.fakes.bills import ISSUED, OFFICER, SUPERVISOR, BilledAccount, a_bill, desk_of, reason
from tests.fakes.otp import KnownMac
from tests.fakes.proofs import A_PROOF
from tests.fakes.register import MITHAL, NAMUDHAJ, a_contributor, a_period, an_establishment

EMPLOYER, OTHER = (
    Caller(person_id, person_id, frozenset({Role.CONTRIBUTOR}))
    for person_id in ("00000000-0000-4000-8000-000000000005", "00000000-0000-4000-8000-000000000012")
)
CURSORS = SignedCursors(KnownMac())


@pytest.fixture
def account() -> BilledAccount:
    made = BilledAccount()
    register = made.register
    register.transaction.commit(
        register.people.save(a_contributor(), fingerprint="ab" * 32),
        register.establishments.save(an_establishment()),
        register.establishments.save(an_establishment(NAMUDHAJ)),
        register.appoint(EMPLOYER.person_id, MITHAL),
        register.appoint(EMPLOYER.person_id, NAMUDHAJ),
        register.appoint(OTHER.person_id, NAMUDHAJ),
    )
    return made


def page_of(
    account: BilledAccount, *, by: Caller = EMPLOYER, limit: int = 1, after: str | None = None
) -> tuple[list[str], str | None]:
    """The references on a page, and the cursor of the next."""
    page = read_bills.list_bills(
        limit=limit,
        after=after,
        by=by,
        bills=account.register.bills,
        reader=desk_of(account).reader,
        cursors=CURSORS,
    )
    return [summary.bill.reference for summary in page.items], page.next


def test_pages_go_through_every_establishment_the_employer_acts_for(account: BilledAccount) -> None:
    for year, employer in ((2021, MITHAL), (2022, NAMUDHAJ), (2023, NAMUDHAJ)):
        period = a_period(f"{year}-01-01", f"{year}-03-31", establishment=employer)
        issued_on = ISSUED - timedelta(days=2100 - year)
        account.issue(a_bill(period, reference=f"ISH-{year}", issued_on=issued_on), period)

    seen: list[str] = []
    after: str | None = None
    pages = 0
    while pages == 0 or after is not None:
        references, after = page_of(account, after=after)
        seen += references
        pages += 1

    assert (seen, pages) == ([account.bill.reference, "ISH-2021", "ISH-2023", "ISH-2022"], 4)
    assert page_of(account, by=OTHER, limit=9) == (["ISH-2023", "ISH-2022"], None)


def test_a_cursor_of_anothers_list_is_refused(account: BilledAccount) -> None:
    period = a_period("2021-01-01", "2021-03-31")
    account.issue(a_bill(period, reference="ISH-2021"), period)
    _, cursor = page_of(account)

    with pytest.raises(Invalid) as refused:
        page_of(account, by=OTHER, after=cursor)

    assert refused.value.pointer == "/after"


def test_a_bill_of_another_establishment_and_none_at_all_are_both_not_found(account: BilledAccount) -> None:
    bills, reader = account.register.bills, desk_of(account).reader

    with pytest.raises(NotFound):
        read_bills.read_bill(account.bill_id, as_of=None, by=OTHER, bills=bills, reader=reader)
    with pytest.raises(NotFound):
        read_bills.read_bill("absent", as_of=None, by=EMPLOYER, bills=bills, reader=reader)
    with pytest.raises(NotFound):
        read_bills.inspect_bill("absent", as_of=None, by=OTHER, bills=bills, reader=reader)


def test_a_bill_is_shown_today_or_estimated_for_a_later_day(account: BilledAccount) -> None:
    later = ISSUED + timedelta(days=40)
    bills, reader = account.register.bills, desk_of(account).reader

    now = read_bills.read_bill(account.bill_id, as_of=None, by=EMPLOYER, bills=bills, reader=reader)
    then = read_bills.inspect_bill(account.bill_id, as_of=later, by=OTHER, bills=bills, reader=reader)

    assert (now.as_of, now.is_estimate, now.settlement.due) == (ISSUED, False, account.bill.total)
    assert (then.as_of, then.is_estimate) == (later, True)
    assert then.settlement.due > now.settlement.due
    assert (now.worker, now.debtor) == (a_contributor(), an_establishment())
    with pytest.raises(DayOutOfReach):
        read_bills.inspect_bill(
            account.bill_id, as_of=ISSUED - timedelta(days=1), by=OTHER, bills=bills, reader=reader
        )


def test_a_waiting_decision_says_whether_its_reader_proposed_it(account: BilledAccount) -> None:
    extend_counting(
        account.bill_id,
        **reason(),
        proof_id=A_PROOF,
        by=OFFICER,
        desk=desk_of(account),
        transaction=account.register.transaction,
    )

    (own,), (others,) = (
        read_bills.list_waiting_decisions(
            limit=9,
            after=None,
            by=by,
            bills=account.register.bills,
            reader=desk_of(account).reader,
            interests=desk_of(account).interests,
            cursors=CURSORS,
        ).items
        for by in (OFFICER, SUPERVISOR)
    )

    assert (own.proposed_by_reader, others.proposed_by_reader) == (True, False)
    assert (own.own_interest, others.own_interest) == (False, False)
    assert own.summary.bill == account.bill
    assert own.decision == account.bill.waiting
