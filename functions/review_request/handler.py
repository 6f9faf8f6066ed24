"""The authority's desk.

The queue by deadline, one officer a request, decisions with reasons, two people above a sum.
"""

from typing import Any

from ishtirak.adapters.aws.register_table import RegisterTable

from functions.review_request.model import (
    Case,
    DecisionMade,
    DocumentLink,
    Queue,
    QueueEntry,
    Resumption,
    Verdict,
)
from functions.review_request.settings import Settings
from ishtirak.adapters.aws.document_store import EvidenceBucket
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.aws.request_table import ATTENTION, RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.documents import service as documents_service
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.texts import text
from ishtirak.edge.views.requests import estimate_of, timeline_of, view_of
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.errors import NotFound
from ishtirak.requests import rules
from ishtirak.requests.model import Party, Request, RequestChange, RequestState, ReviewDecision, WaitOutcome
from ishtirak.requests.policy import policy
from ishtirak.reviews import rules as review_rules
from ishtirak.statute.model import Assessment
from ishtirak.statute.refusals import RuleRefused
from ishtirak.use_cases.assess_claim import EstablishmentUnknown, assess

AUTHORITY = (Role.OFFICER, Role.SUPERVISOR)
QUEUE_LENGTH = 100

_OUTCOMES = {
    Verdict.APPROVE: WaitOutcome.APPROVED,
    Verdict.PARTIALLY_APPROVE: WaitOutcome.APPROVED,
    Verdict.RETURN: WaitOutcome.RETURNED,
    Verdict.REJECT: WaitOutcome.REJECTED,
}
_DESKS = {"officer": Party.OFFICER.value, "supervisor": Party.SUPERVISOR.value, "attention": ATTENTION}


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    requests = RequestTable(settings.requests_table)
    register = RegisterTable(settings.register_table)
    documents = DocumentTable(settings.requests_table)
    evidence = EvidenceBucket(settings.clean_bucket, key_arn=settings.data_key_arn, clock=time)
    api = Api(
        "review_request",
        clock=time,
        onces=IdempotencyTable(settings.requests_table),
        origins=settings.web_origins,
    )

    def submitted(request_id: str) -> Request:
        """Drafts are nobody's business but their owner's."""
        request = requests.get(request_id)
        if request.state is RequestState.DRAFT or request.submitted_at is None:
            raise NotFound()
        return request

    def assessed(request: Request, decision: ReviewDecision | None = None) -> Assessment | None:
        """What it comes to today, or None where a rule now objects: the officer then rejects or returns it."""
        if request.data is None:
            return None
        day = today(time)
        try:
            return assess(
                request,
                request.data,
                register=register,
                requested_on=rules.requested_on(request),
                as_of=day,
                decision=decision,
            )
        except (RuleRefused, EstablishmentUnknown):
            return None

    def case_of(request: Request, language: str) -> Case:
        worker = register.contributor(request.owner)
        employer = register.establishment(request.data.establishment) if request.data else None
        now = assessed(request)
        return Case(
            request=view_of(request, language=language),
            worker=worker.masked_identity if worker else "—",
            establishment_name=(employer.name_ar if language == "ar" else employer.name_en)
            if employer
            else "—",
            estimate_today=estimate_of(now.model_dump_json() if now else None, language=language),
            timeline=timeline_of(request, list(requests.timeline(request.id)), language=language).entries,
        )

    def told(change: RequestChange, call: Call[Any]) -> Reply[QueueEntry]:
        """Where the case now stands. Small, as it is kept under the caller's key; the case itself is read anew."""
        entry = _entry(change.after, call.caller, call.language)
        return Reply(entry, etag=change.after.version, location=f"/v1/reviews/{change.after.id}")

    @api.get("/v1/reviews", summary="The queue", gives=Queue, roles=AUTHORITY, query=("queue",))
    def read_queue(call: Call[None]) -> Reply[Queue]:
        name = call.query.get("queue", "officer")
        if name not in _DESKS or (name == "supervisor" and Role.SUPERVISOR not in call.caller.roles):
            raise NotFound()
        waiting = requests.on_desk(_DESKS[name], limit=QUEUE_LENGTH)
        return Reply(Queue(entries=[_entry(request, call.caller, call.language) for request in waiting]))

    @api.get("/v1/reviews/<request_id>", summary="One case", gives=Case, roles=AUTHORITY)
    def read_case(call: Call[None], request_id: str) -> Reply[Case]:
        request = submitted(request_id)
        return Reply(case_of(request, call.language), etag=request.version)

    @api.post(
        "/v1/reviews/<request_id>/claim", summary="Take it off the queue", gives=QueueEntry, roles=AUTHORITY
    )
    def claim_case(call: Call[None], request_id: str) -> Reply[QueueEntry]:
        change = review_rules.claim(submitted(request_id), by=call.caller, at=time.now())
        reply = told(change, call)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.post("/v1/reviews/<request_id>/release", summary="Put it back", gives=QueueEntry, roles=AUTHORITY)
    def release_case(call: Call[None], request_id: str) -> Reply[QueueEntry]:
        change = review_rules.release(submitted(request_id), by=call.caller, at=time.now())
        reply = told(change, call)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.post(
        "/v1/reviews/<request_id>/decision",
        summary="Approve, partially approve, return or reject",
        takes=DecisionMade,
        gives=QueueEntry,
        roles=AUTHORITY,
    )
    def decide_case(call: Call[DecisionMade], request_id: str) -> Reply[QueueEntry]:
        request = submitted(request_id)
        made = call.body
        decision = ReviewDecision(
            outcome=_OUTCOMES[made.verdict],
            by=call.caller.person_id,
            at=to_rfc3339(time.now()),
            reason_code=made.reason_code,
            note=made.note,
            approved_from=made.approved_from,
            approved_to=made.approved_to,
        )
        review_rules.require_decision_allowed(request, decision, by=call.caller)
        total = 0
        if decision.outcome is WaitOutcome.APPROVED and request.data is not None:
            total = assess(
                request,
                request.data,
                register=register,
                requested_on=rules.requested_on(request),
                as_of=today(time),
                decision=decision,
            ).total
        change = review_rules.decide(
            request, decision, by=call.caller, total_halalas=total, at=time.now(), policy=policy()
        )
        reply = told(change, call)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.post(
        "/v1/reviews/<request_id>/resumption",
        summary="Set a request that needs attention going again",
        takes=Resumption,
        gives=QueueEntry,
        roles=AUTHORITY,
    )
    def resume_case(call: Call[Resumption], request_id: str) -> Reply[QueueEntry]:
        change = rules.resume(submitted(request_id), call.body.step, by=call.caller, at=time.now())
        reply = told(change, call)
        requests.commit(change, once=call.once, reply=reply)
        return reply

    @api.get(
        "/v1/reviews/<request_id>/documents/<document_id>",
        summary="A document, for a minute",
        gives=DocumentLink,
        roles=AUTHORITY,
        refusals=(409,),
    )
    def open_document(call: Call[None], request_id: str, document_id: str) -> Reply[DocumentLink]:
        request = submitted(request_id)
        if document_id not in {attachment.id for attachment in request.attachments}:
            raise NotFound()
        link = documents_service.view(document_id, documents=documents, evidence=evidence)
        return Reply(DocumentLink(url=link.url, expires_at=link.expires_at))

    return api


def _entry(request: Request, caller: Caller, language: str) -> QueueEntry:
    return QueueEntry(
        request_id=request.id,
        reference=request.reference,
        system=request.system,
        state=request.state,
        state_text=text(language, "states", request.state.value),
        due_at=request.wait.until if request.wait else None,
        claimed=request.claimed_by is not None,
        claimed_by_me=request.claimed_by == caller.person_id,
        overdue=request.overdue,
        failure=request.failure,
        decided=request.decision.outcome if request.decision else None,
    )
