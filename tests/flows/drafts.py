"""Drafts that lack nothing but the code, made in few steps: by the rules and the adapters, as the functions would."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ishtirak.adapters import dynamo
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.document_table import DocumentTable
from ishtirak.adapters.register_table import RegisterTable
from ishtirak.adapters.request_table import RequestTable
from ishtirak.assessment.service import assess, establishment_of, sector_of
from ishtirak.documents import rules as documents
from ishtirak.documents.model import Document, Kind
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import today
from ishtirak.requests import rules
from ishtirak.requests.model import Attachment, PeriodData, Request, RequestKind, System
from ishtirak.requests.policy import policy


def a_ready_draft(
    outputs: Mapping[str, str],
    owner: str,
    body: dict[str, Any],
    *,
    system: System = System.SOCIAL_INSURANCE,
) -> Request:
    """A request with data, accepted documents and declaration; `outputs` are the stacks'."""
    store = RequestTable(outputs["RequestsTable"])
    by = Caller(subject=owner, person_id=owner, roles=frozenset({Role.CONTRIBUTOR}))
    drafted = rules.draft(
        str(uuid.uuid4()),
        owner=owner,
        kind=RequestKind.ADD,
        system=system,
        amends=None,
        already_open=0,
        at=datetime.now(UTC),
        policy=policy(),
    )
    store.commit(drafted)
    request = _with_data(outputs, drafted.after, PeriodData.model_validate_json(json.dumps(body)), by=by)
    request = _with_accepted_documents(outputs, request, by=by)
    declared = rules.declare(
        request, policy().declaration_version, by=by, at=datetime.now(UTC), policy=policy()
    )
    store.commit(declared)
    return declared.after


def _with_data(outputs: Mapping[str, str], request: Request, data: PeriodData, *, by: Caller) -> Request:
    register = RegisterTable(outputs["RegisterTable"])
    sector = sector_of(establishment_of(data, system=request.system, register=register))
    day = today(SystemClock())
    needs = documents.required(request.system, sector=sector, case=request.kind, facts=frozenset(), on=day)
    saved = rules.save_data(
        request,
        data,
        by=by,
        sector=sector,
        required=tuple(need.kind.value for need in needs if need.satisfied_by is None),
        estimate=assess(request, data, register=register, requested_on=day, as_of=day).model_dump_json(),
        at=datetime.now(UTC),
    )
    RequestTable(outputs["RequestsTable"]).commit(saved)
    return saved.after


def _with_accepted_documents(outputs: Mapping[str, str], request: Request, *, by: Caller) -> Request:
    """The request with every document it needs, declared and accepted."""
    table = outputs["RequestsTable"]
    papers = DocumentTable(table)
    now = datetime.now(UTC)
    for kind in request.required_documents:
        paper = Document(
            id=str(uuid.uuid4()),
            request_id=request.id,
            owner=request.owner,
            kind=Kind(kind),
            file_name=f"{kind}.pdf",
            content_type="application/pdf",
            size=1000,
            sha256="0" * 64,
            declared_at=now.isoformat(),
        )
        attachment = Attachment(
            id=paper.id,
            kind=kind,
            name=paper.file_name,
            content_type=paper.content_type,
            size=paper.size,
            sha256=paper.sha256,
        )
        declared = documents.declared(paper, at=now)
        attached = rules.attach(request, attachment, by=by, at=now, policy=policy())
        RequestTable(table).commit(attached, alongside=papers.part(declared))
        dynamo.commit(*papers.part(documents.accepted(declared.document, kept_version="1", at=now)))
        request = attached.after
    return request
