"""What operators keep in Secrets Manager: where each agency is reached, and with which credentials."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable

log = logging.getLogger(__name__)

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _guarded(url: str) -> str:
    """Credentials travel over TLS, or not at all; the simulators of the local cloud stand on loopback."""
    parts = urlsplit(url)
    if parts.username or parts.query or parts.fragment or not parts.hostname:
        raise ValueError("a plain base address: scheme, host, port, path")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("https, except on loopback")
    return url.rstrip("/")


AgencyUrl = Annotated[str, AfterValidator(_guarded)]


class SecretModel(BaseModel):
    """Read strictly, so that a slip of the operator shows at once; an error never repeats the value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class KeyedAccess(SecretModel):
    """An agency that takes an API key."""

    url: AgencyUrl
    key: SecretStr = Field(min_length=16)


class AbsherAccess(KeyedAccess):
    """The directory of persons."""


class JawazatAccess(KeyedAccess):
    """The feed of residents' service dates."""


class RegistryAccess(KeyedAccess):
    """The commercial registry's feed."""


class TokenProvider(SecretModel):
    """An SMS provider that takes a bearer token."""

    url: AgencyUrl
    token: SecretStr = Field(min_length=16)
    sender: str = Field(pattern=r"^[A-Za-z0-9-]{3,11}$")


class AccountProvider(SecretModel):
    """An SMS provider that takes an account and a password."""

    url: AgencyUrl
    account: str = Field(min_length=1)
    password: SecretStr = Field(min_length=16)
    sender: str = Field(pattern=r"^[A-Za-z0-9-]{3,11}$")


class SmsAccess(SecretModel):
    """The two SMS providers, in the order they are asked."""

    nasim: TokenProvider
    sada: AccountProvider


class SecretUnreadable(Unavailable):
    """Secrets Manager did not give the secret, or it is not of the form we read. Never holds the value."""


class LateSecretsManager:
    """The client of Secrets Manager, made when a secret is first read: for a function that may never need one."""

    def get_secret_value(self, **asked: str) -> Any:
        """As the client's."""
        return client("secretsmanager").get_secret_value(**asked)


class Secret[Model: BaseModel]:
    """One JSON secret, read once per warm process and again when it is older than `refresh_after` seconds.

    When a newer value cannot be read, the one in hand goes on serving: a rotation gone wrong, or a bad minute
    of Secrets Manager, must not stop what still works.
    """

    def __init__(
        self,
        client: Any,
        *,
        arn: str,
        model: type[Model],
        refresh_after: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._arn = arn
        self._model = model
        self._refresh_after = refresh_after
        self._clock = clock
        self._held: Model | None = None
        self._due = 0.0
        self._lock = Lock()

    def read(self) -> Model:
        """The secret; one call to Secrets Manager per `refresh_after`, none otherwise."""
        with self._lock:
            if self._held is None or self._clock() >= self._due:
                return self._fetch()
            return self._held

    def refresh(self) -> Model:
        """Read it again now: the agency refused the credential in hand, so it was probably rotated."""
        with self._lock:
            return self._fetch()

    def _fetch(self) -> Model:
        self._due = self._clock() + self._refresh_after
        fetched = self._fetched()
        if fetched is not None:
            self._held = fetched
        if self._held is None:
            raise SecretUnreadable(secret=self._model.__name__)
        return self._held

    def _fetched(self) -> Model | None:
        """The secret as it is kept now, or None. No traceback is logged: it could carry the value."""
        facts: dict[str, str | int] = {"secret": self._model.__name__}
        try:
            text = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
            return self._model.model_validate_json(text)
        except ValidationError as error:
            log.error("secret.validation_failed", extra=facts | {"errors": error.error_count()})  # noqa: TRY400
        except Exception as error:  # noqa: BLE001  (botocore makes its errors at run time)
            log.error("secret.read_failed", extra=facts | {"kind": type(error).__name__})  # noqa: TRY400
        return None
