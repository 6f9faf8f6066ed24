"""Environment of notify; the stack builds this same class, so names cannot drift."""

from typing import ClassVar

from ishtirak.kernel.settings import FunctionSettings, Subscription


class Settings(FunctionSettings):
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = (
        Subscription(
            source="ishtirak.requests",
            types=(
                "EmployerAsked",
                "EmployerStayedSilent",
                "RequestBilled",
                "RequestExpired",
                "RequestRejected",
                "RequestResubmitted",
                "RequestReturned",
                "RequestSubmitted",
                "RequestWithdrawn",
                "ReviewDecided",
            ),
        ),
        Subscription(
            source="ishtirak.contracts",
            types=("ContractAmended", "ContractEnded", "ContractRegistered", "ContractVoided"),
        ),
        Subscription(
            source="ishtirak.factors",
            types=(
                "AuthenticatorEnrolled",
                "AuthenticatorRemoved",
                "RecoveryCodeUsed",
                "RecoveryCodesReplaced",
            ),
        ),
        Subscription(
            source="ishtirak.delegations",
            types=(
                "DelegationAccepted",
                "DelegationDeclined",
                "DelegationEnded",
                "DelegationOffered",
                "DelegationRevoked",
            ),
        ),
        Subscription(
            source="ishtirak.logins",
            types=("PasswordChanged", "PasswordRecovered"),
        ),
        Subscription(
            source="ishtirak.billing",
            types=(
                "BillPaid",
                "BillPartlyPaid",
                "CountingExtended",
                "ExtensionDeclined",
                "FineWaived",
                "InstalmentsDeclined",
                "InstalmentsGranted",
                "WaiverDeclined",
            ),
        ),
    )

    requests_table: str
    register_table: str
    sms_queue_url: str
