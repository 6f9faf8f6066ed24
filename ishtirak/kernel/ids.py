"""AsTyped ids: nothing about a person can be read from one."""

import uuid


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())


def stable_id(*parts: str) -> str:
    """An id that is the same whenever the same thing is built again: in a retry, or in another order."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "ishtirak:" + "/".join(parts)))
