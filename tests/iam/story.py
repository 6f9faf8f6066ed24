"""The demo's story with its side paths, inside this process, while every permission it takes is noted.

Side paths are what happens on other days: a function that dies between two steps, a message that comes again, an object
that is no longer there. A grant needed only then is needed all the same, so each is made to happen.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import requests
import time_machine

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.bus import EventBridgeBus
from ishtirak.adapters.aws.event_log import event_of
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.messages.budget import SHARDS, hour_of, next_hour
from ishtirak.messages.notices import Notice
from ishtirak.register.rules import post
from local.client import Person
from local.demo.__main__ import run_scenarios
from local.demo.acts import (
    EMPLOYER,
    complete_draft,
    decide,
    instruct,
    period_data,
    submit_request,
)
from local.demo.run import DemoRun
from local.environment import Environment, start_environment
from local.sample_documents import pdf
from tests.fakes.register import a_cause, a_period, register_on
from tests.flows.straight import Straight
from tests.iam.appointments import an_official_invited_and_disabled, somebody_appointed
from tests.iam.coming_in import come_in
from tests.iam.grants import Grant, grants
from tests.iam.implied import Keys, by_keys, by_the_runtime, by_the_source
from tests.iam.uses import AccountRegion, Recorder, Use


@dataclass(frozen=True)
class Story:
    """What the story left: what roles may do, what was done with them, and the calls both are held against."""

    granted: frozenset[Grant]
    used: frozenset[Use]
    operations: dict[str, set[str]]
    ledger: dict[str, set[str]]


def record(assembly: Path, *, logs: Path) -> Story:
    """Run it all; `cdk.out` is deployed whole and functions run inline."""
    with (
        start_environment(assembly, lambdas="inline", logs=logs) as system,
        pytest.MonkeyPatch.context() as patch,
    ):
        cloud = system.cloud
        names = {
            name: function.handler.split(".")[1] for name, function in cloud.deployment.functions.items()
        }
        recorder = Recorder(
            AccountRegion(cloud.account, cloud.region),
            machine=cloud.outputs["AddPeriodArn"],
            name=names.__getitem__,
        )
        recorder.install(patch)
        _answer_in_this_process(system, patch)
        run_scenarios(system)
        _side_paths(system)
        cloud.settle(timeout=30)
        own = Roles(system, assembly, names)
        counted = cloud.call_log.counts()
        return Story(
            granted=frozenset(own.grants()),
            used=frozenset(own.implied(recorder.uses) | recorder.uses),
            operations=recorder.operations,
            ledger={names[function]: set(calls) for function, calls in counted.items()},
        )


def _answer_in_this_process(system: Environment, patch: pytest.MonkeyPatch) -> None:
    """The cloud has no address when it runs inline; simulators have one on loopback, as ever."""
    upstream, places = requests.Session.get_adapter, dict[requests.Session, Straight]()

    def adapter(session: requests.Session, url: str) -> Any:
        """Everybody is somewhere else, as codes are counted by address."""
        if url.startswith("http://127.0.0.1"):
            return upstream(session, url)
        address = f"203.0.113.{len(places) % 254 + 1}"
        return places.setdefault(session, Straight(system.cloud, address=address))

    patch.setattr(requests.Session, "get_adapter", adapter)


def _side_paths(system: Environment) -> None:
    story = DemoRun(system)
    with _later():
        person = story.signed_in("majid")
        _everything_that_lists(story)
        _bills_decided_and_paid(system, story)
        _period_of_a_resident(system, story)
        _a_second_factor(story)
        come_in(system)
        somebody_appointed(system, story)
        an_official_invited_and_disabled(system, story)
        _refreshed_and_signed_out(story)
        request_id = _killed_after_keeping_a_document(system, person)
        _gone_when_it_is_read(system, person, request_id)
        _a_paper_that_is_waived(system, person)
        _run_that_stands_still(system, story)
    _newcomer_and_back_dated(system)
    _said_again(system)
    _a_period_before_those_known(system)
    _the_hours_texts_used_up(system)


@contextmanager
def _later() -> Iterator[None]:
    """An hour on, so that a new code may be asked for."""
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=True):
        yield


def _everything_that_lists(story: DemoRun) -> None:
    """Desks and rolls: what is asked of an index."""
    story.signed_in("noura").ask("GET", "/v1/employer/claims").expect(200)
    _employer_and_contributor(story)
    story.signed_in("faisal").ask("GET", "/v1/reviews").expect(200)
    _cursors_made_up(story)
    requests = story.signed_in("majid").ask("GET", "/v1/requests").expect(200).body["requests"]
    story.signed_in("faisal").ask("GET", f"/v1/reviews/{requests[0]['id']}").expect(200)


def _employer_and_contributor(story: DemoRun) -> None:
    """The file, the list in two pages, one account with what is masked of it; and what the person reads of that."""
    noura, path = story.signed_in("noura"), f"/v1/employer/establishments/{EMPLOYER}"
    noura.ask("GET", path).expect(200)
    page = noura.ask("GET", f"{path}/contributors?limit=1").expect(200).body
    noura.ask("GET", f"{path}/contributors?limit=1&after={page['next']}").expect(200)
    contributor = page["contributors"][0]["contributor_id"]
    noura.ask("GET", f"{path}/contributors/{contributor}").expect(200)
    story.signed_in("majid").ask("GET", "/v1/me/access-log").expect(200)
    code = story.signed_in("majid").ask("POST", "/v1/me/certificates").expect(201).body["verification_code"]
    story.signed_in("majid").ask("GET", f"/v1/certificates/{code}").expect(200)
    noura.ask("POST", f"{path}/certificates")


def _cursors_made_up(story: DemoRun) -> None:
    """A cursor nobody wrote: what a forged one makes a function ask of KMS."""
    forged = urlsafe_b64encode(b"a tag of 16 byte2027-01-01#somewhere").decode().rstrip("=")
    lists = (
        ("noura", f"/v1/employer/establishments/{EMPLOYER}/contributors"),
        ("majid", "/v1/me/access-log"),
        ("noura", "/v1/employer/claims"),
        ("reem", "/v1/employer/bills"),
        ("faisal", "/v1/reviews"),
        ("faisal", "/v1/payments/unmatched"),
    )
    for person, path in lists:
        story.signed_in(person).ask("GET", f"{path}?after={forged}").expect(422)


def _bills_decided_and_paid(system: Environment, story: DemoRun) -> None:
    """The employer looks, the authority lets a part of a fine off, and money comes: for the bill, and for none."""
    reem, faisal = story.signed_in("reem"), story.signed_in("faisal")
    bill = reem.ask("GET", "/v1/employer/bills").expect(200).body["bills"][0]
    reem.ask("GET", f"/v1/employer/bills/{bill['bill_id']}").expect(200)
    waiver = {"percent": 10, "reason_code": "OTHER", "note": "An error of ours"}
    faisal.ask("POST", f"/v1/bills/{bill['bill_id']}/waiver", waiver).expect(200)
    _the_longer_counting_by_two(story, bill["bill_id"])
    for path in ("/v1/bills", f"/v1/bills/{bill['bill_id']}", "/v1/payments/unmatched"):
        faisal.ask("GET", path).expect(200)
    for reference in (bill["reference"], "ISH-0000-NOBILL00-0"):
        instruct(system.simulators.wafa.url, "pay", {"bill_reference": reference, "amount": 100})
    system.cloud.settle(timeout=5)


def _the_longer_counting_by_two(story: DemoRun, bill_id: str) -> None:
    """A decision about a bill that takes two people, each with a proof: by SMS, and by an authenticator app."""
    faisal, huda = story.signed_in("faisal"), story.signed_in("huda")
    reason = {"reason_code": "OTHER", "note": "An error of ours"}
    proof = faisal.prove({"about_id": bill_id, "extension": reason})
    path = f"/v1/bills/{bill_id}"
    bill = faisal.ask("POST", f"{path}/extension", {**reason, "proof_id": proof}).expect(200).body
    decision_id = next(one["decision_id"] for one in bill["decisions"] if one["state"] == "PROPOSED")
    app = _enrolled(huda)
    stated = {"about_id": bill_id, "approval": {"decision_id": decision_id, "approved": True}}
    body = {"decision": stated, "kind": "TOTP", "code": app.at(datetime.now(UTC), counter_offset=1)}
    proven = huda.ask("POST", "/v1/decisions/proof", body).expect(201).body
    answer = {"approved": True, "proof_id": proven["proof_id"]}
    huda.ask("POST", f"{path}/decisions/{decision_id}/approval", answer).expect(200)


def _enrolled(person: Person) -> pyotp.TOTP:
    """The person's authenticator app, enrolled."""
    seen = len(person.phone())
    begun = person.ask("POST", "/v1/me/factors/enrolments").expect(201).body
    app = pyotp.TOTP(begun["secret"])
    codes = {"code": person.code_after(seen), "authenticator_code": app.now()}
    path = f"/v1/me/factors/enrolments/{begun['challenge_id']}/confirmation"
    person.ask("POST", path, codes).expect(201)
    return app


def _period_of_a_resident(system: Environment, story: DemoRun) -> None:
    """Every step that assesses asks the interior authority for the dates, and needs the number to ask with."""
    maria, last_day = story.signed_in("maria"), date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011
    first_day = last_day.replace(day=1).isoformat()
    service = {"starts_on": first_day, "started_by": "ENTRY"}
    reported = {"identity_number": "2000000014", "unified_number": EMPLOYER, "services": [service]}
    requests.post(
        f"{system.simulators.jawazat.url}/_sim/services", json=reported, timeout=5
    ).raise_for_status()
    request_id = submit_request(maria, "SOCIAL_INSURANCE", period_data(first_day, last_day.isoformat()))
    maria.until(request_id, "WITH_EMPLOYER")
    claim = f"/v1/employer/claims/{request_id}/response"
    story.signed_in("noura").ask("POST", claim, {"answer": "CONFIRM"}).expect(200)
    maria.until(request_id, "UNDER_REVIEW")
    decide(story.signed_in("faisal"), request_id, {"verdict": "APPROVE"})
    maria.until(request_id, "BILLED")
    system.cloud.settle(timeout=5)


def _newcomer_and_back_dated(system: Environment) -> None:
    """Qiwa names somebody the register does not know, and a start long past, which is held, encrypted."""
    qiwa, first = system.simulators.qiwa.url, date.today().replace(day=1)  # noqa: DTZ011
    until = first.replace(year=first.year + 1).isoformat()
    newcomer = {"worker": "anil", "terms": {"starts_on": first.isoformat(), "ends_on": until}}
    back_dated = {"worker": "turki", "terms": {"starts_on": "2021-01-01", "ends_on": until}}
    for order in (newcomer, back_dated):
        instruct(qiwa, "authenticate", {"establishment": "mithal", **order})
    system.cloud.settle(timeout=5)


def _a_second_factor(story: DemoRun) -> None:
    """An authenticator app enrolled, its recovery codes renewed, and removed again with a code by SMS."""
    majid = story.signed_in("majid")
    _enrolled(majid)
    majid.ask("POST", "/v1/me/factors/recovery-codes", {"code": "000000"}).expect(401)
    seen = len(majid.phone())
    asked = majid.ask("POST", "/v1/me/factors/removal/code").expect(202).body
    proof = {"kind": "SMS", "challenge_id": asked["challenge_id"], "code": majid.code_after(seen)}
    majid.ask("POST", "/v1/me/factors/removal", proof).expect(200)


def _refreshed_and_signed_out(story: DemoRun) -> None:
    noura = story.signed_in("noura")
    noura.ask("POST", "/v1/sign-in/refresh", {"session": noura.session}).expect(200)
    noura.ask("POST", "/v1/sign-in/sign-out", {"session": noura.session}).expect(200)


def _killed_after_keeping_a_document(system: Environment, person: Person) -> str:
    """Delivered again, the inspection finds the document kept, and has to see whether it is the same."""
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
    request_id: str = draft.body["id"]
    after_the_story = period_data("2025-08-01", "2025-09-30")
    person.ask("PUT", f"/v1/requests/{request_id}/data", after_the_story, etag=draft.etag).expect(200)
    inspections = [
        one["calls"] for one in system.cloud.call_log.invocations() if "InspectDocument" in one["function"]
    ]
    keeping = next(calls.index("s3.PutObject") for calls in inspections if "s3.PutObject" in calls)
    system.cloud.arm("inspect_document", call=keeping + 1, when="after")
    document = person.upload(request_id, "EMPLOYMENT_CONTRACT", "proof.pdf", pdf("Proof"))
    while person.document(request_id, document)["state"] != "CLEAN":
        system.cloud.redeliver_soon()
        system.cloud.settle(timeout=5)
    return request_id


def _gone_when_it_is_read(system: Environment, person: Person, request_id: str) -> None:
    """S3 said that it arrived, and it is not there: S3 tells that only to who may list."""
    declared = person.declare(request_id, "SUPPORTING_DOCUMENT", "gone.pdf", pdf("Gone")).expect(201).body
    event = {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "bucket": {"name": system.cloud.outputs["QuarantineBucket"]},
            "object": {"key": declared["upload"]["fields"]["key"], "etag": "0" * 32},
        },
    }
    system.cloud.client("sqs").send_message(
        QueueUrl=system.cloud.outputs["DocumentsQueueUrl"], MessageBody=json.dumps(event)
    )
    system.cloud.settle(timeout=5)


def _a_paper_that_is_waived(system: Environment, person: Person) -> None:
    """Qiwa knows a contract for these days: its paper is not asked for, and the fact is looked up for the code."""
    order = {"worker": "majid", "establishment": "mithal", "terms": {"starts_on": "2021-01-01"}}
    instruct(system.simulators.qiwa.url, "authenticate", order)
    system.cloud.settle(timeout=5)
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
    request_id: str = draft.body["id"]
    complete_draft(person, draft.etag, request_id, period_data("2025-10-01", "2025-10-31"))
    waived = person.request(request_id)["waived_documents"]
    assert [one["kind"] for one in waived] == ["EMPLOYMENT_CONTRACT"]
    person.ask_for_code(request_id)


def _run_that_stands_still(system: Environment, story: DemoRun) -> None:
    """Long past its deadline the run waits as ever: the sweep finds it, it is stopped, and the request shown."""
    cloud, sara = system.cloud, story.signed_in("sara")
    request_id = submit_request(sara, "SOCIAL_INSURANCE", period_data("2026-01-01", "2026-01-31"))
    sara.until(request_id, "WITH_EMPLOYER")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=90), tick=True):
        cloud.fire("WorkflowSweep")
        cloud.settle(timeout=10)
    sara.until(request_id, "NEEDS_ATTENTION")


def _said_again(system: Environment) -> None:
    """Every event of the requests once more, as the relay would after a crash: all runs are over by now."""
    table = system.cloud.outputs["RequestsTable"]
    items = system.cloud.client("dynamodb").scan(TableName=table)["Items"]
    events = [event_of(item) for item in map(dynamo.from_dynamo, items) if item.get("kind") == "event"]
    EventBridgeBus(system.cloud.outputs["BusName"]).publish(events)
    system.cloud.settle(timeout=10)


def _a_period_before_those_known(system: Environment) -> None:
    """The employer's list has the contributor by an earlier first day, and by the old one no longer."""
    register = register_on(system.cloud.outputs["RegisterTable"])
    period = a_period("2010-01-01", "2010-12-31")
    before = register.accounts.state(period.person_id, period.system)
    register.store(post(before, period=period, rows=(), cause=a_cause()), before=before)
    system.cloud.settle(timeout=5)


def _the_hours_texts_used_up(system: Environment) -> None:
    """A notice that has to wait is put back into the queue it came from."""
    now = datetime.now(UTC)
    table = SmsBudgetTable(system.cloud.outputs["AccessTable"])
    used = [
        {"pk": f"SMS#{to_rfc3339(hour)[:13]}", "sk": f"SHARD#{number:02}", "texts": 10**6, "notices": 10**6}
        for hour in (hour_of(now), next_hour(now))
        for number in range(SHARDS)
    ]
    for item in used:
        system.cloud.client("dynamodb").put_item(
            TableName=system.cloud.outputs["AccessTable"], Item=dynamo.to_dynamo(item)
        )
    assert table.use(hour_of(now)).texts == SHARDS * 10**6
    notice = Notice(event_id="held back", person_id="nobody", code="RequestBilled", facts={})
    system.cloud.client("sqs").send_message(
        QueueUrl=system.cloud.outputs["SmsQueueUrl"], MessageBody=notice.model_dump_json()
    )
    system.cloud.settle(timeout=5)


class Roles:
    """The functions' roles as they were deployed, and what AWS itself does with them."""

    def __init__(self, system: Environment, assembly: Path, names: dict[str, str]) -> None:
        self._cloud = system.cloud
        self._names = names
        template = json.loads((assembly / "IshtirakService.template.json").read_text(encoding="utf-8"))
        self._functions = {
            resource["Properties"]["Handler"].split(".")[1]: resource["Properties"]
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::Lambda::Function"
        }

    def grants(self) -> set[Grant]:
        """The policies of every role, references resolved by the deployment."""
        iam = self._cloud.client("iam")
        found = set()
        for function, properties in self._functions.items():
            role = self._deployed(properties["Role"]["Fn::GetAtt"][0])
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                found |= grants(function, document, region=self._cloud.region)
        return found

    def implied(self, used: set[Use]) -> set[Use]:
        """What is done with the roles without a call of the functions."""
        found = set()
        for function, properties in self._functions.items():
            group = self._deployed(properties["LoggingConfig"]["LogGroup"]["Ref"])
            stand_in = f"arn:aws:local:{self._cloud.region}:{self._cloud.account}:{group}"
            found |= set(by_the_runtime(function, log_group=stand_in))
        for source in self._cloud.deployment.event_sources:
            found |= set(by_the_source(self._names[source["FunctionName"]], source))
        return found | set(by_keys(found | used, Keys(self._cloud.client)))

    def _deployed(self, logical_id: str) -> str:
        return self._cloud.resources[f"IshtirakService/{logical_id}"]
