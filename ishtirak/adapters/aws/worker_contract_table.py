"""The contracts of a worker, beside the periods in the worker's part of the register's table."""

from collections.abc import Sequence
from typing import Final

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.contracts.model import WorkerContract
from ishtirak.kernel.transaction import Items

_CONTRACT: Final = "CONTRACT#"


class WorkerContractTable:
    """The `WorkerContracts` port on the table `Register`, and how it is written."""

    def __init__(self, table: str) -> None:
        self._table = table

    def of_worker(self, person_id: str) -> Sequence[WorkerContract]:
        found = dynamo.query_prefix(self._table, person_partition(person_id), _CONTRACT)
        return tuple(WorkerContract.model_validate_json(item["body"]) for item in found)

    def noted(self, person_id: str, number: str) -> WorkerContract | None:
        item = dynamo.get(self._table, person_partition(person_id), f"{_CONTRACT}{number}")
        return WorkerContract.model_validate_json(item["body"]) if item else None

    def note(self, person_id: str, contract: WorkerContract) -> Items:
        item: dynamo.Item = {
            "pk": person_partition(person_id),
            "sk": f"{_CONTRACT}{contract.number}",
            "version": contract.version,
            "body": contract.model_dump_json(),
        }
        condition = f"{dynamo.NEW} OR version < :version"
        return (dynamo.put(self._table, item, condition=condition, values={":version": contract.version}),)
