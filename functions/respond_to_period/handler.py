"""The employer's desk: the periods employees claim, and the reply to each."""

from functools import partial

from functions.respond_to_period import model
from functions.respond_to_period.settings import Settings
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.read_claims import list_claims, read_claim
from ishtirak.use_cases.respond_to_claim import respond_to_claim
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    people = PeopleTable(settings.register_table)
    employers = EstablishmentTable(settings.register_table)
    cursors = SignedCursors(KmsMac(settings.mac_key_arn))
    desk = partial(partial, requests=requests, people=people, establishments=employers, clock=clock)
    api = writing_api("respond_to_period", settings, table=settings.requests_table, clock=clock)
    api.add(model.LIST_CLAIMS, desk(list_claims, cursors=cursors), model.claim_list)
    api.add(model.READ_CLAIM, desk(read_claim), model.claim_view)
    api.add(model.RESPOND_TO_CLAIM, desk(respond_to_claim), model.claim_view)
    return api
