"""The directory of persons, as an agency would serve it: a key, the number in the body, 404 for nobody."""

import hmac
import json
import secrets
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug import Request, Response

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import IdentityNumber
from local.simulators.people import Roster, SyntheticPerson
from local.simulators.server import Endpoint, Simulator, as_json, control, problem


class _Search(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    identity_number: IdentityNumber
    birth_date: CivilDate | None = None


class _NewMobile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    identity_number: IdentityNumber
    mobile: str | None


class AbsherSimulator(Simulator):
    """Knows the people of the roster; `POST /_sim/mobile` changes a registered mobile, as a person might."""

    name = "absher"

    def __init__(self, people: Roster) -> None:
        super().__init__()
        self.key = secrets.token_urlsafe(24)
        self._people = {person.identity_number: person for person in people.people}
        self._mobiles: dict[IdentityNumber, str | None] = {}

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            Endpoint(name="search", method="POST", path="/v1/people/search", view=self._search),
            control("mobile", "POST", "/_sim/mobile", self._change_mobile),
        ]

    def _search(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self.key.encode()):
            return problem(401, "key_not_accepted")
        try:
            search = _Search.model_validate_json(request.get_data())
        except ValidationError:
            return problem(400, "search_not_acceptable")
        person = self._people.get(search.identity_number)
        if person is None or search.birth_date not in (None, person.birth_date):
            return problem(404, "person_not_found")
        return as_json(self._record(person))

    def _record(self, person: SyntheticPerson) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(
            person.model_dump_json(
                include={"identity_number", "name_ar", "name_en", "birth_date", "nationality", "sex"}
            )
        )
        registered = person.mobile.reveal() if person.mobile else None
        record["registered_mobile"] = self._mobiles.get(person.identity_number, registered)
        return record

    def _change_mobile(self, request: Request) -> Response:
        change = _NewMobile.model_validate_json(request.get_data())
        if change.identity_number not in self._people:
            raise KeyError("nobody by that number")
        self._mobiles[change.identity_number] = change.mobile
        return Response(status=204)
