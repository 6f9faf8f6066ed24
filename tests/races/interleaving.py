"""Use cases at once, on shared stores in memory: one actor at a time, changing over before each call of a port.

What happens between two calls of ports touches nothing shared, so no other order matters; and a commit is one call, as
a transaction of DynamoDB is one. A seed names an order, so a failure is looked at again by running its seed.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from ishtirak.kernel.errors import DomainError

type Act = Callable[[], Any]


class Interleaving:
    """One run of several actors. `order` says afterwards which of them went on when."""

    def __init__(self, seed: int) -> None:
        self.choice = random.Random(seed)
        self.order: list[int] = []
        self._director = getcurrent()
        self._acting = False

    def over[Port](self, port: Port) -> Port:
        """The port, for actors: before each of its calls any other actor may go on."""
        stand_in: Port = _StandIn(port, self._pause)  # type: ignore[assignment]
        return stand_in

    def run(self, actors: Mapping[str, Act]) -> dict[str, Any]:
        """Let every actor come to its end; what each returned, or the refusal it met."""
        results: dict[str, Any] = {}
        names = list(actors)

        def play(name: str) -> None:
            try:
                results[name] = actors[name]()
            except DomainError as refused:
                results[name] = refused

        ready = [(place, greenlet(play), name) for place, name in enumerate(names)]
        self._acting = True
        while ready:
            place, actor, name = turn = ready[self.choice.randrange(len(ready))]
            self.order.append(place)
            actor.switch(name)
            if actor.dead:
                ready.remove(turn)
        self._acting = False
        return results

    def _pause(self) -> None:
        if self._acting and getcurrent() is not self._director:
            self._director.switch()


class _StandIn:
    """Calls of a port go through here; anything else of it is the port's own."""

    def __init__(self, port: Any, pause: Callable[[], None]) -> None:
        self.__dict__.update(_port=port, _pause=pause)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        pause = self._pause

        def call(*given: Any, **named: Any) -> Any:
            pause()
            return found(*given, **named)

        self.__dict__[name] = call
        return call
