"""The authority looks through money no bill took."""

from ishtirak.billing.model import PaymentRecord
from ishtirak.billing.ports import Payments, payment_position
from ishtirak.kernel.pages import Cursors, Page


def list_unmatched_payments(
    *, limit: int, after: str | None, payments: Payments, cursors: Cursors
) -> Page[PaymentRecord]:
    """A page of the payments no bill took, longest waiting first.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    return Page.after(
        after,
        limit=limit,
        listing="unmatched",
        found=payments.unmatched,
        position=payment_position,
        cursors=cursors,
    )
