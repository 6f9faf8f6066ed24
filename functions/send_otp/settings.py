"""Environment of send_otp; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(source="ishtirak.otp", types=("CodeRequested",)),
    )

    access_table: str
    register_table: str
    mac_key_arn: str
    data_key_arn: str
    absher_secret_arn: str
    sms_secret_arn: str
