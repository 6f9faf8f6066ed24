"""What other agencies send: Qiwa's contracts and the payment system's notices, at the door and behind it."""

from datetime import UTC, datetime
from itertools import count

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.message_queue import MessageQueue
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.kernel.insurance import System
from ishtirak.register.people import identity_message
from ishtirak.webhooks.signatures import SignedMessage, signed_headers
from local.simulators.payments import PayOrder
from local.simulators.qiwa import AuthenticateOrder
from local.simulators.sender import SentEvent
from tests.faults.stepped import Reply
from tests.faults.work import ByClient, ByQueue, not_so
from tests.flows.people import one_of_the_crowd
from tests.functions.events import api_event

_newcomers = count()


class _Webhook(ByClient):
    """A signed message at the door; who sent it sends it again until it is taken."""

    expected = 202
    repeatable = False

    def ask(self) -> Reply:
        event = api_event(self.method, self.path, self.event.body, headers=self.headers())
        return self.stepped.answered(self.function, event)

    def headers(self) -> dict[str, str]:
        raise NotImplementedError

    event: SentEvent


class ContractAtTheDoor(_Webhook):
    """receive_contract"""

    function, path = "receive_contract", "/v1/qiwa/events"

    def prepare(self) -> None:
        qiwa = self.stepped.system.simulators.qiwa
        self.event = qiwa.authenticate(
            AuthenticateOrder(worker="anil", establishment="mithal", deliver=False)
        )

    def headers(self) -> dict[str, str]:
        keys = self.stepped.system.simulators.qiwa.signing_keys
        return signed_headers(self.event.message_id, body=self.event.body, keys=keys, at=datetime.now(UTC))


class PaymentAtTheDoor(_Webhook):
    """receive_payment"""

    function, path = "receive_payment", "/v1/payments/notices"

    def prepare(self) -> None:
        order = PayOrder(bill_reference="ISH-0000-NOBILL00-0", amount=100, deliver=False)
        self.event = self.stepped.system.simulators.wafa.pay(order)

    def headers(self) -> dict[str, str]:
        keys = self.stepped.system.simulators.wafa.signing_keys
        return signed_headers(self.event.message_id, body=self.event.body, keys=keys, at=datetime.now(UTC))


class ContractOfANewcomer(ByQueue):
    """Qiwa tells of a contract of somebody the register does not know yet."""

    function = "ingest_contract"

    def before_the_work(self) -> None:
        worker = one_of_the_crowd(next(_newcomers))
        event = self.stepped.system.simulators.qiwa.authenticate(
            AuthenticateOrder(worker=worker, establishment="mithal", deliver=False)
        )
        self._number = event.document["contract_number"]
        self._identity = IdentityNumber(event.document["worker"]["identity_number"])
        message = SignedMessage(id=event.message_id, text=event.body.decode())
        MessageQueue(
            self.stepped.outputs["ContractsQueueUrl"],
            encryption=KmsEncryption(self.stepped.outputs["DataKeyArn"]),
        ).put(message)

    def deviations(self) -> list[str]:
        stepped = self.stepped
        fingerprint = KmsMac(stepped.outputs["MacKeyArn"]).of(identity_message(self._identity)).hex()
        person = stepped.register.people.id_of(fingerprint) or "nobody"
        contract = stepped.item("RegisterTable", f"CONTRACT#{self._number}", "CONTRACT")
        account = f"account/{person}/{System.SOCIAL_INSURANCE.value}"
        return [
            *super().deviations(),
            *not_so(
                the_contract_is_there=contract is not None and contract["version"] == 1,
                of_the_person_registered=contract is not None and person in contract["body"],
                one_period=len(stepped.register.accounts.periods(person)) == 1,
                one_entry=len(stepped.register.accounts.entries(person, System.SOCIAL_INSURANCE)) == 1,
                recorded_once=stepped.events("RegisterTable", account) == ["ContractRegistered"],
            ),
        ]


PIECES = {
    "receive_contract": ContractAtTheDoor,
    "receive_payment": PaymentAtTheDoor,
    "ingest_contract": ContractOfANewcomer,
}
