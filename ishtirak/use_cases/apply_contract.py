"""Applying what Qiwa sends of a contract: each version once, in any order; or holding it, with the reason."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.ports import Bills
from ishtirak.contracts import rules
from ishtirak.contracts.life import Life, Proposal, life_of
from ishtirak.contracts.model import (
    SCHEMA_MAJOR,
    Contract,
    ContractEvent,
    ContractOutcome,
    HeldVersion,
    HoldReason,
)
from ishtirak.contracts.ports import Contracts
from ishtirak.contracts.rules import Hold
from ishtirak.kernel.clock import Clock, to_rfc3339
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import ChangedMeanwhile, Refused
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction, retry_on_conflict
from ishtirak.register.ledger import AccountState
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Directory, Establishments, Fingerprints, People, Residency
from ishtirak.use_cases.contract_judge import SYSTEM, ContractJudge
from ishtirak.use_cases.contract_parties import Parties, PartyFinder
from ishtirak.use_cases.contract_period import lineage_of
from ishtirak.use_cases.post_contract import WorkersAccount, post_contract
from ishtirak.webhooks.signatures import SignedMessage

UNKNOWN: Final = Hold(HoldReason.UNKNOWN_SCHEMA)


def apply_contract(
    message: SignedMessage,
    *,
    contracts: Contracts,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    bills: Bills,
    calculator: BillCalculator,
    directory: Directory,
    residency: Residency,
    fingerprints: Fingerprints,
    encryption: Encryption,
    clock: Clock,
    transaction: Transaction,
) -> ContractOutcome:
    """Apply one message to contract and account in one effect, or hold it for somebody; the outcome is counted.

    What is no event is quarantined like any other that somebody has to look at. Raises `Unavailable` when an outside
    party did not answer, or others kept writing: nothing was changed then.
    """
    finder = PartyFinder(
        people=people,
        establishments=establishments,
        directory=directory,
        residency=residency,
        fingerprints=fingerprints,
        encryption=encryption,
        clock=clock,
    )
    application = _Application(
        contracts=contracts,
        accounts=accounts,
        bills=bills,
        calculator=calculator,
        finder=finder,
        clock=clock,
        transaction=transaction,
    )
    document = _document(message.text)
    event = _event(message.text) if _major(document) in (None, SCHEMA_MAJOR) else UNKNOWN
    if isinstance(event, Hold):
        return retry_on_conflict(lambda: application.hold_unreadable(event, document, message=message))
    return retry_on_conflict(lambda: application.decide(event, message=message))


@dataclass(frozen=True, kw_only=True)
class _Application:
    """The steps of applying one message, on the ports they share."""

    contracts: Contracts
    accounts: Accounts
    bills: Bills
    calculator: BillCalculator
    finder: PartyFinder
    clock: Clock
    transaction: Transaction

    def decide(self, event: ContractEvent, *, message: SignedMessage) -> ContractOutcome:
        before = self.contracts.find(event.contract_number)
        if rules.already_applied(event, contract=before):
            return ContractOutcome.ALREADY_APPLIED
        fingerprint = self.finder.fingerprints.of(event.worker.identity_number)
        parties = self.finder.find(event, contract=before, fingerprint=fingerprint)
        if isinstance(parties, Hold):
            return self._hold(parties, event=event, message=message)
        version = rules.received(event, reported=parties.reported if parties else None)
        versions = rules.versions_with(version, contract=before)
        if hold := rules.overfull(versions):
            return self._hold(hold, event=event, message=message)
        bench = self._bench(event, parties) if parties else None
        life = life_of(versions, judge=bench.judge if bench else _nobody)
        if before is not None and (life.versions, life.service) == (before.versions, before.service):
            return ContractOutcome.ALREADY_APPLIED
        changed = rules.change(before.service if before else None, life.service)
        contract = self._contract(
            event, life, before=before, parties=parties, fingerprint=fingerprint, changed=changed
        )
        try:
            posted = self._posted(contract, bench, before=before, version=event.version, changed=changed)
        except Refused as refused:
            self._require_unchanged(event.contract_number, before=before, bench=bench)
            return self._hold(rules.refused(refused), event=event, message=message)
        met = parties.worker.items(self.finder.people, fingerprint=fingerprint) if parties else NO_ITEMS
        outcome = rules.outcome(life.of(event.version), changed=changed)
        self.transaction.commit(
            self.contracts.save(contract, before=before),
            self._noted(contract, changed=changed),
            met if posted else NO_ITEMS,
            posted,
            self._waiting(life, event=event, message=message),
            result=outcome,
        )
        return outcome

    def _require_unchanged(self, number: str, *, before: Contract | None, bench: "_Bench | None") -> None:
        """What was refused was read as of one moment, or it is decided again (`ChangedMeanwhile`).

        A posting is conditional on what was read; a hold changes nothing of it, so it has to look again.
        """
        state = bench.account.state if bench else None
        moved = state is not None and self.accounts.state(state.person_id, SYSTEM) != state
        if moved or self.contracts.find(number) != before:
            raise ChangedMeanwhile()

    def hold_unreadable(
        self, hold: Hold, document: dict[str, Any], *, message: SignedMessage
    ) -> ContractOutcome:
        """Hold what cannot be read as an event, under what can be read of it."""
        number, version = rules.number_in(document), rules.version_in(document)
        return self._hold_once(self._held(hold, number, version, message=message), message=message)

    def _hold(self, hold: Hold, *, event: ContractEvent, message: SignedMessage) -> ContractOutcome:
        held = self._held(hold, event.contract_number, event.version, message=message)
        return self._hold_once(held, message=message)

    def _hold_once(self, held: HeldVersion, *, message: SignedMessage) -> ContractOutcome:
        """Keep the version with its message until somebody decides; once for each reason."""
        if self.contracts.is_held(held):
            return ContractOutcome.ALREADY_APPLIED
        outcome = Hold(held.reason).outcome
        self.transaction.commit(self.contracts.hold(held, message=message.text), result=outcome)
        return outcome

    def _held(
        self, hold: Hold, number: str | None, version: int | None, *, message: SignedMessage
    ) -> HeldVersion:
        return HeldVersion(
            message_id=message.id,
            number=number,
            version=version,
            place=hold.place,
            reason=hold.reason,
            received_at=to_rfc3339(self.clock.now()),
            fields=hold.fields,
        )

    def _waiting(self, life: Life, *, event: ContractEvent, message: SignedMessage) -> Items:
        """The version with its message, beside the contract that has its terms, where it is not applied."""
        reason = life.of(event.version).reason
        if reason is None:
            return NO_ITEMS
        held = self._held(Hold(reason), event.contract_number, event.version, message=message)
        return NO_ITEMS if self.contracts.is_held(held) else self.contracts.hold(held, message=message.text)

    def _bench(self, event: ContractEvent, parties: Parties) -> "_Bench":
        """The worker's account; the state first, so that a posting fails if anything changes after it."""
        person_id = parties.worker.contributor.person_id
        state = AccountState(person_id=person_id, system=SYSTEM)
        periods: Sequence[RecordedPeriod] = ()
        if not parties.worker.is_new:
            state = self.accounts.state(person_id, SYSTEM)
            periods = self.accounts.periods(person_id)
        account = WorkersAccount(
            state=state,
            periods=periods,
            accounts=self.accounts,
            bills=self.bills,
            establishments=self.finder.establishments,
            calculator=self.calculator,
        )
        root = lineage_of(event.contract_number)
        judge = ContractJudge(
            root=root,
            contributor=parties.worker.contributor,
            employer=parties.employer,
            others=tuple(period for period in periods if period.stands and period.root != root),
        )
        return _Bench(judge, account)

    def _posted(
        self,
        contract: Contract,
        bench: "_Bench | None",
        *,
        before: Contract | None,
        version: int,
        changed: ContractOutcome,
    ) -> Items:
        if bench is None or changed is ContractOutcome.NOTED:
            return NO_ITEMS
        return post_contract(
            contract,
            before=before,
            outcome=changed,
            version=version,
            judge=bench.judge,
            account=bench.account,
            at=self.clock.now(),
        )

    def _contract(
        self,
        event: ContractEvent,
        life: Life,
        *,
        before: Contract | None,
        parties: Parties | None,
        fingerprint: str,
        changed: ContractOutcome,
    ) -> Contract:
        """The contract's item. Whom the register does not know, and does not come to know, has no id yet."""
        person_id = before.person_id if before else None
        if parties and not (parties.worker.is_new and changed is ContractOutcome.NOTED):
            person_id = parties.worker.contributor.person_id
        return Contract(
            number=event.contract_number,
            revision=before.revision + 1 if before else 1,
            worker=fingerprint,
            person_id=person_id,
            establishment=event.establishment.unified_number,
            versions=life.versions,
            service=life.service,
            updated_at=to_rfc3339(self.clock.now()),
        )

    def _noted(self, contract: Contract, *, changed: ContractOutcome) -> Items:
        """The contract under its worker, unless a higher version is noted; what changes nothing of one that counts
        changes nothing of its note.
        """
        unchanged = changed is ContractOutcome.NOTED and contract.highest is not None
        note = rules.note_for_worker(contract)
        if unchanged or note is None or contract.person_id is None:
            return NO_ITEMS
        there = self.contracts.noted(contract.person_id, contract.number)
        if there is not None and there.version >= note.version:
            return NO_ITEMS
        return self.contracts.note(contract.person_id, note)


@dataclass(frozen=True)
class _Bench:
    """Who judges the contract, and the account it is posted to."""

    judge: ContractJudge
    account: WorkersAccount


def _nobody(proposal: Proposal) -> Hold:
    """The judge of a contract that is only offered, and never asked."""
    return Hold(HoldReason.PERSON_UNKNOWN)


def _document(text: str) -> dict[str, Any]:
    """What the text says, field by field; nothing where it is no object."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _major(document: dict[str, Any]) -> str | None:
    schema = document.get("schema")
    return schema.partition(".")[0] if isinstance(schema, str) else None


def _event(text: str) -> ContractEvent | Hold:
    try:
        return ContractEvent.model_validate_json(text)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        if all(
            found["loc"][:2] == ("terms", "wage") and found["type"] == "less_than_equal" for found in wrong
        ):
            return Hold(HoldReason.WAGE_BEYOND_BOUNDS)
        fields = sorted({".".join(map(str, found["loc"])) for found in wrong})
        return Hold(HoldReason.MALFORMED, fields=tuple(fields))
