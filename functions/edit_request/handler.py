"""The contributor's own requests: what the service asks for, drafts step by step, reading, withdrawing, the receipt."""

from ishtirak.adapters.aws.register_table import RegisterTable

from functions.edit_request.model import (
    AcceptedDeclaration,
    NewRequest,
    Receipt,
    ServiceFacts,
    receipt_of,
    service_facts,
)
from functions.edit_request.settings import Settings
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.documents.rules import required
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.requests import RequestList, RequestView, Timeline, timeline_of, view_of
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound, Refused
from ishtirak.requests import rules, service
from ishtirak.requests.model import PeriodData, RequestChange
from ishtirak.requests.policy import policy
from ishtirak.use_cases.assess_claim import assess, establishment_of, sector_of

CONTRIBUTOR = (Role.CONTRIBUTOR,)


class NotBilledYet(Refused):
    """The receipt comes with the bill."""

    code = "not_billed_yet"


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    register = RegisterTable(settings.register_table)
    api = Api(
        "edit_request",
        clock=time,
        onces=IdempotencyTable(settings.requests_table),
        origins=settings.web_origins,
    )

    def shown(change: RequestChange, language: str) -> Reply[RequestView]:
        return Reply(view_of(change.after, language=language), etag=change.after.version)

    @api.get(
        "/v1/services/add-period",
        summary="What adding a contribution period takes",
        gives=ServiceFacts,
        roles=None,
        tags=["services"],
    )
    def read_service(call: Call[None]) -> Reply[ServiceFacts]:
        return Reply(service_facts(call.language, on=today(time)))

    @api.post(
        "/v1/requests",
        summary="Begin a request",
        takes=NewRequest,
        gives=RequestView,
        roles=CONTRIBUTOR,
        status=201,
    )
    def begin_request(call: Call[NewRequest]) -> Reply[RequestView]:
        asked = call.body
        change = service.draft(
            by=call.caller,
            kind=asked.kind,
            system=asked.system,
            amends=asked.amends,
            requests=requests,
            clock=time,
        )
        view = view_of(change.after, language=call.language)
        reply = Reply(view, etag=change.after.version, location=f"/v1/requests/{view.id}")
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.get("/v1/requests", summary="My requests", gives=RequestList, roles=CONTRIBUTOR)
    def list_requests(call: Call[None]) -> Reply[RequestList]:
        mine = requests.of_owner(call.caller.person_id)
        return Reply(RequestList(requests=[view_of(request, language=call.language) for request in mine]))

    @api.get("/v1/requests/<request_id>", summary="One of my requests", gives=RequestView, roles=CONTRIBUTOR)
    def read_request(call: Call[None], request_id: str) -> Reply[RequestView]:
        request = service.own(request_id, by=call.caller, requests=requests)
        return Reply(view_of(request, language=call.language), etag=request.version)

    @api.put(
        "/v1/requests/<request_id>/data",
        summary="Save the period's data, with a live estimate",
        takes=PeriodData,
        gives=RequestView,
        roles=CONTRIBUTOR,
    )
    def save_data(call: Call[PeriodData], request_id: str) -> Reply[RequestView]:
        request = service.own(request_id, by=call.caller, requests=requests)
        rules.require_version(request, since=call.replacing)
        rules.require_editable(request, by=call.caller)
        employer = establishment_of(call.body, system=request.system, register=register)
        sector = sector_of(employer)
        day = today(time)
        estimate = assess(request, call.body, register=register, requested_on=day, as_of=day)
        documents = required(request.system, sector=sector, case=request.kind, facts=frozenset(), on=day)
        change = rules.save_data(
            request,
            call.body,
            by=call.caller,
            sector=sector,
            required=tuple(document.kind for document in documents if document.satisfied_by is None),
            estimate=estimate.model_dump_json(),
            at=time.now(),
        )
        requests.commit(change)
        return shown(change, call.language)

    @api.put(
        "/v1/requests/<request_id>/declaration",
        summary="Accept the declaration",
        takes=AcceptedDeclaration,
        gives=RequestView,
        roles=CONTRIBUTOR,
    )
    def accept_declaration(call: Call[AcceptedDeclaration], request_id: str) -> Reply[RequestView]:
        request = service.own(request_id, by=call.caller, requests=requests)
        rules.require_version(request, since=call.replacing)
        change = rules.declare(request, call.body.version, by=call.caller, at=time.now(), policy=policy())
        requests.commit(change)
        return shown(change, call.language)

    @api.post(
        "/v1/requests/<request_id>/withdrawal",
        summary="Withdraw a request",
        gives=RequestView,
        roles=CONTRIBUTOR,
    )
    def withdraw_request(call: Call[None], request_id: str) -> Reply[RequestView]:
        change = rules.withdraw(requests.get(request_id), by=call.caller, at=time.now())
        reply = shown(change, call.language)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.get(
        "/v1/requests/<request_id>/timeline",
        summary="What happened so far",
        gives=Timeline,
        roles=CONTRIBUTOR,
    )
    def read_timeline(call: Call[None], request_id: str) -> Reply[Timeline]:
        request = service.own(request_id, by=call.caller, requests=requests)
        return Reply(timeline_of(request, list(requests.timeline(request_id)), language=call.language))

    @api.get(
        "/v1/requests/<request_id>/receipt",
        summary="The receipt: what was recorded and what is due",
        gives=Receipt,
        roles=CONTRIBUTOR,
        refusals=(409,),
    )
    def read_receipt(call: Call[None], request_id: str) -> Reply[Receipt]:
        request = service.own(request_id, by=call.caller, requests=requests)
        if request.bill_id is None:
            raise NotBilledYet()
        bill = register.bill(request.bill_id)
        if bill is None:
            raise NotFound()
        return Reply(receipt_of(request, bill))

    return api
