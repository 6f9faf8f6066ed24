"""The malware scanner of quarantine (GuardDuty Malware Protection for S3), and its exclusive right to write tags.

`inspect_document` trusts the tag, so nobody but the scanner's own role may write one: not a function, not an
operator, not whoever signs an upload.
"""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

PRINCIPAL = "malware-protection-plan.guardduty.amazonaws.com"
#: The scanner manages its own event rule, and writes this object to test that it may write tags.
MANAGED_RULES = "DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
VALIDATION_OBJECT = "malware-protection-resource-validation-object"
WRITE_TAGS = (
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersionTagging",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
)


class MalwareScanner(Construct):
    """Scans what arrives in one bucket and tags it; the permissions are the ones GuardDuty's guide asks for.

    The plan needs no detector: without one the verdict is reported by tag and event only, which is what we read.
    """

    def __init__(self, scope: Construct, name: str, *, bucket: s3.Bucket, key: kms.IKey) -> None:
        super().__init__(scope, name)
        self.role = iam.Role(
            self,
            "Role",
            description="Malware protection of the quarantine bucket",
            assumed_by=iam.ServicePrincipal(PRINCIPAL),
        )
        self._grant_event_rule(bucket)
        self._grant_scan(bucket, key)
        self.plan = guardduty.CfnMalwareProtectionPlan(
            self,
            "Plan",
            role=self.role.role_arn,
            protected_resource={"s3Bucket": {"bucketName": bucket.bucket_name}},
            actions={"tagging": {"status": "ENABLED"}},
        )
        # the plan is refused when it is made before its role can do all this
        self.plan.node.add_dependency(self.role)
        bucket.add_to_resource_policy(self._deny_tagging_by_others(bucket))

    def _grant_event_rule(self, bucket: s3.Bucket) -> None:
        """The managed rule that receives an event for every object, and switching those events on."""
        rules = Stack.of(self).format_arn(
            service="events",
            resource="rule",
            resource_name=MANAGED_RULES,
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        self._allow("events:DescribeRule", "events:ListTargetsByRule", resource=rules)
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"],
                resources=[rules],
                conditions={"StringLike": {"events:ManagedBy": PRINCIPAL}},
            )
        )
        self._allow(
            "s3:GetBucketNotification",
            "s3:ListBucket",
            "s3:PutBucketNotification",
            resource=bucket.bucket_arn,
        )

    def _grant_scan(self, bucket: s3.Bucket, key: kms.IKey) -> None:
        """Reading objects, tagging them, and nothing else: it can neither replace nor remove one."""
        self._allow(
            "s3:GetObject",
            "s3:GetObjectTagging",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
            "s3:PutObjectTagging",
            "s3:PutObjectVersionTagging",
            resource=bucket.arn_for_objects("*"),
        )
        self._allow("s3:PutObject", resource=bucket.arn_for_objects(VALIDATION_OBJECT))
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": f"s3.{Stack.of(self).region}.amazonaws.com"}},
            )
        )

    def _allow(self, *actions: str, resource: str) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[resource]))

    def _deny_tagging_by_others(self, bucket: s3.Bucket) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="OnlyTheScannerTags",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=list(WRITE_TAGS),
            resources=[bucket.arn_for_objects("*")],
            conditions={"ArnNotEquals": {"aws:PrincipalArn": self.role.role_arn}},
        )
