"""Where documents lie: quarantine until they are inspected, then the clean bucket nobody can rewrite."""

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config import Environment
from infra.function import PythonFunction, removal
from infra.scanner import MalwareScanner

#: Evidence of a request: nobody, the operators included, shortens it in this time.
EVIDENCE_KEPT = Duration.days(365)
#: An upload nobody inspected in this time is of no use to anyone.
QUARANTINE_KEPT = Duration.days(7)


class DocumentBuckets(Construct):
    """Both are private, encrypted with the data key and speak TLS only; access is logged to a third."""

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
            removal_policy=removal(environment),
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
                    expiration=QUARANTINE_KEPT, abort_incomplete_multipart_upload_after=Duration.days(1)
                )
            ],
        )
        self.clean = self._bucket(
            "Clean",
            environment,
            versioned=True,
            object_lock_enabled=True,
            object_lock_default_retention=_lock(environment),
        )
        # `event_bridge_enabled=True` would bring a custom resource with a function of its own.
        bucket = self.quarantine.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )
        if environment.malware_scan == "tag":
            MalwareScanner(self, "Scanner", bucket=self.quarantine, key=key)

    def _bucket(self, name: str, environment: Environment, **particular: object) -> s3.Bucket:
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
            removal_policy=removal(environment),
            **particular,  # type: ignore[arg-type]
        )

    def let_receive(self, function: PythonFunction) -> None:
        """Signing uploads into quarantine: the signature carries the function's own permission."""
        function.may("s3:PutObject", on=[self.quarantine.arn_for_objects("*")])
        self._let_use_key(function, "kms:GenerateDataKey")

    def let_inspect(self, function: PythonFunction, *, tagged: bool) -> None:
        """Reading quarantine and, where a scanner tags it, the tags; keeping what is clean, discarding the rest.

        Without `ListBucket`, S3 answers a missing object by "forbidden" instead of "not there".
        """
        arrived = [self.quarantine.arn_for_objects("*")]
        function.may("s3:DeleteObject", "s3:GetObject", on=arrived)
        if tagged:
            function.may("s3:GetObjectTagging", on=arrived)
        function.may("s3:ListBucket", on=[self.quarantine.bucket_arn])
        function.may("s3:GetObject", "s3:PutObject", on=[self.clean.arn_for_objects("*")])
        self._let_use_key(function, "kms:Decrypt", "kms:GenerateDataKey")

    def let_show(self, function: PythonFunction) -> None:
        """Signing links to the very version that was kept."""
        function.may("s3:GetObjectVersion", on=[self.clean.arn_for_objects("*")])
        self._let_use_key(function, "kms:Decrypt")

    def _let_use_key(self, function: PythonFunction, *actions: str) -> None:
        function.may(*actions, on=[self.key.key_arn], through="s3")


def _lock(environment: Environment) -> s3.ObjectLockRetention:
    """Compliance where evidence is real; governance where an environment must be able to go."""
    lock = s3.ObjectLockRetention.compliance if environment.retain_data else s3.ObjectLockRetention.governance
    return lock(EVIDENCE_KEPT)
