"""Notices: which events somebody is told of, who that is, and what is handed over to be sent to each of them."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.value import Value


class Audience(StrEnum):
    """On which side of an event its recipients are."""

    CONTRIBUTOR = "CONTRIBUTOR"
    EMPLOYER = "EMPLOYER"
    """The people who may act for the establishment: it owes the contributions, the worker's share included."""


_BOTH: Final = (Audience.CONTRIBUTOR, Audience.EMPLOYER)
AUDIENCES: Final[Mapping[str, tuple[Audience, ...]]] = {
    **dict.fromkeys(("EmployerAsked", "EmployerStayedSilent", "RequestBilled"), _BOTH),
    **dict.fromkeys(
        (
            "DelegationAccepted",
            "DelegationDeclined",
            "DelegationEnded",
            "DelegationOffered",
            "DelegationRevoked",
        ),
        _BOTH,
    ),
    **dict.fromkeys(
        (
            "RequestExpired",
            "RequestRejected",
            "RequestResubmitted",
            "RequestReturned",
            "RequestSubmitted",
            "RequestWithdrawn",
            "ReviewDecided",
            "ContractAmended",
            "ContractEnded",
            "ContractRegistered",
            "ContractVoided",
            "AuthenticatorEnrolled",
            "AuthenticatorRemoved",
            "RecoveryCodeUsed",
            "RecoveryCodesReplaced",
            "PasswordChanged",
            "PasswordRecovered",
        ),
        (Audience.CONTRIBUTOR,),
    ),
    **dict.fromkeys(
        (
            "BillPaid",
            "BillPartlyPaid",
            "CountingExtended",
            "ExtensionDeclined",
            "FineWaived",
            "InstalmentsDeclined",
            "InstalmentsGranted",
            "WaiverDeclined",
        ),
        (Audience.EMPLOYER,),
    ),
}
"""Every type of event somebody is told of. Who is in two of its audiences is told in the first."""


class Notice(Value):
    """إشعار: one text message to one person about one event. No name, no identity number and no phone is in it."""

    event_id: str
    person_id: str
    code: str
    facts: Mapping[str, str]

    @property
    def reference(self) -> str:
        """What a provider knows the message by: the same however often the event, or this notice, comes again."""
        return stable_id("notice", self.event_id, self.person_id)


NOW: Final = timedelta(0)


class Notices(Protocol):
    """Notices that wait to be sent, each for itself."""

    def put(self, notice: Notice, *, after: timedelta = NOW) -> None:
        """To be sent after a pause of up to 15 minutes.

        Durable when it returns; otherwise `Unavailable`, and the event, or the notice, has to come again.
        """
