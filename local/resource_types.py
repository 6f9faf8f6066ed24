"""How the local cloud handles the resource types of our stacks that nothing local stands for."""

from localcloud.deployment import ResourceContext
from localcloud.support import resource_type
from localcloud.template import Created, Properties, TemplateRefused


@resource_type("AWS::GuardDuty::MalwareProtectionPlan", supported="Actions ProtectedResource Role")
def malware_protection_plan(_: Properties, context: ResourceContext) -> Created:
    """Accepted without effect it would hold every document for ever: nobody would write the tag functions read."""
    raise TemplateRefused(
        f"{context.logical_id}: there is no malware scanner on this machine; synthesise with -c malware_scan=off"
    )
