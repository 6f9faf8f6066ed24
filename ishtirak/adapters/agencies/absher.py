"""The directory of persons, asked over HTTPS."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.adapters.agencies.keyed import KeyedAgency
from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy
from ishtirak.adapters.aws.secrets import AbsherAccess, LateSecretsManager, Secret
from ishtirak.adapters.clients import client
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import BorderNumber, GccIdentityNumber, Mobile, PersonNumber
from ishtirak.kernel.insurance import Sex
from ishtirak.register.person import Person

AGENCY: Final = "absher"
WITHIN_A_RESPONSE: Final = OutboundPolicy(budget=4.0, read=2.5)
"""A person waits for the response, and the function has ten seconds for all of it."""


class _Record(BaseModel):
    """The directory's answer; fields it adds later are ignored, those we need must be there and right."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    identity_number: PersonNumber
    border_number: BorderNumber | None = None
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    birth_date: CivilDate
    nationality: str = Field(pattern=r"^[A-Z]{2}$")
    premium_residency: bool = Field(default=False, strict=True)
    sex: Sex
    registered_mobile: Mobile | None

    @property
    def contradicts_itself(self) -> bool:
        """A number of a member state is held by its nationals alone."""
        number = self.identity_number
        return isinstance(number, GccIdentityNumber) and number.state != self.nationality


class AbsherDirectory:
    """`Directory` on Absher."""

    def __init__(self, access: Secret[AbsherAccess], *, outbound: Outbound) -> None:
        self._agency = KeyedAgency(AGENCY, access, outbound=outbound)

    def find(self, identity: PersonNumber) -> Person | None:
        question = {"identity_number": identity.reveal()}
        record = self._agency.ask("/v1/people/search", question, gives=_Record)
        if record is None:
            return None
        if identity not in (record.identity_number, record.border_number) or record.contradicts_itself:
            raise self._agency.wrong_answer()
        return Person(
            identity=record.identity_number,
            border_number=record.border_number,
            name_ar=record.name_ar,
            name_en=record.name_en,
            birth_date=record.birth_date,
            nationality=record.nationality,
            premium_residency=record.premium_residency,
            sex=record.sex,
            mobile=record.registered_mobile,
        )


def absher_directory(secret_arn: str, *, outbound: Outbound | None = None) -> AbsherDirectory:
    """The directory, by the access kept in a secret."""
    access = Secret(client("secretsmanager"), arn=secret_arn, model=AbsherAccess)
    return AbsherDirectory(access, outbound=outbound or Outbound())


def absher_within_a_response(secret_arn: str) -> AbsherDirectory:
    """The directory, for a function that answers a person and seldom asks: nothing is prepared before it does."""
    access = Secret(LateSecretsManager(), arn=secret_arn, model=AbsherAccess)
    return AbsherDirectory(access, outbound=Outbound(WITHIN_A_RESPONSE))
