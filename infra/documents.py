"""Where documents are stored: quarantine until they are inspected, then the clean bucket, which is write-once."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.retention import removal_policy
from infra.scanner import MalwareScanner
from ishtirak.privacy.lifetimes import LIFETIME_TAG, lifetime_tag
from ishtirak.privacy.rules import document_lifetimes, shortest_document_days

#: Nobody, the operators included, deletes a kept document in this time, and no document is kept for less.
LOCKED_FOR = Duration.days(shortest_document_days())
#: When an upload that was never inspected is deleted.
QUARANTINE_RETENTION = Duration.days(7)


class DocumentBuckets(Construct):
    """Both are private, encrypted with the data key and accept TLS only; access is logged to a third."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, name)
        self.key = key
        # S3 cannot deliver its access logs into a bucket encrypted with our own key.
        self.access_logs = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(environment.log_retention_days))],
            removal_policy=removal_policy(environment),
        )
        self.quarantine = self._bucket(
            "Quarantine",
            environment,
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.POST],
                    allowed_origins=list(environment.web_origins),
                    allowed_headers=["*"],
                    max_age=600,
                )
            ],
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=QUARANTINE_RETENTION, abort_incomplete_multipart_upload_after=Duration.days(1)
                )
            ],
        )
        self.clean = self._bucket(
            "Clean",
            environment,
            versioned=True,
            object_lock_enabled=True,
            object_lock_default_retention=_default_retention(environment),
            lifecycle_rules=[*_destruction_rules(), _remains_rule()],
        )
        if environment.retain_data:
            self.clean.add_to_resource_policy(_nobody_deletes(self.clean))
        # `event_bridge_enabled=True` would bring a custom resource with a function of its own.
        bucket = self.quarantine.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )
        MalwareScanner(self, "Scanner", bucket=self.quarantine, key=key)

    def _bucket(self, name: str, environment: Environment, **options: object) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name.lower()}/",
            removal_policy=removal_policy(environment),
            **options,  # type: ignore[arg-type]
        )

    def grant_upload(self, function: PythonFunction) -> None:
        """Signing uploads into quarantine: the signature carries the function's own permission."""
        function.allow("s3:PutObject", resources=[self.quarantine.arn_for_objects("*")])
        self._grant_key(function, "kms:GenerateDataKey")

    def grant_inspect(self, function: PythonFunction) -> None:
        """Reading and deleting in quarantine with the scanner's tags, and writing clean documents.

        Without `ListBucket`, S3 answers a missing object by "forbidden" instead of "not there".
        """
        uploads = [self.quarantine.arn_for_objects("*")]
        function.allow("s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging", resources=uploads)
        function.allow("s3:ListBucket", resources=[self.quarantine.bucket_arn])
        kept = [self.clean.arn_for_objects("*")]
        function.allow("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", resources=kept)
        self._grant_key(function, "kms:Decrypt", "kms:GenerateDataKey")

    def grant_retain(self, function: PythonFunction) -> None:
        """Saying how long a version of a clean document is kept, without reading it."""
        function.allow("s3:PutObjectVersionTagging", resources=[self.clean.arn_for_objects("*")])

    def grant_download(self, function: PythonFunction) -> None:
        """Signing links to one version of a clean document."""
        function.allow("s3:GetObjectVersion", resources=[self.clean.arn_for_objects("*")])
        self._grant_key(function, "kms:Decrypt")

    def _grant_key(self, function: PythonFunction, *actions: str) -> None:
        function.allow(*actions, resources=[self.key.key_arn], via_service="s3")


def _default_retention(environment: Environment) -> s3.ObjectLockRetention:
    """Compliance mode where evidence is real; governance where an environment must be deletable."""
    mode = s3.ObjectLockRetention.compliance if environment.retain_data else s3.ObjectLockRetention.governance
    return mode(LOCKED_FOR)


def _destruction_rules() -> list[s3.LifecycleRule]:
    """One for each lifetime a document can be given by its tag; what is tagged otherwise is kept."""
    return [
        s3.LifecycleRule(
            id=f"destroyed-after-{days}-days",
            tag_filters={LIFETIME_TAG: lifetime_tag(days)},
            expiration=Duration.days(days),
        )
        for days in document_lifetimes()
    ]


def _remains_rule() -> s3.LifecycleRule:
    """Expiring a version only hides it; a day later it is gone, and so is the marker that hid it.

    No other way leads to a version that is not the current one: none is overwritten, and nobody may delete.
    """
    return s3.LifecycleRule(
        id="hidden-versions",
        noncurrent_version_expiration=Duration.days(1),
        expired_object_delete_marker=True,
    )


def _nobody_deletes(bucket: s3.IBucket) -> iam.PolicyStatement:
    """Only the lifecycle destroys: it asks no policy."""
    return iam.PolicyStatement(
        sid="OnlyTheLifecycleDestroys",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources=[bucket.arn_for_objects("*")],
    )
