"""APIs: API Gateway REST APIs and the firewall before them."""

from localcloud.deployment import ResourceContext
from localcloud.resources.reasons import NO_OBSERVABILITY, NO_PERMISSIONS, NO_TAGS
from localcloud.support import accept_without_effect, resource_type
from localcloud.template import Created, Properties, TemplateRefused


@resource_type(
    "AWS::ApiGateway::RestApi",
    supported="Name Description Body BinaryMediaTypes FailOnWarnings Parameters",
    not_modelled={
        "EndpointConfiguration": "one loopback port",
        "DisableExecuteApiEndpoint": "one loopback port",
        "MinimumCompressionSize": "loopback needs no compression",
        "Policy": NO_PERMISSIONS,
        **NO_TAGS,
    },
)
def rest_api(properties: Properties, context: ResourceContext) -> Created:
    if "Body" not in properties:
        raise TemplateRefused("AWS::ApiGateway::RestApi: only an API with an inline Body is served")
    api_id = context.short_id()
    context.add_api(api_id, properties)
    return Created(api_id, {"RootResourceId": f"{api_id}r", "RestApiId": api_id})


@resource_type("AWS::ApiGateway::Deployment", supported="RestApiId Description")
def api_deployment(_: Properties, context: ResourceContext) -> Created:
    return Created(context.short_id(), {"DeploymentId": context.short_id()})


@resource_type(
    "AWS::ApiGateway::Stage",
    supported="RestApiId DeploymentId StageName Variables Description",
    not_modelled={
        "AccessLogSetting": NO_OBSERVABILITY,
        "MethodSettings": "throttling, metrics and logs are the service's own",
        "TracingEnabled": NO_OBSERVABILITY,
        "CacheClusterEnabled": "every request reaches its integration",
        **NO_TAGS,
    },
)
def api_stage(properties: Properties, context: ResourceContext) -> Created:
    context.add_stage(properties["RestApiId"], properties["StageName"], properties.get("Variables"))
    return Created(properties["StageName"])


accept_without_effect("AWS::ApiGateway::Account", reason=NO_OBSERVABILITY)
accept_without_effect("AWS::ApiGateway::UsagePlan", reason="there are no API keys to meter")
accept_without_effect("AWS::WAFv2::WebACL", reason="rate and reputation rules need real traffic")
accept_without_effect("AWS::WAFv2::WebACLAssociation", reason="rate and reputation rules need real traffic")
accept_without_effect("AWS::WAFv2::LoggingConfiguration", reason=NO_OBSERVABILITY)
