"""What an officer may say of a request, in the authority's words."""

from enum import StrEnum


class Verdict(StrEnum):
    """What an officer may decide."""

    APPROVE = "APPROVE"
    PARTIALLY_APPROVE = "PARTIALLY_APPROVE"
    RETURN = "RETURN"
    REJECT = "REJECT"


class ReasonCode(StrEnum):
    """Why a request is returned or rejected; each has its text in both languages."""

    DOCUMENTS_INSUFFICIENT = "DOCUMENTS_INSUFFICIENT"
    DATES_NOT_PROVED = "DATES_NOT_PROVED"
    WAGE_NOT_PROVED = "WAGE_NOT_PROVED"
    NOT_EMPLOYED = "NOT_EMPLOYED"
    EMPLOYER_OBJECTION_UPHELD = "EMPLOYER_OBJECTION_UPHELD"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"
