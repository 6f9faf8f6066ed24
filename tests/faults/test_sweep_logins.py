"""The sweep of signing up, passwords and sessions."""

from collections.abc import Callable

import pytest

from tests.faults.pieces import logins
from tests.faults.stepped import Stepped
from tests.faults.swept_pieces import holds_whatever_breaks


@pytest.mark.parametrize("name", logins.PIECES)
def test_coming_in_is_done_once_whatever_breaks(
    stepped: Stepped, name: str, report: Callable[[str], None]
) -> None:
    holds_whatever_breaks(stepped, name, report)
