"""The bus, the rules that route to queues, and the relay that publishes what the tables recorded."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.function import PythonFunction, pascal
from infra.queue import WorkQueue, dead_letters
from infra.subscriptions import BUS, SUBSCRIPTIONS, Subscription
from infra.table import Table

#: An event item, newly written; updates and other items never leave the table.
EVENT_ITEMS = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["event"]}}}}
RELAY_TRIES = 10


class Bus(Construct):
    """Events reach a queue or its dead letters: a rule that cannot deliver puts the event aside, too."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.bus = events.EventBus(self, "Bus", event_bus_name=BUS)

    def route(self, queues: Mapping[str, WorkQueue]) -> None:
        """One rule per subscription."""
        for subscription in SUBSCRIPTIONS:
            self._rule(subscription, queues[subscription.queue])

    def _rule(self, subscription: Subscription, queue: WorkQueue) -> None:
        events.Rule(
            self,
            f"{pascal(subscription.queue)}From{subscription.source.name.title()}",
            event_bus=self.bus,
            event_pattern=events.EventPattern(
                source=[subscription.source.value], detail_type=list(subscription.types)
            ),
            targets=[_to(queue)],
        )

    def let_publish(self, function: PythonFunction) -> None:
        """Putting events on this bus."""
        function.may("events:PutEvents", on=[self.bus.event_bus_arn])


class Uploads(Construct):
    """On the account's default bus S3 says that a document arrived in quarantine, and the scanner that it has looked.

    The scanner's word is not taken from the event: it only sends the function to read the tag, without waiting for
    the queue's next try.
    """

    def __init__(
        self, scope: Construct, name: str, *, bucket: s3.IBucket, queue: WorkQueue, scanned: bool
    ) -> None:
        super().__init__(scope, name)
        events.Rule(
            self,
            "Arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [bucket.bucket_name]}},
            ),
            targets=[_to(queue)],
        )
        if scanned:
            events.Rule(
                self,
                "Scanned",
                event_pattern=events.EventPattern(
                    source=["aws.guardduty"],
                    detail_type=["GuardDuty Malware Protection Object Scan Result"],
                    detail={"s3ObjectDetails": {"bucketName": [bucket.bucket_name]}},
                ),
                targets=[_to(queue)],
            )


def _to(queue: WorkQueue) -> targets.SqsQueue:
    return targets.SqsQueue(
        queue.queue, dead_letter_queue=queue.dead_letters, max_event_age=Duration.hours(4), retry_attempts=24
    )


class Relay(Construct):
    """The tables' streams, read by one function; what it cannot publish is named in `dead_letters`, never skipped."""

    def __init__(
        self, scope: Construct, name: str, *, function: PythonFunction, tables: Sequence[Table]
    ) -> None:
        super().__init__(scope, name)
        self.dead_letters = dead_letters(self, "DeadLetters")
        function.may("sqs:SendMessage", on=[self.dead_letters.queue_arn])
        for table in tables:
            table.let_follow(function)
            source = lambda_.EventSourceMapping(
                self,
                f"{table.node.id}Stream",
                target=function.target,
                event_source_arn=table.stream_arn,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=25,
                bisect_batch_on_error=True,
                retry_attempts=RELAY_TRIES,
                report_batch_item_failures=True,
                filters=[lambda_.FilterCriteria.filter(EVENT_ITEMS)],
            )
            # `on_failure=SqsDlq(…)` would also let the function read the queue's attributes
            mapping = source.node.default_child
            assert isinstance(mapping, lambda_.CfnEventSourceMapping)
            mapping.add_property_override(
                "DestinationConfig.OnFailure.Destination", self.dead_letters.queue_arn
            )
            source.node.add_dependency(function.role)
