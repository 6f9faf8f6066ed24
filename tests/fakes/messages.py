"""An SMS gateway and the texts of messages, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ishtirak.kernel.errors import Fact, Unavailable
from ishtirak.kernel.identity import Mobile
from ishtirak.kernel.transaction import Items
from ishtirak.messages.budget import Charge, HourUse, TextKind, has_room
from ishtirak.messages.gateway import Delivery, NumberRefused
from ishtirak.messages.notices import NOW, Notice
from tests.fakes.transaction import Write


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
    pauses: list[timedelta] = field(default_factory=list)
    durable: int = 1000

    def put(self, notice: Notice, *, after: timedelta = NOW) -> None:
        if len(self.kept) >= self.durable:
            raise Unavailable()
        self.kept.append(notice)
        self.pauses.append(after)


@dataclass
class BudgetsInMemory:
    """`SmsBudgets` in two dictionaries."""

    hours: dict[datetime, HourUse] = field(default_factory=dict)
    remembered: set[str] = field(default_factory=set)

    def use(self, hour: datetime) -> HourUse:
        return self.hours.get(hour, HourUse(hour))

    def charge(self, charge: Charge) -> Items:
        def apply() -> None:
            shards = list(self.use(charge.hour).shards)
            shard = shards[charge.shard]
            shards[charge.shard] = replace(
                shard, texts=shard.texts + 1, notices=shard.notices + (charge.kind is TextKind.NOTICE)
            )
            self.hours[charge.hour] = HourUse(charge.hour, shards)

        return (Write.when(lambda: has_room(self.use(charge.hour).shards[charge.shard], charge), apply),)

    def charged(self, reference: str) -> bool:
        return reference in self.remembered

    def remember(self, reference: str, *, at: datetime) -> Items:
        def apply() -> None:
            self.remembered.add(reference)

        return (Write.when(lambda: reference not in self.remembered, apply),)


@dataclass
class GaugeInMemory:
    """The figures an alarm would have looked at."""

    shown: list[int] = field(default_factory=list)

    def show(self, percent: int) -> None:
        self.shown.append(percent)


class LongTexts:
    """Texts no one message holds."""

    def compose(self, language: str, code: str, facts: Mapping[str, Fact]) -> str:
        return f"{language} {code} " + "a" * 160
