"""A query looks at its partition only.

Upstream: moto 5.2.5 compares the partition key of every item of the table with the one asked for: 8 ms at two
thousand items, for a partition of ten. No issue known. Here: a query of a table with a sort key sees its
partition and nothing else; a query of an index is left to upstream.
"""

import copy
from typing import Any

from moto.dynamodb.models.table import Table

from localcloud.patches import Patches

_INDEX_NAME = 6
"""The place of the index among what upstream is told after the partition key."""


def install(patches: Patches) -> None:
    def query(table: Any, hash_key: Any, *asked: Any, **more: Any) -> Any:
        index = asked[_INDEX_NAME] if len(asked) > _INDEX_NAME else more.get("index_name")
        if index is not None or not table.range_key_attr:
            return upstream(table, hash_key, *asked, **more)
        partition = copy.copy(table)
        partition.items = {hash_key: table.items[hash_key]} if hash_key in table.items else {}
        return upstream(partition, hash_key, *asked, **more)

    upstream = patches.replace(Table, "query", query)
