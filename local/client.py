"""People at work on the API: what a person, an employer's officer or an authority's officer does over HTTP.

Nothing here knows more than a client would: addresses, a password, and the code that arrives on the phone.
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

CODE = re.compile(r"\d{6}")
PATIENCE = 15.0
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class Unexpected(Exception):
    """An answer other than the one the story goes on with."""


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def etag(self) -> str:
        return self.headers["ETag"]

    def expect(self, status: int, code: str | None = None) -> "Answer":
        """Itself, if the status (and the problem's code) are these."""
        if self.status != status or (code is not None and self.body.get("code") != code):
            raise Unexpected(f"expected {status} {code or ''}, got {self.status}: {self.body}")
        return self


@dataclass
class Person:
    """Somebody with a user name, a password and a phone."""

    url: str
    username: str
    password: str
    phone: Callable[[], list[str]]
    """The texts that arrived on the phone so far, oldest first."""
    language: str = "ar"
    token: str | None = None
    session: str | None = None
    device: str | None = None
    """What the last sign-in gave the device to keep; shown at the next one."""
    http: requests.Session = field(default_factory=requests.Session)
    patience: float = PATIENCE
    """How long the person waits for what others have to do, in seconds."""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        language: str | None = None,
        etag: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; POSTs get an `Idempotency-Key` of their own unless one is given."""
        sent = {"Accept-Language": language or self.language, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        if etag:
            sent["If-Match"] = etag
        reply = self.http.request(method, f"{self.url}{path}", json=body, headers=sent, timeout=30)
        content = reply.headers.get("Content-Type", "")
        return Answer(reply.status_code, reply.json() if "json" in content else reply.text, reply.headers)

    def sign_in(self) -> "Person":
        """Password, then the code from the phone."""
        seen = len(self.phone())
        known = {"device": self.device} if self.device else {}
        asked = self.ask(
            "POST", "/v1/sign-in", {"username": self.username, "password": self.password, **known}
        ).expect(202)
        signed_in = self.ask(
            "POST",
            "/v1/sign-in/code",
            {"challenge_id": asked.body["challenge_id"], "code": self.code_after(seen)},
        ).expect(200)
        self.token, self.session = signed_in.body["id_token"], signed_in.body["session"]
        self.device = signed_in.body["device"]
        return self

    def code_after(self, seen: int) -> str:
        """The code in the first text that came after the first `seen` ones."""
        return eventually(lambda: self.code_arrived(seen), "a code by SMS", patience=self.patience)

    def code_arrived(self, seen: int) -> str | None:
        """The newest code among the texts after the first `seen` ones, if one is there."""
        codes = [match[0] for text in self.phone()[seen:] if "رمز" in text and (match := CODE.search(text))]
        return codes[-1] if codes else None

    def upload(self, request_id: str, kind: str, name: str, content: bytes) -> str:
        """Declare a document and upload it by its presigned form; its id."""
        declared = self.declare(request_id, kind, name, content).expect(201).body
        stored = self.post_form(declared["upload"], name, content)
        if stored.status_code != 204:
            raise Unexpected(f"the upload was answered {stored.status_code}: {stored.text}")
        return str(declared["document_id"])

    def declare(self, request_id: str, kind: str, name: str, content: bytes) -> Answer:
        body = {
            "kind": kind,
            "file_name": name,
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return self.ask("POST", f"/v1/requests/{request_id}/documents", body)

    def post_form(self, upload: Mapping[str, Any], name: str, content: bytes) -> requests.Response:
        return self.http.post(
            upload["url"],
            data=upload["fields"],
            files={"file": (name, content, "application/pdf")},
            timeout=30,
        )

    def document(self, request_id: str, document_id: str) -> dict[str, Any]:
        listed = self.ask("GET", f"/v1/requests/{request_id}/documents").expect(200).body["documents"]
        return next(document for document in listed if document["id"] == document_id)

    def inspected(self, request_id: str, document_id: str) -> dict[str, Any]:
        """The document once its inspection is over."""

        def over() -> dict[str, Any] | None:
            document = self.document(request_id, document_id)
            return document if document["state"] in ("CLEAN", "REFUSED") else None

        return eventually(over, "the document's inspection", patience=self.patience)

    def ask_for_code(self, request_id: str) -> tuple[str, str]:
        """A code for the request as it stands: the challenge's id, and what arrived on the phone."""
        seen = len(self.phone())
        issued = self.ask("POST", f"/v1/requests/{request_id}/code").expect(202)
        return issued.body["challenge_id"], self.code_after(seen)

    def submit(self, request_id: str, challenge_id: str, code: str, *, key: str | None = None) -> Answer:
        body = {"challenge_id": challenge_id, "code": code}
        return self.ask("POST", f"/v1/requests/{request_id}/submission", body, key=key)

    def prove(self, decision: Mapping[str, Any]) -> str:
        """The proof of a decision, by the code that arrives on the phone for it; its id."""
        seen = len(self.phone())
        asked = self.ask("POST", "/v1/decisions/code", {"decision": decision}).expect(202)
        proof = {"challenge_id": asked.body["challenge_id"], "code": self.code_after(seen)}
        body = {"decision": decision, "kind": "SMS", **proof}
        return str(self.ask("POST", "/v1/decisions/proof", body).expect(201).body["proof_id"])

    def request(self, request_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/v1/requests/{request_id}").expect(200).body
        return found

    def until(self, request_id: str, *states: str) -> dict[str, Any]:
        """The request once it is in one of the states."""

        def there() -> dict[str, Any] | None:
            found = self.request(request_id)
            return found if found["state"] in states else None

        return eventually(there, f"the request to be {' or '.join(states)}", patience=self.patience)


def arabic_digits(code: str) -> str:
    """The same code as an Arabic keyboard types it."""
    return code.translate(_ARABIC_INDIC)


def eventually[Found](look: Callable[[], Found | None], what: str, *, patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it finds something; the story never waits for ever."""
    limit = time.monotonic() + patience
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > limit:
            raise Unexpected(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.1)
