"""An employer reads which establishments they act for."""

from collections.abc import Sequence

from ishtirak.kernel.caller import Caller
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Establishments


def list_my_establishments(*, by: Caller, establishments: Establishments) -> Sequence[Establishment]:
    """The establishments the caller acts for, in the order of their numbers."""
    found = (establishments.find(number) for number in establishments.acts_for(by.person_id))
    return [establishment for establishment in found if establishment is not None]
