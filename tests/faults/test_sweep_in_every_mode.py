"""The whole sweep once more, calls that change nothing broken in those ways too that should tell nothing new."""

from collections.abc import Callable

import pytest

from tests.faults.pieces import EVERY
from tests.faults.stepped import Stepped
from tests.faults.swept_pieces import holds_whatever_breaks


@pytest.mark.nightly
@pytest.mark.parametrize("name", EVERY)
def test_it_is_done_once_whatever_breaks_however(
    stepped: Stepped, name: str, report: Callable[[str], None], trusting_sandbox: None
) -> None:
    holds_whatever_breaks(stepped, name, report, every_mode=True)
