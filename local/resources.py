"""How each resource type of the template comes to be in moto, and which of its properties count here."""

import json
import secrets
from typing import Any

from local.honours import creates, stands_in
from local.placement import Placement
from local.template import Created, Properties, TemplateRefused

_IDENTITY = (
    "no permission is evaluated here; grants are held against recorded calls in the infrastructure tests"
)
_OPERATIONS = "nothing here observes or alarms"
_DURABLE = "nothing here outlives the run in a way backups or retention would matter"
_LABELS = {"Tags": "labels have no effect here"}


def _only(properties: Properties, *names: str) -> Properties:
    return {name: properties[name] for name in names if name in properties}


def _lower_first(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _lower_first(item) for key, item in value.items()}
    return [_lower_first(item) for item in value] if isinstance(value, list) else value


def _json_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# --- data ------------------------------------------------------------------------------------------


@creates(
    "AWS::DynamoDB::Table",
    honours="TableName KeySchema AttributeDefinitions GlobalSecondaryIndexes LocalSecondaryIndexes "
    "BillingMode StreamSpecification TimeToLiveSpecification SSESpecification PointInTimeRecoverySpecification "
    "ProvisionedThroughput",
    unmodelled={
        "DeletionProtectionEnabled": _DURABLE,
        "ContributorInsightsSpecification": _OPERATIONS,
        "KinesisStreamSpecification": _OPERATIONS,
        **_LABELS,
    },
)
def table(properties: Properties, at: Placement) -> Created:
    client = at.client("dynamodb")
    name = at.name(properties.get("TableName"), limit=255)
    settings = _only(
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
            **_only(encryption, "SSEType", "KMSMasterKeyId"),
            "Enabled": _flag(encryption["SSEEnabled"]),
        }
    described = client.create_table(TableName=name, **settings)["TableDescription"]
    if expiry := properties.get("TimeToLiveSpecification"):
        specification = {"Enabled": _flag(expiry["Enabled"]), "AttributeName": expiry["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    if (recovery := properties.get("PointInTimeRecoverySpecification")) and _flag(
        recovery["PointInTimeRecoveryEnabled"]
    ):
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    return Created(name, {"Arn": described["TableArn"], "StreamArn": described.get("LatestStreamArn", "")})


def _flag(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


@creates(
    "AWS::S3::Bucket",
    honours="BucketName VersioningConfiguration.Status CorsConfiguration.CorsRules BucketEncryption "
    "NotificationConfiguration.EventBridgeConfiguration PublicAccessBlockConfiguration ObjectLockEnabled "
    "ObjectLockConfiguration",
    unmodelled={
        "AccessControl": _IDENTITY,
        "OwnershipControls": _IDENTITY,
        "LifecycleConfiguration": _DURABLE,
        "LoggingConfiguration": _OPERATIONS,
        **_LABELS,
    },
)
def bucket(properties: Properties, at: Placement) -> Created:
    client = at.client("s3")
    name = at.name(properties.get("BucketName"), limit=63, lower=True)
    client.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": at.region},
        ObjectLockEnabledForBucket=_flag(properties.get("ObjectLockEnabled", False)),
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
                "BucketKeyEnabled": _flag(rule.get("BucketKeyEnabled", False)),
            }
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "PublicAccessBlockConfiguration" in properties:
        blocked = {key: _flag(value) for key, value in properties["PublicAccessBlockConfiguration"].items()}
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
    regional = f"{name}.s3.{at.region}.amazonaws.com"
    return Created(
        name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": regional}
    )


def _cors_rule(rule: Properties) -> Properties:
    renamed = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {renamed.get(key, key): value for key, value in rule.items()}


@creates(
    "AWS::KMS::Key",
    honours="Description KeySpec KeyUsage EnableKeyRotation Enabled KeyPolicy",
    unmodelled={"PendingWindowInDays": _DURABLE, **_LABELS},
)
def key(properties: Properties, at: Placement) -> Created:
    client = at.client("kms")
    settings = _only(properties, "Description", "KeySpec", "KeyUsage")
    described = client.create_key(Policy=json.dumps(properties["KeyPolicy"]), **settings)["KeyMetadata"]
    if _flag(properties.get("EnableKeyRotation", False)):
        client.enable_key_rotation(KeyId=described["KeyId"])
    if not _flag(properties.get("Enabled", True)):
        client.disable_key(KeyId=described["KeyId"])
    return Created(described["KeyId"], {"Arn": described["Arn"], "KeyId": described["KeyId"]})


@creates("AWS::KMS::Alias", honours="AliasName TargetKeyId")
def key_alias(properties: Properties, at: Placement) -> Created:
    key_id = properties["TargetKeyId"].split("/")[-1]
    at.client("kms").create_alias(AliasName=properties["AliasName"], TargetKeyId=key_id)
    return Created(properties["AliasName"])


@creates(
    "AWS::SecretsManager::Secret",
    honours="Name Description SecretString GenerateSecretString KmsKeyId",
    unmodelled=_LABELS,
)
def secret(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("Name"), limit=64)
    text = properties.get("SecretString") or _generated_secret(properties.get("GenerateSecretString", {}))
    settings = _only(properties, "Description", "KmsKeyId")
    made = at.client("secretsmanager").create_secret(Name=name, SecretString=text, **settings)
    return Created(made["ARN"], {"Id": made["ARN"]})


def _generated_secret(wanted: Properties) -> str:
    password = secrets.token_urlsafe(64)[: int(wanted.get("PasswordLength", 32))]
    if "SecretStringTemplate" not in wanted:
        return password
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


@creates("AWS::SSM::Parameter", honours="Name Type Value Description", unmodelled=_LABELS)
def parameter(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("Name"), limit=1000)
    at.client("ssm").put_parameter(**{**_only(properties, "Type", "Value", "Description"), "Name": name})
    return Created(name, {"Type": properties["Type"], "Value": properties["Value"]})


# --- messages --------------------------------------------------------------------------------------


@creates(
    "AWS::SQS::Queue",
    honours="QueueName VisibilityTimeout MessageRetentionPeriod DelaySeconds RedrivePolicy "
    "RedriveAllowPolicy ReceiveMessageWaitTimeSeconds MaximumMessageSize FifoQueue "
    "ContentBasedDeduplication KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled",
    unmodelled=_LABELS,
)
def queue(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("QueueName"), limit=80)
    attributes = {
        key: json.dumps(value) if isinstance(value, dict | bool) else str(value)
        for key, value in properties.items()
        if key not in ("QueueName", "Tags")
    }
    url = at.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return Created(at.queue_url(url), {"Arn": at.arn("sqs", name), "QueueName": name, "QueueUrl": url})


@creates("AWS::SNS::Topic", honours="TopicName DisplayName KmsMasterKeyId", unmodelled=_LABELS)
def topic(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("TopicName"), limit=256)
    attributes = _only(properties, "DisplayName", "KmsMasterKeyId")
    arn = at.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
    return Created(arn, {"TopicArn": arn, "TopicName": name})


@creates(
    "AWS::Events::EventBus", honours="Name Description", unmodelled={"KmsKeyIdentifier": _IDENTITY, **_LABELS}
)
def event_bus(properties: Properties, at: Placement) -> Created:
    arn = at.client("events").create_event_bus(Name=properties["Name"])["EventBusArn"]
    return Created(properties["Name"], {"Arn": arn, "Name": properties["Name"]})


@creates(
    "AWS::Events::Rule",
    honours="Name Description EventBusName EventPattern ScheduleExpression State Targets.Arn Targets.Id "
    "Targets.Input Targets.InputPath Targets.InputTransformer Targets.DeadLetterConfig "
    "Targets.RetryPolicy Targets.SqsParameters",
    unmodelled={"RoleArn": _IDENTITY, "Targets.RoleArn": _IDENTITY, **_LABELS},
)
def rule(properties: Properties, at: Placement) -> Created:
    client = at.client("events")
    name = at.name(properties.get("Name"), limit=64)
    bus = properties.get("EventBusName", "default").split("/")[-1]
    settings = _only(properties, "Description", "ScheduleExpression", "State")
    if "EventPattern" in properties:
        settings["EventPattern"] = json.dumps(properties["EventPattern"])
    arn = client.put_rule(Name=name, EventBusName=bus, **settings)["RuleArn"]
    targets = [
        {**target, "Input": _json_text(target["Input"])} if "Input" in target else target
        for target in properties.get("Targets", [])
    ]
    if targets:
        client.put_targets(Rule=name, EventBusName=bus, Targets=targets)
    return Created(name if bus == "default" else f"{bus}|{name}", {"Arn": arn})


@creates(
    "AWS::Scheduler::Schedule",
    honours="Name GroupName Description ScheduleExpression ScheduleExpressionTimezone State StartDate "
    "EndDate FlexibleTimeWindow Target.Arn Target.Input Target.DeadLetterConfig Target.RetryPolicy",
    unmodelled={"Target.RoleArn": _IDENTITY, "KmsKeyArn": _IDENTITY},
)
def schedule(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("Name"), limit=64)
    made = at.client("scheduler").create_schedule(**{**properties, "Name": name})
    return Created(name, {"Arn": made["ScheduleArn"]})


@creates("AWS::Scheduler::ScheduleGroup", honours="Name", unmodelled=_LABELS)
def schedule_group(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("Name"), limit=64)
    arn = at.client("scheduler").create_schedule_group(Name=name)["ScheduleGroupArn"]
    return Created(name, {"Arn": arn})


@creates(
    "AWS::StepFunctions::StateMachine",
    honours="StateMachineName StateMachineType Definition DefinitionString DefinitionSubstitutions RoleArn",
    unmodelled={
        "LoggingConfiguration": _OPERATIONS,
        "TracingConfiguration": _OPERATIONS,
        "EncryptionConfiguration": "an execution lives in this process's memory",
        **_LABELS,
    },
)
def state_machine(properties: Properties, at: Placement) -> Created:
    if properties.get("StateMachineType", "STANDARD") != "STANDARD":
        raise TemplateRefused("AWS::StepFunctions::StateMachine.StateMachineType: only STANDARD is executed")
    name = at.name(properties.get("StateMachineName"), limit=80)
    definition = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for placeholder, value in properties.get("DefinitionSubstitutions", {}).items():
        definition = definition.replace(f"${{{placeholder}}}", str(value))
    made = at.client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=properties["RoleArn"]
    )
    arn = made["stateMachineArn"]
    return Created(arn, {"Arn": arn, "Name": name, "StateMachineRevisionId": "INITIAL"})


# --- identity --------------------------------------------------------------------------------------


@creates(
    "AWS::IAM::Role",
    honours="RoleName AssumeRolePolicyDocument Description Policies ManagedPolicyArns Path "
    "MaxSessionDuration",
    unmodelled={"PermissionsBoundary": _IDENTITY, **_LABELS},
)
def role(properties: Properties, at: Placement) -> Created:
    client = at.client("iam")
    name = at.name(properties.get("RoleName"), limit=64)
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    made = client.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    for policy in properties.get("Policies", []):
        client.put_role_policy(
            RoleName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


@creates("AWS::IAM::Policy", honours="PolicyName PolicyDocument Roles")
def policy(properties: Properties, at: Placement) -> Created:
    for name in properties.get("Roles", []):
        at.client("iam").put_role_policy(
            RoleName=name,
            PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )
    return Created(properties["PolicyName"])


stands_in("AWS::IAM::ManagedPolicy", because=_IDENTITY)
stands_in(
    "AWS::S3::BucketPolicy", because="moto ignores conditions: CDK's deny of plain HTTP would deny everything"
)
stands_in("AWS::SQS::QueuePolicy", because=_IDENTITY)
stands_in("AWS::SNS::TopicPolicy", because=_IDENTITY)
stands_in("AWS::Events::EventBusPolicy", because=_IDENTITY)
stands_in("AWS::Lambda::Permission", because=_IDENTITY)


@creates("AWS::GuardDuty::MalwareProtectionPlan", honours="Actions ProtectedResource Role")
def malware_protection_plan(_: Properties, at: Placement) -> Created:
    """A stand-in would hold every document for ever: functions that read the tag need somebody who writes it."""
    raise TemplateRefused(
        f"{at.logical_id}: there is no malware scanner on this machine; synthesise with -c malware_scan=off"
    )


@creates(
    "AWS::Cognito::UserPool",
    honours="UserPoolName Policies Schema AutoVerifiedAttributes AliasAttributes UsernameAttributes "
    "UsernameConfiguration AdminCreateUserConfig MfaConfiguration AccountRecoverySetting",
    unmodelled={
        "DeletionProtection": _DURABLE,
        "UserPoolAddOns": "the advanced security of the pool scores real traffic",
        "UserPoolTier": "prices, not behaviour",
        "EmailVerificationMessage": "the pool sends no mail here",
        "EmailVerificationSubject": "the pool sends no mail here",
        "SmsVerificationMessage": "codes are sent by the send_otp function, never by the pool",
        "VerificationMessageTemplate": "the pool sends no mail here",
        "DeviceConfiguration": "devices are not remembered",
        "EnabledMfas": "the second factor is the send_otp function's",
        "UserPoolTags": "labels have no effect here",
    },
)
def user_pool(properties: Properties, at: Placement) -> Created:
    settings = _only(
        properties,
        "Policies",
        "Schema",
        "AutoVerifiedAttributes",
        "AliasAttributes",
        "UsernameAttributes",
        "UsernameConfiguration",
        "AdminCreateUserConfig",
        "MfaConfiguration",
        "AccountRecoverySetting",
    )
    name = at.name(properties.get("UserPoolName"), limit=128)
    pool = at.client("cognito-idp").create_user_pool(PoolName=name, **settings)["UserPool"]
    provider = f"cognito-idp.{at.region}.amazonaws.com/{pool['Id']}"
    attributes = {"Arn": pool["Arn"], "UserPoolId": pool["Id"], "ProviderName": provider}
    return Created(pool["Id"], {**attributes, "ProviderURL": f"https://{provider}"})


@creates(
    "AWS::Cognito::UserPoolClient",
    honours="ClientName UserPoolId ExplicitAuthFlows GenerateSecret AccessTokenValidity IdTokenValidity "
    "RefreshTokenValidity TokenValidityUnits ReadAttributes WriteAttributes EnableTokenRevocation "
    "PreventUserExistenceErrors AuthSessionValidity RefreshTokenRotation",
    unmodelled={
        "AllowedOAuthFlows": "there is no hosted sign-in page",
        "AllowedOAuthFlowsUserPoolClient": "there is no hosted sign-in page",
        "AllowedOAuthScopes": "there is no hosted sign-in page",
        "CallbackURLs": "there is no hosted sign-in page",
        "LogoutURLs": "there is no hosted sign-in page",
        "SupportedIdentityProviders": "there is no hosted sign-in page",
    },
)
def user_pool_client(properties: Properties, at: Placement) -> Created:
    hosted = ("AllowedOAuth", "CallbackURLs", "LogoutURLs", "SupportedIdentityProviders")
    settings = {key: value for key, value in properties.items() if not key.startswith(hosted)}
    settings["ClientName"] = at.name(properties.get("ClientName"), limit=128)
    made = at.client("cognito-idp").create_user_pool_client(**settings)["UserPoolClient"]
    attributes = {"ClientId": made["ClientId"], "ClientSecret": made.get("ClientSecret", "")}
    return Created(made["ClientId"], attributes)


@creates(
    "AWS::Cognito::UserPoolGroup",
    honours="GroupName UserPoolId Description Precedence",
    unmodelled={"RoleArn": _IDENTITY},
)
def user_pool_group(properties: Properties, at: Placement) -> Created:
    settings = _only(properties, "GroupName", "UserPoolId", "Description", "Precedence")
    at.client("cognito-idp").create_group(**settings)
    return Created(properties["GroupName"])


# --- compute ---------------------------------------------------------------------------------------


@creates(
    "AWS::Lambda::Function",
    honours="FunctionName Description Handler Runtime Code.S3Bucket Code.S3Key Role Timeout MemorySize "
    "Environment.Variables ReservedConcurrentExecutions LoggingConfig.LogFormat DeadLetterConfig",
    unmodelled={
        "Architectures": "functions run on this machine's processor",
        "Layers": "a layer's packages come from the development environment",
        "LoggingConfig.LogGroup": "lines go to .local/logs/",
        "LoggingConfig.ApplicationLogLevel": "set by the function's own environment",
        "LoggingConfig.SystemLogLevel": _OPERATIONS,
        "TracingConfig": _OPERATIONS,
        "EphemeralStorage": "this machine's own disk",
        "KmsKeyArn": "environments are not stored",
        "RecursiveLoop": _OPERATIONS,
        "RuntimeManagementConfig": "the interpreter is this one",
        "SnapStart": "workers are kept warm",
        **_LABELS,
    },
)
def function(properties: Properties, at: Placement) -> Created:
    name = at.name(properties.get("FunctionName"), limit=64)
    at.deploy_function(name, properties)
    made = at.client("lambda").create_function(
        FunctionName=name,
        Runtime=properties["Runtime"],
        Role=properties["Role"],
        Handler=properties["Handler"],
        Code={"ZipFile": _EMPTY_ARCHIVE},
        Timeout=int(properties.get("Timeout", 3)),
        MemorySize=int(properties.get("MemorySize", 128)),
        Environment={"Variables": properties.get("Environment", {}).get("Variables", {})},
    )
    return Created(name, {"Arn": made["FunctionArn"]})


_EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)
"""moto only stores code; ours runs straight from the asset folder."""


@creates(
    "AWS::Lambda::Version",
    honours="FunctionName Description",
    unmodelled={"ProvisionedConcurrencyConfig": "workers are kept warm", "CodeSha256": _OPERATIONS},
)
def version(properties: Properties, at: Placement) -> Created:
    name = properties["FunctionName"].split(":")[-1]
    made = at.client("lambda").publish_version(FunctionName=name)
    arn = at.arn("lambda", f"function:{name}:{made['Version']}")
    return Created(arn, {"Version": made["Version"], "FunctionArn": arn})


@creates(
    "AWS::Lambda::Alias",
    honours="Name FunctionName FunctionVersion Description",
    unmodelled={"ProvisionedConcurrencyConfig": "workers are kept warm"},
)
def alias(properties: Properties, at: Placement) -> Created:
    name = properties["FunctionName"].split(":")[-1]
    made = at.client("lambda").create_alias(
        Name=properties["Name"], FunctionName=name, FunctionVersion=properties["FunctionVersion"]
    )
    return Created(made["AliasArn"], {"AliasArn": made["AliasArn"]})


@creates(
    "AWS::Lambda::EventSourceMapping",
    honours="EventSourceArn FunctionName BatchSize Enabled FilterCriteria StartingPosition "
    "FunctionResponseTypes MaximumRetryAttempts BisectBatchOnFunctionError DestinationConfig.OnFailure "
    "MaximumBatchingWindowInSeconds",
    unmodelled={
        "ScalingConfig": "one batch of a source runs at a time",
        "ParallelizationFactor": "one batch of a source runs at a time",
        "MaximumRecordAgeInSeconds": "retries are bounded by their number",
        "MetricsConfig": _OPERATIONS,
        "KmsKeyArn": _IDENTITY,
        **_LABELS,
    },
)
def event_source(properties: Properties, at: Placement) -> Created:
    at.map_source(properties)
    return Created(at.name(None, limit=64), {"Id": at.name(None, limit=64)})


stands_in("AWS::Lambda::LayerVersion", because="a layer's packages come from the development environment")
stands_in(
    "AWS::Lambda::EventInvokeConfig", because="asynchronous invocations are retried twice, as by default"
)
stands_in("AWS::CodeDeploy::Application", because="there is nothing to shift traffic between")
stands_in("AWS::CodeDeploy::DeploymentGroup", because="there is nothing to shift traffic between")


# --- edge ------------------------------------------------------------------------------------------


@creates(
    "AWS::ApiGateway::RestApi",
    honours="Name Description Body BinaryMediaTypes FailOnWarnings Parameters",
    unmodelled={
        "EndpointConfiguration": "one loopback port",
        "DisableExecuteApiEndpoint": "one loopback port",
        "MinimumCompressionSize": "loopback needs no compression",
        "Policy": _IDENTITY,
        **_LABELS,
    },
)
def rest_api(properties: Properties, at: Placement) -> Created:
    if "Body" not in properties:
        raise TemplateRefused("AWS::ApiGateway::RestApi: only an API with an inline Body is served")
    api_id = at.short_id()
    at.serve_api(api_id, properties)
    return Created(api_id, {"RootResourceId": f"{api_id}r", "RestApiId": api_id})


@creates("AWS::ApiGateway::Deployment", honours="RestApiId Description")
def api_deployment(_: Properties, at: Placement) -> Created:
    return Created(at.short_id(), {"DeploymentId": at.short_id()})


@creates(
    "AWS::ApiGateway::Stage",
    honours="RestApiId DeploymentId StageName Variables Description",
    unmodelled={
        "AccessLogSetting": _OPERATIONS,
        "MethodSettings": "throttling, metrics and logs are the service's own",
        "TracingEnabled": _OPERATIONS,
        "CacheClusterEnabled": "personal data is not cached",
        **_LABELS,
    },
)
def api_stage(properties: Properties, at: Placement) -> Created:
    at.open_stage(properties["RestApiId"], properties["StageName"], properties.get("Variables"))
    return Created(properties["StageName"])


stands_in("AWS::ApiGateway::Account", because=_OPERATIONS)
stands_in("AWS::ApiGateway::UsagePlan", because="there are no API keys to meter")
stands_in("AWS::WAFv2::WebACL", because="rate and reputation rules need real traffic")
stands_in("AWS::WAFv2::WebACLAssociation", because="rate and reputation rules need real traffic")
stands_in("AWS::WAFv2::LoggingConfiguration", because=_OPERATIONS)
stands_in("AWS::Logs::LogGroup", because="lines go to .local/logs/")
stands_in("AWS::Logs::MetricFilter", because=_OPERATIONS)
stands_in("AWS::Logs::ResourcePolicy", because=_IDENTITY)
stands_in("AWS::SNS::Subscription", because="the only topic carries alarms, which nothing here raises")
stands_in("AWS::CloudWatch::Alarm", because=_OPERATIONS)
stands_in("AWS::CloudWatch::CompositeAlarm", because=_OPERATIONS)
stands_in("AWS::CloudWatch::Dashboard", because=_OPERATIONS)
stands_in("AWS::XRay::Group", because=_OPERATIONS)
stands_in("AWS::CDK::Metadata", because="it describes the tool, not the system")
