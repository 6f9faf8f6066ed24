"""A queue with what every queue of the system has: encryption, a dead-letter queue, one function that consumes it."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.python_function import PythonFunction, pascal_case

#: Deliveries before a message goes to the dead-letter queue.
MAX_RECEIVES = 5
#: The visibility timeout of a queue, in timeouts of its function: Lambda's own recommendation.
VISIBILITY_FACTOR = 6
#: What Lambda's poller does with the consumer's role; a failed message returns when its visibility timeout ends.
CONSUMER_ACTIONS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def dead_letter_queue(scope: Construct, name: str) -> sqs.Queue:
    """A queue with the longest retention SQS offers: 14 days."""
    return _queue(scope, name, retention_period=Duration.days(14))


def _queue(scope: Construct, name: str, **options: object) -> sqs.Queue:
    return sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        **options,  # type: ignore[arg-type]
    )


class WorkQueue(Construct):
    """Messages hold ids only, or are encrypted by who sends them: reading a queue tells nothing of anybody.

    A message that failed comes again after `redelivered_after`, or else after the shortest time Lambda recommends.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        consumer: PythonFunction,
        batch_size: int,
        max_concurrency: int | None = None,
        redelivered_after: Duration | None = None,
        max_receives: int = MAX_RECEIVES,
    ) -> None:
        super().__init__(scope, f"{pascal_case(name)}Queue")
        self.name = name
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = _queue(
            self,
            "Queue",
            visibility_timeout=redelivered_after
            or Duration.seconds(VISIBILITY_FACTOR * int(consumer.timeout.to_seconds())),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=max_receives),
        )
        self.source = lambda_.EventSourceMapping(
            self,
            "Source",
            target=consumer.target,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )
        consumer.allow(*CONSUMER_ACTIONS, resources=[self.queue.queue_arn])
        self.source.node.add_dependency(consumer.role)

    @property
    def url(self) -> str:
        """Where messages are sent."""
        return self.queue.queue_url

    def grant_send(self, function: PythonFunction) -> None:
        """Sending messages."""
        function.allow("sqs:SendMessage", resources=[self.queue.queue_arn])


class QueueConsumer(PythonFunction):
    """A function with a queue of its own, which it creates."""

    queue: WorkQueue
