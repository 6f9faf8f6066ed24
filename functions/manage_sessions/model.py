"""What manage_sessions takes and gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import delete, get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.value import Value
from ishtirak.use_cases.end_sessions import LiveSession


class SessionView(Value):
    """One session (جلسة): when it was used, never from where."""

    id: str = Field(description="Names the session where it is ended")
    started_at: datetime
    last_used_at: datetime
    ends_at: datetime = Field(description="When it is over if it is not used any more")
    current: bool = Field(description="Whether this call came from it")


class SessionsView(Value):
    """Where the person is signed in, the newest session first, at most a hundred."""

    sessions: list[SessionView]


class SessionsEnded(Value):
    """Over: handles at once, tokens within a minute."""

    ended: Literal[True] = True


LIST_MY_SESSIONS = get("/v1/me/sessions", summary="Where I am signed in", gives=SessionsView)
END_OTHER_SESSIONS = post(
    "/v1/me/sessions/others/end",
    summary="End every session but this one",
    gives=SessionsEnded,
)
END_MY_SESSION = delete(
    "/v1/me/sessions/<session_id>",
    versioned=False,
    summary="End a session of mine",
    gives=SessionsEnded,
)


def sessions(live: Sequence[LiveSession], call: Call[Any]) -> Reply[SessionsView]:
    """The sessions, without what renews them."""
    views = [
        SessionView(
            id=one.session.id,
            started_at=one.session.started_at,
            last_used_at=one.session.used_at,
            ends_at=one.ends_at,
            current=one.current,
        )
        for one in live
    ]
    return Reply(SessionsView(sessions=views))


def ended(result: None, call: Call[Any]) -> Reply[SessionsEnded]:
    """The same, however often."""
    return Reply(SessionsEnded())
