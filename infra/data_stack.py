"""What must outlive every release: keys, tables, documents, the agencies' secrets, user accounts."""

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.config import Environment
from infra.documents import DocumentBuckets
from infra.identity import People
from infra.keys import Keys
from infra.secrets import AgencySecret
from infra.table import Table


class DataStack(Stack):
    """Stateful; protected from termination wherever data is retained."""

    def __init__(self, scope: Construct, name: str, *, environment: Environment, **stack: object) -> None:
        super().__init__(scope, name, termination_protection=environment.retain_data, **stack)  # type: ignore[arg-type]
        self.keys = Keys(self, "Keys", environment=environment)
        key = self.keys.data
        self.requests = Table(
            self,
            "Requests",
            environment=environment,
            key=key,
            indexes={"by_owner": ("owner", "updated_at"), "by_desk": ("desk", "due_at")},
            narrow_indexes={"in_progress": ("progress", "updated_at", ("run", "until"))},
        )
        self.register = Table(
            self,
            "Register",
            environment=environment,
            key=key,
            indexes={"by_establishment": ("establishment", "registered_at")},
        )
        self.access = Table(self, "Access", environment=environment, key=key, ttl_attribute="expires_at")
        self.documents = DocumentBuckets(self, "Documents", environment=environment, key=key)
        self.people = People(self, "People", environment=environment)
        self._add_agencies(environment)
        self._export_values()
        self._add_outputs()

    def _add_agencies(self, environment: Environment) -> None:
        """Where each is reached and with what, as operators fill it in."""
        key = self.keys.data
        self.absher = AgencySecret(
            self,
            "AbsherAccess",
            environment=environment,
            key=key,
            description="The Absher directory: url, key",
        )
        self.jawazat = AgencySecret(
            self,
            "JawazatAccess",
            environment=environment,
            key=key,
            description="The feed of residents' service dates: url, key",
        )
        self.commercial_registry = AgencySecret(
            self,
            "CommercialRegistryAccess",
            environment=environment,
            key=key,
            description="The commercial registry's feed: url, key",
        )
        self.sms = AgencySecret(
            self,
            "SmsGateways",
            environment=environment,
            key=key,
            description="The SMS gateways in the order they are tried: url, key each",
        )
        self.qiwa = AgencySecret(
            self,
            "QiwaWebhook",
            environment=environment,
            key=key,
            description="Keys of Qiwa's webhook signatures, current and next",
        )
        self.payments = AgencySecret(
            self,
            "PaymentNotices",
            environment=environment,
            key=key,
            description="Keys of the payment system's webhook signatures, current and next",
        )

    def _export_values(self) -> None:
        """Export what the service stack may refer to, by name, whether it is used or not.

        The CDK would export what it finds in use, in an order that changes from run to run; and a value somebody
        stops using could not be taken back in the same deployment.
        """
        tables = [each.table for each in (self.requests, self.register, self.access)]
        buckets = [self.documents.quarantine, self.documents.clean]
        agencies = (
            self.absher,
            self.jawazat,
            self.commercial_registry,
            self.sms,
            self.qiwa,
            self.payments,
        )
        secrets = [each.secret for each in agencies]
        exported: list[str | None] = [
            *(
                value
                for table in tables
                for value in (table.table_arn, table.table_name, table.table_stream_arn)
            ),
            *(value for bucket in buckets for value in (bucket.bucket_arn, bucket.bucket_name)),
            *(secret.secret_arn for secret in secrets),
            self.keys.data.key_arn,
            self.keys.mac.key_arn,
            self.people.pool.user_pool_arn,
            self.people.pool.user_pool_id,
            self.people.client.user_pool_client_id,
        ]
        for value in exported:
            self.export_value(value)

    def _add_outputs(self) -> None:
        outputs = {
            "RequestsTable": self.requests.name,
            "RegisterTable": self.register.name,
            "AccessTable": self.access.name,
            "QuarantineBucket": self.documents.quarantine.bucket_name,
            "CleanBucket": self.documents.clean.bucket_name,
            "UserPoolId": self.people.pool.user_pool_id,
            "UserPoolClientId": self.people.client.user_pool_client_id,
            "AbsherSecretArn": self.absher.arn,
            "JawazatSecretArn": self.jawazat.arn,
            "CommercialRegistrySecretArn": self.commercial_registry.arn,
            "SmsSecretArn": self.sms.arn,
            "QiwaSecretArn": self.qiwa.arn,
            "PaymentsSecretArn": self.payments.arn,
            "DataKeyArn": self.keys.data.key_arn,
            "MacKeyArn": self.keys.mac.key_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
