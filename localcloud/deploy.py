"""Deploy a synthesised assembly into moto, stack by stack, refusing what the support matrix does not hold."""

from collections.abc import Callable
from typing import Any

import localcloud.resources  # noqa: F401  (fills the support matrix)
from localcloud.assembly import Assembly, Stack
from localcloud.deployment import Deployment, ResourceContext
from localcloud.support import check_properties, resource_type_named
from localcloud.template import Scope, TemplateRefused, creation_order


def deploy(assembly: Assembly, *, client: Callable[[str], Any], endpoint: str | None) -> Deployment:
    """Create everything the assembly describes; `endpoint` is where functions will find the cloud."""
    deployment = Deployment()
    exports: dict[str, Any] = {}
    for stack in assembly.stacks:
        scope = Scope(pseudo=_pseudo(stack.name, assembly), template=stack.template, exports=exports)
        for logical_id in creation_order(stack.template):
            context = ResourceContext(
                stack=stack.name,
                logical_id=logical_id,
                client=client,
                assets=assembly.assets,
                deployment=deployment,
                endpoint=endpoint,
                account=assembly.account,
                region=assembly.region,
            )
            _create(stack, context, scope)
        _export(stack, scope, deployment)
    return deployment


def _pseudo(stack: str, assembly: Assembly) -> dict[str, str]:
    return {
        "AWS::Region": assembly.region,
        "AWS::AccountId": assembly.account,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": stack,
        "AWS::StackId": f"arn:aws:cloudformation:{assembly.region}:{assembly.account}:stack/{stack}/local",
    }


def _create(stack: Stack, context: ResourceContext, scope: Scope) -> None:
    resource = stack.template["Resources"][context.logical_id]
    if "Condition" in resource and not scope.condition(resource["Condition"]):
        return
    registered = resource_type_named(resource["Type"], context.logical_id)
    properties = scope.resolve(resource.get("Properties", {}))
    check_properties(registered, context.logical_id, properties)
    try:
        created = registered.create(properties, context)
    except TemplateRefused:
        raise
    except Exception as failure:
        raise TemplateRefused(
            f"{stack.name}/{context.logical_id} ({registered.name}): {failure}"
        ) from failure
    scope.created[context.logical_id] = created
    context.deployment.resources[f"{stack.name}/{context.logical_id}"] = created.ref


def _export(stack: Stack, scope: Scope, deployment: Deployment) -> None:
    for name, output in stack.template.get("Outputs", {}).items():
        if "Condition" in output and not scope.condition(output["Condition"]):
            continue
        value = scope.resolve(output["Value"])
        deployment.outputs[name] = value
        if "Export" in output:
            scope.exports[scope.resolve(output["Export"]["Name"])] = value
