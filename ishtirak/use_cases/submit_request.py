"""The last step of adding a contribution period: the code is consumed and the request submitted."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.transaction import Transaction
from ishtirak.otp.model import Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.requests import rules
from ishtirak.requests.model import SubmittedRequest, signing_digest
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.verify_code import verify_code


def submit_request(
    request_id: str,
    *,
    challenge_id: str,
    code: str,
    by: Caller,
    requests: Requests,
    challenges: Challenges,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> SubmittedRequest:
    """Submit the caller's request, first or again after a return, with the code bound to its exact content.

    Consuming the code and submitting are one effect: there is no moment at which the code is spent and the request is
    not there. Raises the refusals of `rules.submit` and of `verify_code`.
    """
    request = requests.get(request_id)
    signed = signing_digest(request)
    change = rules.submit(request, by=by, signed=signed, at=clock.now())
    challenge = verify_code(
        challenge_id,
        code,
        subject=by.person_id,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=signed.for_code,
        challenges=challenges,
        mac=mac,
        phones=phones,
        clock=clock,
    )
    transaction.commit(requests.save(change), challenges.consume(challenge), result=change.after)
    return change.after
