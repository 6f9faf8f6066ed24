"""What the tokens of officials are held against, kept beside the revocations of the same person."""

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.revocation_table import PARTITION
from ishtirak.kernel.caller import Role
from ishtirak.officials.model import Standing


class StandingTable:
    """The `Standings` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def of(self, person_id: str) -> Standing | None:
        item = dynamo.get(self._table, **_key(person_id))
        if item is None:
            return None
        return Standing(Role(item["role"]) if "role" in item else None)


def standing_item(person_id: str, standing: Standing, *, revision: int) -> dynamo.Item:
    """The item; never deleted, for who was disabled stays so."""
    return {
        **_key(person_id),
        "revision": revision,
        "role": standing.role.value if standing.role else None,
    }


def _key(person_id: str) -> dict[str, str]:
    return {"pk": f"{PARTITION}{person_id}", "sk": "OFFICIAL"}
