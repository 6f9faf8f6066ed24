"""Streams of tables as the trigger of one function."""

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.python_function import PythonFunction
from infra.queue import dead_letter_queue
from infra.table import Table

#: A new event item; changes of items, and items of other kinds, are filtered out.
NEW_EVENT_ITEMS = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["event"]}}}}
RETRY_ATTEMPTS = 10


class EventItemStreams(Construct):
    """Feeds one function the event items of every table; a record that keeps failing is named in `dead_letters`."""

    def __init__(
        self, scope: Construct, name: str, *, consumer: PythonFunction, tables: Sequence[Table]
    ) -> None:
        super().__init__(scope, name)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        consumer.allow("sqs:SendMessage", resources=[self.dead_letters.queue_arn])
        for table in tables:
            table.grant_read_stream(consumer)
            source = lambda_.EventSourceMapping(
                self,
                f"{table.node.id}Stream",
                target=consumer.target,
                event_source_arn=table.stream_arn,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=25,
                bisect_batch_on_error=True,
                retry_attempts=RETRY_ATTEMPTS,
                report_batch_item_failures=True,
                filters=[lambda_.FilterCriteria.filter(NEW_EVENT_ITEMS)],
            )
            # `on_failure=SqsDlq(…)` would also grant the function reading the queue's attributes
            mapping = source.node.default_child
            assert isinstance(mapping, lambda_.CfnEventSourceMapping)
            mapping.add_property_override(
                "DestinationConfig.OnFailure.Destination", self.dead_letters.queue_arn
            )
            source.node.add_dependency(consumer.role)
