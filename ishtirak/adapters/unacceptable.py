"""What the parsers raise when they have seen enough."""

from ishtirak.documents.model import RefusalReason


class Unacceptable(Exception):
    """The content is refused for this reason."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
