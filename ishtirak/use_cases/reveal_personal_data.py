"""Who acts for an establishment is shown what is masked of a contributor: once, for a reason, on the record."""

from ishtirak.disclosure import rules
from ishtirak.disclosure.model import AccessRecord, ReadMatter, RevealedField, RevealReason
from ishtirak.disclosure.policy import policy_on
from ishtirak.disclosure.ports import Reveals
from ishtirak.disclosure.rules import EmploymentOver
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.listing import EmploymentState
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.ports import Directory
from ishtirak.use_cases.own_contributor import ContributorReader
from ishtirak.use_cases.registered_mobile import registered_mobile


def reveal_personal_data(
    number: str,
    contributor_id: str,
    *,
    field: RevealedField,
    reason_code: RevealReason,
    reason: str,
    by: Caller,
    reader: ContributorReader,
    reveals: Reveals,
    directory: Directory,
    encryption: Encryption,
    clock: Clock,
    transaction: Transaction,
) -> str | None:
    """The number in clear; None where no mobile is registered. Event and the line in the person's log are written with
    it, or nothing is shown.

    Raises `NotFound` outside the caller's establishments, `EmploymentOver` for a former contributor, `TooManyReveals`
    beyond the policy, and `Unavailable` when key, directory or store did not answer.
    """
    own = reader.find(number, contributor_id, by=by)
    if own.entry.state_on(today(clock)) is EmploymentState.ENDED:
        raise EmploymentOver()
    policy = policy_on(today(clock))

    def once() -> str | None:
        now = clock.now()
        record = AccessRecord(
            id=new_id(),
            person_id=own.contributor.person_id,
            establishment=own.employer.number,
            matter=ReadMatter(field.value),
            at=to_rfc3339(now),
            by=by.person_id,
            reason_code=reason_code,
            reason=reason,
        )
        before = reveals.history(own.employer.number, by.person_id)
        revealed = rules.reveal(before, record, policy=policy, at=now)
        value = _in_clear(field, own.contributor, directory=directory, encryption=encryption)
        transaction.commit(reveals.save(revealed, before=before), result=value)
        return value

    return retry_on_conflict(once)


def _in_clear(
    field: RevealedField, contributor: Contributor, *, directory: Directory, encryption: Encryption
) -> str | None:
    if field is RevealedField.IDENTITY_NUMBER:
        context = identity_encryption_context(contributor.person_id)
        return encryption.decrypt(contributor.encrypted_identity, context)
    mobile = registered_mobile(contributor, encryption=encryption, directory=directory)
    return mobile.reveal() if mobile else None
