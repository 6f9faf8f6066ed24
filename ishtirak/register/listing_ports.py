"""What lists of contributors need from the outside."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from ishtirak.register.listing import Headcounts, ListedContributor, ListedRow


class ContributorLists(Protocol):
    """قوائم المشتركين: each employer's contributors, in every order they are shown in, and how many there are."""

    def find(self, number: EstablishmentNumber, contributor_id: str) -> ListedContributor | None:
        """The entry under this id in the list of this employer, as of now."""

    def rows(
        self, number: EstablishmentNumber, prefix: str, *, limit: int, after: str | None = None
    ) -> Sequence[ListedRow]:
        """Rows whose position begins with `prefix` (see `ListedContributor.rows`), in order, after `after`.

        One query, of at most `limit` rows, however many there are.
        """

    def headcounts(self, number: EstablishmentNumber, *, on: date) -> Headcounts:
        """How many there are by nationality, counted as they came and went; no list is read for it."""

    def save(self, after: ListedContributor | None, *, before: ListedContributor | None) -> Items:
        """The writes that replace an entry, its rows and its share of the counts.

        `ChangedMeanwhile` unless the entry still is `before`.
        """
