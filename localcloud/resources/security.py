"""Keys, secrets and parameters: KMS, Secrets Manager, Systems Manager."""

import json
import secrets

from localcloud.deployment import ResourceContext
from localcloud.resources.properties import as_flag, pick
from localcloud.resources.reasons import NO_DURABILITY, NO_TAGS
from localcloud.support import resource_type
from localcloud.template import Created, Properties


@resource_type(
    "AWS::KMS::Key",
    supported="Description KeySpec KeyUsage EnableKeyRotation Enabled KeyPolicy",
    not_modelled={"PendingWindowInDays": NO_DURABILITY, **NO_TAGS},
)
def key(properties: Properties, context: ResourceContext) -> Created:
    client = context.client("kms")
    settings = pick(properties, "Description", "KeySpec", "KeyUsage")
    described = client.create_key(Policy=json.dumps(properties["KeyPolicy"]), **settings)["KeyMetadata"]
    if as_flag(properties.get("EnableKeyRotation", False)):
        client.enable_key_rotation(KeyId=described["KeyId"])
    if not as_flag(properties.get("Enabled", True)):
        client.disable_key(KeyId=described["KeyId"])
    return Created(described["KeyId"], {"Arn": described["Arn"], "KeyId": described["KeyId"]})


@resource_type("AWS::KMS::Alias", supported="AliasName TargetKeyId")
def key_alias(properties: Properties, context: ResourceContext) -> Created:
    key_id = properties["TargetKeyId"].split("/")[-1]
    context.client("kms").create_alias(AliasName=properties["AliasName"], TargetKeyId=key_id)
    return Created(properties["AliasName"])


@resource_type(
    "AWS::SecretsManager::Secret",
    supported="Name Description SecretString GenerateSecretString KmsKeyId",
    not_modelled=NO_TAGS,
)
def secret(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("Name"), limit=64)
    text = properties.get("SecretString") or _generated_secret(properties.get("GenerateSecretString", {}))
    settings = pick(properties, "Description", "KmsKeyId")
    made = context.client("secretsmanager").create_secret(Name=name, SecretString=text, **settings)
    return Created(made["ARN"], {"Id": made["ARN"]})


def _generated_secret(wanted: Properties) -> str:
    password = secrets.token_urlsafe(64)[: int(wanted.get("PasswordLength", 32))]
    if "SecretStringTemplate" not in wanted:
        return password
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


@resource_type("AWS::SSM::Parameter", supported="Name Type Value Description", not_modelled=NO_TAGS)
def parameter(properties: Properties, context: ResourceContext) -> Created:
    name = context.name(properties.get("Name"), limit=1000)
    context.client("ssm").put_parameter(**{**pick(properties, "Type", "Value", "Description"), "Name": name})
    return Created(name, {"Type": properties["Type"], "Value": properties["Value"]})
