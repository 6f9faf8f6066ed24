"""/v1/officials… and /v1/me/invitation…: who works for the authority is invited, confirmed, accepted, disabled."""

from functions.manage_officials import model
from functions.manage_officials.settings import Settings
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.official_ports import OfficialPorts
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.invite_official import (
    begin_invitation,
    confirm_official,
    invite_official,
    issue_confirmation_code,
)
from ishtirak.use_cases.manage_officials import (
    accept_invitation,
    disable_official,
    list_officials,
    read_my_invitation,
)
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock = clock or SystemClock()
    ports = OfficialPorts(settings, clock=clock, directory=directory)
    api = writing_api("manage_officials", settings, table=settings.register_table, clock=clock)
    begin = ports.inviting(begin_invitation, verifier=ports.verifier, people=ports.people)
    listing = ports.reading(list_officials, people=ports.people, cursors=SignedCursors(ports.mac))
    api.add(model.BEGIN_INVITATION, begin, model.begun)
    api.add(model.INVITE_OFFICIAL, ports.inviting(invite_official), model.official)
    api.add(model.LIST_OFFICIALS, listing, model.officials)
    api.add(model.ISSUE_CONFIRMATION_CODE, ports.proven(issue_confirmation_code), model.confirmation_code)
    api.add(model.CONFIRM_OFFICIAL, ports.proven(confirm_official), model.official)
    api.add(model.DISABLE_OFFICIAL, ports.disabling(disable_official), model.official)
    api.add(model.READ_MY_INVITATION, ports.reading(read_my_invitation), model.official)
    api.add(model.ACCEPT_INVITATION, ports.answering(accept_invitation), model.official)
    return api
