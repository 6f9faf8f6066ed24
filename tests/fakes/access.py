"""Authorisation tables of a test's own."""

from typing import Any

from ishtirak.edge.http.access import AuthorisationTable, OperationAccess


def a_row(roles: str, **more: Any) -> dict[str, Any]:
    """A row that lets these roles (or the `public`) call for what is theirs by construction."""
    about, relation = ("nothing", "none") if roles == "public" else ("self", "own")
    return {"about": about, roles: {relation: []}, **more}


def a_table(**roles: str) -> AuthorisationTable:
    """A table with who may call each operation, by its name."""
    return AuthorisationTable({name: a_row(each) for name, each in roles.items()})


def open_to(roles: str) -> OperationAccess:
    """What an operation is under that these roles may call."""
    return a_table(named=roles).row("named")
