"""The secrets of agencies that send to us: the keys their messages are signed with."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from ishtirak.adapters.aws.secrets import KeyedAccess, SecretModel
from ishtirak.webhooks.signatures import SigningKey


def _key(text: SecretStr) -> SecretStr:
    SigningKey.from_text(text.get_secret_value())
    return text


SigningKeyText = Annotated[SecretStr, AfterValidator(_key)]


class QiwaAccess(KeyedAccess):
    """Qiwa: the keys its events are signed with (two while one replaces the other), and its own interface."""

    signing_keys: tuple[SigningKeyText, ...] = Field(min_length=1, max_length=2)

    def keys(self) -> tuple[SigningKey, ...]:
        """The live keys, as `webhooks.verify` takes them."""
        return tuple(SigningKey.from_text(text.get_secret_value()) for text in self.signing_keys)


class PaymentAccess(SecretModel):
    """The payment system: the keys its notices are signed with (two while one replaces the other)."""

    signing_keys: tuple[SigningKeyText, ...] = Field(min_length=1, max_length=2)

    def keys(self) -> tuple[SigningKey, ...]:
        """The live keys, as `webhooks.verify` takes them."""
        return tuple(SigningKey.from_text(text.get_secret_value()) for text in self.signing_keys)
