"""Where the outside agencies are and how they know us: `{"url": …, "key": …}`, filled by the operators."""

from aws_cdk import SecretValue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import Environment
from infra.function import PythonFunction, removal

NOT_FILLED = "{}"


class AgencySecret(Construct):
    """An agency's address and credential. The template holds an empty object: no value is ever written in it."""

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, key: kms.IKey, description: str
    ) -> None:
        super().__init__(scope, name)
        self.key = key
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description=description,
            encryption_key=key,
            secret_string_value=SecretValue.unsafe_plain_text(NOT_FILLED),
            removal_policy=removal(environment),
        )

    @property
    def arn(self) -> str:
        """What functions are told."""
        return self.secret.secret_arn

    def let_read(self, function: PythonFunction) -> None:
        """Reading the current and the previous value."""
        function.may("secretsmanager:GetSecretValue", on=[self.arn])
        function.may("kms:Decrypt", on=[self.key.key_arn], through="secretsmanager")
