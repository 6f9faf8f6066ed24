"""A signed-in person begins to enrol an authenticator app."""

from secrets import token_bytes

from ishtirak.factors import rules
from ishtirak.factors.model import BegunEnrolment, Enrolment
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.secrets import encrypt_secret
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.send_challenge import begin_with_code

_SHOWN_OF_ID = 8


def begin_enrolment(
    *,
    by: Caller,
    source_address: str | None,
    factors: FactorRecords,
    challenges: Challenges,
    encryption: Encryption,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
) -> BegunEnrolment:
    """A new secret, shown this once, and a code on its way to the registered phone, bound to exactly this secret.

    A token alone enrols nothing: who holds a stolen one has not the phone. Raises `AlreadyEnrolled` and the refusals
    of `open_challenge`.
    """
    policy = policy_on(today(clock))
    rules.require_none(factors.find(by.person_id))
    secret = rules.secret_of(token_bytes(policy.secret_bytes))
    authenticator_id = new_id()
    encrypted = encrypt_secret(
        secret, person_id=by.person_id, authenticator_id=authenticator_id, encryption=encryption
    )
    uri = rules.uri_of(secret, account=by.person_id[:_SHOWN_OF_ID], policy=policy)

    def begun(opened: OpenedChallenge) -> tuple[BegunEnrolment, Items]:
        enrolment = Enrolment(
            challenge_id=opened.challenge_id,
            person_id=by.person_id,
            authenticator_id=authenticator_id,
            encrypted=encrypted,
        )
        shown = BegunEnrolment(
            challenge_id=opened.challenge_id,
            expires_at=opened.expires_at,
            resend_after_seconds=opened.resend_after_seconds,
            texts_from=opened.texts_from,
            secret=secret,
            uri=uri,
        )
        return shown, factors.begin(enrolment)

    return begin_with_code(
        by.person_id,
        begun=begun,
        purpose=Purpose.ENROL_FACTOR,
        digest=rules.content_of(encrypted),
        about=authenticator_id,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )
