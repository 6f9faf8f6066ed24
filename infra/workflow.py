"""A state machine from its ASL file. Naming a function in the file is what grants the call."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction, pascal_case
from infra.retention import log_retention, removal_policy

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


class Workflow(Construct):
    """The file names exactly the functions in `steps`: neither a call without a grant nor a grant without a call."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, steps: Sequence[PythonFunction]
    ) -> None:
        super().__init__(scope, pascal_case(name))
        definition = (WORKFLOWS / f"{name}.asl.yaml").read_text(encoding="utf-8")
        arns = {pascal_case(step.name): step.target.function_arn for step in steps}
        require_same_functions(name, definition, offered=set(arns))
        self.log_group = logs.LogGroup(
            self, "Logs", retention=log_retention(environment), removal_policy=removal_policy(environment)
        )
        # `from_file` would make the definition an asset, out of sight of the template's gates and readers.
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(yaml.safe_load(definition))),
            definition_substitutions=arns,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            removal_policy=removal_policy(environment),
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(arns.values()))
        )

    @property
    def arn(self) -> str:
        """The state machine's ARN, as functions get it."""
        return self.machine.state_machine_arn

    def grant_start_and_answer(self, function: PythonFunction) -> None:
        """Starting an execution, reading the input of one, and completing the tasks it waits for."""
        function.allow("states:SendTaskSuccess", "states:StartExecution", resources=[self.arn])
        function.allow("states:DescribeExecution", resources=[self._executions])

    def grant_describe_and_stop(self, function: PythonFunction) -> None:
        """Reading how an execution stands, and ending one."""
        function.allow("states:DescribeExecution", "states:StopExecution", resources=[self._executions])

    def grant_list(self, function: PythonFunction) -> None:
        """Listing executions."""
        function.allow("states:ListExecutions", resources=[self.arn])

    @property
    def _executions(self) -> str:
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )


def require_same_functions(name: str, definition: str, *, offered: set[str]) -> None:
    """Raise unless the definition names exactly the functions the stack offers."""
    named = set(SUBSTITUTION.findall(definition))
    if named != offered:
        raise ValueError(f"{name}: the file names {sorted(named)}, the stack offers {sorted(offered)}")
