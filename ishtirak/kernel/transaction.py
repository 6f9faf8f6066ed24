"""One effect, one transaction.

A store hands out what it would write as `Items`; a use case commits them together with its result. Everything is
written, or nothing is: the state, its event, the items of other stores and the record of an `Idempotency-Key`.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable

type Items = tuple[Any, ...]
"""A store's own writes, each on a condition; opaque to everybody else."""

NO_ITEMS: Items = ()
MAX_TRIES: Final = 5
"""How often `retry_on_conflict` decides before it gives up."""


class Transaction(Protocol):
    """What a use case commits its effect with."""

    def commit(self, *items: Items, result: object = None) -> None:
        """Write all of the items, or none of them; committing no items writes nothing.

        `result` is what the use case returns: whoever made the transaction may keep a response made of it with the
        effect. Raises the refusal of the first item, in the order given, whose condition failed (`ChangedMeanwhile`
        where the item names none), and `Unavailable` when it is not known to have been written: asking again is safe.
        """


def retry_on_conflict[Result](decide: Callable[[], Result]) -> Result:
    """What `decide` comes to; decided again, on what is there now, where another write came first.

    For messages, which hold no version of anything: who has read a state and changes that one is refused instead.
    `Unavailable` when others kept writing; nothing was changed then.
    """
    for _ in range(MAX_TRIES):
        try:
            return decide()
        except ChangedMeanwhile:
            continue
    raise Unavailable()
