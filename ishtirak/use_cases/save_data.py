"""The data step of a request, answered by a live estimate of what it comes to."""

from dataclasses import dataclass

from ishtirak.contracts.ports import WorkerContracts
from ishtirak.documents.rules import required, to_attach
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.requests import rules
from ishtirak.requests.model import PeriodData, Request, SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.statute.model import Assessment
from ishtirak.use_cases.assess_claim import assess_claim, employer_of, sector_of
from ishtirak.use_cases.authority_dates import AuthorityDates
from ishtirak.use_cases.known_facts import known_facts, waived
from ishtirak.use_cases.read_requests import read_request


@dataclass(frozen=True)
class AssessedRequest:
    """A request and the assessment its estimate was just made of."""

    request: Request
    assessment: Assessment


def save_data(
    request_id: str,
    *,
    data: PeriodData,
    expected_version: int,
    by: Caller,
    requests: Requests,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    contracts: WorkerContracts,
    clock: Clock,
    transaction: Transaction,
) -> AssessedRequest:
    """Save what the person says about the period, once a claim on it could be admitted today.

    Raises `ChangedMeanwhile` for another version than the expected one, the refusals of `employer_of`, and that of the
    first statutory rule that objects, each pointing at its field.
    """
    request = read_request(request_id, by=by, requests=requests)
    rules.require_version(request, since=expected_version)
    rules.require_editable(request, by=by)
    day = today(clock)
    employer = employer_of(data, system=request.system, establishments=establishments)
    sector = sector_of(employer)
    assessment = assess_claim(
        request,
        data,
        employer=employer,
        people=people,
        accounts=accounts,
        authority=authority,
        requested_on=rules.requested_on(request) if isinstance(request, SubmittedRequest) else day,
        as_of=day,
    )
    facts = known_facts(request, data, contracts=contracts, accounts=accounts)
    documents = required(request.system, sector=sector, case=request.kind, facts=facts, on=day)
    change = rules.save_data(
        request,
        data,
        by=by,
        sector=sector,
        required=to_attach(documents),
        waived=waived(documents),
        estimate=assessment.model_dump(mode="json"),
        at=clock.now(),
    )
    saved = AssessedRequest(change.after, assessment)
    transaction.commit(requests.save(change), result=saved)
    return saved
