"""Text messages, as the code and the notices both send them: what a gateway promises and how it refuses."""

from dataclasses import dataclass
from typing import Protocol

from ishtirak.kernel.errors import Refused
from ishtirak.kernel.identity import Mobile


@dataclass(frozen=True)
class Delivery:
    """A provider took the message over. That is not yet "arrived": no provider promises that."""

    provider: str
    message_id: str


class NumberRefused(Refused):
    """The provider says this number can never be reached; another provider is not asked."""

    code = "sms_number_refused"


class TextRefused(Refused):
    """The provider will not carry this text (length, sender, content rules); a defect of ours."""

    code = "sms_text_refused"


class SmsGateway(Protocol):
    def send(self, to: Mobile, text: str, *, reference: str) -> Delivery:
        """Hand a message to a provider.

        Sending again with the same `reference` is safe: the provider that took it answers as before. Raises
        `NumberRefused` or `TextRefused` for good, `Unavailable` when trying later may help.
        """
