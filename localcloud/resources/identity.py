"""Identity: IAM roles and policies, Cognito user pools."""

import json

from localcloud.deployment import ResourceContext
from localcloud.resources.properties import pick
from localcloud.resources.reasons import NO_DURABILITY, NO_PERMISSIONS, NO_TAGS
from localcloud.support import accept_without_effect, resource_type
from localcloud.template import Created, Properties


@resource_type(
    "AWS::IAM::Role",
    supported="RoleName AssumeRolePolicyDocument Description Policies ManagedPolicyArns Path "
    "MaxSessionDuration",
    not_modelled={"PermissionsBoundary": NO_PERMISSIONS, **NO_TAGS},
)
def role(properties: Properties, context: ResourceContext) -> Created:
    client = context.client("iam")
    name = context.name(properties.get("RoleName"), limit=64)
    document = json.dumps(properties["AssumeRolePolicyDocument"])
    made = client.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    for policy in properties.get("Policies", []):
        client.put_role_policy(
            RoleName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    return Created(name, {"Arn": made["Arn"], "RoleId": made["RoleId"]})


@resource_type("AWS::IAM::Policy", supported="PolicyName PolicyDocument Roles")
def policy(properties: Properties, context: ResourceContext) -> Created:
    for name in properties.get("Roles", []):
        context.client("iam").put_role_policy(
            RoleName=name,
            PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )
    return Created(properties["PolicyName"])


accept_without_effect("AWS::IAM::ManagedPolicy", reason=NO_PERMISSIONS)


@resource_type(
    "AWS::Cognito::UserPool",
    supported="UserPoolName Policies Schema AutoVerifiedAttributes AliasAttributes UsernameAttributes "
    "UsernameConfiguration AdminCreateUserConfig MfaConfiguration AccountRecoverySetting",
    not_modelled={
        "DeletionProtection": NO_DURABILITY,
        "UserPoolAddOns": "the advanced security of the pool scores real traffic",
        "UserPoolTier": "prices, not behaviour",
        "EmailVerificationMessage": "the pool sends no mail here",
        "EmailVerificationSubject": "the pool sends no mail here",
        "SmsVerificationMessage": "the pool sends no messages here",
        "VerificationMessageTemplate": "the pool sends no mail here",
        "DeviceConfiguration": "devices are not remembered",
        "EnabledMfas": "the pool asks for no second factor here",
        "UserPoolTags": "labels have no effect here",
    },
)
def user_pool(properties: Properties, context: ResourceContext) -> Created:
    settings = pick(
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
    name = context.name(properties.get("UserPoolName"), limit=128)
    pool = context.client("cognito-idp").create_user_pool(PoolName=name, **settings)["UserPool"]
    provider = f"cognito-idp.{context.region}.amazonaws.com/{pool['Id']}"
    attributes = {"Arn": pool["Arn"], "UserPoolId": pool["Id"], "ProviderName": provider}
    return Created(pool["Id"], {**attributes, "ProviderURL": f"https://{provider}"})


@resource_type(
    "AWS::Cognito::UserPoolClient",
    supported="ClientName UserPoolId ExplicitAuthFlows GenerateSecret AccessTokenValidity IdTokenValidity "
    "RefreshTokenValidity TokenValidityUnits ReadAttributes WriteAttributes EnableTokenRevocation "
    "PreventUserExistenceErrors AuthSessionValidity RefreshTokenRotation",
    not_modelled={
        "AllowedOAuthFlows": "there is no hosted sign-in page",
        "AllowedOAuthFlowsUserPoolClient": "there is no hosted sign-in page",
        "AllowedOAuthScopes": "there is no hosted sign-in page",
        "CallbackURLs": "there is no hosted sign-in page",
        "LogoutURLs": "there is no hosted sign-in page",
        "SupportedIdentityProviders": "there is no hosted sign-in page",
    },
)
def user_pool_client(properties: Properties, context: ResourceContext) -> Created:
    hosted = ("AllowedOAuth", "CallbackURLs", "LogoutURLs", "SupportedIdentityProviders")
    settings = {key: value for key, value in properties.items() if not key.startswith(hosted)}
    settings["ClientName"] = context.name(properties.get("ClientName"), limit=128)
    made = context.client("cognito-idp").create_user_pool_client(**settings)["UserPoolClient"]
    attributes = {"ClientId": made["ClientId"], "ClientSecret": made.get("ClientSecret", "")}
    return Created(made["ClientId"], attributes)


@resource_type(
    "AWS::Cognito::UserPoolGroup",
    supported="GroupName UserPoolId Description Precedence",
    not_modelled={"RoleArn": NO_PERMISSIONS},
)
def user_pool_group(properties: Properties, context: ResourceContext) -> Created:
    settings = pick(properties, "GroupName", "UserPoolId", "Description", "Precedence")
    context.client("cognito-idp").create_group(**settings)
    return Created(properties["GroupName"])
