"""Queue of request events: starts add_period by name and answers its task tokens.

Starting twice starts once, because a run has the request's id for its name (and a number from the second on);
answering what is over already changes nothing. So a message may come as often as it likes.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from functions.drive_workflow.settings import Settings
from ishtirak.adapters.aws.executions import Executions
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import PublishedEvent, published, queue
from ishtirak.kernel.errors import Unavailable

_STARTS: Final = "RequestSubmitted"
_RESUMES: Final = "RequestResumed"


class TokenNotThere(Unavailable):
    """The event names a wait whose token cannot be read (yet): the message comes back."""


def build(settings: Settings) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    requests = RequestTable(settings.requests_table)
    runs = Executions(settings.add_period_arn)

    def start(request_id: str, *, name: str) -> str:
        started = runs.start(name, given={"request_id": request_id})
        return "started" if started else "started_before"

    def answer(request_id: str, event: PublishedEvent) -> str:
        wait_id = event.data.get("wait_id")
        if wait_id is None:
            return "nothing_waits"
        token = requests.wait_token(request_id, wait_id)
        if token is None:
            raise TokenNotThere()
        return "answered" if runs.answer(token, {"outcome": event.data["outcome"]}) else "over_already"

    def drive(body: str) -> None:
        event = published(body)
        request_id = event.subject.partition("/")[2]
        if event.type == _STARTS:
            done = start(request_id, name=request_id)
        elif event.type == _RESUMES:
            done = start(request_id, name=f"{request_id}-{event.data['run']}")
        else:
            done = answer(request_id, event)
        logger.info("workflow_driven", extra={"event_id": event.id, "type": event.type, "done": done})

    return queue(drive)
