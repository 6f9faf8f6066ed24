"""`python -m local.demo`: the main job, end to end, over HTTP, as the people in it would do it.

A contributor adds a period (refused first, then corrected), the employer and an officer reply, the period
is recorded and billed; a second request goes the long way round; Qiwa registers a worker, and cannot do it
twice. Any deviation ends it with a status other than 0.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests as http
from rich.console import Console
from rich.table import Table

from local.assembly import is_stale, synthesise
from local.client import Person, Unexpected, arabic_digits, eventually
from local.sample_documents import pdf
from local.whole import Whole, whole

ROOT = Path(__file__).resolve().parent.parent
EMPLOYER = "7000000001"
GOVERNMENT = "7000000003"
console = Console()


class Story:
    """The people, the steps told so far, and what each cost in AWS calls."""

    def __init__(self, system: Whole) -> None:
        self.system = system
        self.url = system.cloud.url
        self.steps: list[tuple[str, float, int]] = []
        self._roster = {entry["username"]: entry for entry in system.cloud.sign_ins}
        self._signed_in: dict[str, Person] = {}

    def signed_in(self, username: str) -> Person:
        """The person, signed in once: a second code within a minute is not sent to anybody."""
        if username not in self._signed_in:
            self._signed_in[username] = self.person(username).sign_in()
        return self._signed_in[username]

    def person(self, username: str) -> Person:
        entry = self._roster[username]
        mobile = mobile_of(username)
        return Person(self.url, username, entry["password"], lambda: self.system.messages_to(mobile))

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step with its time and its AWS calls; counted once everything it set in motion is quiet."""
        before, started = self._calls(), time.monotonic()
        with console.status(title):
            yield
            self.system.cloud.settle(timeout=5)
        took, calls = time.monotonic() - started, self._calls() - before
        self.steps.append((title, took, calls))
        console.print(f"[green]✓[/] {title}  [dim]{took:.1f} s · {calls} AWS calls[/]")

    def _calls(self) -> int:
        return sum(sum(operations.values()) for operations in self.system.cloud.ledger.counts().values())


def mobile_of(username: str) -> str:
    """The phone registered for a seeded person."""
    from local.simulators.people import roster

    people = roster()
    person = next(entry.person for entry in people.sign_ins if entry.username == username)
    return next(one.mobile.reveal() for one in people.people if one.key == person and one.mobile)


def data(
    starts_on: str, ends_on: str, *, establishment: str = EMPLOYER, basic: int = 800_000, **changes: Any
) -> dict[str, Any]:
    """The data step of the form, with one wage line over the whole period."""
    return {
        "establishment": establishment,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage_lines": [
            {"first_month": starts_on[:7], "last_month": ends_on[:7], "basic": basic, "housing": basic // 4}
        ],
        "reason": "لم يسجل صاحب العمل المدة في حينها",
        **changes,
    }


def told(problem: dict[str, Any]) -> str:
    """A refusal as a person reads it, in one line; Latin facts first, for terminals that do not do bidi."""
    code = f"[yellow]{problem['status']} {problem['code']}[/] {problem['rule']}"
    return f"{code} — {problem['title']}: {problem['detail']}"


def main_job(story: Story) -> tuple[Person, str]:
    """Majid adds a period of social insurance; everything that can go wrong on the way does so first."""
    majid = story.person("majid")
    with story.step("sign in: a wrong password looks like a right one, then password and code"):
        wrong = Person(story.url, "majid", "not-this-one", majid.phone)
        wrong.ask("POST", "/v1/sign-in", {"username": "majid", "password": "not-this-one"}).expect(202)
        majid.sign_in()
        Person(story.url, "nobody", "", majid.phone).ask("GET", "/v1/requests").expect(401)
    with story.step("begin: what the service asks for, and a draft"):
        facts = majid.ask("GET", "/v1/services/add-period").expect(200).body
        draft = majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
        request_id = draft.body["id"]
    path = f"/v1/requests/{request_id}"
    with story.step("data: refused, in Arabic and in English, and nothing stored"):
        tomorrow = (date.today() + timedelta(days=2)).isoformat()
        future = data("2025-01-01", tomorrow)
        for language in ("ar", "en"):
            refused = majid.ask("PUT", f"{path}/data", future, etag=draft.etag, language=language).expect(
                409, "ends_after_the_request"
            )
            console.print("   ", told(refused.body))
        unknown = data("2025-01-01", "2025-06-30") | {
            "approved_by": "me",
            "starts_on": {"calendar": "HIJRI", "year": 1415, "month": 1, "day": 30},
        }
        fields = majid.ask("PUT", f"{path}/data", unknown, etag=draft.etag, language="en").expect(422)
        for one in fields.body["errors"]:
            console.print(f"    [yellow]{one['pointer']}[/] {one['code']}: {one['message']}")
        if majid.request(request_id)["data"] is not None:
            raise Unexpected("a refused save left something behind")
    with story.step("data: corrected; the 24-month window cuts the period, the estimate says so"):
        saved = majid.ask("PUT", f"{path}/data", data("2024-06-01", "2025-06-30"), etag=draft.etag).expect(
            200
        )
        majid.ask("PUT", f"{path}/data", data("2024-06-01", "2025-06-30"), etag=draft.etag).expect(412)
        english = majid.ask("GET", path, language="en").expect(200).body
        for explanation in english["estimate"]["explanations"]:
            console.print(
                f"    {explanation['rule']}: {explanation['text']} [dim]({explanation['source']})[/]"
            )
    with story.step("documents: presigned forms; S3 refuses other bytes, the inspection refuses a script"):
        content = {kind: pdf(kind, lines=(request_id,)) for kind in saved.body["required_documents"]}
        kinds = list(content)
        script = pdf("Scripted", catalogue="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
        declared = majid.declare(request_id, kinds[0], "scripted.pdf", script).expect(201).body
        other = majid.post_form(declared["upload"], "x.pdf", content[kinds[0]])
        if other.status_code not in (400, 403):
            raise Unexpected(f"S3 took bytes nobody declared: {other.status_code}")
        majid.post_form(declared["upload"], "scripted.pdf", script)
        bad = majid.inspected(request_id, declared["document_id"])
        if bad["state"] != "REFUSED":
            raise Unexpected(f"a scripted PDF is {bad['state']}")
        console.print(f"    [yellow]{bad['reason']}[/] {bad['reason_text']}")
        majid.ask("DELETE", f"{path}/documents/{bad['id']}", etag=majid.ask("GET", path).etag).expect(200)
        uploads = [majid.upload(request_id, kind, f"{kind}.pdf", body) for kind, body in content.items()]
        for upload in uploads:
            if majid.inspected(request_id, upload)["state"] != "CLEAN":
                raise Unexpected("a plain PDF was refused")
    with story.step("declaration: the text in force, accepted"):
        etag = majid.ask("GET", path).etag
        majid.ask("PUT", f"{path}/declaration", {"version": "2020-01"}, etag=etag).expect(
            409, "declaration_outdated"
        )
        majid.ask(
            "PUT", f"{path}/declaration", {"version": facts["declaration"]["version"]}, etag=etag
        ).expect(200)
    with story.step(
        "code and submission: a wrong code, then the right one in Arabic digits, then the same key again"
    ):
        challenge, code = majid.ask_for_code(request_id)
        wrong_code = f"{(int(code) + 1) % 1_000_000:06d}"
        majid.submit(request_id, challenge, wrong_code).expect(401, "code_not_accepted")
        first = majid.submit(request_id, challenge, arabic_digits(code), key="submit-once").expect(201)
        again = majid.submit(request_id, challenge, arabic_digits(code), key="submit-once").expect(201)
        if first.body != again.body:
            raise Unexpected("the same key got another answer")
        majid.submit(request_id, challenge, code).expect(409, "already_submitted")
    console.print(f"    reference [bold]{first.body['reference']}[/]")
    with story.step("employer: another company sees nothing; ours sees a masked number, and confirms"):
        noura, badr = story.signed_in("noura"), story.signed_in("badr")
        claim = f"/v1/employer/claims/{request_id}"
        majid.until(request_id, "WITH_EMPLOYER")
        hidden = badr.ask("GET", claim).expect(404).body
        absent = badr.ask("GET", "/v1/employer/claims/00000000-0000-4000-8000-00000000dead").expect(404).body
        if {**hidden, "trace_id": ""} != {**absent, "trace_id": ""}:
            raise Unexpected("another's claim can be told from none")
        seen = noura.ask("GET", claim).expect(200).body
        console.print(f"    the employer sees [bold]{seen['worker']}[/]")
        noura.ask("POST", f"{claim}/response", {"answer": "CONFIRM"}).expect(200)
        noura.ask("POST", f"{claim}/response", {"answer": "OBJECT", "note": "changed my mind"}).expect(409)
    with story.step("officer: takes it off the queue, reads the documents, approves"):
        faisal = story.signed_in("faisal")
        majid.until(request_id, "UNDER_REVIEW")
        case = f"/v1/reviews/{request_id}"
        faisal.ask("POST", f"{case}/decision", {"verdict": "APPROVE"}).expect(409, "not_claimed")
        faisal.ask("POST", f"{case}/claim").expect(200)
        link = faisal.ask("GET", f"{case}/documents/{uploads[0]}").expect(200).body
        download = http.get(link["url"], timeout=10)
        if download.content != content[kinds[0]]:
            raise Unexpected(f"the officer did not get the bytes that were sealed: {download.status_code}")
        faisal.ask("POST", f"{case}/decision", {"verdict": "APPROVE"}).expect(200)
    with story.step("posted: period, ledger, bill and receipt"):
        majid.until(request_id, "BILLED")
        receipt = majid.ask("GET", f"{path}/receipt").expect(200).body
        show_dues(receipt)
        majid.ask("PUT", f"{path}/data", data("2025-01-01", "2025-02-28"), etag='"1"').expect(412)
    return majid, request_id


def payment(story: Story, majid: Person) -> None:
    """The bill's life: fines accrue, a part covers the oldest months, the rest settles it, a duplicate does nothing."""
    noura, wafa = story.signed_in("noura"), story.system.simulators.wafa.url
    with story.step("bill: what is due today, and what it would be in forty days"):
        line = eventually(lambda: first_bill(noura), "the bill on the employer's list")
        path = f"/v1/employer/bills/{line['bill_id']}"
        story.signed_in("badr").ask("GET", path).expect(404)
        today = noura.ask("GET", path, language="en").expect(200).body
        later = (
            noura.ask("GET", f"{path}?as_of={date.today() + timedelta(days=40)}", language="en")
            .expect(200)
            .body
        )
        if not (later["estimate"] and later["due"] > today["due"]):
            raise Unexpected("no fine accrues")
        console.print(
            f"    due today {riyals(today['due'])} · {later['estimate_text']}: {riyals(later['due'])}"
        )
    with story.step("payment: a part, by a signed notice, covers the oldest months"):
        first, second = today["months"][:2]
        part = first["due"] + second["contribution"] // 2
        notified(wafa, "pay", {"bill_reference": today["reference"], "amount": part})
        partly = bill_when(noura, path, "PARTLY_PAID")
        show_months(partly)
        if [month["paid"] for month in partly["months"][:2]] != [True, False]:
            raise Unexpected("a part payment did not cover the oldest month first")
    with story.step("payment: the rest, told twice; then again, and with an old signature: nothing changes"):
        rest = {"bill_reference": today["reference"], "amount": partly["due"], "times": 2}
        notice = notified(wafa, "pay", rest)["notices"][0]["payment_reference"]
        settled = bill_when(noura, path, "SETTLED")
        notified(wafa, "notify", {"payment_reference": notice})
        refused = notified(wafa, "notify", {"payment_reference": notice, "tampering": "old_timestamp"})
        if refused["deliveries"][0]["statuses"] != [401]:
            raise Unexpected(f"an old notice was answered {refused['deliveries']}")
        story.system.cloud.settle(timeout=5)
        if noura.ask("GET", path, language="en").expect(200).body != settled or settled["due"]:
            raise Unexpected("a duplicate changed the bill")
        statement = majid.ask("GET", "/v1/me/contributions").expect(200).body
        if statement["months_paid"] != len(settled["months"]):
            raise Unexpected("the statement does not show the months as paid")
        console.print(f"    the worker's statement: {statement['months_paid']} months paid, they qualify")


def first_bill(employer: Person) -> dict[str, Any] | None:
    bills = employer.ask("GET", "/v1/employer/bills").expect(200).body["bills"]
    return bills[0] if bills else None


def notified(agency: str, what: str, order: dict[str, Any]) -> dict[str, Any]:
    reply = http.post(f"{agency}/_sim/{what}", json=order, timeout=10)
    if reply.status_code >= 300:
        raise Unexpected(f"the payment system could not {what}: {reply.text}")
    answer: dict[str, Any] = reply.json()
    return answer


def bill_when(employer: Person, path: str, state: str) -> dict[str, Any]:
    """The bill once it is in that state."""

    def there() -> dict[str, Any] | None:
        found: dict[str, Any] = employer.ask("GET", path, language="en").expect(200).body
        return found if found["state"] == state else None

    return eventually(there, f"the bill to be {state}")


def show_months(bill: dict[str, Any]) -> None:
    table = Table(title=f"Bill {bill['reference']} · {bill['state_text']} · SAR", title_justify="left")
    for column in ("month", "contribution", "paid", "fine", "paid ", "due"):
        table.add_column(column, justify="left" if column == "month" else "right")
    for month in bill["months"]:
        sums = ("contribution", "contribution_paid", "fine", "fine_paid", "due")
        table.add_row(month["month"], *(riyals(month[name]) for name in sums))
    console.print(table)


def silence(story: Story) -> None:
    """Turki, military pension: the body does not reply, the officer returns it, and Turki takes it back."""
    with story.step("military pension: submitted; the body does not reply in time"):
        turki = story.signed_in("turki")
        request_id = begun(
            turki, "MILITARY_PENSION", data("2025-01-01", "2025-06-30", establishment="7000000004")
        )
        turki.until(request_id, "WITH_EMPLOYER")
        http.post(f"{story.url}/_local/expire/{request_id}", timeout=10).raise_for_status()
        reviewed = turki.until(request_id, "UNDER_REVIEW")
        if reviewed["employer_reply"]["outcome"] != "NO_REPLY":
            raise Unexpected("the silence is not on record")
    with story.step("returned for completion, and withdrawn"):
        faisal = story.signed_in("faisal")
        returned = {
            "verdict": "RETURN",
            "reason_code": "DATES_NOT_PROVED",
            "note": "أرفق ما يثبت تاريخ المباشرة",
        }
        decide(faisal, request_id, returned)
        turki.until(request_id, "RETURNED")
        turki.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)
        ended(story, request_id, "Withdrawn")


def second_pair_of_eyes(story: Story) -> None:
    """Sara, civil pension: the body objects, the officer approves a part, and a supervisor has to agree to the sum."""
    with story.step("civil pension: the body objects; approved in part, above the limit, by two people"):
        sara, reem = story.signed_in("sara"), story.signed_in("reem")
        faisal, huda = story.signed_in("faisal"), story.signed_in("huda")
        asked = data("2025-01-01", "2026-06-30", establishment=GOVERNMENT, basic=4_000_000)
        request_id = begun(sara, "CIVIL_PENSION", asked)
        sara.until(request_id, "WITH_EMPLOYER")
        objection = {"answer": "OBJECT", "note": "باشرت في فبراير"}
        reem.ask("POST", f"/v1/employer/claims/{request_id}/response", objection).expect(200)
        sara.until(request_id, "UNDER_REVIEW")
        part = {"verdict": "PARTIALLY_APPROVE", "approved_from": "2025-02-01", "approved_to": "2026-06-30"}
        decide(faisal, request_id, part)
        sara.until(request_id, "SECOND_REVIEW")
        faisal.ask("POST", f"/v1/reviews/{request_id}/claim").expect(404)
        decide(huda, request_id, part)
        sara.until(request_id, "BILLED")
        receipt = sara.ask("GET", f"/v1/requests/{request_id}/receipt").expect(200).body
        if receipt["rows"][0]["month"] != "2025-02":
            raise Unexpected("the part that was not approved is on the bill")
        ended(story, request_id, "Billed")


def begun(person: Person, system: str, body: dict[str, Any]) -> str:
    """A request from the draft to the submission; its id."""
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": system}).expect(201)
    request_id: str = draft.body["id"]
    ready(person, draft.etag, request_id, body)
    submitted(person, request_id)
    return request_id


def ended(story: Story, request_id: str, state: str) -> None:
    """The workflow itself has come to its end, in the state named."""

    def there() -> bool | None:
        found = http.get(f"{story.url}/_local/executions/{request_id}", timeout=10).json()
        return (state in str(found) and found["status"] != "RUNNING") or None

    eventually(there, f"the workflow to end in {state}")


def ready(person: Person, etag: str, request_id: str, body: dict[str, Any]) -> None:
    """Data, documents and declaration, all in order."""
    path = f"/v1/requests/{request_id}"
    saved = person.ask("PUT", f"{path}/data", body, etag=etag).expect(200)
    ids = [
        person.upload(request_id, kind, f"{kind}.pdf", pdf(kind, lines=(request_id,)))
        for kind in saved.body["required_documents"]
    ]
    for one in ids:
        person.inspected(request_id, one)
    version = person.ask("GET", "/v1/services/add-period").expect(200).body["declaration"]["version"]
    person.ask("PUT", f"{path}/declaration", {"version": version}, etag=person.ask("GET", path).etag).expect(
        200
    )


def submitted(person: Person, request_id: str) -> None:
    challenge, code = person.ask_for_code(request_id)
    person.submit(request_id, challenge, code).expect(201)


def decide(officer: Person, request_id: str, decision: dict[str, Any]) -> None:
    officer.ask("POST", f"/v1/reviews/{request_id}/claim").expect(200)
    officer.ask("POST", f"/v1/reviews/{request_id}/decision", decision).expect(200)


def contract(story: Story) -> None:
    """A contract authenticated on Qiwa registers Sara by itself; the duplicate and the stale version change nothing."""
    sara = story.signed_in("sara")
    qiwa = story.system.simulators.qiwa.url
    with story.step("Qiwa: a signed event registers its worker"):
        first = date.today().replace(day=1).isoformat()
        order = {
            "worker": "sara",
            "establishment": "mithal",
            "contract_number": "C-202611220001",
            "terms": {"starts_on": first},
        }
        sent(qiwa, "authenticate", order)
        periods = eventually(lambda: recorded(sara) or None, "the contract's period")
    with story.step("Qiwa: an amendment, then a duplicate and a stale version change nothing"):
        sent(qiwa, "amend", {"contract_number": "C-202611220001", "terms": {"wage": {"basic": 1_100_000}}})
        amended = eventually(lambda: changed(sara, periods), "the amended wage")
        sent(qiwa, "deliver", {"contract_number": "C-202611220001", "version": 2})
        sent(qiwa, "deliver", {"contract_number": "C-202611220001", "version": 1})
        story.system.cloud.settle(timeout=5)
        if (now := recorded(sara)) != amended:
            raise Unexpected(f"a duplicate or a stale event changed the register: {amended} {now}")
        tampered = http.post(
            f"{qiwa}/_sim/deliver",
            json={"contract_number": "C-202611220001", "version": 2, "tampering": "body"},
            timeout=10,
        ).json()
        if set(tampered["delivery"]["statuses"]) != {401}:
            raise Unexpected(f"a tampered event was answered {tampered['delivery']}")


def recorded(person: Person) -> list[dict[str, Any]]:
    periods = person.ask("GET", "/v1/me/periods").expect(200).body["periods"]
    return [period for period in periods if period["source"]["kind"] == "CONTRACT"]


def changed(person: Person, before: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    now = recorded(person)
    return now if now != before else None


def sent(qiwa: str, what: str, order: dict[str, Any]) -> None:
    reply = http.post(f"{qiwa}/_sim/{what}", json=order, timeout=10)
    if reply.status_code >= 300:
        raise Unexpected(f"Qiwa could not {what}: {reply.text}")


def show_dues(receipt: dict[str, Any]) -> None:
    table = Table(
        title=f"Bill {receipt['bill_reference']} · debtor {receipt['debtor']} · SAR", title_justify="left"
    )
    for column in ("month", "worker", "employer", "fine", "total"):
        table.add_column(column, justify="left" if column == "month" else "right")
    for row in receipt["rows"]:
        total = row["worker"] + row["employer"] + row["fine"]
        table.add_row(
            row["month"], *(riyals(value) for value in (row["worker"], row["employer"], row["fine"], total))
        )
    table.add_section()
    table.add_row(
        "sum", "", riyals(receipt["contributions"]), riyals(receipt["fines"]), riyals(receipt["total"])
    )
    console.print(table)


def riyals(halalas: int) -> str:
    return f"{halalas // 100:,}.{halalas % 100:02d}"


def show_timeline(person: Person, request_id: str) -> None:
    timeline = person.ask("GET", f"/v1/requests/{request_id}/timeline", language="en").expect(200).body
    table = Table(title=f"{timeline['reference']} · {timeline['state']}", title_justify="left")
    for column in ("", "UTC", "event", "what happened"):
        table.add_column(column)
    for entry in timeline["entries"]:
        table.add_row(str(entry["seq"]), entry["at"][11:23], entry["type"], entry["text"])
    console.print(table)


def show_cost(story: Story) -> None:
    table = Table(title="AWS calls per step", title_justify="left")
    table.add_column("step")
    table.add_column("s", justify="right")
    table.add_column("calls", justify="right")
    for title, took, calls in story.steps:
        table.add_row(title, f"{took:.1f}", str(calls))
    console.print(table)
    submits = [
        Counter(one["calls"])
        for one in story.system.cloud.ledger.invocations()
        if "SubmitRequest" in one["function"] and "kms.GenerateMac" in "".join(one["calls"])
    ]
    if submits:
        largest = max(sum(one.values()) for one in submits)
        console.print(f"submit (code → 201): at most {largest} AWS calls")
        if largest > 6:
            raise Unexpected(f"a submission took {largest} AWS calls; 6 are allowed")


def tell(system: Whole) -> None:
    started = time.monotonic()
    story = Story(system)
    majid, request_id = main_job(story)
    payment(story, majid)
    silence(story)
    second_pair_of_eyes(story)
    contract(story)
    show_timeline(majid, request_id)
    texts = [text for text in majid.phone() if "رمز" not in text]
    console.print(f"notices on the phone: {len(texts)}; last: {texts[-1] if texts else '—'}")
    show_cost(story)
    dead = system.cloud.dead_letters()
    if dead:
        raise Unexpected(f"dead letters: {dead}")
    console.print(
        f"[bold green]done[/] in {time.monotonic() - started:.1f} s "
        f"(cloud ready in {system.cloud.ready_seconds:.1f} s) · reference {majid.request(request_id)['reference']}"
    )


def main(run: Callable[[Whole], None] = tell) -> int:
    assembly = ROOT / "cdk.out"
    if is_stale(assembly, ROOT):
        with console.status("synthesising the template"):
            synthesise(assembly, ROOT)
    with whole(assembly) as system:
        try:
            run(system)
        except Unexpected as deviation:
            console.print(f"[bold red]the story went wrong:[/] {deviation}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
