"""Requests in memory, in the states tests start from: one suite runs on this and on the table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.eventlog.event import Event
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items
from ishtirak.requests import rules, waits
from ishtirak.requests.beginnings import BegunLately
from ishtirak.requests.desks import desk_of
from ishtirak.requests.model import (
    Attachment,
    Party,
    PeriodData,
    Request,
    RequestChange,
    RequestKind,
    ReviewDecision,
    SubmittedRequest,
    WaitOutcome,
    signing_digest,
)
from ishtirak.requests.policy import RequestPolicy, policy_on
from ishtirak.requests.ports import desk_position
from ishtirak.requests.runs import RequestInProgress, in_listing, is_in_progress
from ishtirak.reviews import rules as review_rules
from tests.fakes.transaction import Write

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OWNER = "00000000-0000-4000-8000-000000000001"
REQUEST = "11111111-1111-4111-8111-111111111111"
OTHER_REQUEST = "11111111-1111-4111-8111-222222222222"
DOCUMENT = "22222222-2222-4222-8222-222222222222"
TOKEN = "token-of-the-workflow"
REQUIRED = ("EMPLOYMENT_CONTRACT", "PAYSLIP")


def policy() -> RequestPolicy:
    """The periods and limits in force on the day of the tests."""
    return policy_on(NOW.date())


def caller(person_id: str, *roles: Role) -> Caller:
    return Caller(subject=f"sub-{person_id}", person_id=person_id, roles=frozenset(roles))


CONTRIBUTOR = caller(OWNER, Role.CONTRIBUTOR)
STRANGER = caller("00000000-0000-4000-8000-000000000002", Role.CONTRIBUTOR)
EMPLOYER = caller("00000000-0000-4000-8000-000000000005", Role.CONTRIBUTOR)
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


def drafted(**changed: Any) -> RequestChange:
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
) -> RequestChange:
    return rules.save_data(
        drafted(**changed).after,
        data or period_data(),
        by=CONTRIBUTOR,
        sector="PRIVATE",
        required=required,
        estimate={},
        at=NOW,
    )


def with_documents(**changed: Any) -> Request:
    request = with_data(**changed).after
    for kept in attachments():
        request = rules.attach(request, kept, by=CONTRIBUTOR, at=NOW, policy=policy()).after
    return request


def declared(**changed: Any) -> RequestChange:
    """Ready for its code: nothing is missing."""
    return rules.declare(
        with_documents(**changed), policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()
    )


def submitted(**changed: Any) -> RequestChange[SubmittedRequest]:
    request = declared(**changed).after
    return rules.submit(request, by=CONTRIBUTOR, signed=signing_digest(request), at=NOW)


def asked(
    request: SubmittedRequest, party: Party, *, wait_id: str | None = None, at: datetime = NOW
) -> RequestChange[SubmittedRequest]:
    """The request on the desk of a party for ten days."""
    change = waits.assign(
        request,
        party,
        wait_id=wait_id or f"wait-{party.value}-{request.version}",
        token=TOKEN,
        until=at + timedelta(days=10),
        at=at,
    )
    assert change is not None
    return change


def with_employer() -> SubmittedRequest:
    return asked(submitted().after, Party.EMPLOYER).after


def replied(outcome: WaitOutcome = WaitOutcome.CONFIRMED) -> SubmittedRequest:
    note = "لم يعمل لدينا" if outcome is WaitOutcome.OBJECTED else None
    return waits.record_reply(with_employer(), outcome, note, by=EMPLOYER, at=NOW).after


def under_review() -> SubmittedRequest:
    return asked(replied(), Party.OFFICER).after


def claimed() -> SubmittedRequest:
    return review_rules.claim(under_review(), by=OFFICER, at=NOW).after


def decision(
    outcome: WaitOutcome = WaitOutcome.APPROVED, *, by: Caller = OFFICER, **changed: Any
) -> ReviewDecision:
    return ReviewDecision(outcome=outcome, by=by.person_id, at="2026-11-22T09:00:00.000Z", **changed)


def decided(outcome: WaitOutcome = WaitOutcome.APPROVED, *, total_halalas: int = 0) -> SubmittedRequest:
    return review_rules.decide(
        claimed(), decision(outcome), by=OFFICER, total_halalas=total_halalas, at=NOW, policy=policy()
    ).after


def second_review() -> SubmittedRequest:
    """An approval above the limit, claimed by a supervisor."""
    waiting = decided(total_halalas=policy().second_approval_above_halalas + 1)
    return review_rules.claim(asked(waiting, Party.SUPERVISOR).after, by=SUPERVISOR, at=NOW).after


def returned() -> SubmittedRequest:
    return asked(decided(WaitOutcome.RETURNED), Party.CONTRIBUTOR).after


@dataclass
class RequestsInMemory:
    """The `Requests` port on dictionaries."""

    kept: dict[str, Request] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    begun: dict[str, BegunLately] = field(default_factory=dict)

    def get(self, request_id: str) -> Request:
        if request_id not in self.kept:
            raise NotFound()
        return self.kept[request_id]

    def of_owner(self, owner: str) -> Sequence[Request]:
        mine = [request for request in self.kept.values() if request.owner == owner]
        return sorted(mine, key=lambda request: request.updated_at, reverse=True)[:100]

    def begun_lately(self, owner: str) -> BegunLately:
        return self.begun.get(owner, BegunLately(owner=owner))

    def note_beginning(self, after: BegunLately) -> Items:
        def holds() -> bool:
            return self.begun_lately(after.owner).version == after.version - 1

        return (Write.when(holds, lambda: self.begun.update({after.owner: after})),)

    def submitted(self, request_id: str) -> SubmittedRequest:
        request = self.get(request_id)
        if not isinstance(request, SubmittedRequest):
            raise NotFound()
        return request

    def on_desk(self, desk: str, *, limit: int, after: str | None = None) -> Sequence[SubmittedRequest]:
        waiting = [
            request
            for request in self.kept.values()
            if isinstance(request, SubmittedRequest) and desk_of(request) == desk
        ]
        following = [request for request in waiting if after is None or desk_position(request) > after]
        return sorted(following, key=desk_position)[:limit]

    def in_progress(self, *, before: str) -> Iterator[RequestInProgress]:
        found = [in_listing(request) for request in self.kept.values() if is_in_progress(request)]
        older = (entry for entry in found if entry.updated_at < before)
        yield from sorted(older, key=lambda entry: entry.updated_at)

    def timeline(self, request_id: str) -> Sequence[Event]:
        return list(self.events.get(request_id, []))

    def save(self, change: RequestChange) -> Items:
        after = change.after

        def holds() -> bool:
            stands = self.kept.get(after.id)
            wait = after.wait if change.token is not None else None
            if wait is not None and (after.id, wait.id) in self.tokens:
                return False
            return (stands.version if stands else None) == (change.before.version if change.before else None)

        def apply() -> None:
            self.kept[after.id] = after
            self.events.setdefault(after.id, []).extend(change.events)
            if change.token is not None and after.wait is not None:
                self.tokens[after.id, after.wait.id] = change.token

        return (Write.when(holds, apply),)

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        return self.tokens.get((request_id, wait_id))
