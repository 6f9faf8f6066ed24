"""What an employer reads of the register, without HTTP."""

from ishtirak.kernel.caller import Caller, Role
from ishtirak.use_cases.read_establishments import list_my_establishments
from tests.fakes.register import MITHAL, NAMUDHAJ, an_establishment, in_memory_register

EMPLOYER = Caller("employer", "00000000-0000-4000-8000-000000000005", frozenset({Role.EMPLOYER}))


def test_only_establishments_the_register_knows_are_listed() -> None:
    register = in_memory_register()
    register.transaction.commit(
        register.establishments.save(an_establishment()),
        register.establishments.appoint(EMPLOYER.person_id, MITHAL),
        register.establishments.appoint(EMPLOYER.person_id, NAMUDHAJ),
    )

    assert list_my_establishments(by=EMPLOYER, establishments=register.establishments) == [an_establishment()]
