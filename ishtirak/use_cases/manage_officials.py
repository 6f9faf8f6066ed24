"""The authority's own people: an administrator lists and disables them, and who is invited accepts."""

from dataclasses import dataclass

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.officials import rules
from ishtirak.officials.model import Official
from ishtirak.officials.model import official_id as id_of
from ishtirak.officials.ports import Officials
from ishtirak.register.people import Contributor
from ishtirak.register.ports import People
from ishtirak.sessions.revocation import Revocations


@dataclass(frozen=True)
class OfficialOfPerson:
    """An official, and who that is; None for somebody the register does not know."""

    official: Official
    person: Contributor | None


def list_officials(
    *, limit: int, after: str | None, officials: Officials, people: People, cursors: Cursors
) -> Page[OfficialOfPerson]:
    """A page of everybody who ever was invited.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    page = Page.after(
        after,
        limit=limit,
        listing="officials",
        found=officials.many,
        position=lambda official: official.id,
        cursors=cursors,
    )
    known = people.many(official.person_id for official in page.items)
    found = tuple(OfficialOfPerson(official, known.get(official.person_id)) for official in page.items)
    return Page(found, page.next)


def disable_official(
    official_id: str,
    *,
    by: Caller,
    officials: Officials,
    revocations: Revocations,
    clock: Clock,
    transaction: Transaction,
) -> Official:
    """The official, who is none any more: their sessions end, and every token they hold opens nothing of the authority.

    Sessions are ended first: who dies in between has ended them, and asks again. Raises `NotFound`, and the refusals of
    `rules.disable`.
    """

    def disabled() -> Official:
        official = officials.find(official_id)
        if official is None:
            raise NotFound()
        by.require_authority(official.person_id)
        change = rules.disable(official, by=by.person_id, at=clock.now())
        revocations.revoke(official.person_id, at=clock.now())
        transaction.commit(officials.save(change), result=change.after)
        return change.after

    return retry_on_conflict(disabled)


def read_my_invitation(*, by: Caller, officials: Officials) -> Official:
    """What the caller is, or is invited to be, at the authority; `NotFound` where they never were."""
    official = officials.find(id_of(by.person_id))
    if official is None:
        raise NotFound()
    return official


def accept_invitation(
    *, by: Caller, officials: Officials, clock: Clock, transaction: Transaction
) -> Official:
    """The caller, an official from now on. Raises `NotFound` and `InvitationNotOpen`."""
    official = read_my_invitation(by=by, officials=officials)
    change = rules.accept(official, by=by.person_id, at=clock.now())
    transaction.commit(officials.save(change), result=change.after)
    return change.after
