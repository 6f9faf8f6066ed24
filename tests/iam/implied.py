"""What AWS does with a function's role without a call of the function: logs, traces, sources, and keys.

None of it can be observed locally, so it is written down here from what AWS documents, and applied to what is
deployed: a table or queue that gets another key, or none, changes what its users need.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.iam.uses import Use

#: AWSLambdaBasicExecutionRole, without making the log group, which the stack does.
LOG_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
#: AWSXRayDaemonWriteAccess, without sampling rules, which are the daemon's.
TRACE_ACTIONS = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
#: AWSLambdaSQSQueueExecutionRole and AWSLambdaDynamoDBExecutionRole.
QUEUE_ACTIONS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
STREAM_ACTIONS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)

#: What each service does with the key of what is read or written, on the caller's behalf. DynamoDB as in the
#: grants the CDK gives with a customer managed key; S3 for objects in one part; SQS for producers and consumers.
READER_KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")
WRITER_KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
WRITE_ACTIONS = frozenset(
    {"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
)
KEY_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "dynamodb:GetItem": READER_KEY_ACTIONS,
    "dynamodb:GetRecords": ("kms:Decrypt",),
    "dynamodb:Query": READER_KEY_ACTIONS,
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "sqs:SendMessage": ("kms:Decrypt", "kms:GenerateDataKey"),
    **dict.fromkeys(WRITE_ACTIONS, WRITER_KEY_ACTIONS),
}


@dataclass(frozen=True)
class Keys:
    """Which key of ours encrypts what, asked of the deployed resources themselves."""

    client: Callable[[str], Any]

    def of(self, resource: str) -> str | None:
        """The ARN of our own key that a resource is encrypted with."""
        service = resource.split(":")[2]
        key: str | None = {
            "dynamodb": self._of_table,
            "s3": self._of_bucket,
            "secretsmanager": self._of_secret,
            "sqs": self._of_queue,
        }[service](resource)
        if key is None:
            return None
        arn: str = self.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]
        return arn

    def _of_table(self, arn: str) -> str | None:
        table = self.client("dynamodb").describe_table(TableName=arn.split("/")[1])["Table"]
        key: str | None = table.get("SSEDescription", {}).get("KMSMasterKeyArn")
        return key

    def _of_bucket(self, arn: str) -> str | None:
        bucket = arn.removeprefix("arn:aws:s3:::").partition("/")[0]
        answer = self.client("s3").get_bucket_encryption(Bucket=bucket)
        (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
        key: str | None = rule["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        return key

    def _of_secret(self, arn: str) -> str | None:
        key: str | None = self.client("secretsmanager").describe_secret(SecretId=arn).get("KmsKeyId")
        return key

    def _of_queue(self, arn: str) -> str | None:
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        key: str | None = attributes.get("KmsMasterKeyId")
        return key


def by_the_runtime(function: str, *, log_group: str) -> Iterator[Use]:
    """Every function logs to a group of its own and is traced."""
    for action in LOG_ACTIONS:
        yield Use(function, action, log_group)
    for action in TRACE_ACTIONS:
        yield Use(function, action, "*")


def by_the_source(function: str, source: Mapping[str, Any]) -> Iterator[Use]:
    """What an event source mapping does with the role of the function it feeds."""
    arn = source["EventSourceArn"]
    for action in STREAM_ACTIONS if ":dynamodb:" in arn else QUEUE_ACTIONS:
        yield Use(function, action, arn)
    on_failure = source.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if on_failure:
        yield Use(function, "sqs:SendMessage", on_failure)


def by_keys(uses: set[Use], keys: Keys) -> Iterator[Use]:
    """The uses of the keys that encrypt what was used."""
    for use in uses:
        if use.action in KEY_ACTIONS and (key := keys.of(use.resource)):
            for action in KEY_ACTIONS[use.action]:
                yield Use(use.function, action, key, use.resource.split(":")[2])
