"""The work that is swept: for each operation of the API and each other function, one piece at least.

`EVERY` is all of it; a test says which operation or function has none.
"""

from tests.faults.pieces import (
    accounts,
    bills,
    contracts,
    delegations,
    documents,
    establishments,
    factors,
    logins,
    messages,
    officials,
    requests,
    reviews,
    sign_in,
    workflow,
)
from tests.faults.work import Piece

EVERY: dict[str, type[Piece]] = {
    name: piece
    for module in (
        accounts,
        bills,
        contracts,
        delegations,
        documents,
        establishments,
        factors,
        logins,
        messages,
        officials,
        requests,
        reviews,
        sign_in,
        workflow,
    )
    for name, piece in module.PIECES.items()
}
