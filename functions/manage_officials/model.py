"""What manage_officials takes and gives over HTTP."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.edge.views.codes import CodeEntered, CodeIssued, code_issued, code_issued_view
from ishtirak.edge.views.persons import RecognisedPerson
from ishtirak.kernel.caller import Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.pages import Page
from ishtirak.kernel.value import Value
from ishtirak.officials.model import Official, OfficialState
from ishtirak.use_cases.invite_official import BegunInvitation
from ishtirak.use_cases.manage_officials import OfficialOfPerson

OfficialRole = Literal[Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR]


class InvitationWish(Value):
    """Who is to be invited, and to what."""

    identity_number: PersonNumber
    birth_date: CivilDate = Field(description="As the identity card has it, in its calendar")
    role: OfficialRole


class InvitationBegun(CodeIssued):
    """The code goes to the administrator's own phone; nobody is invited before it is entered."""

    invited: RecognisedPerson


class OfficialView(Value):
    """An official (موظف المؤسسة), or who is invited to be one."""

    official_id: str
    role: Role
    state: OfficialState
    state_text: str
    open_until: datetime = Field(description="Until when an invitation is confirmed and accepted")


class ListedOfficial(OfficialView):
    """With who that is."""

    person: RecognisedPerson | None = Field(description="Null for somebody the register does not know")


class OfficialList(Value):
    """One page of everybody who ever was invited."""

    officials: tuple[ListedOfficial, ...]
    next: NextPage


BEGIN_INVITATION = post(
    "/v1/officials/invitations",
    summary="Begin to invite an official",
    description="Verifies the person and sends a code to the administrator's own phone. Five tries an hour.",
    takes=InvitationWish,
    gives=InvitationBegun,
    status=202,
    refusals=(429,),
)
INVITE_OFFICIAL = post(
    "/v1/officials",
    summary="Invite the official, with the code",
    takes=CodeEntered,
    gives=OfficialView,
    status=201,
)
LIST_OFFICIALS = get("/v1/officials", summary="Officials", gives=OfficialList, query=PageQuery)
ISSUE_CONFIRMATION_CODE = post(
    "/v1/officials/<official_id>/confirmation/code",
    summary="Ask for the code that confirms an invitation",
    description="For another administrator than the one who invited.",
    gives=CodeIssued,
    status=202,
    refusals=(429,),
)
CONFIRM_OFFICIAL = post(
    "/v1/officials/<official_id>/confirmation",
    summary="Confirm an invitation, with the code",
    takes=CodeEntered,
    gives=OfficialView,
)
DISABLE_OFFICIAL = post(
    "/v1/officials/<official_id>/disabling",
    summary="Disable an official at once",
    description="Ends their sessions; within a minute no token they hold opens anything of the authority.",
    gives=OfficialView,
)
READ_MY_INVITATION = get(
    "/v1/me/invitation",
    summary="What I am invited to be",
    gives=OfficialView,
    refusals=(404,),
)
ACCEPT_INVITATION = post(
    "/v1/me/invitation/acceptance",
    summary="Accept the invitation",
    gives=OfficialView,
    refusals=(404,),
)


def begun(invitation: BegunInvitation, call: Call[Any]) -> Reply[InvitationBegun]:
    issued = code_issued_view(invitation.opened)
    return Reply(InvitationBegun(**dict(issued), invited=RecognisedPerson.of(invitation.invited)))


confirmation_code = code_issued


def official(found: Official, call: Call[Any]) -> Reply[OfficialView]:
    return Reply(OfficialView(**_facts(found, call.language)), etag=found.revision)


def officials(page: Page[OfficialOfPerson], call: Call[Any]) -> Reply[OfficialList]:
    listed = tuple(
        ListedOfficial(
            **_facts(each.official, call.language),
            person=RecognisedPerson.of(each.person) if each.person else None,
        )
        for each in page.items
    )
    return Reply(OfficialList(officials=listed, next=page.next))


def _facts(one: Official, language: str) -> dict[str, Any]:
    return {
        "official_id": one.id,
        "role": one.role,
        "state": one.state,
        "state_text": text(language, "official_states", one.state.value),
        "open_until": one.open_until,
    }
