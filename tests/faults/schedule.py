"""Concurrent work in an order that can be replayed: one actor at a time, changing over at AWS calls."""

import random
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]
from moto.core.botocore_stubber import BotocoreStubber

from localcloud.inline import current_invocation


class Schedule:
    """A seed names an order. `order` says afterwards which actor ran when."""

    def __init__(self, seed: int) -> None:
        self._choice = random.Random(seed)
        self.order: list[str] = []

    def run[Result](self, actors: Mapping[str, Callable[[], Result]]) -> dict[str, Result]:
        """Let every actor come to its end; each AWS call a function makes may first let others go on."""
        results: dict[str, Result] = {}
        director = getcurrent()

        def play(name: str) -> None:
            results[name] = actors[name]()

        ready = {name: greenlet(lambda name=name: play(name)) for name in actors}
        upstream = BotocoreStubber.__call__

        def gate(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
            if stubber.enabled and current_invocation.get() is not None and getcurrent() in ready.values():
                director.switch()
            return upstream(stubber, event_name, request, **more)

        with patch.object(BotocoreStubber, "__call__", gate):
            while ready:
                name = self._choice.choice(sorted(ready))
                self.order.append(name)
                ready[name].switch()
                if ready[name].dead:
                    del ready[name]
        return results
