"""A queue with what every queue of the system has: encryption, a dead-letter queue, one function that empties it."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import PythonFunction, pascal

#: Deliveries before a message is put aside for a person to look at.
TRIES = 5
#: While one batch is worked on, its messages stay hidden this many function timeouts.
HIDDEN_TIMEOUTS = 6
#: What Lambda's poller does with the worker's role; a message that failed comes back by its visibility alone.
CONSUME = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")


def dead_letters(scope: Construct, name: str, *, key: kms.IKey | None = None) -> sqs.Queue:
    """The longest SQS keeps anything: long enough for a person to read the runbook."""
    return _queue(scope, name, key=key, retention_period=Duration.days(14))


def _queue(scope: Construct, name: str, *, key: kms.IKey | None, **particular: object) -> sqs.Queue:
    encryption = sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED
    return sqs.Queue(
        scope,
        name,
        encryption=encryption,
        encryption_master_key=key,
        enforce_ssl=True,
        **particular,  # type: ignore[arg-type]
    )


class WorkQueue(Construct):
    """`key` is given where a message itself carries personal data; elsewhere messages hold ids only."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        worker: PythonFunction,
        batch_size: int,
        max_concurrency: int | None = None,
        key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, f"{pascal(name)}Queue")
        self.name = name
        self.worker = worker
        self.key = key
        self.dead_letters = dead_letters(self, "DeadLetters", key=key)
        self.queue = _queue(
            self,
            "Queue",
            key=key,
            visibility_timeout=Duration.seconds(HIDDEN_TIMEOUTS * int(worker.timeout.to_seconds())),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=TRIES),
        )
        self.source = lambda_.EventSourceMapping(
            self,
            "Source",
            target=worker.target,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch_size,
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )
        worker.may(*CONSUME, on=[self.queue.queue_arn])
        self.source.node.add_dependency(worker.role)
        if key:
            worker.may("kms:Decrypt", on=[key.key_arn], through="sqs")

    def let_send(self, function: PythonFunction) -> None:
        """Putting one message in."""
        function.may("sqs:SendMessage", on=[self.queue.queue_arn])
        if self.key:
            function.may("kms:Decrypt", "kms:GenerateDataKey", on=[self.key.key_arn], through="sqs")
