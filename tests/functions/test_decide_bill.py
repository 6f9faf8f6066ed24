"""The authority's desk for bills: reasons, limits, two people, and nobody in their own affair."""

from collections.abc import Iterator
from typing import Any

import pytest

from ishtirak.kernel.caller import Caller, Role
from tests.fakes.bills import OFFICER, SUPERVISOR, a_notice
from tests.fakes.register import MITHAL
from tests.functions.bills_world import EMPLOYER, WORKER_AND_OFFICER, Bills, bills_world
from tests.functions.events import sample
from tests.functions.register_world import answered

REASON = {"reason_code": "REGISTERED_VOLUNTARILY", "note": "came forward"}


@pytest.fixture
def bills() -> Iterator[Bills]:
    with bills_world() as world:
        yield world


def path_of(bills: Bills, what: str = "") -> str:
    return f"/v1/bills/{bills.account.bill_id}{what}"


def waived(bills: Bills, by: Caller = OFFICER, **facts: Any) -> tuple[int, dict[str, Any]]:
    key = facts.pop("key", "key-1")
    return bills.officer("POST", path_of(bills, "/waiver"), REASON | {"percent": 50} | facts, by=by, key=key)


def test_an_officer_waives_half_the_fines(bills: Bills) -> None:
    bill = bills.account.bill

    status, answer = waived(bills)

    assert status == 200
    assert (answer["waived"], answer["due"]) == (bill.fines // 2, bill.total - bill.fines // 2)
    assert answer["decisions"][0]["text"] == "Waiver of fines — in force"
    assert bills.employer_sees(bills.path)[1]["decisions"][0]["note"] is None
    assert answer["decisions"][0]["note"] == "came forward"


def test_the_same_key_waives_once(bills: Bills) -> None:
    first, second = waived(bills), waived(bills)

    assert first == second
    assert len(bills.account.bill.decisions) == 1


def test_more_than_half_needs_the_board_and_says_how_much_is_allowed(bills: Bills) -> None:
    status, answer = waived(bills, percent=51)

    assert (status, answer["code"], answer["rule"]) == (409, "waiver_above_limit", "REG-25")
    assert "at most 50%" in answer["detail"]


def test_the_boards_resolution_waits_for_somebody_else(bills: Bills) -> None:
    board = REASON | {"percent": 100, "board_resolution": "B-12"}
    unproven = waived(bills, SUPERVISOR, **board, key="key-0")
    _, proposed = waived(bills, SUPERVISOR, **bills.proven("waive_fines", board, by=SUPERVISOR))
    decision = proposed["decisions"][0]
    approval = path_of(bills, f"/decisions/{decision['decision_id']}/approval")
    other = Caller("other", "00000000-0000-4000-8000-000000000099", frozenset({Role.SUPERVISOR}))
    (waiting,) = bills.officer("GET", "/v1/bills", by=SUPERVISOR)[1]["waiting"]

    own = bills.officer("POST", approval, {"approved": True}, by=SUPERVISOR)
    officers = bills.officer("POST", approval, {"approved": True}, by=OFFICER)
    stolen = bills.officer("POST", approval, {"approved": True}, by=other, key="key-0")
    proof = bills.proven("answer_decision", {"approved": True}, by=other, decision_id=decision["decision_id"])
    approved = bills.officer("POST", approval, proof, by=other)

    for refused in (unproven, stolen):
        assert (refused[0], refused[1]["code"]) == (403, "step_up_required")
    assert (decision["state"], proposed["waived"], waiting["proposed_by_me"]) == ("PROPOSED", 0, True)
    assert (own[0], own[1]["code"]) == (403, "own_interest")
    assert officers[0] == 403
    assert (approved[0], approved[1]["due"]) == (200, bills.account.bill.contributions)
    assert bills.officer("GET", "/v1/bills", by=SUPERVISOR)[1] == {"waiting": [], "next": None}


def test_instalments_are_against_a_guarantee_and_paid_in_order(bills: Bills) -> None:
    plan = REASON | {"count": 3, "first_due_on": "2026-12-20", "guarantee": "G-77"}
    proven = bills.proven("grant_instalments", plan, by=OFFICER)
    _, proposed = bills.officer("POST", path_of(bills, "/instalments"), proven, by=OFFICER)
    decision_id = proposed["decisions"][0]["decision_id"]
    proof = bills.proven("answer_decision", {"approved": True}, by=SUPERVISOR, decision_id=decision_id)
    bills.officer("POST", path_of(bills, f"/decisions/{decision_id}/approval"), proof, by=SUPERVISOR)
    due = proposed["due"]

    bills.account.receive(a_notice(amount=due // 3 + 1))
    _, answer = bills.officer("GET", path_of(bills), by=OFFICER, as_of="2027-01-21")

    assert sum(part["amount"] for part in answer["instalments"]) == due
    assert [(part["paid"], part["overdue"]) for part in answer["instalments"]] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_an_approval_that_comes_too_late_is_told_what_changed(bills: Bills) -> None:
    plan = REASON | {"count": 3, "first_due_on": "2026-12-20", "guarantee": "G-77"}
    proven = bills.proven("grant_instalments", plan, by=OFFICER)
    _, proposed = bills.officer("POST", path_of(bills, "/instalments"), proven, by=OFFICER)
    approval = path_of(bills, f"/decisions/{proposed['decisions'][0]['decision_id']}/approval")
    bills.account.receive(a_notice(amount=100_000))

    status, answer = bills.officer("POST", approval, {"approved": True}, by=SUPERVISOR)
    declined, _ = bills.officer("POST", approval, {"approved": False}, by=SUPERVISOR, key="key-2")

    assert (status, answer["code"]) == (409, "due_changed")
    assert "SAR 6,668.00 is due today" in answer["detail"]
    assert declined == 200


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("/waiver", {"percent": 0}, "/percent"),
        ("/waiver", {"percent": 50, "note": "x"}, "/note"),
        ("/waiver", {"percent": 50, "reason_code": "MERCY"}, "/reason_code"),
        ("/instalments", {"count": 3, "first_due_on": "soon", "guarantee": "G-1"}, "/first_due_on"),
        ("/instalments", {"count": 3, "first_due_on": "2026-12-20"}, "/guarantee"),
        ("/instalments", {"count": 1, "first_due_on": "2026-12-20", "guarantee": "G-1"}, "/count"),
    ],
)
def test_a_decision_that_is_not_whole_is_told_which_field(
    bills: Bills, what: str, body: dict[str, Any], pointer: str
) -> None:
    status, answer = bills.officer("POST", path_of(bills, what), REASON | body, by=OFFICER)

    assert (status, answer["errors"][0]["pointer"]) == (422, pointer)
    assert bills.account.bill.decisions == ()


def test_nobody_decides_in_their_own_affair(bills: Bills) -> None:
    both = Caller(EMPLOYER, EMPLOYER, frozenset({Role.CONTRIBUTOR, Role.OFFICER}))
    assert [each.establishment for each in bills.register.establishments.mandates_of(EMPLOYER)] == [MITHAL]

    answers = [waived(bills, both), waived(bills, WORKER_AND_OFFICER)]

    assert [(status, answer["code"]) for status, answer in answers] == [(403, "own_interest")] * 2


def test_the_longer_counting_waits_for_a_supervisor(bills: Bills) -> None:
    proven = bills.proven("extend_counting", REASON, by=OFFICER)

    status, answer = bills.officer("POST", path_of(bills, "/extension"), proven, by=OFFICER)

    assert (status, answer["decisions"][0]["state"]) == (200, "PROPOSED")


def test_money_no_bill_took_is_seen_by_the_authority_alone(bills: Bills) -> None:
    bills.account.receive(a_notice(bill_reference="ISH-1448-00000000-0"))
    employer = Caller(EMPLOYER, EMPLOYER, frozenset({Role.CONTRIBUTOR}))

    (lost,) = bills.officer("GET", "/v1/payments/unmatched", by=OFFICER)[1]["payments"]

    assert (lost["amount"], lost["reason"]) == (100_000, "BILL_UNKNOWN")
    assert lost["reason_text"] == "No bill has this reference"
    assert bills.officer("GET", "/v1/payments/unmatched", by=employer)[0] == 403
    assert bills.officer("GET", path_of(bills), by=employer)[0] == 403


def test_lists_of_the_authority_come_in_pages(bills: Bills) -> None:
    bills.account.receive(*(a_notice(f"WF{place}", bill_reference="B-9") for place in range(3)))

    def page(path: str, **query: str) -> tuple[int, dict[str, Any]]:
        return bills.officer("GET", path, None, by=OFFICER, **query)

    first = page("/v1/payments/unmatched", limit="2")[1]
    last = page("/v1/payments/unmatched", after=first["next"])[1]

    references = [lost["payment_reference"] for lost in (*first["payments"], *last["payments"])]
    assert (sorted(references), last["next"]) == (["WF0", "WF1", "WF2"], None)
    status, refused = page("/v1/bills", after=first["next"])
    assert (status, refused["errors"][0]["pointer"]) == (422, "/after")


def test_a_bill_that_does_not_exist_is_not_found(bills: Bills) -> None:
    absent = "/v1/bills/00000000-0000-4000-8000-00000000dead"

    assert bills.officer("GET", absent, by=OFFICER)[0] == 404
    assert bills.officer("POST", f"{absent}/waiver", REASON | {"percent": 1}, by=OFFICER)[0] == 404


@pytest.mark.parametrize("name", ["inspect_bill", "waive_fines", "list_unmatched_payments"])
def test_a_sample_event_is_answered(bills: Bills, name: str) -> None:
    assert answered(bills.deciding, sample("decide_bill", name))[0] == 200
