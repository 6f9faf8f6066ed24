"""Every other function that changes something, whatever breaks: done once, however often it is asked for."""

import json
import uuid
from collections.abc import Callable
from functools import cache
from itertools import count

import pytest
import yaml

from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.message_queue import MessageQueue
from ishtirak.adapters.aws.stranded_queue import StrandedQueue
from ishtirak.adapters.document_sandbox import Sandbox
from ishtirak.documents.model import DocumentState
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.kernel.insurance import System
from ishtirak.otp.model import DispatchState
from ishtirak.register.people import identity_message
from ishtirak.webhooks.signatures import SignedMessage
from local.simulators.qiwa import AuthenticateOrder
from tests.faults.lives import (
    EMPLOYER,
    approved,
    code_for,
    confirmed,
    long_ago,
    submitted,
    uploaded,
    with_the_employer,
)
from tests.faults.stepped import Reply, Stepped
from tests.faults.sweep import Work, swept
from tests.flows.assembly import ROOT
from tests.flows.people import one_of_the_crowd


def not_so(**facts: bool) -> list[str]:
    """The names of the facts that do not hold."""
    return [name.replace("_", " ") for name, holds in facts.items() if not holds]


class ByQueue:
    """Work a function takes from its queue or stream; the message comes again until it is taken."""

    function: str

    def __init__(self, stepped: Stepped) -> None:
        self.stepped = stepped
        stepped.afresh()

    def attempt(self) -> bool:
        return self.stepped.work(self.function)

    def deviations(self) -> list[str]:
        raise NotImplementedError


_newcomers = count()


class ContractOfANewcomer(ByQueue):
    """Qiwa tells of a contract of somebody the register does not know yet."""

    function = "ingest_contract"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        worker = one_of_the_crowd(next(_newcomers))
        event = stepped.system.simulators.qiwa.authenticate(
            AuthenticateOrder(worker=worker, establishment="mithal", deliver=False)
        )
        self._number = event.document["contract_number"]
        self._identity = IdentityNumber(event.document["worker"]["identity_number"])
        message = SignedMessage(id=event.message_id, text=event.body.decode())
        MessageQueue(stepped.outputs["ContractsQueueUrl"]).put(message)

    def deviations(self) -> list[str]:
        stepped = self.stepped
        fingerprint = KmsMac(stepped.outputs["MacKeyArn"]).of(identity_message(self._identity)).hex()
        person = stepped.register.people.id_of(fingerprint) or "nobody"
        contract = stepped.item("RegisterTable", f"CONTRACT#{self._number}", "CONTRACT")
        account = f"account/{person}/{System.SOCIAL_INSURANCE.value}"
        return not_so(
            the_contract_is_there=contract is not None and contract["version"] == 1,
            of_the_person_registered=contract is not None and person in contract["body"],
            one_period=len(stepped.register.accounts.periods(person)) == 1,
            one_entry=len(stepped.register.accounts.entries(person, System.SOCIAL_INSURANCE)) == 1,
            recorded_once=stepped.events("RegisterTable", account) == ["ContractRegistered"],
            no_dead_letter=stepped.cloud.dead_letters() == [],
        )


@cache
def retried_by_the_workflow() -> frozenset[str]:
    """The errors after which `add_period` tries a step again."""
    machine = yaml.safe_load((ROOT / "workflows" / "add_period.asl.yaml").read_text(encoding="utf-8"))
    return frozenset(machine["States"]["Post the period"]["Retry"][0]["ErrorEquals"])


class Posting:
    """The workflow posts an approved period, and tries again after what its file calls temporary."""

    def __init__(self, stepped: Stepped) -> None:
        self._stepped = stepped
        self._request = approved(stepped)
        self._failures: list[str] = []

    def attempt(self) -> bool:
        answer = self._stepped.invoke(
            "post_period", {"execution": self._request.id, "request_id": self._request.id}
        )
        if answer.error is None:
            return True
        self._failures.append(answer.json()["errorType"])
        return False

    def deviations(self) -> list[str]:
        stepped, request = self._stepped, self._stepped.requests.get(self._request.id)
        system = System(request.system.value)
        entries = stepped.register.accounts.entries(request.owner, system)
        bill = stepped.register.bills.find(request.bill_id or "")
        final = set(self._failures) - retried_by_the_workflow()
        return [
            *(f"the workflow gives up after {failure}" for failure in sorted(final)),
            *not_so(
                billed=request.state == "BILLED",
                recorded_once=stepped.events("RequestsTable", f"request/{request.id}").count("RequestBilled")
                == 1,
                one_entry=len(entries) == 1,
                one_period=len(stepped.register.accounts.periods(request.owner)) == 1,
                one_posting=stepped.register.accounts.state(request.owner, system).version == 1,
                the_bill_is_there=bill is not None,
            ),
        ]


class EmployersReply:
    """The employer confirms, and sends it again until it is confirmed that it is done."""

    def __init__(self, stepped: Stepped) -> None:
        self._stepped = stepped
        self._request = with_the_employer(stepped)
        self._key = str(uuid.uuid4())
        self._last: Reply | None = None

    def attempt(self) -> bool:
        self._last = self._send()
        return not self._last.worth_repeating

    def deviations(self) -> list[str]:
        request = self._stepped.requests.get(self._request.id)
        events = self._stepped.events("RequestsTable", f"request/{request.id}")
        again = self._send()
        return not_so(
            answered_200=self._last is not None and self._last.status == 200,
            the_same_answer_again=self._last is not None
            and (again.status, again.body) == (self._last.status, self._last.body),
            replied=request.employer_reply is not None and request.employer_reply.outcome == "CONFIRMED",
            recorded_once=events.count("EmployerReplied") == 1,
        )

    def _send(self) -> Reply:
        path = f"/v1/employer/claims/{self._request.id}/response"
        return self._stepped.asked(
            "respond_to_period", "POST", path, {"answer": "CONFIRM"}, by=EMPLOYER, key=self._key
        )


class EventOnItsWay(ByQueue):
    """A submitted request's event is to reach the workflow's queue, as often as it takes."""

    function = "relay_events"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        self._request = submitted(stepped)

    def deviations(self) -> list[str]:
        self.stepped.arrived()
        heard = [
            body for body in self.stepped.queued("drive_workflow") if f"request/{self._request.id}" in body
        ]
        ids = {event["detail"]["id"] for event in map(json.loads, heard)}
        return not_so(
            heard_of=len(heard) >= 1,
            under_one_id=len(ids) == 1,
            nothing_is_left=self.stepped.cloud.dead_letters() == [],
        )


class WorkflowStart(ByQueue):
    """A submitted request's workflow is to run, once."""

    function = "drive_workflow"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        self.request = submitted(stepped)
        stepped.work_off("relay_events")
        stepped.arrived()

    def deviations(self) -> list[str]:
        self.stepped.workflow_reaches(self.request.id, "WITH_EMPLOYER")
        events = self.stepped.events("RequestsTable", f"request/{self.request.id}")
        return not_so(
            one_run=self.stepped.runs().count(self.request.id) == 1,
            the_employer_is_asked_once=events.count("EmployerAsked") == 1,
        )


class WorkflowAnswer(ByQueue):
    """An employer's reply is to wake the workflow that waits for it, once."""

    function = "drive_workflow"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        started = WorkflowStart(stepped)
        stepped.work_off(self.function)
        stepped.workflow_reaches(started.request.id, "WITH_EMPLOYER")
        self.request = confirmed(stepped, stepped.requests.submitted(started.request.id))
        stepped.work_off("relay_events")
        stepped.arrived()

    def deviations(self) -> list[str]:
        self.stepped.workflow_reaches(self.request.id, "UNDER_REVIEW")
        events = self.stepped.events("RequestsTable", f"request/{self.request.id}")
        return not_so(
            the_officer_is_asked_once=events.count("ReviewAsked") == 1,
            the_workflow_waits=self.stepped.cloud.executions.describe(self.request.id)["waiting"] == 1,
        )


class StrandedRequest(ByQueue):
    """A request whose run was never started is to be shown, once, to who looks after such."""

    function = "show_stranded"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        self._request = long_ago(stepped, submitted(stepped))
        StrandedQueue(stepped.outputs["RunsQueueUrl"]).put(self._request.id)

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self._request.id)
        events = self.stepped.events("RequestsTable", f"request/{request.id}")
        return not_so(
            shown=(request.state, request.failure) == ("NEEDS_ATTENTION", "RunNotStarted"),
            recorded_once=events.count("AttentionNeeded") == 1,
            no_dead_letter=self.stepped.cloud.dead_letters() == [],
        )


class RunThatStandsStill(ByQueue):
    """A run that makes no step is to be stopped, and its request shown."""

    function = "show_stranded"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        started = WorkflowStart(stepped)
        stepped.work_off("drive_workflow")
        stepped.workflow_reaches(started.request.id, "WITH_EMPLOYER")
        self._request = long_ago(stepped, stepped.requests.submitted(started.request.id), days=90)
        stepped.afresh()
        StrandedQueue(stepped.outputs["RunsQueueUrl"]).put(self._request.id)

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self._request.id)
        run = self.stepped.cloud.executions.describe(request.id)
        events = self.stepped.events("RequestsTable", f"request/{request.id}")
        return not_so(
            shown=request.state == "NEEDS_ATTENTION" and (request.failure or "").startswith("Run"),
            stopped=run["status"] == "ABORTED",
            recorded_once=events.count("AttentionNeeded") == 1,
        )


class Sweep:
    """The schedule fires; what died is to be reported at least once, and the next time it fires is a try again."""

    def __init__(self, stepped: Stepped) -> None:
        self._stepped = stepped
        stepped.afresh()
        self._request = long_ago(stepped, submitted(stepped))

    def attempt(self) -> bool:
        return self._stepped.invoke("sweep_workflows", {}).error is None

    def deviations(self) -> list[str]:
        reported = self._stepped.queued("show_stranded")
        mine = [body for body in reported if self._request.id in body]
        shown_by_others = _shown(self._stepped, self._request.id)
        return not_so(reported=bool(mine) or shown_by_others)


def _shown(stepped: Stepped, request_id: str) -> bool:
    stepped.work_off("show_stranded")
    return str(stepped.requests.get(request_id).state) == "NEEDS_ATTENTION"


class CodeToSend(ByQueue):
    """A code is to reach the registered phone: one text, whoever has to try again."""

    function = "send_otp"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        self._challenge, _ = code_for(stepped.outputs, submitted(stepped))
        stepped.work_off("relay_events")
        stepped.arrived()

    def deviations(self) -> list[str]:
        outbox = self.stepped.system.simulators.outbox
        texts = outbox.messages(reference=self._challenge.id)
        after = self.stepped.access.find(self._challenge.id)
        return not_so(
            one_text=len(texts) == 1,
            by_the_first_provider=[text.provider for text in texts] == ["nasim"],
            known_as_sent=after is not None and after.dispatch is DispatchState.SENT,
            no_dead_letter=self.stepped.cloud.dead_letters() == [],
        )


class DocumentToInspect(ByQueue):
    """An uploaded document is to be kept as evidence, once, and to leave the quarantine."""

    function = "inspect_document"

    def __init__(self, stepped: Stepped) -> None:
        super().__init__(stepped)
        self._document = uploaded(stepped)
        stepped.arrived()

    def deviations(self) -> list[str]:
        stepped, document = self.stepped, self._document
        after = DocumentTable(stepped.outputs["RequestsTable"]).find(document.id)
        kept = stepped.versions("CleanBucket", document.key)
        return not_so(
            accepted=after is not None and after.state is DocumentState.CLEAN,
            recorded_once=stepped.events("RequestsTable", f"document/{document.id}").count("DocumentAccepted")
            == 1,
            kept_once=len(kept) == 1,
            what_is_kept_is_named=after is not None and [after.kept_version] == kept,
            the_quarantine_is_empty=stepped.versions("QuarantineBucket", document.key) == [],
            no_dead_letter=stepped.cloud.dead_letters() == [],
        )


@pytest.mark.parametrize(
    ("function", "work"),
    [
        ("ingest_contract", ContractOfANewcomer),
        ("post_period", Posting),
        ("respond_to_period", EmployersReply),
        ("relay_events", EventOnItsWay),
        ("drive_workflow", WorkflowStart),
        ("drive_workflow", WorkflowAnswer),
        ("show_stranded", StrandedRequest),
        ("show_stranded", RunThatStandsStill),
        ("sweep_workflows", Sweep),
        ("send_otp", CodeToSend),
        ("inspect_document", DocumentToInspect),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_it_is_done_once_whatever_breaks(
    stepped: Stepped,
    function: str,
    work: Callable[[Stepped], Work],
    report: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Sandbox, "inspect", lambda *_, **__: None)  # what it finds is tested where it lives

    result = swept(stepped, function, lambda: work(stepped))

    report(f"{work.__name__} by {result}")
    assert result.calls
    assert result.deviations == []
