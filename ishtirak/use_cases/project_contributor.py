"""A change of somebody's periods reaches the lists of the employers it concerns."""

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.listing import contributor_id_of, listed
from ishtirak.register.listing_ports import ContributorLists
from ishtirak.register.ports import Accounts, People


def project_contributor(
    person_id: str, *, people: People, accounts: Accounts, lists: ContributorLists, transaction: Transaction
) -> int:
    """Make the person's entry anew in the list of every employer they ever had a period with; how many changed.

    Entries follow from the register as it is now, not from what an event says: doing it again, later or in another
    order comes to the same, and doing it for everybody makes the lists from nothing. Raises `Unavailable` when another
    try may help.
    """
    numbers = {period.establishment for period in accounts.periods(person_id)}
    changed = 0
    for number in sorted(numbers, key=EstablishmentNumber.reveal):

        def project(number: EstablishmentNumber = number) -> int:
            # the entry first: what is read of the register after it is never older than what it was made from
            before = lists.find(number, contributor_id_of(number, person_id))
            contributor = people.find(person_id)
            if contributor is None:
                raise LookupError("whoever has a period is in the register")
            revision = before.revision if before else 0
            same = listed(contributor, accounts.periods(person_id), number=number, revision=max(revision, 1))
            if same == before:
                return 0
            after = same.model_copy(update={"revision": revision + 1}) if same else None
            transaction.commit(lists.save(after, before=before), result=1)
            return 1

        changed += retry_on_conflict(project)
    return changed
