"""Environment of drive_workflow; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    requests_table: str
    add_period_arn: str

    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(
            "ishtirak.requests",
            (
                "EmployerReplied",
                "RequestResubmitted",
                "RequestResumed",
                "RequestSubmitted",
                "RequestWithdrawn",
                "ReviewDecided",
            ),
        ),
    )
