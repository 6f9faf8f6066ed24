"""Workflows: Step Functions state machines."""

import json

from localcloud.deployment import ResourceContext
from localcloud.resources.reasons import NO_OBSERVABILITY, NO_TAGS
from localcloud.support import resource_type
from localcloud.template import Created, Properties, TemplateRefused


@resource_type(
    "AWS::StepFunctions::StateMachine",
    supported="StateMachineName StateMachineType Definition DefinitionString DefinitionSubstitutions RoleArn",
    not_modelled={
        "LoggingConfiguration": NO_OBSERVABILITY,
        "TracingConfiguration": NO_OBSERVABILITY,
        "EncryptionConfiguration": "an execution lives in this process's memory",
        **NO_TAGS,
    },
)
def state_machine(properties: Properties, context: ResourceContext) -> Created:
    if properties.get("StateMachineType", "STANDARD") != "STANDARD":
        raise TemplateRefused("AWS::StepFunctions::StateMachine.StateMachineType: only STANDARD is executed")
    name = context.name(properties.get("StateMachineName"), limit=80)
    definition = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for placeholder, value in properties.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace(f"${{{placeholder}}}", str(value))
    made = context.client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=properties["RoleArn"]
    )
    arn = made["stateMachineArn"]
    return Created(arn, {"Arn": arn, "Name": name, "StateMachineRevisionId": "INITIAL"})
