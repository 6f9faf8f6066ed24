"""The first step of signing in: a name, a password, and a code on its way to the registered phone.

Every attempt makes the same calls in the same order and gets the same answer, whether the name is known, the password
right, the place blocked or the person's codes used up. What differs is only what is written, and whether a code is
sent. A password that may not be looked at is asked of the pool for a name nobody has, so that the pool's own lock
of the person does not feel it.
"""

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from pydantic import SecretStr

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.logins.passwords import normalized
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import TooSoon
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import encrypt_credential
from ishtirak.sessions.model import AttemptAdmission, AttemptSource, AuthenticatedUser, Credential, SignIn
from ishtirak.sessions.places import source_of
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns, UserPool
from ishtirak.use_cases.admit_attempt import admit_attempt
from ishtirak.use_cases.open_challenge import open_challenge

_NOTHING = Credential(username="-", refresh_token="-" * 1800)
"""Encrypted in a decoy's place, about as long as a real one."""


def start_sign_in(
    username: str,
    *,
    password: SecretStr,
    device: str | None,
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
    """A challenge for whoever asks; a code is sent for it only when everything is right.

    `device` is the handle of an earlier sign-in, `source_address` the network address the platform saw. Nobody
    elsewhere keeps out who comes from a device or an address that signed in before.
    """
    name = rules.name_of(username)
    name_tag = mac.of(rules.name_message(name)).hex()
    policy = policy_on(today(clock))
    source = source_of(
        name_tag, device=device, address=source_address or "", mac=mac, at=clock.now(), policy=policy
    )
    admission = admit_attempt(source, sign_ins=sign_ins, clock=clock)
    user = pool.check(name if admission.admitted else new_id(), normalized(password.get_secret_value()))
    opening = _Opening(
        source,
        admission,
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
        return retry_on_conflict(partial(opening.open_for, user))
    except TooSoon:  # two right passwords in one moment: the other one gets the code
        return opening.open_for(None)


@dataclass(frozen=True)
class _Opening:
    """The challenge of one attempt and the sign-in it belongs to, on their ports."""

    source: AttemptSource
    admission: AttemptAdmission
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
        digest = rules.content_of(self.source.place.name_tag)
        challenge_opened = open_challenge(
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
        opened = self._with_true_pause(challenge_opened)
        challenge = opened.challenge
        credential = user.credential if user and not challenge.decoy else _NOTHING
        sign_in = SignIn(
            challenge_id=challenge.id,
            subject=challenge.subject,
            digest=digest,
            source=self.source,
            admission=self.admission,
            encrypted=encrypt_credential(credential, item=challenge.id, encryption=self.encryption),
        )
        self.transaction.commit(opened.items, self.sign_ins.begin(sign_in), result=opened)
        return opened

    def _with_true_pause(self, opened: OpenedChallenge) -> OpenedChallenge:
        """When asking again can bring a code at the earliest: after the pause, and when this place is not blocked.

        It follows from what this place did, never from the person, so it is the same for a name nobody has.
        """
        blocked = (self.admission.next_at - self.clock.now()) / timedelta(seconds=1)
        return replace(opened, resend_after_seconds=max(opened.resend_after_seconds, math.ceil(blocked)))
