"""Malware protection of buckets: GuardDuty's plan. A detector and its findings are not modelled."""

import json

from localcloud.deployment import MalwarePlan, ResourceContext
from localcloud.resources.reasons import NO_TAGS
from localcloud.support import resource_type
from localcloud.template import Created, Properties, TemplateRefused

_SERVICE = "malware-protection-plan.guardduty.amazonaws.com"


@resource_type(
    "AWS::GuardDuty::MalwareProtectionPlan", supported="Actions ProtectedResource Role", not_modelled=NO_TAGS
)
def malware_protection_plan(properties: Properties, context: ResourceContext) -> Created:
    """Its rule on the default bus is the one GuardDuty manages itself: each new object is handed to the scanner."""
    protected = properties["ProtectedResource"]["S3Bucket"]
    bucket, prefixes = protected["BucketName"], tuple(protected.get("ObjectPrefixes", ()))
    _check_role(properties["Role"], context)
    context.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    plan_id = context.short_id()
    arn = context.arn("guardduty", f"malware-protection-plan/{plan_id}")
    rule = f"DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3{plan_id}"
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}},
    }
    context.client("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))
    context.client("events").put_targets(Rule=rule, Targets=[{"Id": "scanner", "Arn": arn}])
    tags = properties.get("Actions", {}).get("Tagging", {}).get("Status") == "ENABLED"
    context.deployment.malware_plans[arn] = MalwarePlan(bucket, prefixes, tags)
    attributes = {"Arn": arn, "MalwareProtectionPlanId": plan_id, "Status": "ACTIVE"}
    return Created(plan_id, attributes)


def _check_role(arn: str, context: ResourceContext) -> None:
    """GuardDuty refuses a plan whose role it cannot assume."""
    role = context.client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
    trusted = json.dumps(role["AssumeRolePolicyDocument"])
    if _SERVICE not in trusted:
        raise TemplateRefused(f"{context.logical_id}: its role does not trust {_SERVICE}")
