"""What an establishment does and sees: every call broken in every way, and each piece of work is done once."""

from collections.abc import Callable

import pytest

from tests.faults.pieces import delegations, establishments, officials
from tests.faults.stepped import Stepped
from tests.faults.swept_pieces import holds_whatever_breaks


@pytest.mark.parametrize("name", [*delegations.PIECES, *establishments.PIECES, *officials.PIECES])
def test_it_is_done_once_whatever_breaks(
    stepped: Stepped, name: str, report: Callable[[str], None], trusting_sandbox: None
) -> None:
    holds_whatever_breaks(stepped, name, report)
