"""The refusals of sessions."""

from ishtirak.kernel.errors import NotAuthentic


class SessionEnded(NotAuthentic):
    """Signed out, idle for too long, at its end, revoked, or never ours: the person signs in again."""

    code = "session_ended"
