"""What post_period gives; it takes what every step does."""

from typing import Self

from pydantic import BaseModel


class Posted(BaseModel):
    """The bill that came of it; none where an amendment left nothing to pay."""

    bill_id: str | None

    @classmethod
    def of(cls, bill_id: str | None) -> Self:
        return cls(bill_id=bill_id)
