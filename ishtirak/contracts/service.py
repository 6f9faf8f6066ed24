"""Apply what Qiwa tells, once, in any order."""

import json
from typing import Any, Final

from pydantic import ValidationError

from ishtirak.contracts import rules
from ishtirak.contracts.model import (
    SCHEMA_MAJOR,
    Contract,
    ContractEvent,
    ContractOutcome,
    HeldVersion,
    HoldPlace,
    HoldReason,
)
from ishtirak.contracts.ports import Accounts, Contracts, Fingerprints
from ishtirak.contracts.rules import Hold, KnownWorker
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.errors import ChangedMeanwhile, Refused, Unavailable
from ishtirak.kernel.transaction import NO_ITEMS

_TRIES: Final = 4


class UnreadableMessage(Exception):
    """No message we know how to read: it ends with the dead letters. Never holds the text."""


class Ingestion:
    """One consumer of Qiwa's events."""

    def __init__(
        self, *, contracts: Contracts, accounts: Accounts, fingerprints: Fingerprints, clock: Clock
    ) -> None:
        self._contracts = contracts
        self._accounts = accounts
        self._fingerprints = fingerprints
        self._clock = clock

    def take(self, message: str, *, message_id: str) -> ContractOutcome:
        """Apply one message, set it aside, or pass it over; the answer is counted.

        `Unreadable` for what is no event; `Unavailable` when an outside party did not answer: nothing was
        changed.
        """
        document = _document(message)
        if _major(document) not in (None, SCHEMA_MAJOR):
            return self._park_unknown(document, message=message, message_id=message_id)
        event = _event(message)
        for _ in range(_TRIES):
            try:
                return self._decide(event, message=message, message_id=message_id)
            except ChangedMeanwhile:
                continue  # something else came first: decide again, on what is there now
        raise Unavailable()

    def _decide(self, event: ContractEvent, *, message: str, message_id: str) -> ContractOutcome:
        before = self._contracts.find(event.contract_number)
        if rules.is_old(event, applied=before):
            return ContractOutcome.PASSED_OVER
        fingerprint = self._fingerprints.of(event.worker.identity_number)
        worker = self._judge(event, before=before, fingerprint=fingerprint)
        decided = (
            worker
            if isinstance(worker, Hold)
            else self._apply(event, before=before, fingerprint=fingerprint, worker=worker)
        )
        if isinstance(decided, ContractOutcome):
            return decided
        parked = HeldVersion(
            message_id=message_id,
            number=event.contract_number,
            version=event.version,
            place=decided.place,
            reason=decided.reason,
            received_at=to_rfc3339(self._clock.now()),
        )
        return self._park(parked, message=message)

    def _judge(
        self, event: ContractEvent, *, before: Contract | None, fingerprint: str
    ) -> KnownWorker | Hold:
        """The first reason to wait, the cheap questions first; else the worker."""
        wait = rules.mismatch(event, applied=before, worker=fingerprint)
        wait = wait or rules.without_term(event, country=event.worker.nationality)
        wait = wait or rules.back_dated(event, applied=before, today=today(self._clock))
        if wait:
            return wait
        employer = self._accounts.employer(event.establishment.unified_number)
        if employer is None:
            return rules.EMPLOYER_MISSING
        worker = self._accounts.worker(event.worker.identity_number, fingerprint=fingerprint)
        if worker is None:
            return rules.WORKER_MISSING
        return rules.worker_doubtful(event, worker=worker) or rules.owner(employer, worker=worker) or worker

    def _apply(
        self, event: ContractEvent, *, before: Contract | None, fingerprint: str, worker: KnownWorker
    ) -> ContractOutcome | Hold:
        service = rules.service(event, applied=before, today=today(self._clock))
        outcome = rules.change(service, applied=before)
        contract = rules.applied(
            event,
            before=before,
            worker=fingerprint,
            person_id=None if outcome is ContractOutcome.NOTED and worker.introduction else worker.person_id,
            service=service,
            at=to_rfc3339(self._clock.now()),
        )
        if outcome is ContractOutcome.NOTED:
            self._contracts.apply(contract, before=before)
            return outcome
        try:
            change = self._accounts.change(outcome, contract=contract, before=before)
        except Refused as refused:
            return rules.register_refuses(refused)
        whole = contract.model_copy(update={"period_id": change.period_id})
        introduction = worker.introduction if outcome is ContractOutcome.REGISTERED else NO_ITEMS
        self._contracts.apply(whole, before=before, alongside=(*introduction, *change.part))
        return outcome

    def _park_unknown(self, document: dict[str, Any], *, message: str, message_id: str) -> ContractOutcome:
        number, version = document.get("contract_number"), document.get("version")
        parked = HeldVersion(
            message_id=message_id,
            number=number if isinstance(number, str) and rules.is_number(number) else None,
            version=version if type(version) is int and version > 0 else None,
            place=HoldPlace.QUARANTINED,
            reason=HoldReason.UNKNOWN_SCHEMA,
            received_at=to_rfc3339(self._clock.now()),
        )
        return self._park(parked, message=message)

    def _park(self, parked: HeldVersion, *, message: str) -> ContractOutcome:
        if not self._contracts.park(parked, message=message):
            return ContractOutcome.PASSED_OVER
        return ContractOutcome.QUARANTINED if parked.place is HoldPlace.QUARANTINED else ContractOutcome.HELD


def _document(message: str) -> dict[str, Any]:
    try:
        document = json.loads(message)
    except ValueError:
        raise UnreadableMessage("not JSON") from None
    if not isinstance(document, dict):
        raise UnreadableMessage("not an object")
    return document


def _major(document: dict[str, Any]) -> str | None:
    schema = document.get("schema")
    return schema.partition(".")[0] if isinstance(schema, str) else None


def _event(message: str) -> ContractEvent:
    try:
        return ContractEvent.model_validate_json(message)
    except ValidationError as error:
        fields = sorted({".".join(map(str, found["loc"])) for found in error.errors(include_input=False)})
        raise UnreadableMessage(f"fields not as agreed: {', '.join(fields)}") from None
