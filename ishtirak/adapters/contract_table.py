"""Contracts in the register's table: one item each, and beside it the versions that wait for somebody."""

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import client
from ishtirak.adapters.vault import Vault
from ishtirak.contracts.model import Contract, Parked
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.parts import NOTHING, Part

_NEW = "attribute_not_exists(pk)"
_SEALED_AT_ONCE = 1000
"""Letters that are at most the 4,096 bytes KMS seals in one call, whatever the script."""


class ContractTable:
    """The `Contracts` port on the table `Register`."""

    def __init__(self, table: str, *, vault: Vault) -> None:
        self._table = table
        self._vault = vault

    def find(self, number: str) -> Contract | None:
        item = dynamo.get(self._table, f"CONTRACT#{number}", "CONTRACT")
        return Contract.model_validate_json(item["body"]) if item else None

    def apply(self, contract: Contract, *, before: Contract | None, alongside: Part = NOTHING) -> None:
        # stronger than "a lower version": what is written was decided on exactly the one that was read
        item: dynamo.Item = {
            "pk": f"CONTRACT#{contract.number}",
            "sk": "CONTRACT",
            "version": contract.version,
            "body": contract.model_dump_json(),
        }
        if before is None:
            write = dynamo.put(self._table, item, condition=_NEW)
        else:
            write = dynamo.put(
                self._table,
                item,
                condition="version = :read AND version < :next",
                values={":read": before.version, ":next": contract.version},
            )
        if alongside:
            dynamo.commit(write, *alongside)
        elif not _put(write):
            raise ChangedMeanwhile()

    def park(self, parked: Parked, *, message: str) -> bool:
        known = parked.number is not None and parked.version is not None
        pk = f"CONTRACT#{parked.number}" if known else f"QUARANTINE#{parked.message_id}"
        sk = f"PARKED#{parked.version:010d}" if known else "EVENT"
        there = dynamo.get(self._table, pk, sk)
        if there is not None and there["reason"] == parked.reason.value:
            return False
        item: dynamo.Item = {
            "pk": pk,
            "sk": sk,
            "place": parked.place.value,
            "reason": parked.reason.value,
            "body": parked.model_dump_json(),
            "sealed": self._sealed(message, pk=pk, sk=sk),
        }
        return _put(
            dynamo.put(
                self._table,
                item,
                condition=f"{_NEW} OR #reason <> :reason",
                values={":reason": parked.reason.value},
                names={"#reason": "reason"},
            )
        )

    def parked(self, number: str) -> tuple[Parked, ...]:
        """The versions of a contract that were set aside, in order."""
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND begins_with(sk, :parked)",
            values={":pk": f"CONTRACT#{number}", ":parked": "PARKED#"},
        )
        return tuple(Parked.model_validate_json(item["body"]) for item in found)

    def _sealed(self, message: str, *, pk: str, sk: str) -> list[str]:
        parts = [
            message[start : start + _SEALED_AT_ONCE] for start in range(0, len(message), _SEALED_AT_ONCE)
        ]
        return [
            self._vault.seal(part, {"table": "Register", "pk": pk, "field": f"{sk}/{place}"})
            for place, part in enumerate(parts)
        ]


def _put(write: dynamo.Write) -> bool:
    """One conditional put by itself: a transaction of one would cost twice as much. False when the condition
    fails.
    """
    dynamodb = client("dynamodb")
    try:
        dynamodb.put_item(**write.operation["Put"])
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True
