"""Data: DynamoDB tables and S3 buckets."""

from localcloud.deployment import ResourceContext
from localcloud.resources.properties import as_flag, pick
from localcloud.resources.reasons import NO_DURABILITY, NO_OBSERVABILITY, NO_PERMISSIONS, NO_TAGS
from localcloud.support import accept_without_effect, resource_type
from localcloud.template import Created, Properties


@resource_type(
    "AWS::DynamoDB::Table",
    supported="TableName KeySchema AttributeDefinitions GlobalSecondaryIndexes LocalSecondaryIndexes "
    "BillingMode StreamSpecification TimeToLiveSpecification SSESpecification PointInTimeRecoverySpecification "
    "ProvisionedThroughput",
    not_modelled={
        "DeletionProtectionEnabled": NO_DURABILITY,
        "ContributorInsightsSpecification": NO_OBSERVABILITY,
        "KinesisStreamSpecification": NO_OBSERVABILITY,
        **NO_TAGS,
    },
)
def table(properties: Properties, context: ResourceContext) -> Created:
    client = context.client("dynamodb")
    name = context.name(properties.get("TableName"), limit=255)
    settings = pick(
        properties,
        "KeySchema",
        "AttributeDefinitions",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "BillingMode",
        "ProvisionedThroughput",
    )
    if "StreamSpecification" in properties:
        settings["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    if encryption := properties.get("SSESpecification"):
        settings["SSESpecification"] = {
            **pick(encryption, "SSEType", "KMSMasterKeyId"),
            "Enabled": as_flag(encryption["SSEEnabled"]),
        }
    described = client.create_table(TableName=name, **settings)["TableDescription"]
    if expiry := properties.get("TimeToLiveSpecification"):
        specification = {"Enabled": as_flag(expiry["Enabled"]), "AttributeName": expiry["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    if (recovery := properties.get("PointInTimeRecoverySpecification")) and as_flag(
        recovery["PointInTimeRecoveryEnabled"]
    ):
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    return Created(name, {"Arn": described["TableArn"], "StreamArn": described.get("LatestStreamArn", "")})


@resource_type(
    "AWS::S3::Bucket",
    supported="BucketName VersioningConfiguration.Status CorsConfiguration.CorsRules BucketEncryption "
    "NotificationConfiguration.EventBridgeConfiguration PublicAccessBlockConfiguration ObjectLockEnabled "
    "ObjectLockConfiguration",
    not_modelled={
        "AccessControl": NO_PERMISSIONS,
        "OwnershipControls": NO_PERMISSIONS,
        "LifecycleConfiguration": NO_DURABILITY,
        "LoggingConfiguration": NO_OBSERVABILITY,
        **NO_TAGS,
    },
)
def bucket(properties: Properties, context: ResourceContext) -> Created:
    client = context.client("s3")
    name = context.name(properties.get("BucketName"), limit=63, lower=True)
    # the one region S3 takes no constraint for
    elsewhere = context.region != "us-east-1"
    place = {"CreateBucketConfiguration": {"LocationConstraint": context.region}} if elsewhere else {}
    client.create_bucket(
        Bucket=name,
        **place,
        ObjectLockEnabledForBucket=as_flag(properties.get("ObjectLockEnabled", False)),
    )
    if "VersioningConfiguration" in properties:
        client.put_bucket_versioning(
            Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"]
        )
    if "ObjectLockConfiguration" in properties:
        client.put_object_lock_configuration(
            Bucket=name, ObjectLockConfiguration=properties["ObjectLockConfiguration"]
        )
    if encryption := properties.get("BucketEncryption"):
        rules = [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                "BucketKeyEnabled": as_flag(rule.get("BucketKeyEnabled", False)),
            }
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "PublicAccessBlockConfiguration" in properties:
        blocked = {key: as_flag(value) for key, value in properties["PublicAccessBlockConfiguration"].items()}
        client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=blocked)
    if cors := properties.get("CorsConfiguration"):
        client.put_bucket_cors(
            Bucket=name, CORSConfiguration={"CORSRules": [_cors_rule(rule) for rule in cors["CorsRules"]]}
        )
    if properties.get("NotificationConfiguration"):
        client.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    domain = f"{name}.s3.amazonaws.com"
    regional = f"{name}.s3.{context.region}.amazonaws.com"
    return Created(
        name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": regional}
    )


def _cors_rule(rule: Properties) -> Properties:
    renamed = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {renamed.get(key, key): value for key, value in rule.items()}


accept_without_effect(
    "AWS::S3::BucketPolicy", reason="moto ignores conditions: CDK's deny of plain HTTP would deny everything"
)
