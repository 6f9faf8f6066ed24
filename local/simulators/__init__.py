"""The outside agencies of the local cloud: small HTTP servers on loopback, met by the production adapters."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Protocol, Self

from pydantic import BaseModel

from ishtirak.adapters.secrets import (
    AbsherAccess,
    QiwaAccess,
    SmsAccess,
)
from local.simulators.absher import AbsherSimulator
from local.simulators.people import Roster, roster
from local.simulators.qiwa import QiwaSimulator
from local.simulators.sms import SENDER, NasimSimulator, Outbox, SadaSimulator


class Cloud(Protocol):
    """What the simulators need of the local cloud."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stacks, by name."""

    def client(self, service: str) -> Any:
        """A client of an AWS service."""


class Simulators:
    """All agencies, running; a test in the same process may use the objects instead of their interfaces."""

    def __init__(self, people: Roster) -> None:
        self.outbox = Outbox()
        self.absher = AbsherSimulator(people)
        self.nasim = NasimSimulator(self.outbox)
        self.sada = SadaSimulator(self.outbox)
        self.qiwa = QiwaSimulator(people)
        self._running = ExitStack()

    @classmethod
    def launch(cls, people: Roster | None = None) -> Self:
        """Start them without a cloud."""
        started = cls(people or roster())
        for simulator in started._all():
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
        return {simulator.name: simulator.url for simulator in self._all()} | {
            "outbox": f"{self.nasim.url}/_sim/outbox"
        }

    def access(self) -> dict[str, str]:
        """The secrets, as operators would write them, by the stack output that names each."""
        return {
            "AbsherSecretArn": _written(AbsherAccess, url=self.absher.url, key=self.absher.key),
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
        }

    def write_secrets(self, cloud: Cloud) -> None:
        """Tell the cloud's functions where the agencies are; again after a key was rotated."""
        client = cloud.client("secretsmanager")
        for output, text in self.access().items():
            client.put_secret_value(SecretId=cloud.outputs[output], SecretString=text)

    def _all(self) -> tuple[AbsherSimulator, NasimSimulator, SadaSimulator, QiwaSimulator]:
        return self.absher, self.nasim, self.sada, self.qiwa


def start(cloud: Cloud) -> Simulators:
    """Start the agencies, fill the cloud's secrets with their addresses and show their pages where it can.

    Qiwa needs to know where its events go, which the cloud knows only once it serves: set `qiwa.target` then.
    """
    simulators = Simulators.launch()
    try:
        simulators.write_secrets(cloud)
        register = getattr(cloud, "register_endpoint", None)
        if register is not None:
            for name, url in simulators.urls().items():
                register(name, url)
    except BaseException:
        simulators.stop()
        raise
    return simulators


def _written(model: type[BaseModel], **content: Any) -> str:
    """The secret's text, checked by the model the functions read it with."""
    text = json.dumps(content)
    model.model_validate_json(text)
    return text
