"""The feed of residents' service dates, as an agency would serve it: a key, the numbers in the body, 404 for nobody."""

import hmac
import json
import secrets
from collections.abc import Iterable
from threading import Lock
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug import Request, Response

from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.register.service_dates import ServiceDates
from local.simulators.people import Roster
from local.simulators.server import Endpoint, Simulator, as_json, control, problem


class _Search(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    identity_number: PersonNumber
    unified_number: EstablishmentNumber


class _Report(_Search):
    services: tuple[ServiceDates, ...]


class JawazatSimulator(Simulator):
    """Knows the residents of the roster; `POST /_sim/services` replaces what it reports of one with one employer."""

    name = "jawazat"
    remembers = ("_services",)

    def __init__(self, people: Roster) -> None:
        super().__init__()
        self.key = secrets.token_urlsafe(24)
        self._lock = Lock()
        self._services: dict[tuple[str, str], tuple[ServiceDates, ...]] = {}
        self._residents = {
            number.reveal()
            for person in people.people
            if person.is_resident
            for number in (person.identity_number, person.border_number)
            if number is not None
        }
        for person in people.people:
            for service in person.services:
                for number in filter(None, (person.identity_number, person.border_number)):
                    key = (number.reveal(), service.establishment.reveal())
                    self._services[key] = (*self._services.get(key, ()), service.dates)

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            Endpoint(name="services", method="POST", path="/v1/services/search", view=self._search),
            control("services", "POST", "/_sim/services", self._report),
        ]

    def _search(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self.key.encode()):
            return problem(401, "key_not_accepted")
        try:
            search = _Search.model_validate_json(request.get_data())
        except ValidationError:
            return problem(400, "search_not_acceptable")
        person, employer = search.identity_number.reveal(), search.unified_number.reveal()
        with self._lock:
            if person not in self._residents:
                return problem(404, "person_not_found")
            found = self._services.get((person, employer), ())
        services: list[dict[str, Any]] = [json.loads(service.model_dump_json()) for service in found]
        return as_json({"identity_number": person, "unified_number": employer, "services": services})

    def _report(self, request: Request) -> Response:
        report = _Report.model_validate_json(request.get_data())
        person = report.identity_number.reveal()
        if person not in self._residents:
            raise KeyError("no resident by that number")
        with self._lock:
            self._services[person, report.unified_number.reveal()] = report.services
            self.note()
        return Response(status=204)
