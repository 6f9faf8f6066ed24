"""What an employer reads of the register, without HTTP."""

from ishtirak.adapters.clock import SystemClock
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.use_cases.read_establishments import list_my_establishments
from tests.fakes.register import MITHAL, NAMUDHAJ, TAJRIBA, an_establishment, in_memory_register

EMPLOYER = Caller("employer", "00000000-0000-4000-8000-000000000005", frozenset({Role.CONTRIBUTOR}))
UNKNOWN = EstablishmentNumber("7000000009")


def test_only_establishments_that_the_register_knows_and_nobody_struck_off_are_listed() -> None:
    register = in_memory_register()
    register.transaction.commit(
        register.establishments.save(an_establishment()),
        register.establishments.save(an_establishment(NAMUDHAJ)),
        register.establishments.save(an_establishment(TAJRIBA, struck_off_on="2026-11-01")),
        *(register.appoint(EMPLOYER.person_id, one) for one in (MITHAL, NAMUDHAJ, TAJRIBA, UNKNOWN)),
    )

    listed = list_my_establishments(by=EMPLOYER, establishments=register.establishments, clock=SystemClock())

    assert listed == [an_establishment(), an_establishment(NAMUDHAJ)]
