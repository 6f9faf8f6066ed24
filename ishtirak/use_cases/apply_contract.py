"""Applying what Qiwa sends of a contract: each version once, in any order; or holding it, with the reason."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ishtirak.contracts import rules
from ishtirak.contracts.model import (
    SCHEMA_MAJOR,
    Contract,
    ContractEvent,
    ContractOutcome,
    HeldVersion,
    HoldPlace,
)
from ishtirak.contracts.ports import Contracts
from ishtirak.contracts.rules import Hold, KnownWorker
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction, retry_on_conflict
from ishtirak.register.people import Contributor
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
        if rules.already_applied(event, applied=before):
            return ContractOutcome.ALREADY_APPLIED
        fingerprint = self.fingerprints.of(event.worker.identity_number)
        worker = self._worker(event, before=before, fingerprint=fingerprint)
        applied = (
            worker
            if isinstance(worker, Hold)
            else self._apply(event, before=before, fingerprint=fingerprint, worker=worker)
        )
        if isinstance(applied, Hold):
            return self._hold(
                applied,
                number=event.contract_number,
                version=event.version,
                message=message,
                alongside=self._signed_all_the_same(event, applied, before=before, fingerprint=fingerprint),
            )
        return applied

    def hold_unknown(self, document: dict[str, Any], *, message: SignedMessage) -> ContractOutcome:
        """Hold an event of a schema we do not know, under what can be read of it."""
        number, version = rules.number_in(document), rules.version_in(document)
        return self._hold(rules.UNKNOWN_SCHEMA, number=number, version=version, message=message)

    def _hold(
        self,
        hold: Hold,
        *,
        number: str | None,
        version: int | None,
        message: SignedMessage,
        alongside: Items = NO_ITEMS,
    ) -> ContractOutcome:
        """Keep the version with its message until somebody decides; once for each reason."""
        held = HeldVersion(
            message_id=message.id,
            number=number,
            version=version,
            place=hold.place,
            reason=hold.reason,
            received_at=to_rfc3339(self.clock.now()),
        )
        if self.contracts.is_held(held):
            return ContractOutcome.ALREADY_APPLIED
        outcome = rules.outcome_of(hold)
        self.transaction.commit(self.contracts.hold(held, message=message.text), alongside, result=outcome)
        return outcome

    def _signed_all_the_same(
        self, event: ContractEvent, hold: Hold, *, before: Contract | None, fingerprint: str
    ) -> Items:
        """A contract that waits for documents was signed all the same, so nobody asks its worker for the paper.

        It is noted for a worker the register surely knows. A version held of an applied contract changes nothing of it.
        """
        if hold.place is not HoldPlace.HELD_FOR_DOCUMENTS or before is not None:
            return NO_ITEMS
        person_id = self.people.id_of(fingerprint)
        worker = self.people.find(person_id) if person_id else None
        if worker is None or rules.doubtful_worker(event, worker=_known_worker(worker)):
            return NO_ITEMS
        return self._noted(event, person_id=worker.person_id)

    def _noted(self, event: ContractEvent, *, person_id: str | None) -> Items:
        """The contract under its worker, unless a higher version is noted."""
        if person_id is None:
            return NO_ITEMS
        there = self.contracts.noted(person_id, event.contract_number)
        if there is not None and there.version >= event.version:
            return NO_ITEMS
        return self.contracts.note(person_id, rules.note_for_worker(event))

    def _worker(
        self, event: ContractEvent, *, before: Contract | None, fingerprint: str
    ) -> IdentifiedPerson | Hold:
        """The worker, or the first reason to hold the version; what costs nothing is asked first."""
        hold = (
            rules.other_establishment(event, applied=before)
            or rules.without_term(event, country=event.worker.nationality)
            or rules.back_dated(event, applied=before, today=today(self.clock))
        )
        if hold:
            return hold
        employer = self.establishments.find(event.establishment.unified_number)
        if employer is None:
            return rules.EMPLOYER_MISSING
        try:
            person = self._identified(event, fingerprint=fingerprint)
        except Refused as doubtful:
            return rules.doubtful_identity(doubtful)
        if person is None:
            return rules.other_worker(before, worker=fingerprint, person_id=None) or rules.WORKER_MISSING
        known = _known_worker(person.contributor)
        return (
            rules.other_worker(before, worker=fingerprint, person_id=known.person_id)
            or rules.doubtful_worker(event, worker=known)
            or rules.sole_owner(employer.single_owner, worker=known)
            or person
        )

    def _identified(self, event: ContractEvent, *, fingerprint: str) -> IdentifiedPerson | None:
        return identify_person(
            event.worker.identity_number,
            fingerprint=fingerprint,
            people=self.people,
            directory=self.directory,
            fingerprints=self.fingerprints,
            encryption=self.encryption,
            clock=self.clock,
        )

    def _apply(
        self, event: ContractEvent, *, before: Contract | None, fingerprint: str, worker: IdentifiedPerson
    ) -> ContractOutcome | Hold:
        now = self.clock.now()
        service = rules.service(event, applied=before, today=today(self.clock))
        outcome = rules.change(service, applied=before)
        person_id = worker.contributor.person_id
        noted = outcome is ContractOutcome.NOTED
        contract = rules.applied(
            event,
            before=before,
            worker=fingerprint,
            person_id=None if noted and worker.is_new else person_id,
            service=service,
            at=to_rfc3339(now),
        )
        # what changes nothing of an applied contract changes nothing of its note
        note = NO_ITEMS if noted and before else self._noted(event, person_id=contract.person_id)
        if noted:
            self.transaction.commit(self.contracts.save(contract, before=before), note, result=outcome)
            return outcome
        try:
            posting = post_contract(
                contract,
                person_id=person_id,
                outcome=outcome,
                before=before,
                accounts=self.accounts,
                at=now,
            )
        except Refused as refused:
            return rules.refused_by_register(refused)
        self._commit(contract, before=before, worker=worker, posting=posting, note=note, outcome=outcome)
        return outcome

    def _commit(
        self,
        contract: Contract,
        *,
        before: Contract | None,
        worker: IdentifiedPerson,
        posting: ContractPosting,
        note: Items,
        outcome: ContractOutcome,
    ) -> None:
        """Contract, its note, newcomer, period, entry, account state and event: all of it or none of it."""
        registered = contract.model_copy(update={"period_id": posting.period_id})
        self.transaction.commit(
            self.contracts.save(registered, before=before),
            note,
            worker.items(self.people, fingerprint=contract.worker),
            posting.items,
            result=outcome,
        )


def _known_worker(contributor: Contributor) -> KnownWorker:
    return KnownWorker(
        person_id=contributor.person_id, birth_date=contributor.birth_date, country=contributor.country
    )


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
