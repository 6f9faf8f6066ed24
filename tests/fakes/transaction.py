"""The `Transaction` port in memory: every in-memory store hands out `Write`s, and one commit applies them all."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Items


@dataclass(frozen=True)
class Write:
    """One write of an in-memory transaction: `check` refuses or has nothing to object, then `apply` writes."""

    check: Callable[[], None]
    apply: Callable[[], None]

    @classmethod
    def when(cls, holds: Callable[[], bool], apply: Callable[[], None]) -> "Write":
        """A write refused by `ChangedMeanwhile` unless the condition holds."""

        def check() -> None:
            if not holds():
                raise ChangedMeanwhile()

        return cls(check, apply)


@dataclass
class InMemoryTransaction:
    """All of the items or none of them; `results` are what use cases said they would return."""

    results: list[object] = field(default_factory=list)

    def commit(self, *items: Items, result: object = None) -> None:
        commit(*items)
        self.results.append(result)


@dataclass
class OvertakenTransaction(InMemoryTransaction):
    """The first commit comes second: somebody else's write, from the same address say, was there before it."""

    overtaken: bool = False

    def commit(self, *items: Items, result: object = None) -> None:
        if not self.overtaken:
            self.overtaken = True
            raise ChangedMeanwhile()
        super().commit(*items, result=result)


def commit(*items: Items) -> None:
    """All of it or none of it; the refusal is the first failing write's."""
    writes = [write for part in items for write in part]
    for write in writes:
        write.check()
    for write in writes:
        write.apply()
