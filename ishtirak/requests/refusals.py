"""Refusals of requests."""

from ishtirak.kernel.errors import Incomplete, Refused


class AlreadySubmitted(Refused):
    """The request was submitted; its content cannot change any more."""

    code = "already_submitted"


class TooManyOpenRequests(Refused):
    code = "too_many_open_requests"


class DataMissing(Incomplete):
    code = "data_missing"


class DocumentsMissing(Incomplete):
    code = "documents_missing"


class TooManyDocuments(Refused):
    code = "too_many_documents"


class DocumentsPending(Refused):
    """A document is still being inspected; nothing uninspected is ever submitted."""

    code = "documents_pending"


class DocumentsRefused(Incomplete):
    code = "documents_refused"


class DeclarationMissing(Incomplete):
    code = "declaration_missing"


class DeclarationOutdated(Refused):
    """The declaration's text changed; the person has to read the one in force."""

    code = "declaration_outdated"


class NothingToWithdraw(Refused):
    """It is decided or closed; what is decided is amended or appealed, not withdrawn."""

    code = "nothing_to_withdraw"


class NotWaitingForYou(Refused):
    """Nobody waits for this reply now: it was given, or its time has passed."""

    code = "not_waiting_for_reply"


class ReplyTooLate(Refused):
    code = "reply_too_late"


class RequestClosed(Refused):
    """Whoever was to be asked has answered, or nobody can be asked any more: the wait would never end."""

    code = "request_closed"


class NotBilledYet(Refused):
    """The receipt comes with the bill."""

    code = "not_billed_yet"


class NotApproved(Refused):
    """Only an approved request is posted."""

    code = "not_approved"


class NothingToResume(Refused):
    """The request does not stand still; or it was never approved, so there is nothing to post."""

    code = "nothing_to_resume"


class AmendedPeriodMissing(Incomplete):
    """An amendment names the recorded period it amends."""

    code = "amended_period_missing"
