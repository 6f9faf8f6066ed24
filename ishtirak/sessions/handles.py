"""The handle a client keeps of its session: made by our key, and proven by it again."""

from ishtirak.kernel.crypto import Mac
from ishtirak.sessions import rules
from ishtirak.sessions.model import Handle, Session


def handle_of(session: Session, *, mac: Mac) -> str:
    """The handle of the session's newest generation, for the client to keep."""
    tag = mac.of(rules.handle_message(session.id, session.generation))
    return rules.written(Handle(session.id, session.generation, tag))


def proven_handle(text: str, *, mac: Mac) -> Handle:
    """The handle somebody sent, when only our key can have made it; otherwise `SessionEnded`."""
    handle = rules.read(text)
    return rules.prove(handle, tag=mac.of(rules.handle_message(handle.session_id, handle.generation)))
