"""Which events each queue receives: the one list to change when a function wants to hear of something."""

from dataclasses import dataclass
from enum import StrEnum

#: The bus every event of the system passes.
BUS = "Ishtirak"


class Source(StrEnum):
    """Who says it; the relay derives this from the aggregate of the event."""

    REQUESTS = "ishtirak.requests"
    OTP = "ishtirak.otp"
    CONTRACTS = "ishtirak.contracts"


@dataclass(frozen=True)
class Subscription:
    """Events of one source, by type, delivered to one queue."""

    queue: str
    source: Source
    types: tuple[str, ...]


SUBSCRIPTIONS = (
    Subscription(queue="codes", source=Source.OTP, types=("CodeRequested",)),
    Subscription(
        queue="workflow",
        source=Source.REQUESTS,
        types=(
            "EmployerReplied",
            "RequestResubmitted",
            "RequestResumed",
            "RequestSubmitted",
            "RequestWithdrawn",
            "ReviewDecided",
        ),
    ),
    Subscription(
        queue="notices",
        source=Source.REQUESTS,
        types=(
            "EmployerAsked",
            "RequestBilled",
            "RequestExpired",
            "RequestRejected",
            "RequestReturned",
            "RequestSubmitted",
            "RequestWithdrawn",
        ),
    ),
    Subscription(queue="notices", source=Source.CONTRACTS, types=("ContractRegistered",)),
)
