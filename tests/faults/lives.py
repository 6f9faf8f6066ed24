"""Requests brought to a point of their lives by the rules, without anybody's function."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.prove_decision.model import DecisionToProve
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.proof_table import ProofTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.documents import rules as documents
from ishtirak.documents.model import Document, DocumentKind
from ishtirak.factors import rules as factors
from ishtirak.factors.model import Authenticator
from ishtirak.factors.proofs import Proof, decision_digest
from ishtirak.factors.secrets import encrypt_secret
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.insurance import System
from ishtirak.kernel.reference import reference_of
from ishtirak.otp.model import Challenge, Purpose
from ishtirak.requests import rules, waits
from ishtirak.requests.model import (
    Party,
    Request,
    RequestChange,
    RequestKind,
    ReviewDecision,
    Step,
    SubmittedRequest,
    WaitOutcome,
    signing_digest,
)
from ishtirak.reviews import rules as review_rules
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.send_code import code_of
from local.sample_documents import pdf
from tests.fakes.bills import BilledAccount, a_bill
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.register import a_period
from tests.fakes.requests import policy
from tests.faults.stepped import Stepped
from tests.flows.drafts import a_ready_draft
from tests.flows.world import period

OFFICER = Caller(
    subject="officer",
    person_id="00000000-0000-4000-8000-000000000006",
    roles=frozenset({Role.CONTRIBUTOR, Role.OFFICER}),
)
SUPERVISOR = Caller(
    subject="supervisor",
    person_id="00000000-0000-4000-8000-000000000007",
    roles=frozenset({Role.CONTRIBUTOR, Role.SUPERVISOR}),
)
EMPLOYER = Caller(
    subject="employer",
    person_id="00000000-0000-4000-8000-000000000005",
    roles=frozenset({Role.CONTRIBUTOR}),
)
"""The seeded person who acts for the limited company."""


@dataclass(frozen=True)
class Ready:
    """A request that lacks nothing but its submission: whose it is, the challenge and its code."""

    owner: Caller
    request: Request
    challenge: Challenge
    code: str


def ready_to_submit(stepped: Stepped) -> Ready:
    owner = stepped.newcomer()
    request = a_ready_draft(stepped.outputs, owner.person_id, period())
    challenge, code = code_for(stepped.outputs, request)
    return Ready(owner, request, challenge, code)


def code_for(outputs: Mapping[str, str], request: Request) -> tuple[Challenge, str]:
    """A challenge bound to the request as it is, its event on its way, and the code that will be sent."""
    opened = open_challenge(
        request.owner,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=signing_digest(request).for_code,
        about=request.id,
        challenges=AccessTable(outputs["AccessTable"]),
        mac=KmsMac(outputs["MacKeyArn"]),
        budgets=BudgetsInMemory(),
        clock=SystemClock(),
    )
    DynamoTransaction().commit(opened.items)
    return opened.challenge, code_of(opened.challenge, mac=KmsMac(outputs["MacKeyArn"]))


def drafted(stepped: Stepped, owner: Caller) -> Request:
    """A draft with its data and no document."""
    begun = rules.draft(
        str(uuid.uuid4()),
        owner=owner.person_id,
        kind=RequestKind.ADD,
        system=System.SOCIAL_INSURANCE,
        amends=None,
        already_open=0,
        at=_now(),
        policy=policy(),
    )
    return _kept(stepped, begun)


def submitted(stepped: Stepped) -> SubmittedRequest:
    owner = stepped.newcomer()
    request = a_ready_draft(stepped.outputs, owner.person_id, period())
    return _kept(stepped, rules.submit(request, by=owner, signed=signing_digest(request), at=_now()))


def proven(stepped: Stepped, stated: Mapping[str, Any], *, by: Caller) -> dict[str, Any]:
    """The body of a decision as `prove_decision` is told it, with a fresh proof of this caller."""
    decision = DecisionToProve.model_validate(stated)
    bill = stepped.register.bills.find(decision.about_id)
    version = bill.version if bill else stepped.requests.get(decision.about_id).version
    proof = Proof(
        id=str(uuid.uuid4()),
        subject=by.person_id,
        digest=decision_digest(decision.act, decision.about_id, version=version, content=decision.content),
        kind="SMS",
        expires_at=_now() + timedelta(minutes=5),
    )
    DynamoTransaction().commit(ProofTable(stepped.outputs["AccessTable"]).save(proof))
    (content,) = (body for name, body in stated.items() if name != "about_id")
    return {**content, "proof_id": proof.id}


def enrolled(stepped: Stepped, person: Caller) -> str:
    """The secret in the person's authenticator app, none of whose codes was used yet."""
    outputs = stepped.outputs
    secret = factors.secret_of(uuid.uuid4().bytes + bytes(4))
    encrypted = encrypt_secret(
        secret,
        person_id=person.person_id,
        authenticator_id=person.person_id,
        encryption=KmsEncryption(outputs["DataKeyArn"]),
    )
    authenticator = Authenticator(id=person.person_id, encrypted=encrypted, enrolled_at=_now(), last_step=0)
    table = FactorTable(outputs["AccessTable"], clock=SystemClock())
    change = factors.enrol(table.find(person.person_id), authenticator, tags=("ab" * 32,), at=_now())
    DynamoTransaction().commit(table.save(change))
    return secret


def uploaded(stepped: Stepped) -> Document:
    """A document whose owner has just uploaded what they declared."""
    content = pdf("A document", lines=(str(uuid.uuid4()),))
    document = Document(
        id=str(uuid.uuid4()),
        request_id=str(uuid.uuid4()),
        owner=str(uuid.uuid4()),
        kind=DocumentKind.EMPLOYMENT_CONTRACT,
        file_name="contract.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        declared_at=to_rfc3339(_now()),
    )
    declared = documents.declared(document, at=_now())
    DynamoTransaction().commit(DocumentTable(stepped.outputs["RequestsTable"]).save(declared))
    stepped.cloud.client("s3").put_object(
        Bucket=stepped.outputs["QuarantineBucket"], Key=document.key, Body=content
    )
    return declared.document


def with_the_employer(stepped: Stepped) -> SubmittedRequest:
    return _asked(stepped, submitted(stepped), Party.EMPLOYER)


def withdrawn(stepped: Stepped, request: Request) -> Request:
    by = stepped.owner_of(request.owner)
    return _kept(stepped, rules.withdraw(request, by=by, at=_now()))


def under_review(stepped: Stepped) -> SubmittedRequest:
    return _asked(stepped, confirmed(stepped, with_the_employer(stepped)), Party.OFFICER)


def claimed(stepped: Stepped) -> SubmittedRequest:
    return _kept(stepped, review_rules.claim(under_review(stepped), by=OFFICER, at=_now()))


def stuck(stepped: Stepped) -> SubmittedRequest:
    """A request a step of whose workflow failed for good."""
    change = rules.record_failure(submitted(stepped), "States.Timeout", at=_now())
    assert change is not None
    return _kept(stepped, change)


def resumed(stepped: Stepped, request: SubmittedRequest) -> SubmittedRequest:
    return _kept(stepped, rules.resume(request, Step.REVIEW, by=OFFICER, at=_now()))


def recorded_meanwhile(stepped: Stepped, request: SubmittedRequest) -> None:
    """The days of the request, as a recorded period of the same person."""
    days = request.data.starts_on.gregorian(), request.data.ends_on.gregorian()
    worked = a_period(*(day.isoformat() for day in days), person_id=request.owner)
    bill = a_bill(worked, reference=reference_of(request.id, on=days[0]))
    BilledAccount(stepped.register, period=worked, bill=bill)


def billed(stepped: Stepped) -> SubmittedRequest:
    request = approved(stepped)
    stepped.invoke("post_period", {"execution": request.id, "request_id": request.id})
    return stepped.requests.submitted(request.id)


def billed_account(stepped: Stepped) -> BilledAccount:
    """A newcomer's account with one billed period, its bill issued today."""
    owner = stepped.newcomer()
    worked = a_period(person_id=owner.person_id)
    today = datetime.now(RIYADH).date()
    bill = a_bill(worked, reference=reference_of(worked.id, on=today), issued_on=today, requested_on=today)
    return BilledAccount(stepped.register, period=worked, bill=bill)


def long_ago(stepped: Stepped, request: SubmittedRequest, *, days: int = 1) -> SubmittedRequest:
    """The same request, had all that happened to it happened so many days earlier."""

    def earlier(moment: str) -> str:
        return to_rfc3339(datetime.fromisoformat(moment) - timedelta(days=days))

    wait = request.wait and request.wait.model_copy(update={"until": earlier(request.wait.until)})
    aged = request.model_copy(update={"updated_at": earlier(request.updated_at), "wait": wait})
    again = aged.model_copy(update={"version": request.version + 1})
    return _kept(stepped, RequestChange(before=request, after=again, events=()))


def approved(stepped: Stepped) -> SubmittedRequest:
    """What the workflow is to post next."""
    request = claimed(stepped)
    now = _now()
    decision = ReviewDecision(outcome=WaitOutcome.APPROVED, by=OFFICER.person_id, at=to_rfc3339(now))
    decided = review_rules.decide(request, decision, by=OFFICER, total_halalas=1, at=now, policy=policy())
    return _kept(stepped, decided)


def confirmed(stepped: Stepped, request: SubmittedRequest) -> SubmittedRequest:
    return _kept(stepped, waits.record_reply(request, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=_now()))


def _asked(stepped: Stepped, request: SubmittedRequest, party: Party) -> SubmittedRequest:
    change = waits.assign(
        request,
        party,
        wait_id=str(uuid.uuid4()),
        token="nobody's",
        until=_now() + timedelta(days=1),
        at=_now(),
    )
    assert change is not None
    return _kept(stepped, change)


def _kept[After: Request](stepped: Stepped, change: RequestChange[After]) -> After:
    DynamoTransaction().commit(stepped.requests.save(change))
    return change.after


def _now() -> datetime:
    return datetime.now(UTC)
