"""What a version of a contract changes in its worker's account: one period of social insurance stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ishtirak.contracts.model import Contract, ContractOutcome
from ishtirak.contracts.rules import event_name
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.transaction import Items
from ishtirak.register import rules
from ishtirak.register.ledger import AccountState, Posting
from ishtirak.register.periods import PeriodState, RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.register.ports import Accounts
from ishtirak.register.refusals import PeriodNotStanding
from ishtirak.statute.registration import register_days

SYSTEM: Final = System.SOCIAL_INSURANCE
SOURCE: Final = "ishtirak.contracts"
ACTOR: Final = "ingest_contract"


@dataclass(frozen=True)
class ContractPosting:
    """The period that stands for the contract afterwards, if any, and the writes: commit them with the contract."""

    period_id: str | None
    items: Items


def post_contract(
    contract: Contract,
    *,
    person_id: str,
    outcome: ContractOutcome,
    before: Contract | None,
    accounts: Accounts,
    at: datetime,
) -> ContractPosting:
    """The change that makes the account agree with the contract at its new version.

    Raises the register's refusals (`PeriodOverlaps`, `PeriodNotStanding`), and nothing else.
    """
    state = accounts.state(person_id, SYSTEM)
    periods = accounts.periods(person_id) if before else ()
    standing = next((period for period in periods if before and period.id == before.period_id), None)
    if standing is None and before is not None and before.period_id is not None:
        raise PeriodNotStanding()
    after = (
        None
        if outcome is ContractOutcome.VOIDED
        else _period(contract, person_id=person_id, periods=periods, standing=standing, at=at)
    )
    cause = rules.Cause(
        at=at,
        actor=ACTOR,
        type=event_name(outcome),
        source=SOURCE,
        data={"contract_number": contract.number, "version": contract.version},
    )
    posting = _posting(state, standing=standing, after=after, accounts=accounts, cause=cause)
    return ContractPosting(after.id if after else None, accounts.save(posting, before=state))


def _posting(
    state: AccountState,
    *,
    standing: RecordedPeriod | None,
    after: RecordedPeriod | None,
    accounts: Accounts,
    cause: rules.Cause,
) -> Posting:
    """The account with `after` in place of the standing period; either may be missing, not both."""
    if standing is None and after is not None:
        return rules.post(state, period=after, rows=(), cause=cause)
    if standing is None:
        raise PeriodNotStanding()
    entries = accounts.entries(state.person_id, SYSTEM)
    if after is None:
        return rules.reverse(state, period=standing, entries=entries, cause=cause)
    return rules.amend(state, before=standing, entries=entries, after=after, rows=(), cause=cause)


def _period(
    contract: Contract,
    *,
    person_id: str,
    periods: Sequence[RecordedPeriod],
    standing: RecordedPeriod | None,
    at: datetime,
) -> RecordedPeriod:
    """The period as the contract has it.

    Its id is made of its content, so that the order in which versions arrived leaves no trace in it.
    """
    service = contract.service
    period_id = stable_id("contract", contract.number, digest(service.model_dump(mode="json")))
    same = next((period for period in periods if period.id == period_id), None)
    return RecordedPeriod(
        id=period_id,
        revision=same.revision + 1 if same else 1,
        person_id=person_id,
        establishment=service.establishment,
        system=SYSTEM,
        starts_on=service.starts_on,
        ends_on=service.ends_on,
        wages=(RecordedWageLine.of(service.wage, first_month=Month.of(service.starts_on)),),
        occupation_code=service.occupation_code,
        work_type=service.work_type.value,
        registered=register_days(
            standing.known if standing else (),
            starts_on=service.starts_on,
            ends_on=service.ends_on,
            requested_on=at.astimezone(RIYADH).date(),
        ),
        source=Source(kind=SourceKind.CONTRACT, reference=contract.number, version=contract.version),
        state=PeriodState.ENDED if service.ended else PeriodState.ACTIVE,
        flags=("REPORTED_LATE",) if service.late else (),
        registered_at=standing.registered_at if standing else to_rfc3339(at),
    )
