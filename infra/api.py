"""The REST API, made from the committed OpenAPI document: routes are data, none is declared here."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra import openapi
from infra.config import Environment
from infra.python_function import PythonFunction, pascal_case
from infra.retention import log_retention, removal_policy

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "reference" / "openapi.json"
STAGE = "live"
PARAMETER = re.compile(r"\{[^}]+\}")
#: Requests a second the whole stage takes, and how many at once; a person makes about ten for one request.
RATE, BURST = 200, 400
#: Facts and codes; no address, path or query, which could reveal who asked about whom. `caller` is the random id the
#: pool gave an account, and says who called to nobody who cannot read the pool.
LOGGED = {
    "at": "$context.requestTime",
    "request_id": "$context.requestId",
    "trace_id": "$context.requestId",
    "caller": "$context.authorizer.claims.sub",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "integration_status": "$context.integration.status",
    "integration_error": "$context.integration.error",
    "waf": "$context.wafResponseCode",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
}


class Api(Construct):
    """One document, one stage; each function may be called by the routes that name it and by nothing else."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        pool: cognito.IUserPool,
        functions: Mapping[str, PythonFunction],
    ) -> None:
        super().__init__(scope, name)
        document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
        self.access_log = logs.LogGroup(
            self,
            "AccessLog",
            retention=log_retention(environment),
            removal_policy=removal_policy(environment),
        )
        uris = {function: _uri(self, deployed) for function, deployed in functions.items()}
        self.api = apigateway.SpecRestApi(
            self,
            "Rest",
            rest_api_name="Ishtirak",
            description="The e-services of a social-insurance authority",
            api_definition=apigateway.ApiDefinition.from_inline(
                openapi.gateway_document(
                    document, uris=uris, pool_arn=pool.user_pool_arn, web_origins=environment.web_origins
                )
            ),
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            fail_on_warnings=True,
            deploy_options=self._stage(),
        )
        self._add_invoke_permissions(document, functions)
        if environment.manage_api_account:
            self._add_log_role()

    @property
    def stage_arn(self) -> str:
        """The deployed stage, as the firewall names it."""
        return self.api.deployment_stage.stage_arn

    @property
    def url(self) -> str:
        """The API's base URL, with the stage."""
        return self.api.url

    def _stage(self) -> apigateway.StageOptions:
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(LOGGED)),
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            metrics_enabled=True,
            throttling_rate_limit=RATE,
            throttling_burst_limit=BURST,
            tracing_enabled=True,
        )

    def _add_invoke_permissions(self, document: Any, functions: Mapping[str, PythonFunction]) -> None:
        for path, verb, operation in openapi.operations(document):
            function = openapi.function_of(path, verb, operation)
            lambda_.CfnPermission(
                self,
                f"{verb.title()}{_route_id(path)}",
                action="lambda:InvokeFunction",
                function_name=functions[function].target.function_arn,
                principal="apigateway.amazonaws.com",
                source_arn=self.api.arn_for_execute_api(verb.upper(), PARAMETER.sub("*", path), STAGE),
            )

    def _add_log_role(self) -> None:
        """One role for the whole account and region; `manage_api_account` is off where another stack sets it."""
        role = iam.Role(
            self,
            "GatewayLogRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
                )
            ],
        )
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        self.api.deployment_stage.node.add_dependency(account)


def _route_id(path: str) -> str:
    return pascal_case(path.translate(str.maketrans("/-", "__", "{}")))


def _uri(scope: Construct, function: PythonFunction) -> str:
    region = Stack.of(scope).region
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function.target.function_arn}/invocations"
