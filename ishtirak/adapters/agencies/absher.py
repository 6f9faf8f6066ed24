"""The directory of persons, asked over HTTPS."""

import json
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ishtirak.adapters.agencies.outbound import (
    AgencyRequest,
    AgencyResponse,
    AgencyUnavailable,
    Outbound,
    Rejected,
)
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret
from ishtirak.adapters.clients import client
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import IdentityNumber, Mobile
from ishtirak.kernel.insurance import Sex
from ishtirak.register.person import Person

AGENCY: Final = "absher"
NOBODY: Final = "person_not_found"
_CREDENTIALS_REFUSED: Final = (401, 403)


class _Problem(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    code: str


class _Record(BaseModel):
    """The directory's answer; fields it adds later are ignored, those we need must be there and right."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    identity_number: IdentityNumber
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    birth_date: CivilDate
    nationality: str = Field(pattern=r"^[A-Z]{2}$")
    sex: Sex
    registered_mobile: Mobile | None


class AbsherDirectory:
    """`Directory` on Absher. The number travels in the body, never in a URL, and never reaches a log."""

    def __init__(self, access: Secret[AbsherAccess], *, outbound: Outbound) -> None:
        self._access = access
        self._outbound = outbound

    def find(self, identity: IdentityNumber) -> Person | None:
        try:
            return self._search(identity, self._access.read())
        except _KeyRefused:
            return self._search_with_renewed_key(identity)

    def _search_with_renewed_key(self, identity: IdentityNumber) -> Person | None:
        """The key was probably rotated since it was read; a second refusal is the operators' matter."""
        try:
            return self._search(identity, self._access.refresh())
        except _KeyRefused:
            raise AgencyUnavailable(agency=AGENCY, reason="credentials_refused") from None

    def _search(self, identity: IdentityNumber, access: AbsherAccess) -> Person | None:
        request = AgencyRequest(
            agency=AGENCY,
            url=f"{access.url}/v1/people/search",
            body=json.dumps({"identity_number": identity.reveal()}).encode(),
            headers={
                "accept": "application/json, application/problem+json",
                "content-type": "application/json",
                "x-api-key": access.key.get_secret_value(),
            },
            repeatable=True,
        )
        try:
            answer = self._outbound.send(request)
        except Rejected as rejected:
            _require_nobody(rejected.answer)
            return None
        return _person(answer, asked_for=identity)


def absher_directory(secret_arn: str, *, outbound: Outbound | None = None) -> AbsherDirectory:
    """The directory, by the access kept in a secret."""
    access = Secret(client("secretsmanager"), arn=secret_arn, model=AbsherAccess)
    return AbsherDirectory(access, outbound=outbound or Outbound())


class _KeyRefused(Exception):
    """The API key in hand is not accepted; never leaves this module."""


def _require_nobody(answer: AgencyResponse) -> None:
    """Only the directory's own "nobody" is one: a 404 of a gateway on the way says nothing of a person."""
    if answer.status in _CREDENTIALS_REFUSED:
        raise _KeyRefused
    if answer.status != 404 or answer.media_type != "application/problem+json":
        raise _wrong_answer()
    try:
        problem = _Problem.model_validate_json(answer.body)
    except ValidationError:
        raise _wrong_answer() from None
    if problem.code != NOBODY:
        raise _wrong_answer()


def _person(answer: AgencyResponse, *, asked_for: IdentityNumber) -> Person:
    if answer.media_type != "application/json":
        raise _wrong_answer()
    try:
        record = _Record.model_validate_json(answer.body)
    except ValidationError:
        raise _wrong_answer() from None
    if record.identity_number != asked_for:
        raise _wrong_answer()
    return Person(
        identity=record.identity_number,
        name_ar=record.name_ar,
        name_en=record.name_en,
        birth_date=record.birth_date,
        nationality=record.nationality,
        sex=record.sex,
        mobile=record.registered_mobile,
    )


def _wrong_answer() -> AgencyUnavailable:
    return AgencyUnavailable(agency=AGENCY, reason="wrong_answer")
