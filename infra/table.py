"""One DynamoDB table, with what every table of the system has."""

from collections.abc import Mapping
from typing import Literal

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.retention import removal_policy

STRING = dynamodb.AttributeType.STRING
Verb = Literal["get", "list", "put", "update", "check", "remove"]
#: What a function does with a table, and the action that permits it. A transaction needs the action of each item.
ACTIONS: Mapping[Verb, str] = {
    "get": "dynamodb:GetItem",
    "list": "dynamodb:Query",
    "put": "dynamodb:PutItem",
    "update": "dynamodb:UpdateItem",
    "check": "dynamodb:ConditionCheckItem",
    "remove": "dynamodb:DeleteItem",
}
READ_VERBS: frozenset[Verb] = frozenset({"get", "list"})
#: DynamoDB uses the key on the caller's behalf, so the caller needs these, via DynamoDB only.
READER_KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")
WRITER_KEY_ACTIONS = (*READER_KEY_ACTIONS, "kms:Encrypt", "kms:GenerateDataKey")
#: The items of the Register table that are employers' lists: they follow from the rest, and may be removed.
LISTS = "CONTRIBUTORS#*"
#: The items of the Access table that say since when a person's tokens are good no longer.
REVOCATIONS = "REVOKED#*"
STREAM_ACTIONS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)


class Table(Construct):
    """`pk` and `sk`, on demand, our own key, point-in-time recovery, and a stream the relay publishes from.

    An index holds whole items; a narrow one, which is read from end to end, only what it names beside its keys.
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
        narrow_indexes: Mapping[str, tuple[str, str, tuple[str, ...]]] | None = None,
        ttl_attribute: str | None = None,
    ) -> None:
        super().__init__(scope, name)
        whole = {name: (*keys, ()) for name, keys in (indexes or {}).items()}
        self.indexes = {**whole, **(narrow_indexes or {})}
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
            time_to_live_attribute=ttl_attribute,
            deletion_protection=environment.retain_data,
            removal_policy=removal_policy(environment),
        )
        for index, (partition, sort, beside) in self.indexes.items():
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=partition, type=STRING),
                sort_key=dynamodb.Attribute(name=sort, type=STRING),
                projection_type=dynamodb.ProjectionType.INCLUDE if beside else dynamodb.ProjectionType.ALL,
                non_key_attributes=list(beside) or None,
            )

    @property
    def name(self) -> str:
        """The deployed table's name, as functions get it."""
        return self.table.table_name

    @property
    def stream_arn(self) -> str:
        """The stream of its changes."""
        arn = self.table.table_stream_arn
        assert arn is not None  # every Table here has a stream
        return arn

    def grant(self, function: PythonFunction, *verbs: Verb, indexes: tuple[str, ...] = ()) -> None:
        """Exactly the verbs named on the table, and queries of each index named.

        tests/iam compares them with what the function is seen to do: a verb too many fails as one too few does.
        """
        unknown = set(indexes) - set(self.indexes)
        if unknown:
            raise ValueError(f"{self.node.id} has no index {sorted(unknown)}")
        if verbs:
            function.allow(*(ACTIONS[verb] for verb in verbs), resources=[self.table.table_arn])
        if indexes:
            arns = [f"{self.table.table_arn}/index/{index}" for index in indexes]
            function.allow("dynamodb:Query", resources=arns)
        key_actions = READER_KEY_ACTIONS if READ_VERBS.issuperset(verbs) else WRITER_KEY_ACTIONS
        function.allow(*key_actions, resources=[self.key.key_arn], via_service="dynamodb")

    def grant_get_revocations(self, function: PythonFunction) -> None:
        """Reading since when a person's tokens are good no longer, and nothing else of the Access table."""
        function.allow(ACTIONS["get"], resources=[self.table.table_arn], partitions=REVOCATIONS)
        function.allow(*READER_KEY_ACTIONS, resources=[self.key.key_arn], via_service="dynamodb")

    def grant_write_lists(self, function: PythonFunction) -> None:
        """Writing and removing what employers' lists are made of, and nothing else of the Register table."""
        verbs: tuple[Verb, ...] = ("put", "update", "remove")
        function.allow(*(ACTIONS[verb] for verb in verbs), resources=[self.table.table_arn], partitions=LISTS)
        function.allow(*WRITER_KEY_ACTIONS, resources=[self.key.key_arn], via_service="dynamodb")

    def grant_read_stream(self, function: PythonFunction) -> None:
        """Reading the stream."""
        function.allow(*STREAM_ACTIONS, resources=[self.stream_arn])
        function.allow("kms:Decrypt", resources=[self.key.key_arn], via_service="dynamodb")
