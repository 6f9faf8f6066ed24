"""Deploy a synthesised assembly into moto, stack by stack, refusing what would not be honoured."""

from collections.abc import Callable
from typing import Any

import local.resources  # noqa: F401  (registers the kinds)
from local.assembly import Assembly, Stack
from local.honours import check, kind_of
from local.placement import Deployment, Placement
from local.template import Scope, TemplateRefused, creation_order


def deploy(assembly: Assembly, *, client: Callable[[str], Any], endpoint: str | None) -> Deployment:
    """Create everything the assembly describes; `endpoint` is where functions will find the cloud."""
    deployment = Deployment()
    exports: dict[str, Any] = {}
    for stack in assembly.stacks:
        scope = Scope(pseudo=_pseudo(stack.name, assembly), template=stack.template, exports=exports)
        for logical_id in creation_order(stack.template):
            place = Placement(
                stack=stack.name,
                logical_id=logical_id,
                client=client,
                assets=assembly.assets,
                deployment=deployment,
                endpoint=endpoint,
                account=assembly.account,
                region=assembly.region,
            )
            _create(stack, place, scope)
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


def _create(stack: Stack, place: Placement, scope: Scope) -> None:
    resource = stack.template["Resources"][place.logical_id]
    if "Condition" in resource and not scope.condition(resource["Condition"]):
        return
    kind = kind_of(resource["Type"], place.logical_id)
    properties = scope.resolve(resource.get("Properties", {}))
    check(kind, place.logical_id, properties)
    try:
        created = kind.create(properties, place)
    except TemplateRefused:
        raise
    except Exception as failure:
        raise TemplateRefused(f"{stack.name}/{place.logical_id} ({kind.name}): {failure}") from failure
    scope.created[place.logical_id] = created
    place.deployment.resources[f"{stack.name}/{place.logical_id}"] = created.ref


def _export(stack: Stack, scope: Scope, deployment: Deployment) -> None:
    for name, output in stack.template.get("Outputs", {}).items():
        if "Condition" in output and not scope.condition(output["Condition"]):
            continue
        value = scope.resolve(output["Value"])
        deployment.outputs[name] = value
        if "Export" in output:
            scope.exports[scope.resolve(output["Export"]["Name"])] = value
