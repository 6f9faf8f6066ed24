"""What the request use cases need from the outside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from ishtirak.kernel.events import Event
from ishtirak.kernel.once import Once, Reply
from ishtirak.kernel.parts import Part
from ishtirak.requests.model import Change, Request


class Requests(Protocol):
    """Where requests are kept."""

    def get(self, request_id: str) -> Request:
        """The request as it is now, or NotFound."""

    def of_owner(self, owner: str) -> Sequence[Request]:
        """A person's requests, newest change first. May be a moment behind."""

    def on_desk(self, desk: str, *, limit: int) -> Sequence[Request]:
        """What waits on a desk, earliest deadline first. May be a moment behind."""

    def timeline(self, request_id: str) -> Sequence[Event]:
        """Everything that happened to a request, in order."""

    def commit(
        self,
        change: Change,
        *,
        once: Once | None = None,
        reply: Reply[Any] | None = None,
        alongside: Part = (),
    ) -> None:
        """Store the change, its events, the kept answer and the other adapters' parts.

        All, or nothing and a refusal.
        """

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        """The workflow's task token of a wait, if there ever was one."""


class DocumentStates(Protocol):
    """How the inspection of documents went."""

    def states(self, document_ids: Iterable[str]) -> Mapping[str, str]:
        """The state of each document by id; `CLEAN` is the one that counts."""
