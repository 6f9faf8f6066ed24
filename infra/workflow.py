"""A state machine from its ASL file. Naming a function in the file is what grants the call."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Environment
from infra.function import PythonFunction, log_retention, pascal, removal

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
NAMED = re.compile(r"\$\{(\w+)\}")


class Workflow(Construct):
    """The file and `calls` must name the same functions: neither a call without a grant nor a grant without a call."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, calls: Mapping[str, PythonFunction]
    ) -> None:
        super().__init__(scope, pascal(name))
        definition = (WORKFLOWS / f"{name}.asl.yaml").read_text(encoding="utf-8")
        agree(name, definition, offered=set(calls))
        self.log_group = logs.LogGroup(
            self, "Logs", retention=log_retention(environment), removal_policy=removal(environment)
        )
        # `from_file` would make the definition an asset, out of sight of the template's gates and readers.
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(yaml.safe_load(definition))),
            definition_substitutions={key: function.target.function_arn for key, function in calls.items()},
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            removal_policy=removal(environment),
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[function.target.function_arn for function in calls.values()],
            )
        )

    @property
    def arn(self) -> str:
        """What functions are told."""
        return self.machine.state_machine_arn

    def let_drive(self, function: PythonFunction) -> None:
        """Starting an execution, reading what one was started with, and answering the tokens it waits with."""
        function.may("states:SendTaskSuccess", "states:StartExecution", on=[self.arn])
        stack = Stack.of(self)
        executions = stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        function.may("states:DescribeExecution", on=[executions])


def agree(name: str, definition: str, *, offered: set[str]) -> None:
    """Raise unless the definition names exactly the functions the stack offers."""
    named = set(NAMED.findall(definition))
    if named != offered:
        raise ValueError(f"{name}: the file names {sorted(named)}, the stack offers {sorted(offered)}")
