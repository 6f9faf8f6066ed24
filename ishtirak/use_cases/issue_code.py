"""A contributor asks for the code that submits their request as it stands."""

from ishtirak.contracts.ports import WorkerContracts
from ishtirak.documents.rules import required, to_attach
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.transaction import Transaction
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.register.ports import Accounts
from ishtirak.requests import rules
from ishtirak.requests.model import Request
from ishtirak.requests.ports import DocumentStates, Requests
from ishtirak.use_cases.known_facts import known_facts
from ishtirak.use_cases.read_requests import read_request
from ishtirak.use_cases.send_challenge import send_challenge


def issue_code(
    request_id: str,
    *,
    by: Caller,
    requests: Requests,
    documents: DocumentStates,
    accounts: Accounts,
    contracts: WorkerContracts,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
    source_address: str | None = None,
) -> OpenedChallenge:
    """Open the challenge whose code is bound to the digest of the request: whatever changes afterwards voids it.

    A document that was waived when the data were saved is asked for after all once the fact no longer holds. The code
    goes to the phone registered in the directory of persons. Raises the refusal of the earliest step that is still
    missing (`rules.require_complete`), and those of `open_challenge`.
    """
    request = read_request(request_id, by=by, requests=requests)
    states = documents.states([attachment.id for attachment in request.attachments], on=today(clock))
    needed = _required_now(request, accounts=accounts, contracts=contracts, clock=clock)
    signed = rules.require_complete(request, by=by, states=states, required=needed)
    return send_challenge(
        by.person_id,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=signed.for_code,
        about=request_id,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def _required_now(
    request: Request, *, accounts: Accounts, contracts: WorkerContracts, clock: Clock
) -> tuple[str, ...]:
    """The kinds to attach as of now. Where nothing was waived, what was asked for then stands."""
    if not request.waived_documents or request.data is None or request.sector is None:
        return request.required_documents
    facts = known_facts(request, request.data, contracts=contracts, accounts=accounts)
    return to_attach(
        required(request.system, sector=request.sector, case=request.kind, facts=facts, on=today(clock))
    )
