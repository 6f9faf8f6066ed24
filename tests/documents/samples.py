"""Documents in the states tests start from."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from ishtirak.documents import rules
from ishtirak.documents.model import Document, DocumentChange, DocumentKind

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEEP_UNTIL = date(2027, 2, 20)
"""Ninety days on: what is not submitted is kept no longer."""
OWNER = "00000000-0000-4000-8000-000000000001"
REQUEST = "11111111-1111-4111-8111-111111111111"
DOCUMENT = "22222222-2222-4222-8222-222222222222"


class StoppedClock:
    def now(self) -> datetime:
        return NOW


def a_document(content: bytes = b"content", **changed: Any) -> Document:
    fields: dict[str, Any] = {
        "id": DOCUMENT,
        "request_id": REQUEST,
        "owner": OWNER,
        "kind": DocumentKind.PAYSLIP,
        "file_name": "قسيمة الراتب.pdf",
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "declared_at": "2026-11-22T10:00:00.000Z",
    }
    return Document(**{**fields, **changed})


def declared(content: bytes = b"content", **changed: Any) -> DocumentChange:
    return rules.declared(a_document(content, **changed), at=NOW)
