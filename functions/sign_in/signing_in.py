"""Password, code, session: where the codes of `otp` and the sessions of `sessions` meet.

Every attempt makes the same calls in the same order and gets the same answer, whether the name is known,
the password right, the name resting or the person's codes used up. What differs is only what is written,
and whether a code is sent.
"""

import uuid
from dataclasses import dataclass

from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.kernel.clock import Clock
from ishtirak.otp import service as otp
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.rules import CodeNotAccepted, TooSoon
from ishtirak.sessions import rules, service
from ishtirak.sessions.model import AuthenticatedUser, Credential, SignIn, Tokens
from ishtirak.sessions.ports import Mac, SignIns, UserPool, Vault

_NOTHING = Credential(username="-", refresh_token="-" * 1800)
"""Sealed in a decoy's place, about as long as a real one."""


@dataclass(frozen=True, kw_only=True)
class SigningIn:
    """The two steps of signing in, on their ports."""

    access: AccessTable
    sign_ins: SignIns
    pool: UserPool
    vault: Vault
    mac: Mac
    clock: Clock

    def ask_code(self, typed_name: str, password: str) -> OpenedChallenge:
        """A challenge for whoever asks; a code is sent for it only when everything is right."""
        name = rules.name_of(typed_name)
        name_tag = self.mac.of(rules.name_message(name)).hex()
        admitted = service.attempt(name_tag, sign_ins=self.sign_ins, clock=self.clock)
        granted = self.pool.check(name, password)
        grant = granted if admitted else None
        try:
            return self._open(grant, name_tag=name_tag)
        except TooSoon:  # two right passwords in one moment: the other one gets the code
            return self._open(None, name_tag=name_tag)

    def _open(self, grant: AuthenticatedUser | None, *, name_tag: str) -> OpenedChallenge:
        digest = rules.content_of(name_tag)
        opened = otp.open_challenge(
            grant.person_id if grant else otp.nobody(),
            purpose=Purpose.SIGN_IN,
            digest=digest,
            about="",
            challenges=self.access,
            clock=self.clock,
            decoy=grant is None,
            silent=True,
        )
        challenge = opened.challenge
        credential = grant.credential if grant and not challenge.decoy else _NOTHING
        sign_in = SignIn(
            challenge_id=challenge.id,
            subject=challenge.subject,
            digest=digest,
            name_tag=name_tag,
            sealed=service.seal(credential, place=challenge.id, vault=self.vault),
        )
        self.access.commit(opened.part, self.sign_ins.beginning(sign_in))
        return opened

    def enter_code(self, challenge_id: str, code: str) -> tuple[Tokens, str]:
        """Tokens and the handle of a new session, once per code."""
        sign_in = self.sign_ins.under_way(challenge_id)
        challenge = otp.verify(
            challenge_id,
            code,
            subject=sign_in.subject if sign_in else otp.nobody(),
            purpose=Purpose.SIGN_IN,
            digest=sign_in.digest if sign_in else "",
            challenges=self.access,
            mac=self.mac,
            clock=self.clock,
        )
        if sign_in is None or challenge.used:
            raise CodeNotAccepted()
        credential = service.unseal(sign_in.sealed, place=challenge_id, vault=self.vault)
        tokens = self.pool.renew(credential)
        if tokens is None:
            raise rules.SessionEnded()
        session_id = str(uuid.uuid4())
        session = rules.start(
            session_id=session_id,
            person_id=sign_in.subject,
            sealed=service.seal(credential, place=session_id, vault=self.vault),
            at=self.clock.now(),
        )
        handle = service.handle_of(session, mac=self.mac)
        started = self.sign_ins.starting(session, name_tag=sign_in.name_tag)
        self.access.commit(self.access.consuming(challenge), started)
        return tokens, handle
