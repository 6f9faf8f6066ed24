"""Environment of project_contributor; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(source="ishtirak.register", types=("PeriodAmended", "PeriodPosted", "PeriodReversed")),
        Subscription(
            source="ishtirak.contracts",
            types=("ContractAmended", "ContractEnded", "ContractRegistered", "ContractVoided"),
        ),
    )

    register_table: str
