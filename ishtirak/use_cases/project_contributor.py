"""A change of somebody's periods reaches the lists of the employers it concerns."""

from dataclasses import dataclass
from functools import partial

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
    projection = _Projection(person_id, people, accounts, lists, transaction)
    in_order = sorted(numbers, key=EstablishmentNumber.reveal)
    return sum(retry_on_conflict(partial(projection.onto, number)) for number in in_order)


@dataclass(frozen=True)
class _Projection:
    """One person, and the ports: each employer's list is an effect of its own."""

    person_id: str
    people: People
    accounts: Accounts
    lists: ContributorLists
    transaction: Transaction

    def onto(self, number: EstablishmentNumber) -> int:
        """Make the entry in one list anew; 1 where it changed, else 0."""
        # the entry first: what is read of the register after it is never older than what it was made from
        before = self.lists.find(number, contributor_id_of(number, self.person_id))
        contributor = self.people.find(self.person_id)
        if contributor is None:
            raise LookupError("whoever has a period is in the register")
        revision = before.revision if before else 0
        periods = self.accounts.periods(self.person_id)
        same = listed(contributor, periods, number=number, revision=max(revision, 1))
        if same == before:
            return 0
        after = same.model_copy(update={"revision": revision + 1}) if same else None
        self.transaction.commit(self.lists.save(after, before=before), result=1)
        return 1
