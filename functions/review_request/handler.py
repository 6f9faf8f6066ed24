"""The authority's desk: the queue, one officer a request, decisions with reasons, two people above a sum."""

from functools import partial

from functions.review_request import model
from functions.review_request.settings import Settings
from ishtirak.adapters.assessment_ports import assessment_ports
from ishtirak.adapters.aws.case_desk import case_desk
from ishtirak.adapters.aws.evidence_ports import evidence_ports
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.step_up import step_up_on
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Residency
from ishtirak.use_cases.claim_case import claim_case, release_case
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.open_document import open_document
from ishtirak.use_cases.read_case import read_case
from ishtirak.use_cases.read_queue import read_queue
from ishtirak.use_cases.resume_case import resume_case
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, residency: Residency | None = None) -> Api:
    desk, cursors = case_desk(settings, clock=clock), SignedCursors(KmsMac(settings.mac_key_arn))
    register = assessment_ports(settings, residency=residency)
    decide = partial(decide_case, step_up=step_up_on(settings.access_table, clock=desk.clock), **register)
    opened = partial(open_document, requests=desk.requests, **evidence_ports(settings, clock=desk.clock))
    read = partial(read_case, requests=desk.requests, clock=desk.clock, **register)
    api = writing_api("review_request", settings, table=settings.requests_table, clock=desk.clock)
    api.add(model.READ_QUEUE, partial(read_queue, desk=desk, cursors=cursors), model.queue_page)
    api.add(model.READ_CASE, read, model.case_view)
    api.add(model.CLAIM_CASE, partial(claim_case, desk=desk), model.entry)
    api.add(model.RELEASE_CASE, partial(release_case, desk=desk), model.entry)
    api.add(model.DECIDE_CASE, partial(decide, desk=desk), model.entry)
    api.add(model.RESUME_CASE, partial(resume_case, desk=desk), model.entry)
    api.add(model.OPEN_DOCUMENT, partial(opened, clock=desk.clock), model.document_link)
    return api
