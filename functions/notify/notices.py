"""What a person is told about, in their language: the reference and no more than they need to go and look."""

from dataclasses import dataclass
from typing import Final, Protocol

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.edge.queue import PublishedEvent
from ishtirak.edge.texts import text
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.identity import IdentityNumber, Mobile
from ishtirak.kernel.money import Halalas, format_riyals
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.ports import Directory
from ishtirak.requests.model import Request

TOLD: Final = frozenset(
    {
        "RequestSubmitted",
        "EmployerAsked",
        "RequestReturned",
        "RequestBilled",
        "RequestRejected",
        "RequestExpired",
        "RequestWithdrawn",
        "ContractRegistered",
    }
)


class Requests(Protocol):
    def get(self, request_id: str) -> Request: ...


class Contributors(Protocol):
    def contributor(self, person_id: str) -> Contributor | None: ...


@dataclass(frozen=True, kw_only=True)
class Notifier:
    """One event, one message.

    The event's id is the message's reference, so the provider knows a second one again.
    """

    requests: Requests
    contributors: Contributors
    vault: KmsEncryption
    directory: Directory
    gateway: SmsGateway

    def tell(self, event: PublishedEvent) -> str:
        """Tell the person the event is about; says in a word what became of it."""
        if event.type not in TOLD:
            return "not_told"
        person_id, code, facts = self._content(event)
        contributor = self.contributors.contributor(person_id)
        mobile = self._registered_mobile(contributor) if contributor else None
        if contributor is None or mobile is None:
            return "no_mobile"
        self.gateway.send(mobile, text(contributor.language, "sms", code, None, facts), reference=event.id)
        return "told"

    def _content(self, event: PublishedEvent) -> tuple[str, str, dict[str, Fact]]:
        """Whom to tell, which text, and what fills it."""
        if event.type == "ContractRegistered":
            return event.data["person_id"], event.type, {}
        request = self.requests.get(event.subject.partition("/")[2])
        if request.reference is None:
            return request.owner, f"{event.type}_draft", {}
        facts: dict[str, Fact] = {"reference": request.reference}
        if event.type != "RequestBilled":
            return request.owner, event.type, facts
        total = Halalas(event.data["total_halalas"])
        if total == 0:
            return request.owner, "RequestBilled_nothing_due", facts
        return request.owner, event.type, facts | {"total": format_riyals(total)}

    def _registered_mobile(self, contributor: Contributor) -> Mobile | None:
        context = identity_encryption_context(contributor.person_id)
        identity = self.vault.open(contributor.sealed_identity, context)
        person = self.directory.find(IdentityNumber(identity))
        return person.mobile if person else None
