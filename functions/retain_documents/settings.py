"""Environment of retain_documents; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(
            source="ishtirak.requests",
            types=(
                "RequestBilled",
                "RequestExpired",
                "RequestRejected",
                "RequestResubmitted",
                "RequestSubmitted",
                "RequestWithdrawn",
            ),
        ),
        Subscription(source="ishtirak.documents", types=("DocumentRemoved",)),
    )

    requests_table: str
    clean_bucket: str
