"""The two keys: one that encrypts what is stored about people, one that only computes keyed hashes."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.retention import removal_policy


class Keys(Construct):
    """The encryption key rotates yearly; the hash key cannot, because lookups depend on its hashes."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment) -> None:
        super().__init__(scope, name)
        self.data = kms.Key(
            self,
            "DataKey",
            description="Encrypts tables, documents, secrets and the identity fields inside items",
            enable_key_rotation=True,
            removal_policy=removal_policy(environment),
        )
        self.mac = kms.Key(
            self,
            "MacKey",
            description="Keyed hashes: identity numbers looked up by, one-time codes",
            key_spec=kms.KeySpec.HMAC_256,
            key_usage=kms.KeyUsage.GENERATE_VERIFY_MAC,
            removal_policy=removal_policy(environment),
        )

    def grant_encrypt(self, function: PythonFunction) -> None:
        """Encrypting identity fields inside items."""
        function.allow("kms:Encrypt", resources=[self.data.key_arn])

    def grant_decrypt(self, function: PythonFunction) -> None:
        """Decrypting identity fields inside items."""
        function.allow("kms:Decrypt", resources=[self.data.key_arn])

    def grant_generate_mac(self, function: PythonFunction) -> None:
        """Keyed hashes: lookups, codes, page cursors."""
        function.allow("kms:GenerateMac", resources=[self.mac.key_arn])
