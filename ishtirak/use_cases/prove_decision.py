"""An officer proves anew who they are, for exactly one decision, before they make it."""

from ishtirak.billing.model import Bill
from ishtirak.billing.ports import Bills
from ishtirak.factors.model import FactorKind
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.proofs import Proof, Proofs, decision_digest
from ishtirak.factors.rules import ChallengeMissing
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.send_challenge import send_challenge
from ishtirak.use_cases.step_up import REVIEW, StatedDecision
from ishtirak.use_cases.verify_code import verify_unused_code
from ishtirak.use_cases.verify_factor import verify_totp


def issue_decision_code(
    *,
    decision: StatedDecision,
    by: Caller,
    source_address: str | None,
    requests: Requests,
    bills: Bills,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
) -> OpenedChallenge:
    """A code on its way to the officer's registered phone, bound to this decision on the thing as it stands.

    Raises `NotFound` where there is no such thing, and the refusals of `open_challenge`.
    """
    return send_challenge(
        by.person_id,
        purpose=Purpose.DECIDE,
        digest=_digest(decision, by=by, requests=requests, bills=bills),
        about=decision.about_id,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def prove_decision(
    *,
    decision: StatedDecision,
    kind: FactorKind,
    code: str,
    challenge_id: str | None = None,
    by: Caller,
    requests: Requests,
    bills: Bills,
    challenges: Challenges,
    factors: FactorRecords,
    proofs: Proofs,
    encryption: Encryption,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> Proof:
    """The proof that lets the caller make this decision, once and soon.

    By the code sent for exactly this decision, or by one of the authenticator, used up with the proof. Raises
    `NotFound`, `ChallengeMissing`, and the refusals of `verify_code` and `verify_totp`.
    """
    bound_to = _digest(decision, by=by, requests=requests, bills=bills)
    used: Items
    if kind is FactorKind.TOTP:
        accepted = verify_totp(by.person_id, code, factors=factors, encryption=encryption, clock=clock)
        used = factors.accept_step(accepted.factors, accepted.step)
    elif challenge_id is None:
        raise ChallengeMissing()
    else:
        challenge = verify_unused_code(
            challenge_id,
            code,
            subject=by.person_id,
            purpose=Purpose.DECIDE,
            digest=bound_to,
            challenges=challenges,
            mac=mac,
            phones=phones,
            clock=clock,
        )
        used = challenges.consume(challenge)
    proof = Proof(
        id=new_id(),
        subject=by.person_id,
        digest=bound_to,
        kind=kind.value,
        expires_at=clock.now() + policy_on(today(clock)).proof_lifetime,
    )
    transaction.commit(proofs.save(proof), used, result=proof)
    return proof


def _digest(decision: StatedDecision, *, by: Caller, requests: Requests, bills: Bills) -> str:
    about: SubmittedRequest | Bill
    if decision.act == REVIEW:
        about = requests.submitted(decision.about_id)
        by.require_authority(about.owner)
    else:
        about = _bill(decision.about_id, bills=bills)
        by.require_authority(about.person_id)
    return decision_digest(decision.act, decision.about_id, version=about.version, content=decision.content)


def _bill(bill_id: str, *, bills: Bills) -> Bill:
    bill = bills.find(bill_id)
    if bill is None:
        raise NotFound()
    return bill
