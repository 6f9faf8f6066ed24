"""Lives posted to an account: after every act, the ledger has of each period what the oracle reckons for it."""

import pytest

from tests.oracle.facts import Refused
from tests.oracle.lives import told
from tests.oracle.posted import Account, Ledger
from tests.oracle.register import Register

PARTS = 6
LIVES = 60


@pytest.mark.parametrize("part", range(PARTS))
def test_the_ledger_agrees_with_the_oracle(part: int) -> None:
    posted = 0
    for number in range(part * LIVES, (part + 1) * LIVES):
        life = told(number).life
        register, account = Register(life.person), Account(life.person)
        for act in life.acts:
            answer, refused = register.apply(act), account.post(act)
            if isinstance(answer, Refused):
                assert refused in answer.reasons, f"life {number}: {act}"
                continue
            assert refused is None, f"life {number}: {act}"
            posted += 1
            for period in register.periods:
                where = f"life {number}: period {period.number} after {act}"
                assert account.ledger(period.number) == expected(register, period.number), where
    assert posted > LIVES


def expected(register: Register, number: int) -> Ledger:
    return {
        (row.month, branch): (part.employee, part.employer)
        for row in register.rows(number)
        for branch, part in row.parts.items()
        if part.employee or part.employer
    }
