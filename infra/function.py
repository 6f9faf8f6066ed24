"""One Lambda function: its code, its role, its log group, its typed environment.

The only place that says runtime, architecture, layer, log retention and tracing.
"""

import ast
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import packaging
from infra.config import Environment
from ishtirak.kernel.settings import FunctionSettings


def pascal(name: str) -> str:
    """`submit_request` as the template says it: `SubmitRequest`."""
    return name.title().replace("_", "")


class PythonFunction(Construct):
    """A function named as its folder, with a role and a log group nobody else uses and no managed policy."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        settings: FunctionSettings,
        layers: Sequence[lambda_.ILayerVersion],
        timeout: Duration,
        memory_mib: int = 512,
    ) -> None:
        super().__init__(scope, pascal(name))
        self.name = name
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(environment),
            removal_policy=removal(environment),
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            description=_purpose(name),
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(packaging.code_of(name))),
            handler=f"functions.{name}.main.handler",
            layers=list(layers),
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": "Ishtirak",
                **settings.to_env(),
            },
            memory_size=memory_mib,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=self.log_group,
            role=self.role,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if environment.snap_start else None,
        )
        self.timeout = timeout
        #: What callers invoke: the published version behind an alias when SnapStart is on, which works on nothing else.
        self.target: lambda_.IFunction = (
            lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
            if environment.snap_start
            else self.function
        )
        self.may("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn])

    def may(self, *actions: str, on: Sequence[str], through: str | None = None) -> None:
        """Allow the named actions on the named resources, and only when `through` (a service) asks for us."""
        region = self.function.stack.region
        conditions = (
            {"StringEquals": {"kms:ViaService": f"{through}.{region}.amazonaws.com"}} if through else None
        )
        self.role.add_to_principal_policy(
            iam.PolicyStatement(actions=sorted(actions), resources=list(on), conditions=conditions)
        )


def log_retention(environment: Environment) -> logs.RetentionDays:
    """The retention every log group of the environment has."""
    kept = {
        30: logs.RetentionDays.ONE_MONTH,
        90: logs.RetentionDays.THREE_MONTHS,
        365: logs.RetentionDays.ONE_YEAR,
    }
    return kept[environment.log_retention_days]


def removal(environment: Environment) -> RemovalPolicy:
    """What becomes of something that remembers when its stack goes."""
    return RemovalPolicy.RETAIN if environment.retain_data else RemovalPolicy.DESTROY


def _purpose(name: str) -> str:
    """The function's own description: what its package says of it."""
    source = (packaging.ROOT / "functions" / name / "__init__.py").read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(said.split())[:256]
