"""An employer reads which establishments they act for."""

from collections.abc import Sequence

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Establishments
from ishtirak.use_cases.acting import acts_for


def list_my_establishments(
    *, by: Caller, establishments: Establishments, clock: Clock
) -> Sequence[Establishment]:
    """The establishments the caller acts for, in whatever scope, in the order of their numbers."""
    return acts_for(by.person_id, scope=None, establishments=establishments, clock=clock)
