"""Contracts in the register's table: one item each, and beside it the versions that are held for somebody."""

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.worker_contract_table import WorkerContractTable
from ishtirak.contracts.model import Contract, HeldVersion, HoldReason
from ishtirak.kernel.crypto import Encryption, encrypt_long
from ishtirak.kernel.transaction import Items

_HELD = "HELD#"


class ContractTable(WorkerContractTable):
    """The `Contracts` port on the table `Register`."""

    def __init__(self, table: str, *, encryption: Encryption) -> None:
        super().__init__(table)
        self._encryption = encryption

    def find(self, number: str) -> Contract | None:
        item = dynamo.get(self._table, f"CONTRACT#{number}", "CONTRACT")
        return Contract.model_validate_json(item["body"]) if item else None

    def save(self, contract: Contract, *, before: Contract | None) -> Items:
        # what is written was decided on exactly the item that was read
        item: dynamo.Item = {
            "pk": f"CONTRACT#{contract.number}",
            "sk": "CONTRACT",
            "revision": contract.revision,
            "version": contract.version or 0,
            "body": contract.model_dump_json(),
        }
        if before is None:
            return (dynamo.put(self._table, item, condition=dynamo.NEW),)
        return (
            dynamo.put(self._table, item, condition="revision = :read", values={":read": before.revision}),
        )

    def is_held(self, held: HeldVersion) -> bool:
        there = dynamo.get(self._table, *_key(held))
        return there is not None and bool(there["reason"] == held.reason.value)

    def hold(self, held: HeldVersion, *, message: str) -> Items:
        pk, sk = _key(held)
        item: dynamo.Item = {
            "pk": pk,
            "sk": sk,
            "place": held.place.value,
            "reason": held.reason.value,
            "body": held.model_dump_json(),
            "encrypted": self._encrypted(message, pk=pk, sk=sk),
        }
        return (
            dynamo.put(
                self._table,
                item,
                condition=f"{dynamo.NEW} OR #reason <> :reason",
                values={":reason": held.reason.value},
                names={"#reason": "reason"},
            ),
        )

    def held(self, number: str) -> tuple[HeldVersion, ...]:
        """The versions of a contract that are held, in order."""
        found = dynamo.query_prefix(self._table, f"CONTRACT#{number}", _HELD)
        return tuple(HeldVersion.model_validate_json(item["body"]) for item in found)

    def _encrypted(self, message: str, *, pk: str, sk: str) -> list[str]:
        context = {"table": "Register", "pk": pk, "field": sk}
        return encrypt_long(message, context, encryption=self._encryption)


def _key(held: HeldVersion) -> tuple[str, str]:
    # two malformed messages may say different things of one version: each is kept
    if held.number is None or held.version is None or held.reason is HoldReason.MALFORMED:
        return f"QUARANTINE#{held.message_id}", "EVENT"
    return f"CONTRACT#{held.number}", f"{_HELD}{held.version:010d}"
