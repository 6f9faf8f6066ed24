"""Bills and payments: looked at, decided about, paid."""

from datetime import datetime, timedelta
from typing import Any

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.message_queue import MessageQueue
from ishtirak.kernel.clock import RIYADH
from ishtirak.webhooks.signatures import SignedMessage
from local.simulators.payments import PayOrder
from tests.faults.lives import EMPLOYER, OFFICER, SUPERVISOR, billed_account, proven
from tests.faults.work import ByClient, ByQueue, Reading, not_so

WHY = {"reason_code": "OTHER", "note": "as told in the file"}


class Waiving(ByClient):
    """waive_fines"""

    function = "decide_bill"
    by, what = OFFICER, "/waiver"
    body: Any = WHY | {"percent": 10}

    def prepare(self) -> None:
        self.account = billed_account(self.stepped)
        self.path = f"/v1/bills/{self.account.bill_id}{self.what}"


class Extending(Waiving):
    """extend_counting"""

    what = "/extension"

    def prepare(self) -> None:
        super().prepare()
        self.body = proven(self.stepped, {"about_id": self.account.bill_id, "extension": WHY}, by=self.by)


class GrantingInstalments(Waiving):
    """grant_instalments"""

    what = "/instalments"

    def prepare(self) -> None:
        super().prepare()
        first = datetime.now(RIYADH).date() + timedelta(days=20)
        plan = WHY | {"count": 3, "first_due_on": first.isoformat(), "guarantee": "G-77"}
        self.body = proven(self.stepped, {"about_id": self.account.bill_id, "instalments": plan}, by=self.by)


class Answering(GrantingInstalments):
    """answer_decision"""

    def prepare(self) -> None:
        super().prepare()
        proposed = self.ask()
        decision = proposed.body["decisions"][0]["decision_id"]
        stated = {"about_id": self.account.bill_id, "approval": {"approved": True, "decision_id": decision}}
        self.by, self.body = SUPERVISOR, proven(self.stepped, stated, by=SUPERVISOR)
        del self.body["decision_id"]  # the path names it
        self.path = f"/v1/bills/{self.account.bill_id}/decisions/{decision}/approval"


class InspectingABill(Waiving, Reading):
    """inspect_bill"""

    what, body = "", None


class ReadingDecisions(Reading):
    """list_waiting_decisions"""

    function = "decide_bill"
    by, path = SUPERVISOR, "/v1/bills"

    def prepare(self) -> None:
        Answering(self.stepped)


class ReadingUnmatched(Reading):
    """list_unmatched_payments"""

    function = "decide_bill"
    by, path = OFFICER, "/v1/payments/unmatched"


class ReadingAnEmployersBill(Reading):
    """read_bill"""

    function = "view_bills"
    by = EMPLOYER

    def prepare(self) -> None:
        self.path = f"/v1/employer/bills/{billed_account(self.stepped).bill_id}"


class ReadingBills(Reading):
    """list_bills"""

    function = "view_bills"
    by, path = EMPLOYER, "/v1/employer/bills"

    def prepare(self) -> None:
        billed_account(self.stepped)


class Paying(ByQueue):
    """Money comes in for a bill."""

    function = "settle_bill"

    def prepare(self) -> None:
        self.account = billed_account(self.stepped)
        self.reference = self.account.bill.reference

    def before_the_work(self) -> None:
        order = PayOrder(bill_reference=self.reference, amount=100, deliver=False)
        event = self.stepped.system.simulators.wafa.pay(order)
        message = SignedMessage(id=event.message_id, text=event.body.decode())
        MessageQueue(
            self.stepped.outputs["PaymentsQueueUrl"],
            encryption=KmsEncryption(self.stepped.outputs["DataKeyArn"]),
        ).put(message)

    def deviations(self) -> list[str]:
        return [*super().deviations(), *not_so(paid_once=len(self.account.bill.payments) == 1)]


class PayingForNothing(ByQueue):
    """Money comes in that no bill takes."""

    function = "settle_bill"

    def before_the_work(self) -> None:
        order = PayOrder(bill_reference="ISH-0000-NOBILL00-0", amount=100, deliver=False)
        event = self.stepped.system.simulators.wafa.pay(order)
        message = SignedMessage(id=event.message_id, text=event.body.decode())
        MessageQueue(
            self.stepped.outputs["PaymentsQueueUrl"],
            encryption=KmsEncryption(self.stepped.outputs["DataKeyArn"]),
        ).put(message)


PIECES = {
    "waive_fines": Waiving,
    "extend_counting": Extending,
    "grant_instalments": GrantingInstalments,
    "answer_decision": Answering,
    "inspect_bill": InspectingABill,
    "list_waiting_decisions": ReadingDecisions,
    "list_unmatched_payments": ReadingUnmatched,
    "read_bill": ReadingAnEmployersBill,
    "list_bills": ReadingBills,
    "settle_bill": Paying,
    "settle_bill: unmatched": PayingForNothing,
}
