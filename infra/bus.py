"""The event bus and the rules that deliver events to queues."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.python_function import PythonFunction, pascal_case
from infra.queue import WorkQueue
from ishtirak.kernel.settings import Subscription

#: The bus of every event of the system.
BUS = "Ishtirak"


class Bus(Construct):
    """An event a rule cannot deliver goes to the dead-letter queue of the queue it was meant for."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.bus = events.EventBus(self, "Bus", event_bus_name=BUS)

    @property
    def name(self) -> str:
        """The deployed bus's name."""
        return self.bus.event_bus_name

    def subscribe(self, queue: WorkQueue, subscriptions: Iterable[Subscription]) -> None:
        """Deliver to the queue what its consumer subscribes to: one rule for each source."""
        for subscription in subscriptions:
            source = subscription.source.rpartition(".")[2]
            events.Rule(
                self,
                f"{pascal_case(queue.name)}From{pascal_case(source)}",
                event_bus=self.bus,
                event_pattern=events.EventPattern(
                    source=[subscription.source], detail_type=list(subscription.types)
                ),
                targets=[_target(queue)],
            )

    def grant_publish(self, function: PythonFunction) -> None:
        """Putting events on this bus."""
        function.allow("events:PutEvents", resources=[self.bus.event_bus_arn])


class UploadEvents(Construct):
    """What S3 and the malware scanner report on the account's default bus about one bucket, delivered to a queue.

    The scanner's verdict is not taken from its event: it only makes the consumer read the object's tag before the
    queue's next delivery would.
    """

    def __init__(self, scope: Construct, name: str, *, bucket: s3.IBucket, queue: WorkQueue) -> None:
        super().__init__(scope, name)
        events.Rule(
            self,
            "Arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [bucket.bucket_name]}},
            ),
            targets=[_target(queue)],
        )
        events.Rule(
            self,
            "Scanned",
            event_pattern=events.EventPattern(
                source=["aws.guardduty"],
                detail_type=["GuardDuty Malware Protection Object Scan Result"],
                detail={"s3ObjectDetails": {"bucketName": [bucket.bucket_name]}},
            ),
            targets=[_target(queue)],
        )


class FailedRuns(Construct):
    """Runs of a state machine that ended otherwise than well, as Step Functions reports on the default bus."""

    def __init__(self, scope: Construct, name: str, *, machine_arn: str, queue: WorkQueue) -> None:
        super().__init__(scope, name)
        events.Rule(
            self,
            "Ended",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [machine_arn]},
            ),
            targets=[_target(queue)],
        )


class Every(Construct):
    """A function that is run again and again; what one run could not do the next one does."""

    def __init__(self, scope: Construct, name: str, *, interval: Duration, function: PythonFunction) -> None:
        super().__init__(scope, name)
        events.Rule(
            self,
            "Schedule",
            schedule=events.Schedule.rate(interval),
            targets=[targets.LambdaFunction(function.target, retry_attempts=1, max_event_age=interval)],
        )


def _target(queue: WorkQueue) -> targets.SqsQueue:
    return targets.SqsQueue(
        queue.queue, dead_letter_queue=queue.dead_letters, max_event_age=Duration.hours(4), retry_attempts=24
    )
