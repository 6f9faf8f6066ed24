"""Requests in memory, in the states tests start from: one suite runs on this and on the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.adapters.request_table import desk_of
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound, OnceTaken
from ishtirak.kernel.events import Event
from ishtirak.kernel.insurance import System
from ishtirak.kernel.once import KeptAnswer, Once, Reply
from ishtirak.kernel.parts import Part
from ishtirak.requests import rules
from ishtirak.requests.model import (
    Attachment,
    Change,
    Outcome,
    Party,
    PeriodData,
    Request,
    RequestKind,
    ReviewDecision,
)
from ishtirak.requests.policy import policy
from tests.fakes.accounts import Step

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OWNER = "00000000-0000-4000-8000-000000000001"
REQUEST = "11111111-1111-4111-8111-111111111111"
OTHER_REQUEST = "11111111-1111-4111-8111-222222222222"
DOCUMENT = "22222222-2222-4222-8222-222222222222"
TOKEN = "token-of-the-workflow"
REQUIRED = ("EMPLOYMENT_CONTRACT", "PAYSLIP")


def caller(person_id: str, *roles: Role) -> Caller:
    return Caller(subject=f"sub-{person_id}", person_id=person_id, roles=frozenset(roles))


CONTRIBUTOR = caller(OWNER, Role.CONTRIBUTOR)
STRANGER = caller("00000000-0000-4000-8000-000000000002", Role.CONTRIBUTOR)
EMPLOYER = caller("00000000-0000-4000-8000-000000000005", Role.CONTRIBUTOR, Role.EMPLOYER)
OFFICER = caller("00000000-0000-4000-8000-000000000006", Role.OFFICER)
OTHER_OFFICER = caller("00000000-0000-4000-8000-000000000014", Role.OFFICER)
SUPERVISOR = caller("00000000-0000-4000-8000-000000000007", Role.SUPERVISOR)
OTHER_SUPERVISOR = caller("00000000-0000-4000-8000-000000000017", Role.SUPERVISOR)


@dataclass
class StoppedClock:
    """Stands still until somebody moves it."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def passes(self, span: timedelta) -> None:
        self.instant += span


def period_json(**changed: Any) -> dict[str, Any]:
    """The data step as a client sends it: three months of 2025, at one wage."""
    return {
        "establishment": "7000000001",
        "starts_on": "2025-01-01",
        "ends_on": "2025-03-31",
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage_lines": [
            {"first_month": "2025-01", "last_month": "2025-03", "basic": 800_000, "housing": 200_000}
        ],
        "reason": "لم يسجل صاحب العمل المدة",
        **changed,
    }


def period_data(**changed: Any) -> PeriodData:
    return PeriodData.model_validate(period_json(**changed))


def attachment(kind: str = "PAYSLIP", **changed: Any) -> Attachment:
    facts = {
        "id": DOCUMENT,
        "kind": kind,
        "name": "payslip.pdf",
        "content_type": "application/pdf",
        "size": 1024,
        "sha256": "ab" * 32,
    }
    return Attachment(**(facts | changed))


def attachments() -> tuple[Attachment, ...]:
    """One of every kind that is required."""
    return tuple(
        attachment(kind, id=f"22222222-2222-4222-8222-{place:012}", sha256=f"{place:064x}")
        for place, kind in enumerate(REQUIRED)
    )


CLEAN: Mapping[str, str] = {kept.id: "CLEAN" for kept in attachments()}


def drafted(**changed: Any) -> Change:
    facts: dict[str, Any] = {
        "owner": OWNER,
        "kind": RequestKind.ADD,
        "system": System.SOCIAL_INSURANCE,
        "amends": None,
        "already_open": 0,
        "at": NOW,
        "policy": policy(),
    }
    request_id = changed.pop("id", REQUEST)
    return rules.draft(request_id, **(facts | changed))


def with_data(
    data: PeriodData | None = None, *, required: tuple[str, ...] = REQUIRED, **changed: Any
) -> Change:
    return rules.save_data(
        drafted(**changed).after,
        data or period_data(),
        by=CONTRIBUTOR,
        sector="PRIVATE",
        required=required,
        estimate="{}",
        at=NOW,
    )


def with_documents(**changed: Any) -> Request:
    request = with_data(**changed).after
    for kept in attachments():
        request = rules.attach(request, kept, by=CONTRIBUTOR, at=NOW, policy=policy()).after
    return request


def declared(**changed: Any) -> Change:
    """Ready for its code: nothing is missing."""
    return rules.declare(
        with_documents(**changed), policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()
    )


def submitted(**changed: Any) -> Change:
    return rules.submit(declared(**changed).after, by=CONTRIBUTOR, at=NOW)


def asked(request: Request, party: Party, *, wait_id: str | None = None, at: datetime = NOW) -> Change:
    """The request on the desk of a party for ten days."""
    change = rules.ask(
        request,
        party,
        wait_id=wait_id or f"wait-{party.value}-{request.version}",
        token=TOKEN,
        until=at + timedelta(days=10),
        at=at,
    )
    assert change is not None
    return change


def with_employer() -> Request:
    return asked(submitted().after, Party.EMPLOYER).after


def replied(outcome: Outcome = Outcome.CONFIRMED) -> Request:
    note = "لم يعمل لدينا" if outcome is Outcome.OBJECTED else None
    return rules.reply(with_employer(), outcome, note, by=EMPLOYER, at=NOW).after


def under_review() -> Request:
    return asked(replied(), Party.OFFICER).after


def claimed() -> Request:
    return rules.claim(under_review(), by=OFFICER, at=NOW).after


def decision(outcome: Outcome = Outcome.APPROVED, *, by: Caller = OFFICER, **changed: Any) -> ReviewDecision:
    return ReviewDecision(outcome=outcome, by=by.person_id, at="2026-11-22T09:00:00.000Z", **changed)


def decided(outcome: Outcome = Outcome.APPROVED, *, total_halalas: int = 0) -> Request:
    return rules.decide(
        claimed(), decision(outcome), by=OFFICER, total_halalas=total_halalas, at=NOW, policy=policy()
    ).after


def second_review() -> Request:
    """An approval above the limit, claimed by a supervisor."""
    waiting = decided(total_halalas=policy().second_approval_above_halalas + 1)
    return rules.claim(asked(waiting, Party.SUPERVISOR).after, by=SUPERVISOR, at=NOW).after


def returned() -> Request:
    return asked(decided(Outcome.RETURNED), Party.CONTRIBUTOR).after


@dataclass
class RequestsInMemory:
    """The `Requests` port on dictionaries. A part of another adapter is a `Step`."""

    kept: dict[str, Request] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: dict[tuple[str, str], KeptAnswer] = field(default_factory=dict)

    def get(self, request_id: str) -> Request:
        if request_id not in self.kept:
            raise NotFound()
        return self.kept[request_id]

    def of_owner(self, owner: str) -> Sequence[Request]:
        mine = [request for request in self.kept.values() if request.owner == owner]
        return sorted(mine, key=lambda request: request.updated_at, reverse=True)[:100]

    def on_desk(self, desk: str, *, limit: int) -> Sequence[Request]:
        waiting = [request for request in self.kept.values() if desk_of(request) == desk]
        return sorted(waiting, key=_due_at)[:limit]

    def timeline(self, request_id: str) -> Sequence[Event]:
        return list(self.events.get(request_id, []))

    def commit(
        self,
        change: Change,
        *,
        once: Once | None = None,
        reply: Reply[Any] | None = None,
        alongside: Part = (),
    ) -> None:
        after = change.after
        if once is not None and (once.scope, once.key) in self.answers:
            raise OnceTaken()
        stands = self.kept.get(after.id)
        if (stands.version if stands else None) != (change.before.version if change.before else None):
            raise ChangedMeanwhile()
        steps: Sequence[Step] = alongside
        if not all(step.holds() for step in steps):
            raise ChangedMeanwhile()
        for step in steps:
            step.do()
        self.kept[after.id] = after
        self.events.setdefault(after.id, []).extend(change.events)
        if change.token is not None and after.wait is not None:
            self.tokens[after.id, after.wait.id] = change.token
        if once is not None and reply is not None:
            self.answers[once.scope, once.key] = once.keep(reply)

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        return self.tokens.get((request_id, wait_id))


def _due_at(request: Request) -> str:
    return request.wait.until if request.wait else request.updated_at
