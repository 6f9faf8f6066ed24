"""The directory of persons, as an agency would serve it: a key, the number in the body, 404 for nobody."""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug import Request, Response

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import BorderNumber, IdentityNumber, PersonNumber
from local.simulators.people import Roster, SyntheticPerson
from local.simulators.server import Endpoint, Simulator, as_json, control, problem


class _Search(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    identity_number: PersonNumber
    birth_date: CivilDate | None = None


class _NewMobile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    identity_number: PersonNumber
    mobile: str | None


class _NewIqama(BaseModel):
    model_config = ConfigDict(extra="forbid")

    border_number: BorderNumber
    identity_number: IdentityNumber


class AbsherSimulator(Simulator):
    """Knows the people of the roster; `POST /_sim/mobile` changes a registered mobile, as a person might, and
    `POST /_sim/iqama` issues one to somebody who entered under a border number.
    """

    name = "absher"
    remembers = ("_iqamas", "_mobiles")

    def __init__(self, people: Roster) -> None:
        super().__init__()
        self.key = secrets.token_urlsafe(24)
        self._people = {
            number: person
            for person in people.people
            for number in (person.identity_number, person.border_number)
            if number is not None
        }
        self._iqamas: dict[PersonNumber, IdentityNumber] = {}
        self._mobiles: dict[PersonNumber, str | None] = {}

    def restore(self, remembered: Mapping[str, Any]) -> None:
        super().restore(remembered)
        self._people |= {number: self._people[border] for border, number in self._iqamas.items()}

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            Endpoint(name="search", method="POST", path="/v1/people/search", view=self._search),
            control("mobile", "POST", "/_sim/mobile", self._change_mobile),
            control("iqama", "POST", "/_sim/iqama", self._issue_iqama),
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
                include={
                    "identity_number",
                    "border_number",
                    "name_ar",
                    "name_en",
                    "birth_date",
                    "nationality",
                    "premium_residency",
                    "sex",
                }
            )
        )
        iqama = self._iqamas.get(person.identity_number)
        if iqama is not None:
            record |= {"identity_number": iqama.reveal(), "border_number": person.identity_number.reveal()}
        registered = person.mobile.reveal() if person.mobile else None
        record["registered_mobile"] = self._mobiles.get(person.identity_number, registered)
        return record

    def _issue_iqama(self, request: Request) -> Response:
        issue = _NewIqama.model_validate_json(request.get_data())
        person = self._people[issue.border_number]
        self._iqamas[issue.border_number] = issue.identity_number
        self._people[issue.identity_number] = person
        self.note()
        return Response(status=204)

    def _change_mobile(self, request: Request) -> Response:
        change = _NewMobile.model_validate_json(request.get_data())
        if change.identity_number not in self._people:
            raise KeyError("nobody by that number")
        self._mobiles[change.identity_number] = change.mobile
        self.note()
        return Response(status=204)
