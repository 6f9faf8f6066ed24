"""The outside agencies of the local cloud: small HTTP servers on loopback, met by the production adapters."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from html import escape
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from pydantic import BaseModel
from werkzeug.test import TestResponse

from ishtirak.adapters.aws.secrets import AbsherAccess, JawazatAccess, RegistryAccess, SmsAccess
from ishtirak.adapters.aws.signing_secrets import PaymentAccess, QiwaAccess
from local.simulators.absher import AbsherSimulator
from local.simulators.commercial_registry import CommercialRegistrySimulator
from local.simulators.jawazat import JawazatSimulator
from local.simulators.payments import PaymentSimulator
from local.simulators.people import Roster, roster
from local.simulators.qiwa import QiwaSimulator
from local.simulators.sender import SignedSender
from local.simulators.server import Simulator
from local.simulators.sms import SENDER, NasimSimulator, Outbox, SadaSimulator

QIWA_EVENTS = "/v1/qiwa/events"
PAYMENT_NOTICES = "/v1/payments/notices"
_OUTBOX_COLUMNS = (
    ("at", "الوقت · At"),
    ("to", "إلى · To"),
    ("text", "الرسالة · Message"),
    ("provider", "المزوّد · Provider"),
)


class Cloud(Protocol):
    """What the simulators need of the local cloud."""

    url: str

    @property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stacks, by name."""

    def client(self, service: str) -> Any:
        """A client of an AWS service."""

    def request(self, method: str, path: str, **parts: Any) -> TestResponse:
        """Ask the cloud's API without a socket."""

    def remember(self, name: str, value: object) -> None:
        """Keep something with the cloud's data, where they are kept."""

    def remembered(self) -> dict[str, Any]:
        """What was kept so by the clouds before."""

    def register_page(self, path: str, *, title: Mapping[str, str], content: Callable[[], str]) -> None:
        """Show a page and list it on the index."""

    def register_table(
        self,
        path: str,
        *,
        title: Mapping[str, str],
        columns: Iterable[tuple[str, str]],
        rows: Callable[[], Sequence[Mapping[str, Any]]],
        newest_first: bool = False,
    ) -> None:
        """Show rows as a page and as JSON."""


class Simulators:
    """All agencies, running; a test in the same process may use the objects instead of their interfaces."""

    def __init__(self, people: Roster) -> None:
        self.outbox = Outbox()
        self.absher = AbsherSimulator(people)
        self.jawazat = JawazatSimulator(people)
        self.commercial_registry = CommercialRegistrySimulator(people)
        self.nasim = NasimSimulator(self.outbox)
        self.sada = SadaSimulator(self.outbox)
        self.qiwa = QiwaSimulator(people)
        self.wafa = PaymentSimulator()
        self._running = ExitStack()

    @classmethod
    def launch(cls, people: Roster | None = None, *, cloud: Cloud | None = None) -> Self:
        """Start them; with a cloud that keeps its data they remember what they knew and what they sent."""
        started = cls(people or roster())
        if cloud is not None:
            keepers: tuple[Outbox | Simulator, ...] = (started.outbox, *started.all())
            for one in keepers:
                one.restore(cloud.remembered())
                one.remember = cloud.remember
        for simulator in started.all():
            simulator.start()
            started._running.callback(simulator.stop)
        return started

    def stop(self) -> None:
        """End them all; requests they hold are dropped."""
        self._running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()

    def urls(self) -> dict[str, str]:
        """Where a person or a test finds each of them."""
        return {simulator.name: simulator.url for simulator in self.all()} | {
            "outbox": f"{self.nasim.url}/_sim/outbox"
        }

    def access(self) -> dict[str, str]:
        """The secrets, as operators would write them, by the stack output that names each."""
        return {
            "AbsherSecretArn": _written(AbsherAccess, url=self.absher.url, key=self.absher.key),
            "JawazatSecretArn": _written(JawazatAccess, url=self.jawazat.url, key=self.jawazat.key),
            "CommercialRegistrySecretArn": _written(
                RegistryAccess, url=self.commercial_registry.url, key=self.commercial_registry.key
            ),
            "SmsSecretArn": _written(
                SmsAccess,
                nasim={"url": self.nasim.url, "token": self.nasim.token, "sender": SENDER},
                sada={
                    "url": self.sada.url,
                    "account": self.sada.account,
                    "password": self.sada.password,
                    "sender": SENDER,
                },
            ),
            "QiwaSecretArn": _written(
                QiwaAccess,
                url=self.qiwa.url,
                key=self.qiwa.key,
                signing_keys=[key.to_text() for key in self.qiwa.signing_keys],
            ),
            "PaymentsSecretArn": _written(
                PaymentAccess, signing_keys=[key.to_text() for key in self.wafa.signing_keys]
            ),
        }

    def write_secrets(self, cloud: Cloud) -> None:
        """Tell the cloud's functions where the agencies are; again after a key was rotated."""
        client = cloud.client("secretsmanager")
        for output, text in self.access().items():
            client.put_secret_value(SecretId=cloud.outputs[output], SecretString=text)

    def connect(self, cloud: Cloud) -> None:
        """Send events and notices to the cloud's API: over HTTP where it serves, else straight into it."""
        _connect(self.qiwa, cloud, QIWA_EVENTS)
        _connect(self.wafa, cloud, PAYMENT_NOTICES)

    def listing(self) -> str:
        """The addresses, as safe HTML."""
        rows = "".join(
            f'<li><bdi>{escape(name)}</bdi>: <a href="{escape(url + page)}">{escape(url)}</a></li>'
            for name, url in self.urls().items()
            for page in ["" if name == "outbox" else "/_sim/health"]
        )
        return f'<ul dir="ltr" lang="en">{rows}</ul>'

    def sent_messages(self) -> list[dict[str, str]]:
        """What was sent by SMS so far, oldest first."""
        return [
            {"at": message.at, "to": message.to, "text": message.text, "provider": message.provider}
            for message in self.outbox.messages()
        ]

    def all(self) -> tuple[Simulator, ...]:
        """Every agency."""
        return (
            self.absher,
            self.jawazat,
            self.commercial_registry,
            self.nasim,
            self.sada,
            self.qiwa,
            self.wafa,
        )


def _connect(sender: SignedSender, cloud: Cloud, path: str) -> None:
    if urlsplit(cloud.url).hostname == "127.0.0.1":
        sender.target = cloud.url + path
        return

    def deliver(body: bytes, headers: Mapping[str, str]) -> int:
        return cloud.request("POST", path, data=body, headers=dict(headers)).status_code

    sender.hand_over = deliver


def start(cloud: Cloud, people: Roster | None = None) -> Simulators:
    """Start the agencies, tell the cloud's functions where they are, and the agencies where their events go."""
    simulators = Simulators.launch(people, cloud=cloud)
    try:
        simulators.write_secrets(cloud)
        simulators.connect(cloud)
        cloud.register_table(
            "/outbox",
            title={"ar": "صندوق الرسائل", "en": "SMS outbox"},
            columns=_OUTBOX_COLUMNS,
            rows=simulators.sent_messages,
            newest_first=True,
        )
        cloud.register_page(
            "/agencies",
            title={"ar": "محاكيات الجهات", "en": "Simulated agencies"},
            content=simulators.listing,
        )
    except BaseException:
        simulators.stop()
        raise
    return simulators


def _written(model: type[BaseModel], **content: Any) -> str:
    """The secret's text, checked by the model the functions read it with."""
    text = json.dumps(content)
    model.model_validate_json(text)
    return text
