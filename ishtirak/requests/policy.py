"""The authority's own periods and limits, as dated data."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class RequestPolicy(BaseModel):
    """Periods and limits in force. Days are calendar days unless the name says working days; money is halalas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    employer_reply_working_days: int
    review_working_days: int
    second_review_working_days: int
    completion_days: int
    second_approval_above_halalas: int
    open_requests_a_person: int
    documents_a_request: int
    declaration_version: str


@cache
def policy() -> RequestPolicy:
    """The policy in force, read from `policy.json` beside this module."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("policy.json").read_text(encoding="utf-8"))
    return RequestPolicy.model_validate({name: entry["value"] for name, entry in table["values"].items()})
