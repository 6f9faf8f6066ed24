"""The register with a billed period, the payments queue and its secret, and the functions of bills, on moto."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ishtirak.kernel.caller import Caller, Role
from tests.fakes.bills import BilledAccount
from tests.fakes.register import (
    FINGERPRINT,
    MITHAL,
    NAMUDHAJ,
    PERSON,
    a_contributor,
    an_establishment,
    register_on,
    register_table,
)
from tests.functions.proofs import kept_proof
from tests.functions.register_world import KEY, NEXT_KEY, answered, asked

EMPLOYER = "00000000-0000-4000-8000-000000000005"
STRANGER = "00000000-0000-4000-8000-000000000012"


class Bills:
    """What was deployed, and how it is asked."""

    def __init__(
        self, table: str, *, secret_arn: str, queue_url: str, mac_key_arn: str, data_key_arn: str
    ) -> None:
        from functions.decide_bill.handler import build as decide
        from functions.decide_bill.settings import Settings as Decide
        from functions.settle_bill.handler import build as settle
        from functions.settle_bill.settings import Settings as Settle
        from functions.view_bills.handler import build as view
        from functions.view_bills.settings import Settings as View

        self.table = table
        self.secret_arn = secret_arn
        self.queue_url = queue_url
        self.data_key_arn = data_key_arn
        self.register = register_on(table)
        self.register.transaction.commit(
            self.register.establishments.save(an_establishment()),
            self.register.establishments.save(an_establishment(NAMUDHAJ)),
            self.register.appoint(EMPLOYER, MITHAL),
            self.register.appoint(STRANGER, NAMUDHAJ),
            self.register.people.save(a_contributor(), fingerprint=FINGERPRINT),
        )
        self.account = BilledAccount(self.register)
        clock = self.account.clock
        self.viewing = view(
            View(access_table=table, register_table=table, mac_key_arn=mac_key_arn), clock=clock
        )
        self.deciding = decide(
            Decide(access_table=table, register_table=table, mac_key_arn=mac_key_arn), clock=clock
        )
        self.settling = settle(Settle(register_table=table, data_key_arn=data_key_arn), clock=clock)

    @property
    def path(self) -> str:
        return f"/v1/employer/bills/{self.account.bill_id}"

    def employer_sees(self, path: str, *, person: str = EMPLOYER, **query: str) -> tuple[int, dict[str, Any]]:
        return answered(
            self.viewing,
            asked("GET", path, person=person, roles=("contributor",), query=query, language="en"),
        )

    def officer(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        by: Caller,
        key: str = "key-1",
        **query: str,
    ) -> tuple[int, dict[str, Any]]:
        event = asked(
            method,
            path,
            body=json.dumps(body).encode() if body is not None else b"",
            headers={"idempotency-key": key, "content-type": "application/json"}
            if method == "POST"
            else None,
            person=by.person_id,
            roles=tuple(role.value for role in by.roles),
            query=query,
            language="en",
        )
        return answered(self.deciding, event)

    def proven(self, act: str, body: Mapping[str, Any], *, by: Caller, **besides: Any) -> dict[str, Any]:
        """The body with a fresh proof of it, on the bill as it stands; proofs are kept beside the bills here."""
        proof = kept_proof(
            self.table,
            act,
            self.account.bill_id,
            version=self.account.bill.version,
            content={**body, **besides},
            by=by,
            clock=self.account.clock,
        )
        return {**body, "proof_id": proof}

    def queued(self) -> list[str]:
        import boto3

        found = boto3.client("sqs").receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [message["Body"] for message in found.get("Messages", [])]


WORKER_AND_OFFICER = Caller(PERSON, PERSON, frozenset({Role.CONTRIBUTOR, Role.OFFICER}))


@contextmanager
def bills_world() -> Iterator[Bills]:
    import boto3

    with register_table() as table:
        keys = {"signing_keys": [KEY.to_text(), NEXT_KEY.to_text()]}
        secret = boto3.client("secretsmanager").create_secret(Name="payments", SecretString=json.dumps(keys))
        queue = boto3.client("sqs").create_queue(QueueName="payments")
        mac = boto3.client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        yield Bills(
            table,
            secret_arn=secret["ARN"],
            queue_url=queue["QueueUrl"],
            mac_key_arn=mac["KeyMetadata"]["Arn"],
            data_key_arn=boto3.client("kms").create_key()["KeyMetadata"]["Arn"],
        )
