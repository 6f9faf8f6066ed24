"""Addresses and credentials of the outside agencies: `{"url": …, "key": …}`, filled in by the operators."""

from aws_cdk import SecretValue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import Environment
from infra.python_function import PythonFunction
from infra.retention import removal_policy

EMPTY = "{}"


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
            secret_string_value=SecretValue.unsafe_plain_text(EMPTY),
            removal_policy=removal_policy(environment),
        )

    @property
    def arn(self) -> str:
        """The secret's ARN, as functions get it."""
        return self.secret.secret_arn

    def grant_read(self, function: PythonFunction) -> None:
        """Reading the current and the previous value."""
        function.allow("secretsmanager:GetSecretValue", resources=[self.arn])
        function.allow("kms:Decrypt", resources=[self.key.key_arn], via_service="secretsmanager")
