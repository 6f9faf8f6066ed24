"""One Lambda function: its code, its role, its log group, its typed environment.

The only place that says runtime, architecture, layer, log retention and tracing.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import packaging
from infra.config import Environment
from infra.retention import log_retention, removal_policy
from ishtirak.kernel.settings import FunctionSettings

#: A caller of the API waits for the response.
API_TIMEOUT = Duration.seconds(10)
#: A queue, a stream or a workflow waits; outside agencies may be slow.
WORKER_TIMEOUT = Duration.seconds(30)
#: Parsing an untrusted upload; reading long lists.
INSPECTION_TIMEOUT = Duration.seconds(60)


def pascal_case(name: str) -> str:
    """`submit_request` as a construct id: `SubmitRequest`."""
    return name.title().replace("_", "")


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What every function of one environment runs on."""

    environment: Environment
    libraries: lambda_.ILayerVersion
    document_parsers: lambda_.ILayerVersion


class PythonFunction(Construct):
    """A function named as its folder, with a role and a log group of its own and no managed policy."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        platform: Platform,
        settings: FunctionSettings,
        timeout: Duration = API_TIMEOUT,
        memory_mib: int = 512,
        parses_documents: bool = False,
    ) -> None:
        super().__init__(scope, pascal_case(name))
        self.name = name
        self.timeout = timeout
        environment = platform.environment
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention(environment),
            removal_policy=removal_policy(environment),
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.function = lambda_.Function(
            self,
            "Function",
            description=_description(name),
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(packaging.code_of(name))),
            handler=f"functions.{name}.main.handler",
            layers=[platform.libraries, *([platform.document_parsers] if parses_documents else [])],
            environment=_variables(name, settings, environment),
            memory_size=memory_mib,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=self.log_group,
            role=self.role,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if environment.snap_start else None,
        )
        #: What callers invoke: the published version behind an alias when SnapStart is on, which needs one.
        self.target: lambda_.IFunction = (
            lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
            if environment.snap_start
            else self.function
        )
        self.allow("logs:CreateLogStream", "logs:PutLogEvents", resources=[self.log_group.log_group_arn])

    def allow(
        self,
        *actions: str,
        resources: Sequence[str],
        via_service: str | None = None,
        partitions: str | None = None,
    ) -> None:
        """Add one statement to the role.

        With `via_service`, only for calls that service makes on its behalf; with `partitions`, only for items whose
        partition key matches.
        """
        region = self.function.stack.region
        conditions: dict[str, Mapping[str, str | list[str]]] = {}
        if via_service:
            conditions["StringEquals"] = {"kms:ViaService": f"{via_service}.{region}.amazonaws.com"}
        if partitions:
            conditions["ForAllValues:StringLike"] = {"dynamodb:LeadingKeys": [partitions]}
        self.role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=sorted(actions), resources=list(resources), conditions=conditions or None
            )
        )


def _variables(name: str, settings: FunctionSettings, environment: Environment) -> dict[str, str]:
    origins = ",".join(environment.web_origins)
    return {
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "Ishtirak",
        **settings.model_copy(update={"web_origins": origins}).to_env(),
    }


def _description(name: str) -> str:
    """The docstring of the function's package."""
    source = (packaging.ROOT / "functions" / name / "__init__.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(docstring.split())[:256]
