"""Applying what Qiwa sends of a contract: each version once, in any order; or holding it, with the reason."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ishtirak.contracts import rules
from ishtirak.contracts.model import SCHEMA_MAJOR, Contract, ContractEvent, ContractOutcome, HeldVersion
from ishtirak.contracts.ports import Contracts
from ishtirak.contracts.rules import Hold, KnownWorker
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.transaction import NO_ITEMS, Transaction, retry_on_conflict
from ishtirak.register.ports import Accounts, Directory, Establishments, Fingerprints, People
from ishtirak.use_cases.identify_person import IdentifiedPerson, identify_person
from ishtirak.use_cases.post_contract import ContractPosting, post_contract
from ishtirak.webhooks.signatures import SignedMessage


class UnreadableMessage(Exception):
    """No message of the agreed form: it ends with the dead letters. Never holds the text."""


def apply_contract(
    message: SignedMessage,
    *,
    contracts: Contracts,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    directory: Directory,
    fingerprints: Fingerprints,
    encryption: Encryption,
    clock: Clock,
    transaction: Transaction,
) -> ContractOutcome:
    """Apply one message to contract and account in one effect, or hold it for somebody; the outcome is counted.

    Raises `UnreadableMessage` for what is no event; `Unavailable` when an outside party did not answer, or others
    kept writing: nothing was changed then.
    """
    application = _Application(
        contracts=contracts,
        people=people,
        establishments=establishments,
        accounts=accounts,
        directory=directory,
        fingerprints=fingerprints,
        encryption=encryption,
        clock=clock,
        transaction=transaction,
    )
    document = _document(message.text)
    event = _event(message.text) if _major(document) in (None, SCHEMA_MAJOR) else None
    if event is None:
        return retry_on_conflict(lambda: application.hold_unknown(document, message=message))
    return retry_on_conflict(lambda: application.decide(event, message=message))


@dataclass(frozen=True, kw_only=True)
class _Application:
    """The steps of applying one message, on the ports they share."""

    contracts: Contracts
    people: People
    establishments: Establishments
    accounts: Accounts
    directory: Directory
    fingerprints: Fingerprints
    encryption: Encryption
    clock: Clock
    transaction: Transaction

    def decide(self, event: ContractEvent, *, message: SignedMessage) -> ContractOutcome:
        before = self.contracts.find(event.contract_number)
        if rules.already_applied(event, contract=before):
            return ContractOutcome.ALREADY_APPLIED
        fingerprint = self.fingerprints.of(event.worker.identity_number)
        hold = rules.mismatch(event, contract=before, worker=fingerprint) or rules.too_early(
            event, today=today(self.clock)
        )
        if hold:
            return self._hold(hold, event=event, message=message)
        if not rules.concerns_worker(event, contract=before):
            return self._take(event, before=before, fingerprint=fingerprint, worker=None, message=message)
        worker = self._worker(event, fingerprint=fingerprint)
        if isinstance(worker, Hold):
            return self._hold(worker, event=event, message=message)
        return self._take(event, before=before, fingerprint=fingerprint, worker=worker, message=message)

    def hold_unreadable(
        self, reason: HoldReason, document: dict[str, Any], *, message: SignedMessage
    ) -> ContractOutcome:
        """Hold what cannot be read as an event, under what can be read of it."""
        held = self._held(
            Hold(reason),
            number=rules.number_in(document),
            version=rules.version_in(document),
            message=message,
        )
        return self._hold_once(Hold(reason), held, message=message)

    def _hold(self, hold: Hold, *, event: ContractEvent, message: SignedMessage) -> ContractOutcome:
        held = self._held(hold, number=event.contract_number, version=event.version, message=message)
        return self._hold_once(hold, held, message=message)

    def _held(
        self, hold: Hold, *, number: str | None, version: int | None, message: SignedMessage
    ) -> HeldVersion:
        return HeldVersion(
            message_id=message.id,
            number=number,
            version=version,
            place=hold.place,
            reason=hold.reason,
            received_at=to_rfc3339(self.clock.now()),
        )

    def _hold_once(self, hold: Hold, held: HeldVersion, *, message: SignedMessage) -> ContractOutcome:
        """Keep the version with its message until somebody decides; once for each reason."""
        if self.contracts.is_held(held):
            return ContractOutcome.ALREADY_APPLIED
        self.transaction.commit(self.contracts.hold(held, message=message.text), result=hold.outcome)
        return hold.outcome

    def _worker(self, event: ContractEvent, *, fingerprint: str) -> KnownParties | Hold:
        """Worker and employer, or the first reason to hold the version; what costs nothing is asked first."""
        if hold := rules.without_term(event, country=event.worker.nationality):
            return hold
        employer = self.establishments.find(event.establishment.unified_number)
        if employer is None:
            return Hold(HoldReason.ESTABLISHMENT_UNKNOWN)
        person = identify_person(
            event.worker.identity_number,
            fingerprint=fingerprint,
            people=self.people,
            directory=self.directory,
            encryption=self.encryption,
            clock=self.clock,
        )
        if person is None:
            return Hold(HoldReason.PERSON_UNKNOWN)
        worker = KnownWorker(birth_date=person.contributor.birth_date, country=person.contributor.country)
        return rules.doubtful_worker(event, worker=worker) or KnownParties(person, employer)

    def _take(
        self,
        event: ContractEvent,
        *,
        before: Contract | None,
        fingerprint: str,
        parties: KnownParties | None,
        message: SignedMessage,
    ) -> ContractOutcome:
        """Take the version into the contract, and let the register follow what the contract comes to."""
        versions = rules.versions_with(rules.received(event), contract=before)
        if hold := rules.overfull(versions):
            return self._hold(hold, event=event, message=message)
        account = self._account(parties) if parties else None
        judge = self._judge(event, parties, account) ...
def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        raise UnreadableMessage("not JSON") from None
    if not isinstance(document, dict):
        raise UnreadableMessage("not an object")
    return document


def _major(document: dict[str, Any]) -> str | None:
    schema = document.get("schema")
    return schema.partition(".")[0] if isinstance(schema, str) else None


def _event(text: str) -> ContractEvent:
    try:
        return ContractEvent.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, found["loc"])) for found in error.errors(include_input=False)})
        raise UnreadableMessage(f"fields not as agreed: {', '.join(fields)}") from None
