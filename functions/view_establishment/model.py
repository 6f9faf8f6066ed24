"""What view_establishment is asked, and its answers.

What shows a number in clear takes no `Idempotency-Key`, because the answer would be kept.
"""

from typing import Annotated, Any

from pydantic import Field

from ishtirak.disclosure.model import RevealedField, RevealReason
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.query import Cursor
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import DEFAULT_LIMIT, MAX_LIMIT, PageQuery
from ishtirak.edge.views.contributors import ContributorAccountView, ContributorLines
from ishtirak.edge.views.establishment_file import EstablishmentFileView
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.months import Month
from ishtirak.kernel.text import Note, Text
from ishtirak.kernel.value import Value
from ishtirak.register.listing import EmploymentState, ListingSort
from ishtirak.use_cases.read_contributor import ContributorAccount
from ishtirak.use_cases.read_establishment import EstablishmentFile
from ishtirak.use_cases.search_contributors import ContributorsFound


class _Which(Value):
    """Which of them: all that is given has to hold."""

    nationality: Nationality | None = None
    state: EmploymentState | None = None
    month: Month | None = Field(default=None, description="Insured with the establishment in this month")
    sort: ListingSort = Field(
        default=ListingSort.NAME,
        description="By Arabic name (where a name is looked for: by the word found), by when they were first "
        "registered, or by their first day",
    )


class ContributorListing(PageQuery, _Which):
    """Which contributors to list, and in which order."""


class ContributorSearch(_Which):
    """Whom to look for; in a body, so that no address tells a name or a number."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many a page holds at most")
    after: Cursor | None = Field(
        default=None, description="The `next` of the page before; the first page without"
    )

    name: Annotated[str, Text(1, 100)] | None = Field(
        default=None,
        description="Beginnings of words of the name, Arabic or Latin; how alef, hamza, yeh or teh marbuta are "
        "written makes no difference",
    )
    last_digits: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = Field(
        default=None, description="The last four digits of the identity number"
    )


class RevealRequest(Value):
    """What is to be shown, and why it is needed: the person reads both."""

    field: RevealedField
    reason_code: RevealReason
    reason: Note = Field(description="In your own words; shown to the person")


class Revealed(Value):
    """The number in clear, shown this once; null where no mobile is registered."""

    field: RevealedField
    value: Annotated[str | None, FieldGroup.IDENTITY]


READ_ESTABLISHMENT = get(
    "/v1/employer/establishments/<number>",
    summary="The file of an establishment I act for",
    description="Counts of contributors follow the register within seconds.",
    gives=EstablishmentFileView,
)
_PAGES = (
    "The list follows the register within seconds. A page looks through a limited number of contributors: it may hold "
    "fewer than `limit`, or nobody, while `next` says that there is more. Each page read is on record."
)
LIST_CONTRIBUTORS = get(
    "/v1/employer/establishments/<number>/contributors",
    summary="The contributors of an establishment I act for",
    description=_PAGES,
    gives=ContributorLines,
    query=ContributorListing,
)
SEARCH_CONTRIBUTORS = post(
    "/v1/employer/establishments/<number>/contributors/search",
    summary="Look for contributors of an establishment I act for, by name or number",
    description=_PAGES,
    takes=ContributorSearch,
    gives=ContributorLines,
    idempotent=False,
)
READ_CONTRIBUTOR = get(
    "/v1/employer/establishments/<number>/contributors/<contributor_id>",
    summary="The account of a contributor with an establishment I act for",
    description="The periods with this establishment alone. Each reading is on record, and shown to the person.",
    gives=ContributorAccountView,
)
REVEAL_PERSONAL_DATA = post(
    "/v1/employer/establishments/<number>/contributors/<contributor_id>/reveal",
    summary="Show an identity number or a mobile in clear",
    description="Once, for a reason, which is on record and shown to the person. Limited in time for each officer.",
    takes=RevealRequest,
    gives=Revealed,
    idempotent=False,
    refusals=(409, 429),
)


def establishment_file(found: EstablishmentFile, call: Call[Any]) -> Reply[EstablishmentFileView]:
    return Reply(EstablishmentFileView.of(found, language=call.language))


def contributors(found: ContributorsFound, call: Call[Any]) -> Reply[ContributorLines]:
    return Reply(ContributorLines.of(found))


def contributor(found: ContributorAccount, call: Call[Any]) -> Reply[ContributorAccountView]:
    return Reply(ContributorAccountView.of(found))


def revealed(value: str | None, call: Call[RevealRequest]) -> Reply[Revealed]:
    return Reply(Revealed(field=call.body.field, value=value))
