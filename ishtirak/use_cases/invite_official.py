"""Somebody becomes an official of the authority: two administrators, each with a code, and the person themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction, retry_on_conflict
from ishtirak.messages.budget import SmsBudgets
from ishtirak.officials import rules
from ishtirak.officials.model import Official, PendingInvitation, official_id
from ishtirak.officials.policy import policy_on
from ishtirak.officials.ports import Officials, PendingInvitations
from ishtirak.otp.model import Challenge, OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.register.people import Contributor
from ishtirak.register.ports import People
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.send_challenge import begin_with_code
from ishtirak.use_cases.verify_code import verify_unused_code
from ishtirak.use_cases.verify_person import PersonVerifier

_NO_INVITATION = "0" * 64
"""What the code of no invitation is bound to: nothing."""


@dataclass(frozen=True, kw_only=True)
class OfficialDesk:
    """Where administrators prove who they are: officials, codes, and the phones these are sent to."""

    officials: Officials
    challenges: Challenges
    mac: Mac
    phones: RegisteredPhones
    budgets: SmsBudgets
    clock: Clock

    def begin[Begun](
        self,
        by: Caller,
        *,
        begun: Callable[[OpenedChallenge], tuple[Begun, Items]],
        purpose: Purpose,
        digest: str,
        about: str,
        source_address: str | None,
        transaction: Transaction,
    ) -> Begun:
        """What begins with a code on its way to the administrator's own phone."""
        return begin_with_code(
            by.person_id,
            begun=begun,
            purpose=purpose,
            digest=digest,
            about=about,
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            transaction=transaction,
            source_address=source_address,
        )

    def verified(
        self, challenge_id: str, code: str, *, by: Caller, purpose: Purpose, digest: str
    ) -> Challenge:
        """The challenge this is the right and unused code of; the refusals of `verify_code` otherwise."""
        return verify_unused_code(
            challenge_id,
            code,
            subject=by.person_id,
            purpose=purpose,
            digest=digest,
            challenges=self.challenges,
            mac=self.mac,
            phones=self.phones,
            clock=self.clock,
        )

    def find(self, official_id: str, *, by: Caller) -> Official:
        """The official, or `NotFound`."""
        official = self.officials.find(official_id)
        if official is None:
            raise NotFound()
        by.require_authority(official.person_id)
        return official


@dataclass(frozen=True)
class BegunInvitation:
    """The code that is on its way to the administrator, and who is invited."""

    opened: OpenedChallenge
    invited: Contributor


def begin_invitation(
    *,
    identity_number: PersonNumber,
    birth_date: CivilDate,
    role: Role,
    by: Caller,
    source_address: str | None,
    desk: OfficialDesk,
    verifier: PersonVerifier,
    invitations: PendingInvitations,
    people: People,
    transaction: Transaction,
) -> BegunInvitation:
    """A code on its way to the administrator's own phone, bound to the person and the role.

    Raises the refusals of `PersonVerifier.verify`, of `check_invitation`, and of `open_challenge`.
    """
    verified = verifier.verify(identity_number, birth_date, by=by)
    person_id = verified.person_id
    existing = desk.officials.find(official_id(person_id))
    rules.check_invitation(person_id, by=by.person_id, existing=existing, at=desk.clock.now())

    def begun(opened: OpenedChallenge) -> tuple[BegunInvitation, Items]:
        pending = PendingInvitation(challenge_id=opened.challenge_id, person_id=person_id, role=role)
        shown = BegunInvitation(opened, verified.identified.contributor)
        return shown, (*invitations.begin(pending), *verified.items(people))

    return desk.begin(
        by,
        begun=begun,
        purpose=Purpose.INVITE_OFFICIAL,
        digest=rules.invitation_digest(person_id, role),
        about=official_id(person_id),
        source_address=source_address,
        transaction=transaction,
    )


def invite_official(
    *,
    challenge_id: str,
    code: str,
    by: Caller,
    desk: OfficialDesk,
    invitations: PendingInvitations,
    transaction: Transaction,
) -> Official:
    """The invitation, made with the code that was sent for it. Raises the refusals of `verify_code` and of `invite`."""
    pending = invitations.find(challenge_id)
    digest = rules.invitation_digest(pending.person_id, pending.role) if pending else _NO_INVITATION
    challenge = desk.verified(challenge_id, code, by=by, purpose=Purpose.INVITE_OFFICIAL, digest=digest)
    assert pending is not None  # a code is bound to an invitation

    def invited() -> Official:
        change = rules.invite(
            pending.person_id,
            pending.role,
            by=by.person_id,
            existing=desk.officials.find(official_id(pending.person_id)),
            at=desk.clock.now(),
            policy=policy_on(today(desk.clock)),
        )
        transaction.commit(
            desk.challenges.consume(challenge), desk.officials.save(change), result=change.after
        )
        return change.after

    return retry_on_conflict(invited)


def issue_confirmation_code(
    official_id: str, *, by: Caller, source_address: str | None, desk: OfficialDesk, transaction: Transaction
) -> OpenedChallenge:
    """A code on its way to the second administrator's phone, bound to the invitation as it stands.

    Raises `NotFound`, the refusals of `check_confirmation`, and of `open_challenge`.
    """
    official = desk.find(official_id, by=by)
    rules.check_confirmation(official, by=by.person_id, at=desk.clock.now())
    return desk.begin(
        by,
        begun=lambda opened: (opened, NO_ITEMS),
        purpose=Purpose.CONFIRM_OFFICIAL,
        digest=rules.confirmation_digest(official),
        about=official_id,
        source_address=source_address,
        transaction=transaction,
    )


def confirm_official(
    official_id: str,
    *,
    challenge_id: str,
    code: str,
    by: Caller,
    desk: OfficialDesk,
    transaction: Transaction,
) -> Official:
    """The invitation, confirmed by a second administrator. Raises as `issue_confirmation_code` and `verify_code` do."""
    official = desk.find(official_id, by=by)
    challenge = desk.verified(
        challenge_id,
        code,
        by=by,
        purpose=Purpose.CONFIRM_OFFICIAL,
        digest=rules.confirmation_digest(official),
    )
    change = rules.confirm(official, by=by.person_id, at=desk.clock.now())
    transaction.commit(desk.challenges.consume(challenge), desk.officials.save(change), result=change.after)
    return change.after
