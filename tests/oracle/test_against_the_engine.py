"""The product and the oracle live the same random lives, and agree on every act, month, branch and halala."""

import pytest

from tests.oracle.compare import first_disagreement
from tests.oracle.engine import Engine
from tests.oracle.lives import told

PARTS = 25
LIVES = 120
ACTS = 400
"""Of each part at the least: ten thousand in all."""


@pytest.mark.parametrize("part", range(PARTS))
def test_the_engine_agrees_with_the_oracle(part: int) -> None:
    acts = 0
    for number in range(part * LIVES, (part + 1) * LIVES):
        each = told(number)
        acts += len(each.life.acts)

        found = first_disagreement(each, other=Engine(each.life.person))

        assert found is None, f"life {number}: {found}"
    assert acts >= ACTS
