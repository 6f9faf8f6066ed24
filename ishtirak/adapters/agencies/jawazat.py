"""The interior authority's feed of residents' service dates, asked over HTTPS."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ishtirak.adapters.agencies.keyed import KeyedAgency
from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy
from ishtirak.adapters.aws.secrets import JawazatAccess, LateSecretsManager, Secret
from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.register.service_dates import LeavingReason, ServiceDates

AGENCY: Final = "jawazat"
WITHIN_A_RESPONSE: Final = OutboundPolicy(budget=5.0, read=3.0)
"""A person waits for the response, and the function has ten seconds for all of it."""
_MOST_SERVICES: Final = 100


class _Service(ServiceDates):
    """One service as the feed writes it: an open end is `null`, and never left out."""

    model_config = ConfigDict(extra="ignore")

    ends_on: Day | None
    ended_by: LeavingReason | None


class _Record(BaseModel):
    """The feed's answer; fields it adds later are ignored, those we need must be there and right."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    identity_number: PersonNumber
    unified_number: EstablishmentNumber
    services: tuple[_Service, ...] = Field(max_length=_MOST_SERVICES)


class JawazatResidency:
    """`Residency` on the passports' directorate."""

    def __init__(self, access: Secret[JawazatAccess], *, outbound: Outbound) -> None:
        self._agency = KeyedAgency(AGENCY, access, outbound=outbound)

    def services(self, identity: PersonNumber, establishment: EstablishmentNumber) -> Sequence[ServiceDates]:
        question = {"identity_number": identity.reveal(), "unified_number": establishment.reveal()}
        record = self._agency.ask("/v1/services/search", question, gives=_Record)
        if record is None:
            return ()
        if (record.identity_number, record.unified_number) != (identity, establishment):
            raise self._agency.wrong_answer()
        found = tuple(ServiceDates.model_validate(dict(service)) for service in record.services)
        if not all(_follows(later, earlier) for earlier, later in pairwise(found)):
            raise self._agency.wrong_answer()
        return found


def jawazat_residency(secret_arn: str, *, outbound: Outbound | None = None) -> JawazatResidency:
    """The feed, by the access kept in a secret. Most requests are citizens': nothing is prepared before it is asked."""
    access = Secret(LateSecretsManager(), arn=secret_arn, model=JawazatAccess)
    return JawazatResidency(access, outbound=outbound or Outbound(WITHIN_A_RESPONSE))


def _follows(later: ServiceDates, earlier: ServiceDates) -> bool:
    return earlier.ends_on is not None and earlier.ends_on < later.starts_on
