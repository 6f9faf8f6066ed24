"""A question to an agency that takes an API key and answers in JSON, or says that it knows of nobody."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from ishtirak.adapters.agencies.outbound import (
    AgencyRequest,
    AgencyResponse,
    AgencyUnavailable,
    Outbound,
    Rejected,
)
from ishtirak.adapters.aws.secrets import KeyedAccess, Secret

NOBODY: Final = "person_not_found"
_CREDENTIALS_REFUSED: Final = (401, 403)


class _Problem(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    code: str


class KeyedAgency[Access: KeyedAccess]:
    """One agency. What is asked travels in the body, never in a URL, and never reaches a log."""

    def __init__(self, name: str, access: Secret[Access], *, outbound: Outbound) -> None:
        self._name = name
        self._access = access
        self._outbound = outbound

    def ask[Answer: BaseModel](
        self, path: str, question: Mapping[str, str], *, gives: type[Answer]
    ) -> Answer | None:
        """The agency's answer, or None when the agency itself says there is nobody.

        Raises `AgencyUnavailable` for everything else. Asking twice is the same as asking once.
        """
        try:
            return self._asked(path, question, access=self._access.read(), gives=gives)
        except _KeyRefused:
            return self._asked_with_renewed_key(path, question, gives=gives)

    def wrong_answer(self) -> AgencyUnavailable:
        """For an answer that is whole and still not one: about somebody else, or contradicting itself."""
        return AgencyUnavailable(agency=self._name, reason="wrong_answer")

    def _asked_with_renewed_key[Answer: BaseModel](
        self, path: str, question: Mapping[str, str], *, gives: type[Answer]
    ) -> Answer | None:
        """The key was probably rotated since it was read; a second refusal is the operators' matter."""
        try:
            return self._asked(path, question, access=self._access.refresh(), gives=gives)
        except _KeyRefused:
            raise AgencyUnavailable(agency=self._name, reason="credentials_refused") from None

    def _asked[Answer: BaseModel](
        self, path: str, question: Mapping[str, str], *, access: Access, gives: type[Answer]
    ) -> Answer | None:
        request = AgencyRequest(
            agency=self._name,
            url=access.url + path,
            body=json.dumps(question).encode(),
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
            self._require_nobody(rejected.answer)
            return None
        if answer.media_type != "application/json":
            raise self.wrong_answer()
        try:
            return gives.model_validate_json(answer.body)
        except ValidationError:
            raise self.wrong_answer() from None

    def _require_nobody(self, answer: AgencyResponse) -> None:
        """Only the agency's own "nobody" is one: a 404 of a gateway on the way says nothing of a person."""
        if answer.status in _CREDENTIALS_REFUSED:
            raise _KeyRefused
        if answer.status != 404 or answer.media_type != "application/problem+json":
            raise self.wrong_answer()
        try:
            problem = _Problem.model_validate_json(answer.body)
        except ValidationError:
            raise self.wrong_answer() from None
        if problem.code != NOBODY:
            raise self.wrong_answer()


class _KeyRefused(Exception):
    """The API key in hand is not accepted; never leaves this module."""
