"""What a person has to sign in with beside the registered phone."""

from ishtirak.factors.model import Factors
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.caller import Caller


def read_factors(*, by: Caller, factors: FactorRecords) -> Factors:
    """The caller's own factors; no secret and no code is among them."""
    return factors.find(by.person_id)
