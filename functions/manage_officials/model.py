"""What manage_officials takes and gives over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.kernel.caller import Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.pages import Page
from ishtirak.kernel.value import AsTyped, Id, Value
from ishtirak.officials.model import Official, OfficialState
from ishtirak.otp.model import OpenedChallenge
from ishtirak.register.people import Contributor
from ishtirak.use_cases.invite_official import BegunInvitation
from ishtirak.use_cases.manage_officials import OfficialOfPerson

_ADMINISTRATORS = (Role.ADMINISTRATOR,)
_SIGNED_IN = (Role.CONTRIBUTOR,)
OfficialRole = Literal[Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR]


class InvitationWish(Value):
    """Who is to be invited, and to what."""

    identity_number: PersonNumber
    birth_date: CivilDate = Field(description="As the identity card has it, in its calendar")
    role: OfficialRole


class InvitedPerson(Value):
    """The person, as far as an administrator has to recognise them."""

    masked_identity: Annotated[str, FieldGroup.IDENTITY_MASKED] = Field(
        description="The last four digits; the rest is hidden"
    )
    name_ar: Annotated[str, FieldGroup.NAME]
    name_en: Annotated[str, FieldGroup.NAME]


class ConfirmationCodeIssued(Value):
    """A code is on its way to the administrator's own phone."""

    challenge_id: str = Field(description="Sent back with the code")
    expires_at: datetime = Field(description="Until when the code is accepted")
    resend_after_seconds: int = Field(description="Another code may be asked for after so many seconds")


class InvitationBegun(ConfirmationCodeIssued):
    """As it is for whom: nobody is invited before the code is entered."""

    invited: InvitedPerson


class AdministratorCode(Value):
    """The code, for what it was sent for."""

    challenge_id: Id
    code: Annotated[str, AsTyped(16)] = Field(description="From the SMS, in any digits")


class OfficialView(Value):
    """An official (موظف المؤسسة), or who is invited to be one."""

    official_id: str
    role: Role
    state: OfficialState
    state_text: str
    open_until: datetime = Field(description="Until when an invitation is confirmed and accepted")


class ListedOfficial(OfficialView):
    """With who that is."""

    person: InvitedPerson | None = Field(description="Null for somebody the register does not know")


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
    takes=AdministratorCode,
    gives=OfficialView,
    status=201,
)
LIST_OFFICIALS = get("/v1/officials", summary="Officials", gives=OfficialList, query=PageQuery)
ISSUE_CONFIRMATION_CODE = post(
    "/v1/officials/<official_id>/confirmation/code",
    summary="Ask for the code that confirms an invitation",
    description="For another administrator than the one who invited.",
    gives=ConfirmationCodeIssued,
    status=202,
    refusals=(429,),
)
CONFIRM_OFFICIAL = post(
    "/v1/officials/<official_id>/confirmation",
    summary="Confirm an invitation, with the code",
    takes=AdministratorCode,
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
    opened = invitation.opened
    body = InvitationBegun(
        challenge_id=opened.challenge_id,
        expires_at=opened.expires_at,
        resend_after_seconds=opened.resend_after_seconds,
        invited=_person(invitation.invited),
    )
    return Reply(body)


def code_issued(opened: OpenedChallenge, call: Call[Any]) -> Reply[ConfirmationCodeIssued]:
    body = ConfirmationCodeIssued(
        challenge_id=opened.challenge_id,
        expires_at=opened.expires_at,
        resend_after_seconds=opened.resend_after_seconds,
    )
    return Reply(body)


def official(found: Official, call: Call[Any]) -> Reply[OfficialView]:
    return Reply(OfficialView(**_facts(found, call.language)), etag=found.revision)


def officials(page: Page[OfficialOfPerson], call: Call[Any]) -> Reply[OfficialList]:
    listed = tuple(
        ListedOfficial(
            **_facts(each.official, call.language), person=_person(each.person) if each.person else None
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


def _person(person: Contributor) -> InvitedPerson:
    return InvitedPerson(
        masked_identity=person.masked_identity, name_ar=person.name_ar, name_en=person.name_en
    )
