"""The authority looks through money no bill took."""

from collections.abc import Sequence
from typing import Final

from ishtirak.billing.model import PaymentRecord
from ishtirak.billing.ports import Payments

PAYMENTS_SHOWN: Final = 100


def list_unmatched_payments(*, payments: Payments) -> Sequence[PaymentRecord]:
    """Payments no bill took, longest waiting first; no more than can be looked through."""
    return payments.unmatched(limit=PAYMENTS_SHOWN)
