"""What the functions of a request find when they are called: people, an employer, and requests in any state."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.requests.model import Request, RequestChange
from tests.fakes.register import MITHAL, NAMUDHAJ, a_contributor, an_establishment, register_on
from tests.fakes.requests import EMPLOYER, OWNER, StoppedClock
from tests.functions.access_world import World


class Killed(BaseException):
    """The process died: no handler of ours may catch this."""


class Scene:
    """The cloud with a contributor, an establishment and who acts for it."""

    def __init__(self, cloud: World) -> None:
        self.cloud = cloud
        self.clock = StoppedClock()
        self.requests = RequestTable(cloud.requests)
        self.register = register_on(cloud.register)
        self.register.transaction.commit(
            self.register.people.save(a_contributor(OWNER), fingerprint="ab" * 32),
            self.register.establishments.save(an_establishment(MITHAL)),
            self.register.establishments.save(an_establishment(NAMUDHAJ)),
            self.register.appoint(EMPLOYER.person_id, MITHAL),
        )
        cloud.calls.clear()

    def holds[Kept: Request](self, request: Kept, *, token: str | None = None) -> Kept:
        """The request, stored as it is, without the life that led there."""
        stored = request.model_copy(update={"estimate": None})
        change = RequestChange(before=None, after=stored, events=(), token=token)
        self.stores(change)
        self.cloud.calls.clear()
        return stored

    def stores(self, change: RequestChange) -> None:
        """The change, committed by itself."""
        self.register.transaction.commit(self.requests.save(change))

    def events(self, request_id: str) -> list[str]:
        return [event.type for event in self.requests.timeline(request_id)]


@contextmanager
def dying(at: int, *, after: bool) -> Iterator[list[str]]:
    """The process dies at its call number `at`: before it leaves, or after AWS has done it."""
    from moto.core.botocore_stubber import BotocoreStubber

    inner = BotocoreStubber.__call__
    made: list[str] = []

    def call(stub: Any, event_name: str, request: Any, **given: Any) -> Any:
        if not stub.enabled:
            return inner(stub, event_name, request, **given)
        made.append(event_name.removeprefix("before-send."))
        if len(made) != at:
            return inner(stub, event_name, request, **given)
        if after:
            inner(stub, event_name, request, **given)
        raise Killed

    with patch.object(BotocoreStubber, "__call__", call), patch.object(time, "sleep", lambda _: None):
        yield made
