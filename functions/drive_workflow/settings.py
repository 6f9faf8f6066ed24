"""Environment of drive_workflow; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(
            source="ishtirak.requests",
            types=(
                "EmployerReplied",
                "RequestResubmitted",
                "RequestResumed",
                "RequestSubmitted",
                "RequestWithdrawn",
                "ReviewDecided",
            ),
        ),
    )

    requests_table: str
    add_period_arn: str
