"""Environment of notify; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(
            source="ishtirak.requests",
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
        Subscription(source="ishtirak.contracts", types=("ContractRegistered",)),
    )

    requests_table: str
    register_table: str
    data_key_arn: str
    absher_secret_arn: str
    sms_secret_arn: str
