"""The first step of signing in: a name, a password, and a code on its way to the registered phone.

Every attempt makes the same calls in the same order and gets the same answer, whether the name is known,
the password right, the name blocked or the person's codes used up. What differs is only what is written,
and whether a code is sent.
"""

from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import TooSoon
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import encrypt_credential
from ishtirak.sessions.model import AuthenticatedUser, Credential, SignIn
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.use_cases.open_challenge import open_challenge

_NOTHING = Credential(username="-", refresh_token="-" * 1800)
"""Encrypted in a decoy's place, about as long as a real one."""


def start_sign_in(
    username: str,
    *,
    password: SecretStr,
    challenges: Challenges,
    sign_ins: SignIns,
    pool: UserPool,
    encryption: Encryption,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
    source_address: str | None = None,
) -> OpenedChallenge:
    """A challenge for whoever asks; a code is sent for it only when everything is right."""
    name = rules.name_of(username)
    name_tag = mac.of(rules.name_message(name)).hex()
    admitted = record_attempt(name_tag, sign_ins=sign_ins, clock=clock)
    user = pool.check(name, password.get_secret_value())
    opening = _Opening(
        name_tag,
        challenges=challenges,
        sign_ins=sign_ins,
        encryption=encryption,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )
    try:
        return retry_on_conflict(partial(opening.open_for, user if admitted else None))
    except TooSoon:  # two right passwords in one moment: the other one gets the code
        return opening.open_for(None)


def record_attempt(name_tag: str, *, sign_ins: SignIns, clock: Clock) -> bool:
    """Whether this attempt on a name may count; one read and one write, whatever comes of it."""
    before = sign_ins.attempts(name_tag)
    after, admitted = rules.attempt(before, at=clock.now(), policy=policy_on(today(clock)))
    return sign_ins.record_attempt(after, before=before) and admitted


@dataclass(frozen=True)
class _Opening:
    """The challenge of one attempt and the sign-in it belongs to, on their ports."""

    name_tag: str
    challenges: Challenges
    sign_ins: SignIns
    encryption: Encryption
    mac: Mac
    budgets: SmsBudgets
    clock: Clock
    transaction: Transaction
    source_address: str | None

    def open_for(self, user: AuthenticatedUser | None) -> OpenedChallenge:
        """Open a challenge for the user, or a decoy for nobody."""
        digest = rules.content_of(self.name_tag)
        opened = open_challenge(
            user.person_id if user else new_id(),
            purpose=Purpose.SIGN_IN,
            digest=digest,
            about="",
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            source_address=self.source_address,
            decoy=user is None,
            silent=True,
        )
        challenge = opened.challenge
        credential = user.credential if user and not challenge.decoy else _NOTHING
        sign_in = SignIn(
            challenge_id=challenge.id,
            subject=challenge.subject,
            digest=digest,
            name_tag=self.name_tag,
            encrypted=encrypt_credential(credential, item=challenge.id, encryption=self.encryption),
        )
        self.transaction.commit(opened.items, self.sign_ins.begin(sign_in), result=opened)
        return opened
