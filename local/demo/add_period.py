"""The main job: a contributor adds a period; everything that can go wrong on the way does so first."""

from datetime import date, timedelta
from typing import Any

import requests as http

from local.client import Answer, Person, Unexpected, arabic_digits
from local.demo.acts import period_data
from local.demo.report import refusal_line, show_dues
from local.demo.run import DemoRun, console
from local.sample_documents import pdf

_NO_SUCH_REQUEST = "00000000-0000-4000-8000-00000000dead"


class AddPeriod:
    """Majid adds a period of social insurance: a method for each step, in order."""

    def __init__(self, run: DemoRun) -> None:
        self.contributor = run.person("majid")
        self.request_id = ""
        self._run = run
        self._service: dict[str, Any] = {}
        self._content: dict[str, bytes] = {}
        self._uploads: list[str] = []

    @property
    def _path(self) -> str:
        return f"/v1/requests/{self.request_id}"

    def run(self) -> None:
        """From the sign-in to the receipt."""
        self._sign_in()
        draft = self._begin()
        self._send_refused_data(draft)
        self._content = self._save_data(draft)
        self._upload_documents()
        self._accept_declaration()
        self._submit()
        self._employer_confirms()
        self._officer_approves()
        self._read_receipt()

    def _sign_in(self) -> None:
        majid, url = self.contributor, self._run.url
        with self._run.step("sign in: a wrong password looks like a right one, then password and code"):
            wrong = Person(url, "majid", "not-this-one", majid.phone)
            wrong.ask("POST", "/v1/sign-in", {"username": "majid", "password": "not-this-one"}).expect(202)
            majid.sign_in()
            Person(url, "nobody", "", majid.phone).ask("GET", "/v1/requests").expect(401)

    def _begin(self) -> Answer:
        majid = self.contributor
        with self._run.step("begin: what the service asks for, and a draft"):
            self._service = majid.ask("GET", "/v1/services/add-period").expect(200).body
            draft = majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"})
            self.request_id = draft.expect(201).body["id"]
        return draft

    def _send_refused_data(self, draft: Answer) -> None:
        majid, path = self.contributor, f"{self._path}/data"
        with self._run.step("data: refused, in Arabic and in English, and nothing stored"):
            day_after_tomorrow = (date.today() + timedelta(days=2)).isoformat()
            future = period_data("2025-01-01", day_after_tomorrow)
            for language in ("ar", "en"):
                refused = majid.ask("PUT", path, future, etag=draft.etag, language=language)
                console.print("   ", refusal_line(refused.expect(409, "ends_after_the_request").body))
            unknown = period_data("2025-01-01", "2025-06-30") | {
                "approved_by": "me",
                "starts_on": {"calendar": "HIJRI", "year": 1415, "month": 1, "day": 30},
            }
            fields = majid.ask("PUT", path, unknown, etag=draft.etag, language="en").expect(422)
            for one in fields.body["errors"]:
                console.print(f"    [yellow]{one['pointer']}[/] {one['code']}: {one['message']}")
            if majid.request(self.request_id)["data"] is not None:
                raise Unexpected("a refused save left something behind")

    def _save_data(self, draft: Answer) -> dict[str, bytes]:
        """Save what holds; a document for each kind that is now required."""
        majid, path = self.contributor, f"{self._path}/data"
        with self._run.step("data: corrected; the 24-month window cuts the period, the estimate says so"):
            corrected = period_data("2024-06-01", "2025-06-30")
            saved = majid.ask("PUT", path, corrected, etag=draft.etag).expect(200)
            majid.ask("PUT", path, corrected, etag=draft.etag).expect(412)
            english = majid.ask("GET", self._path, language="en").expect(200).body
            for explanation in english["estimate"]["explanations"]:
                console.print(
                    f"    {explanation['rule']}: {explanation['text']} [dim]({explanation['source']})[/]"
                )
        return {kind: pdf(kind, lines=(self.request_id,)) for kind in saved.body["required_documents"]}

    def _upload_documents(self) -> None:
        majid = self.contributor
        with self._run.step(
            "documents: presigned forms; S3 refuses other bytes, the inspection refuses a script"
        ):
            self._upload_a_script()
            self._uploads = [
                majid.upload(self.request_id, kind, f"{kind}.pdf", body)
                for kind, body in self._content.items()
            ]
            for upload in self._uploads:
                if majid.inspected(self.request_id, upload)["state"] != "CLEAN":
                    raise Unexpected("a plain PDF was refused")

    def _upload_a_script(self) -> None:
        """Other bytes than those declared first, then a PDF that would run a script; the document is removed again."""
        majid, (kind, plain) = self.contributor, next(iter(self._content.items()))
        script = pdf("Scripted", catalogue="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
        declared = majid.declare(self.request_id, kind, "scripted.pdf", script).expect(201).body
        other = majid.post_form(declared["upload"], "x.pdf", plain)
        if other.status_code not in (400, 403):
            raise Unexpected(f"S3 took bytes nobody declared: {other.status_code}")
        majid.post_form(declared["upload"], "scripted.pdf", script)
        bad = majid.inspected(self.request_id, declared["document_id"])
        if bad["state"] != "REFUSED":
            raise Unexpected(f"a scripted PDF is {bad['state']}")
        console.print(f"    [yellow]{bad['reason']}[/] {bad['reason_text']}")
        etag = majid.ask("GET", self._path).etag
        majid.ask("DELETE", f"{self._path}/documents/{bad['id']}", etag=etag).expect(200)

    def _accept_declaration(self) -> None:
        majid, path = self.contributor, f"{self._path}/declaration"
        with self._run.step("declaration: the text in force, accepted"):
            etag = majid.ask("GET", self._path).etag
            majid.ask("PUT", path, {"version": "2020-01"}, etag=etag).expect(409, "declaration_outdated")
            in_force = {"version": self._service["declaration"]["version"]}
            majid.ask("PUT", path, in_force, etag=etag).expect(200)

    def _submit(self) -> None:
        majid, request_id = self.contributor, self.request_id
        with self._run.step(
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

    def _employer_confirms(self) -> None:
        with self._run.step(
            "employer: another company sees nothing; ours sees a masked number, and confirms"
        ):
            noura, badr = self._run.signed_in("noura"), self._run.signed_in("badr")
            claim = f"/v1/employer/claims/{self.request_id}"
            self.contributor.until(self.request_id, "WITH_EMPLOYER")
            hidden = badr.ask("GET", claim).expect(404).body
            absent = badr.ask("GET", f"/v1/employer/claims/{_NO_SUCH_REQUEST}").expect(404).body
            if {**hidden, "trace_id": ""} != {**absent, "trace_id": ""}:
                raise Unexpected("the answer differs between another's claim and no claim")
            seen = noura.ask("GET", claim).expect(200).body
            console.print(f"    the employer sees [bold]{seen['worker']}[/]")
            noura.ask("POST", f"{claim}/response", {"answer": "CONFIRM"}).expect(200)
            objection = {"answer": "OBJECT", "note": "changed my mind"}
            noura.ask("POST", f"{claim}/response", objection).expect(409)

    def _officer_approves(self) -> None:
        with self._run.step("officer: takes it off the queue, reads the documents, approves"):
            faisal = self._run.signed_in("faisal")
            self.contributor.until(self.request_id, "UNDER_REVIEW")
            case = f"/v1/reviews/{self.request_id}"
            faisal.ask("POST", f"{case}/decision", {"verdict": "APPROVE"}).expect(409, "not_claimed")
            faisal.ask("POST", f"{case}/claim").expect(200)
            link = faisal.ask("GET", f"{case}/documents/{self._uploads[0]}").expect(200).body
            download = http.get(link["url"], timeout=10)
            if download.content != next(iter(self._content.values())):
                raise Unexpected(
                    f"the officer did not get the bytes that were uploaded: {download.status_code}"
                )
            faisal.ask("POST", f"{case}/decision", {"verdict": "APPROVE"}).expect(200)

    def _read_receipt(self) -> None:
        majid = self.contributor
        with self._run.step("posted: period, ledger, bill and receipt"):
            majid.until(self.request_id, "BILLED")
            show_dues(majid.ask("GET", f"{self._path}/receipt").expect(200).body)
            late = period_data("2025-01-01", "2025-02-28")
            majid.ask("PUT", f"{self._path}/data", late, etag='"1"').expect(412)
