"""Certificates, kept in the table `Register`: `certificate/<id>` is one, `CERTIFICATECODE#<digest>` leads to it.

Lookups are counted in the table `Access`, which forgets them: `LOOKUPS#<keyed hash of the address>`.
"""

from datetime import datetime

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.instants import delete_after
from ishtirak.certificates.model import Certificate
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.transaction import Items


class CertificateTable:
    """The `Certificates` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def by_digest(self, digest: str) -> Certificate | None:
        found = dynamo.get(self._table, f"CERTIFICATECODE#{digest}", "CERTIFICATE")
        if found is None:
            return None
        aggregate = Aggregate(AggregateKind.CERTIFICATE, found["certificate_id"])
        item = event_log.read_state(self._table, aggregate)
        return Certificate.model_validate_json(item["body"]) if item else None

    def save(self, certificate: Certificate, *, digest: str, event: Event) -> Items:
        state = event_log.state_item(
            certificate.aggregate, chain=Chain.after(event), body=certificate.model_dump_json()
        )
        code = {
            "pk": f"CERTIFICATECODE#{digest}",
            "sk": "CERTIFICATE",
            "certificate_id": certificate.id,
        }
        return (
            dynamo.put(self._table, state, condition=dynamo.NEW),
            dynamo.put(self._table, code, condition=dynamo.NEW),
            *event_log.append(self._table, event),
        )


class LookupTable:
    """The `Lookups` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def spend(self, address: str, *, window: int, most: int, until: datetime) -> bool:
        spent = dynamo.update_if(
            self._table,
            {"pk": f"LOOKUPS#{address}", "sk": f"{window:012}"},
            change="SET expires_at = :until ADD spent :one",
            condition="attribute_not_exists(spent) OR spent < :most",
            values={":until": delete_after(until), ":one": 1, ":most": most},
        )
        return spent is not None
