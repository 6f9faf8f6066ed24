"""Compute: Lambda functions and what is attached to them."""

from localcloud.deployment import ResourceContext
from localcloud.resources.reasons import NO_OBSERVABILITY, NO_PERMISSIONS, NO_TAGS
from localcloud.support import accept_without_effect, resource_type
from localcloud.template import Created, Properties

accept_without_effect("AWS::Lambda::Permission", reason=NO_PERMISSIONS)


@resource_type(
    "AWS::Lambda::Function",
    supported="FunctionName Description Handler Runtime Code.S3Bucket Code.S3Key Role Timeout MemorySize "
    "Environment.Variables ReservedConcurrentExecutions LoggingConfig.LogFormat DeadLetterConfig",
    not_modelled={
        "Architectures": "functions run on this machine's processor",
        "Layers": "a layer's packages come from the development environment",
        "LoggingConfig.LogGroup": "lines go to a file for each function",
        "LoggingConfig.ApplicationLogLevel": "set by the function's own environment",
        "LoggingConfig.SystemLogLevel": NO_OBSERVABILITY,
        "TracingConfig": NO_OBSERVABILITY,
        "EphemeralStorage": "this machine's own disk",
        "KmsKeyArn": "environments are not stored",
        "RecursiveLoop": NO_OBSERVABILITY,
        "RuntimeManagementConfig": "the interpreter is this one",
        "SnapStart": "workers are kept warm",
        **NO_TAGS,
    },
)
def function(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("FunctionName"), limit=64)
    context.add_function(name, properties)
    made = context.client("lambda").create_function(
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


@resource_type(
    "AWS::Lambda::Version",
    supported="FunctionName Description",
    not_modelled={"ProvisionedConcurrencyConfig": "workers are kept warm", "CodeSha256": NO_OBSERVABILITY},
)
def version(properties: Properties, context: ResourceContext) -> Created:
    name = properties["FunctionName"].split(":")[-1]
    made = context.client("lambda").publish_version(FunctionName=name)
    arn = context.arn("lambda", f"function:{name}:{made['Version']}")
    return Created(arn, {"Version": made["Version"], "FunctionArn": arn})


@resource_type(
    "AWS::Lambda::Alias",
    supported="Name FunctionName FunctionVersion Description",
    not_modelled={"ProvisionedConcurrencyConfig": "workers are kept warm"},
)
def alias(properties: Properties, context: ResourceContext) -> Created:
    name = properties["FunctionName"].split(":")[-1]
    made = context.client("lambda").create_alias(
        Name=properties["Name"], FunctionName=name, FunctionVersion=properties["FunctionVersion"]
    )
    return Created(made["AliasArn"], {"AliasArn": made["AliasArn"]})


@resource_type(
    "AWS::Lambda::EventSourceMapping",
    supported="EventSourceArn FunctionName BatchSize Enabled FilterCriteria StartingPosition "
    "FunctionResponseTypes MaximumRetryAttempts BisectBatchOnFunctionError DestinationConfig.OnFailure "
    "MaximumBatchingWindowInSeconds",
    not_modelled={
        "ScalingConfig": "one batch of a source runs at a time",
        "ParallelizationFactor": "one batch of a source runs at a time",
        "MaximumRecordAgeInSeconds": "retries are bounded by their number",
        "MetricsConfig": NO_OBSERVABILITY,
        "KmsKeyArn": NO_PERMISSIONS,
        **NO_TAGS,
    },
)
def event_source(properties: Properties, context: ResourceContext) -> Created:
    context.add_event_source(properties)
    return Created(context.name(None, limit=64), {"Id": context.name(None, limit=64)})


accept_without_effect(
    "AWS::Lambda::LayerVersion", reason="a layer's packages come from the development environment"
)
accept_without_effect(
    "AWS::Lambda::EventInvokeConfig", reason="asynchronous invocations are retried twice, as by default"
)
accept_without_effect("AWS::CodeDeploy::Application", reason="there is nothing to shift traffic between")
accept_without_effect("AWS::CodeDeploy::DeploymentGroup", reason="there is nothing to shift traffic between")
