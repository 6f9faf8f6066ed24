"""Refusals of documents."""

from ishtirak.kernel.errors import Fact, Incomplete, Refused


class DocumentTooLarge(Incomplete):
    """One file is larger than the limit."""

    code = "document_too_large"

    def __init__(self, **facts: Fact) -> None:
        super().__init__(**facts)
        self.pointer = "/size"


class DocumentsTooLarge(Incomplete):
    """The files of the request together are larger than the limit."""

    code = "documents_too_large"


class DocumentsNotSet(Refused):
    """No table says which documents such a case needs: a pension of the state for a business, or a day before them."""

    code = "documents_not_set"


class DocumentAlreadyAttached(Refused):
    """The request has a document of these very bytes, under whatever name and kind."""

    code = "document_already_attached"

    def __init__(self, **facts: Fact) -> None:
        super().__init__(**facts)
        self.pointer = "/sha256"


class FileRefusedBefore(Refused):
    """These very bytes were refused in this request; they would be again."""

    code = "file_refused_before"

    def __init__(self, **facts: Fact) -> None:
        super().__init__(**facts)
        self.pointer = "/sha256"


class DocumentDecided(Refused):
    """The document is accepted or refused for good; another file is another document."""

    code = "document_decided"


class DocumentDestroyed(Refused):
    """Its purpose ended and the last day it was kept has passed."""

    code = "document_destroyed"


class DocumentNotClean(Refused):
    """Nobody opens a document that has not passed the inspection."""

    code = "document_not_clean"
