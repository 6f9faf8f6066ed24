"""The commercial registry's feed, as an agency would serve it: a key, and the changes after a position, in order."""

import hmac
import json
import secrets
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug import Request, Response

from ishtirak.register.registry import LegalForm, RegistryChange, RegistryStatus
from local.simulators.people import Roster, SyntheticEstablishment
from local.simulators.server import Endpoint, Simulator, as_json, control, problem

LONG_AGO: Final = "2024-07-03"
_FORMS: Final = {
    "PRIVATE_LLC": (LegalForm.COMPANY, "PRIVATE"),
    "SINGLE_OWNER": (LegalForm.SINGLE_OWNER, "PRIVATE"),
    "GOVERNMENT": (LegalForm.PUBLIC_BODY, "GOVERNMENT"),
    "MILITARY": (LegalForm.PUBLIC_BODY, "MILITARY"),
}


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    after: int = Field(ge=0)
    limit: int = Field(ge=1, le=100)


class CommercialRegistrySimulator(Simulator):
    """Knows the establishments of the roster; `POST /_sim/changes` appends an entry, readable or not."""

    name = "commercial_registry"
    remembers = ("_entries",)

    def __init__(self, people: Roster) -> None:
        super().__init__()
        self.key = secrets.token_urlsafe(24)
        self._lock = Lock()
        self._entries: list[Any] = [
            content for one in people.establishments for content in _of_roster(one, people)
        ]

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            Endpoint(name="changes", method="POST", path="/v1/changes", view=self._changes),
            control("changes", "POST", "/_sim/changes", self._append),
        ]

    def publish(self, content: Any) -> int:
        """Append an entry; its position."""
        with self._lock:
            self._entries.append(content)
            self.note()
            return len(self._entries)

    def latest(self, number: str) -> dict[str, Any]:
        """What the feed last said of an establishment."""
        with self._lock:
            return next(
                dict(each)
                for each in reversed(self._entries)
                if isinstance(each, dict) and each.get("unified_number") == number
            )

    def _changes(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self.key.encode()):
            return problem(401, "key_not_accepted")
        try:
            asked = _Question.model_validate_json(request.get_data())
        except ValidationError:
            return problem(400, "question_not_acceptable")
        with self._lock:
            found = list(enumerate(self._entries, start=1))[asked.after : asked.after + asked.limit]
        return as_json({"entries": [{"position": place, "change": content} for place, content in found]})

    def _append(self, request: Request) -> Response:
        position = self.publish(json.loads(request.get_data()))
        return as_json({"position": position}, status=201)


def _of_roster(one: SyntheticEstablishment, people: Roster) -> list[dict[str, Any]]:
    """What the registry said of an establishment: that it was entered, and, where it ceased, that it did."""
    form, sector = _FORMS[one.kind]
    owners = [people.person(key) for key in ([one.owner] if one.owner else [])]
    entered = {
        "unified_number": one.unified_number.reveal(),
        "name_ar": one.name_ar,
        "name_en": one.name_en,
        "sector": sector,
        "legal_form": form.value,
        "status": RegistryStatus.ACTIVE.value,
        "since": LONG_AGO,
        "merged_into": None,
        "owners": [
            {
                "identity_number": owner.identity_number.reveal(),
                "birth_date": json.loads(owner.model_dump_json(include={"birth_date"}))["birth_date"],
            }
            for owner in owners
        ],
    }
    RegistryChange.model_validate(entered)
    if one.ceased is None:
        return [entered]
    return [entered, entered | {"status": one.ceased.kind.value, "since": one.ceased.on.isoformat()}]
