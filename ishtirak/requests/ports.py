"""What requests need from the outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items
from ishtirak.requests.beginnings import BegunLately
from ishtirak.requests.model import Request, RequestChange, SubmittedRequest
from ishtirak.requests.runs import RequestInProgress, RunStatus


class Requests(Protocol):
    """Where requests are kept."""

    def get(self, request_id: str) -> Request:
        """The request as it is now, or `NotFound`."""

    def submitted(self, request_id: str) -> SubmittedRequest:
        """The request as it is now; `NotFound` also for one that was never submitted: nobody's but its owner's."""

    def of_owner(self, owner: str) -> Sequence[Request]:
        """A person's requests, newest change first; eventually consistent."""

    def begun_lately(self, owner: str) -> BegunLately:
        """What a person began in the last minutes, as of now: the listing may not show it yet."""

    def on_desk(self, desk: str, *, limit: int, after: str | None = None) -> Sequence[SubmittedRequest]:
        """What waits on a desk, earliest deadline first, from `after` (a `desk_position`) on; eventually consistent."""

    def timeline(self, request_id: str) -> Sequence[Event]:
        """Everything that happened to a request, in order."""

    def in_progress(self, *, before: str) -> Iterator[RequestInProgress]:
        """What a run has to carry on and made no step since `before` (UTC), longest ago first; it may lag a moment."""

    def save(self, change: RequestChange) -> Items:
        """The writes of a change and its events; `ChangedMeanwhile` unless the request is as it was before it."""

    def note_beginning(self, after: BegunLately) -> Items:
        """The write of one more beginning; `ChangedMeanwhile` unless nothing else was begun since it was read."""

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        """The workflow's task token of a wait, if there ever was one."""


class DocumentStates(Protocol):
    """How the inspection of documents went."""

    def states(self, document_ids: Iterable[str], *, on: date) -> Mapping[str, str]:
        """The state of each document on a day, by id; `CLEAN` is the one that counts."""


class WorkflowRuns(Protocol):
    """Runs of the workflow: one for each name, ever, and one answer for each token."""

    def start(self, name: str, *, given: Mapping[str, Any]) -> bool:
        """Start the run of this name; False when it was started before, with the same input."""

    def answer(self, token: str, output: Mapping[str, Any]) -> bool:
        """Answer a wait; False when it is over: answered before, timed out, or its run is closed."""

    def status(self, name: str) -> RunStatus | None:
        """How the run of this name stands; None where it was never started."""

    def running(self) -> Iterator[str]:
        """The names of all runs that have not ended; may lag a moment."""

    def stop(self, name: str) -> None:
        """End a run; one that is over already stays as it is."""


class StrandedRuns(Protocol):
    """Where runs are reported that may not carry their requests on."""

    def put(self, run: str) -> None:
        """Durable when it returns; otherwise `Unavailable`."""


def desk_position(request: Request) -> str:
    """Where a request stands on its desk: by its deadline, or by when it last changed where there is none."""
    return f"{request.wait.until if request.wait else request.updated_at}#{request.id}"
