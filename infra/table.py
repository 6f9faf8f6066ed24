"""One DynamoDB table, with what every table of the system has."""

from collections.abc import Mapping
from typing import Literal

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Environment
from infra.function import PythonFunction, removal

STRING = dynamodb.AttributeType.STRING
Verb = Literal["get", "list", "put", "update", "check", "remove"]
#: What a function does with a table, in the words its role says it in. A transaction needs its items' own actions.
ACTIONS: Mapping[Verb, str] = {
    "get": "dynamodb:GetItem",
    "list": "dynamodb:Query",
    "put": "dynamodb:PutItem",
    "update": "dynamodb:UpdateItem",
    "check": "dynamodb:ConditionCheckItem",
    "remove": "dynamodb:DeleteItem",
}
READS: frozenset[Verb] = frozenset({"get", "list"})
#: DynamoDB asks the key on the caller's behalf, so the caller needs these, through DynamoDB only.
KEY_OF_READER = ("kms:Decrypt", "kms:DescribeKey")
KEY_OF_WRITER = (*KEY_OF_READER, "kms:Encrypt", "kms:GenerateDataKey")
STREAM_READ = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)


class Table(Construct):
    """`pk` and `sk`, on demand, our own key, point-in-time recovery, and a stream the relay publishes from.

    `Table`, not `TableV2`: only this one deploys from the template on the local cloud and in any region.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        key: kms.IKey,
        indexes: Mapping[str, tuple[str, str]] | None = None,
        expires_by: str | None = None,
    ) -> None:
        super().__init__(scope, name)
        self.indexes = dict(indexes or {})
        self.key = key
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=STRING),
            sort_key=dynamodb.Attribute(name="sk", type=STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=35
            ),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            time_to_live_attribute=expires_by,
            deletion_protection=environment.retain_data,
            removal_policy=removal(environment),
        )
        for index, (partition, sort) in self.indexes.items():
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=partition, type=STRING),
                sort_key=dynamodb.Attribute(name=sort, type=STRING),
                projection_type=dynamodb.ProjectionType.ALL,
            )

    @property
    def name(self) -> str:
        """The deployed table's name, as functions are told it."""
        return self.table.table_name

    @property
    def stream_arn(self) -> str:
        """Where the relay reads."""
        arn = self.table.table_stream_arn
        assert arn is not None  # every Table here has a stream
        return arn

    def let(self, function: PythonFunction, *verbs: Verb, by: tuple[str, ...] = ()) -> None:
        """Exactly the verbs named, and queries of each index named in `by`.

        tests/iam holds them to what the function is seen to do: a verb too many fails as one too few does.
        """
        unknown = set(by) - set(self.indexes)
        if unknown:
            raise ValueError(f"{self.node.id} has no index {sorted(unknown)}")
        function.may(*(ACTIONS[verb] for verb in verbs), on=[self.table.table_arn])
        if by:
            function.may("dynamodb:Query", on=[f"{self.table.table_arn}/index/{index}" for index in by])
        key_use = KEY_OF_READER if READS.issuperset(verbs) else KEY_OF_WRITER
        function.may(*key_use, on=[self.key.key_arn], through="dynamodb")

    def let_follow(self, function: PythonFunction) -> None:
        """Reading the stream."""
        function.may(*STREAM_READ, on=[self.stream_arn])
        function.may("kms:Decrypt", on=[self.key.key_arn], through="dynamodb")
