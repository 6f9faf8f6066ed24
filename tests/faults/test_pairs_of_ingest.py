"""A contract of a newcomer under every pair of faults, and under random triples: `make faults`."""

from collections.abc import Callable

import pytest

from tests.faults.combined import pairs, triples
from tests.faults.pieces.contracts import ContractOfANewcomer
from tests.faults.stepped import Stepped

TRIPLES = 1_000

pytestmark = pytest.mark.nightly


def test_every_pair_of_faults_leaves_what_no_fault_leaves(
    stepped: Stepped, report: Callable[[str], None]
) -> None:
    result = pairs(stepped, ContractOfANewcomer)

    report(
        f"pairs of faults, {ContractOfANewcomer.function}: {result.tried[2]}, and {result.tried[1]} single ones"
    )
    assert result.deviations == []
    assert result.tried[2] > 2_000


def test_random_triples_of_faults_leave_what_no_fault_leaves(
    stepped: Stepped, report: Callable[[str], None]
) -> None:
    result = triples(stepped, ContractOfANewcomer, count=TRIPLES, seed=8)

    report(f"triples of faults, {ContractOfANewcomer.function}: {result.tried[3]}")
    assert result.deviations == []
