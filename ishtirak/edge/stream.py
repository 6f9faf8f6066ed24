"""A table's stream at the edge: records are handled in their shard's order, and none is skipped.

The first record that was not handled is reported: Lambda comes back with it and everything after it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ishtirak.edge.logs import logger

type Record = Mapping[str, Any]
type StreamConsumer = Callable[[dict[str, Any], Any], Mapping[str, Any]]
"""What Lambda calls with a batch; the answer names the record to come back with."""


def stream[Content](
    use_case: partial[int], *, reads: Callable[[Sequence[Record]], Sequence[Content]]
) -> StreamConsumer:
    """The Lambda entry of a stream.

    `reads` gives the content of the records up to the first that cannot be read; the use case answers how many of
    these it has dealt with.
    """

    def handler(batch: dict[str, Any], _context: Any) -> Mapping[str, Any]:
        records = batch["Records"]
        contents = reads(records)
        done = use_case(contents)
        facts = {"step": use_case.func.__name__, "records": done}
        if done == len(records):
            logger.info("stream.batch_handled", extra=facts)
            return {"batchItemFailures": []}
        kind = "not_taken" if done < len(contents) else "not_readable"
        logger.error("stream.stopped", extra={**facts, "of": len(records), "kind": kind})
        return {"batchItemFailures": [{"itemIdentifier": records[done]["dynamodb"]["SequenceNumber"]}]}

    return handler
