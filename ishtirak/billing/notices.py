"""What the payment system reports of money received."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.dates import Moment
from ishtirak.kernel.errors import NotAuthentic
from ishtirak.kernel.value import LARGEST_AMOUNT

Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class PaymentNotice(BaseModel):
    """إشعار سداد: the payment system reports money received for a bill. It names no person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["1.0"] = Field(alias="schema")
    type: Literal["payment.received"]
    payment_reference: Reference = Field(
        description="The payment's own reference; one payment, one reference"
    )
    bill_reference: Reference = Field(description="The reference on the bill")
    amount: int = Field(strict=True, ge=1, le=LARGEST_AMOUNT, description="Halalas")
    currency: Literal["SAR"]
    paid_at: Moment = Field(description="RFC 3339; its day in the kingdom is the day of payment")

    @property
    def paid_on(self) -> date:
        return self.paid_at.astimezone(RIYADH).date()

    @property
    def digest(self) -> str:
        """Distinguishes another payment under the same reference from the same one reported again."""
        return digest(
            {
                "payment": self.payment_reference,
                "bill": self.bill_reference,
                "amount": self.amount,
                "paid_at": to_rfc3339(self.paid_at),
            }
        )


class NoticeNotSigned(NotAuthentic):
    """No live key signed exactly these bytes in time (401)."""

    code = "payment_signature_refused"
