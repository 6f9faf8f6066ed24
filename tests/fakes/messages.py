"""An SMS gateway and the texts of messages, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ishtirak.kernel.errors import Fact, Unavailable
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.gateway import Delivery, NumberRefused
from ishtirak.messages.notices import Notice


@dataclass
class Outbox:
    """An SMS gateway that keeps what it is given; it knows a reference again."""

    messages: dict[str, tuple[Mobile, str]] = field(default_factory=dict)
    calls: int = 0
    available: bool = True
    refuses: bool = False

    def send(self, to: Mobile, text: str, *, reference: str) -> Delivery:
        self.calls += 1
        if not self.available:
            raise Unavailable()
        if self.refuses:
            raise NumberRefused()
        self.messages.setdefault(reference, (to, text))
        return Delivery("outbox", reference)


class ReadableTexts:
    """Texts that show what they were made of: language, code and facts."""

    def compose(self, language: str, code: str, facts: Mapping[str, Fact]) -> str:
        filled = ", ".join(f"{name}={value}" for name, value in sorted(facts.items()))
        return f"{language} {code}: {filled}"


@dataclass
class NoticesInMemory:
    """The `Notices` port on a list; the first `durable` of them are kept, and no more."""

    kept: list[Notice] = field(default_factory=list)
    durable: int = 1000

    def put(self, notice: Notice) -> None:
        if len(self.kept) >= self.durable:
            raise Unavailable()
        self.kept.append(notice)


class LongTexts:
    """Texts no one message holds."""

    def compose(self, language: str, code: str, facts: Mapping[str, Fact]) -> str:
        return f"{language} {code} " + "a" * 160
