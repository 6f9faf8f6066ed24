"""The two keys: one that encrypts what is kept about people, one that only makes keyed hashes."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Environment
from infra.function import removal


class Keys(Construct):
    """Encryption rotates by itself each year; a keyed hash is looked up by, so its key is replaced by hand."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment) -> None:
        super().__init__(scope, name)
        self.data = kms.Key(
            self,
            "DataKey",
            description="Encrypts tables, documents, secrets and the identity fields inside items",
            enable_key_rotation=True,
            removal_policy=removal(environment),
        )
        self.mac = kms.Key(
            self,
            "MacKey",
            description="Keyed hashes: identity numbers looked up by, one-time codes",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=removal(environment),
        )
