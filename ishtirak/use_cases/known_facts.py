"""What the authority knows of a claimed period without a document, and so does not ask for."""

from datetime import timedelta

from ishtirak.contracts.ports import WorkerContracts
from ishtirak.documents.model import KnownFact
from ishtirak.documents.rules import Requirement
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts
from ishtirak.requests.model import PeriodData, Request, WaivedDocument


def known_facts(
    request: Request, data: PeriodData, *, contracts: WorkerContracts, accounts: Accounts
) -> frozenset[KnownFact]:
    """The facts as they are now, about the days and the employer of the claim, and nobody else's.

    A contract counts when it was signed on Qiwa with that employer for all of these days. Service continues when the
    register holds the next days with the same employer and they have not ended. Of wages paid nothing is received.
    """
    starts_on, ends_on = data.starts_on.gregorian(), data.ends_on.gregorian()
    facts = set()
    if any(
        contract.establishment == data.establishment and contract.covers(starts_on, ends_on)
        for contract in contracts.of_worker(request.owner)
    ):
        facts.add(KnownFact.QIWA_CONTRACT)
    if any(_goes_on(period, request, data) for period in accounts.periods(request.owner)):
        facts.add(KnownFact.SERVICE_CONTINUES)
    return frozenset(facts)


def waived(requirements: tuple[Requirement, ...]) -> tuple[WaivedDocument, ...]:
    """What the person need not attach, and why."""
    return tuple(
        WaivedDocument(kind=need.kind.value, fact=need.satisfied_by.value, source=need.waived_under or "")
        for need in requirements
        if need.satisfied_by is not None
    )


def _goes_on(period: RecordedPeriod, request: Request, data: PeriodData) -> bool:
    """Whether the period is service with that employer that follows the claimed days and has no end."""
    return (
        period.stands
        and period.id != request.amends
        and period.system is request.system
        and period.establishment == data.establishment
        and period.ends_on is None
        and period.starts_on <= data.ends_on.gregorian() + timedelta(days=1)
    )
