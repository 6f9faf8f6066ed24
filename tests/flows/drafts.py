"""Drafts that lack nothing but the code, made by the rules as the functions would, and stored in one transaction."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents import rules as documents
from ishtirak.documents.model import Document, DocumentChange, DocumentKind
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import to_rfc3339, today
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items
from ishtirak.requests import rules
from ishtirak.requests.model import Attachment, PeriodData, Request, RequestChange, RequestKind
from ishtirak.use_cases.assess_claim import assess_claim, employer_of, sector_of
from tests.fakes.register import register_on
from tests.fakes.requests import policy
from tests.fakes.residency import authority_dates


def a_ready_draft(
    outputs: Mapping[str, str],
    owner: str,
    body: dict[str, Any],
    *,
    system: System = System.SOCIAL_INSURANCE,
) -> Request:
    """A request with data, accepted documents and declaration; `outputs` are the stacks'."""
    by = Caller(subject=owner, person_id=owner, roles=frozenset({Role.CONTRIBUTOR}))
    now = datetime.now(UTC)
    drafted = rules.draft(
        str(uuid.uuid4()),
        owner=owner,
        kind=RequestKind.ADD,
        system=system,
        amends=None,
        already_open=0,
        at=now,
        policy=policy(),
    )
    changes = [drafted, _with_data(outputs, drafted.after, body, by=by)]
    papers: Items = ()
    for kind in changes[-1].after.required_documents:
        paper = _declared(changes[-1].after, kind, at=now)
        attached = rules.attach(
            changes[-1].after, _attachment(paper.document), by=by, at=now, policy=policy()
        )
        changes.append(attached)
        papers = (*papers, *_accepted(outputs, paper, at=now))
    declared = rules.declare(changes[-1].after, policy().declaration_version, by=by, at=now, policy=policy())
    events = tuple(event for change in (*changes, declared) for event in change.events)
    stored = RequestTable(outputs["RequestsTable"]).save(RequestChange(None, declared.after, events))
    DynamoTransaction().commit(stored, papers)
    return declared.after


def _with_data(
    outputs: Mapping[str, str], request: Request, body: dict[str, Any], *, by: Caller
) -> RequestChange:
    data = PeriodData.model_validate_json(json.dumps(body))
    register = register_on(outputs["RegisterTable"])
    employer = employer_of(data, system=request.system, establishments=register.establishments)
    sector = sector_of(employer)
    day = today(SystemClock())
    needs = documents.required(request.system, sector=sector, case=request.kind, facts=frozenset(), on=day)
    estimate = assess_claim(
        request,
        data,
        employer=employer,
        people=register.people,
        accounts=register.accounts,
        authority=authority_dates(),
        requested_on=day,
        as_of=day,
    )
    return rules.save_data(
        request,
        data,
        by=by,
        sector=sector,
        required=documents.to_attach(needs),
        estimate=estimate.model_dump(mode="json"),
        at=datetime.now(UTC),
    )


def _declared(request: Request, kind: str, *, at: datetime) -> DocumentChange:
    paper = Document(
        id=str(uuid.uuid4()),
        request_id=request.id,
        owner=request.owner,
        kind=DocumentKind(kind),
        file_name=f"{kind}.pdf",
        content_type="application/pdf",
        size=1000,
        sha256="0" * 64,
        declared_at=to_rfc3339(at),
    )
    return documents.declared(paper, at=at)


def _accepted(outputs: Mapping[str, str], declared: DocumentChange, *, at: datetime) -> Items:
    """The document as the inspection left it, both its events beside it."""
    table = outputs["RequestsTable"]
    accepted = documents.accepted(
        declared.document, kept_version="1", keep_until=at.date() + timedelta(days=90), at=at
    )
    kept = DocumentChange(document=accepted.document, replacing=None, event=accepted.event)
    return (*event_log.append(table, declared.event), *DocumentTable(table).save(kept))


def _attachment(paper: Document) -> Attachment:
    return Attachment(
        id=paper.id,
        kind=paper.kind.value,
        name=paper.file_name,
        content_type=paper.content_type,
        size=paper.size,
        sha256=paper.sha256,
    )
