"""A contributor asks for the code that submits their request as it stands."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Transaction
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.requests import rules
from ishtirak.requests.ports import DocumentStates, Requests
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.read_requests import read_request


def issue_code(
    request_id: str,
    *,
    by: Caller,
    requests: Requests,
    documents: DocumentStates,
    challenges: Challenges,
    clock: Clock,
    transaction: Transaction,
) -> OpenedChallenge:
    """Open the challenge whose code is bound to the digest of the request: whatever changes afterwards voids it.

    The code goes to the phone registered in the directory of persons. Raises the refusal of the earliest step that is
    still missing (`rules.require_complete`), and those of `open_challenge`.
    """
    request = read_request(request_id, by=by, requests=requests)
    states = documents.states([attachment.id for attachment in request.attachments])
    signed = rules.require_complete(request, by=by, states=states)
    opened = open_challenge(
        by.person_id,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=signed.digest,
        about=request_id,
        challenges=challenges,
        clock=clock,
    )
    transaction.commit(opened.items, result=opened)
    return opened
