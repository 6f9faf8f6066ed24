"""What has to be true of the whole system after whatever happened in it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from moto.sqs.models import sqs_backends

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.event_log_table import EventLogTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.billing.model import Bill
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.eventlog.verify import verify
from ishtirak.register.ledger import AccountState, LedgerEntry
from ishtirak.register.statement import projection
from localcloud.executions import _status
from tests.flows.world import World

TABLES = ("RequestsTable", "RegisterTable", "AccessTable")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def items(world: World, output: str) -> Iterator[dynamo.Item]:
    """Every item of a table, by the name of the stack's output."""
    pages = world.cloud.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=world.cloud.outputs[output], ConsistentRead=True):
        yield from (dynamo.from_dynamo(item) for item in page["Items"])


def chains(world: World) -> dict[str, list[Event]]:
    """The events of each aggregate, in order, from all three tables."""
    return {subject: events for subject, events, _ in _chains(world)}


def _chains(world: World) -> Iterator[tuple[str, list[Event], Chain | None]]:
    for table in TABLES:
        yield from EventLogTable(world.cloud.outputs[table]).chains()


def events_of(world: World, request_id: str) -> list[str]:
    """What happened to a request, by name, in order."""
    timeline = RequestTable(world.cloud.outputs["RequestsTable"]).timeline(request_id)
    return [event.type for event in timeline]


def broken_chains(world: World) -> list[str]:
    """Aggregates whose events were edited, dropped or put in another order, or whose state says another place."""
    found = (verify(subject, events, standing=standing) for subject, events, standing in _chains(world))
    return [f"{broken.subject}: {broken.defect} at {broken.seq}" for broken in found if broken]


def _account_states(world: World) -> Iterator[AccountState]:
    for item in items(world, "RegisterTable"):
        if item["pk"].startswith("account/") and item["sk"] == "STATE" and item["body"] != DAMAGED:
            yield AccountState.model_validate_json(item["body"])


DAMAGED = "{}"
"""An account no function can read; see `damage_account`."""


def damage_account(world: World, person_id: str, system: str) -> None:
    """Make the person's account unreadable, so that posting to it fails for good."""
    world.cloud.client("dynamodb").put_item(
        TableName=world.cloud.outputs["RegisterTable"],
        Item=dynamo.to_dynamo(
            event_log.state_item(
                Aggregate(AggregateKind.ACCOUNT, f"{person_id}/{system}"),
                chain=Chain(),
                version=1,
                body=DAMAGED,
            )
        ),
    )


def accounts_that_do_not_add_up(world: World) -> list[str]:
    """Accounts whose ledger does not come to what the state says, and bills that ask for something else."""
    entries: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
    bills = []
    for item in items(world, "RegisterTable"):
        if item["sk"].startswith("LEDGER#"):
            entry = LedgerEntry.model_validate_json(item["body"])
            entries[entry.person_id, entry.system].append(entry)
        elif item["sk"] == "BILL":
            bills.append(Bill.model_validate_json(item["body"]))
    states = {(state.person_id, state.system): state for state in _account_states(world)}
    wrong = [f"{key}: a ledger without a state" for key in entries.keys() - states.keys()]
    for key, state in states.items():
        rows = [row for entry in entries[key] for row in entry.rows]
        sides = (sum(row.worker for row in rows), sum(row.employer for row in rows))
        if sides != (state.projection.totals.worker, state.projection.totals.employer):
            wrong.append(f"{key}: the rows come to {sides}, the state says {state.projection.totals}")
        if projection(entries[key]) != state.projection:
            wrong.append(f"{key}: rebuilt from its entries, the account is another")
    for bill in bills:
        rows = [
            row
            for entry in entries[bill.person_id, bill.system]
            for row in entry.rows
            if entry.span.period_id == bill.period_id
        ]
        if bill.contributions != sum(row.worker + row.employer for row in rows):
            wrong.append(f"bill {bill.id}: asks for {bill.contributions}, which is not what was recorded")
    return wrong


def bills(world: World) -> list[Bill]:
    """Every bill there is."""
    found = (item for item in items(world, "RegisterTable") if item["sk"] == "BILL")
    return [Bill.model_validate_json(item["body"]) for item in found]


def executions(world: World) -> dict[str, str]:
    """Every run of the workflow, and how it stands."""
    return {execution.name: _status(execution) for execution in world.cloud.executions.all()}


@dataclass(frozen=True)
class Canaries:
    """What nobody but the person, the agencies and the encrypted fields may ever hold."""

    words: frozenset[str]
    codes: frozenset[str]

    @classmethod
    def of(cls, world: World) -> "Canaries":
        """Everybody's numbers, phones and names, and every code that was sent."""
        words = set()
        for person in world.people.people:
            words |= {person.identity_number.reveal(), person.name_ar, person.name_en}
            if person.mobile:
                words |= {person.mobile.reveal(), person.mobile.reveal().removeprefix("+966")}
        texts = [message.text for message in world.simulators.outbox.messages()]
        codes = {code for text in texts if "رمز" in text for code in _CODE.findall(text)}
        return cls(frozenset(words), frozenset(codes))

    def in_text(self, text: str) -> list[str]:
        """Those that can be read in the text; a code only where it stands by itself."""
        read = {word for word in self.words if word in text}
        standing = set(re.findall(r"(?<![\w.])\d{6}(?!\w)", text))
        return sorted(read | (self.codes & standing))

    def in_any(self, texts: Iterable[str]) -> list[str]:
        return sorted({canary for text in texts for canary in self.in_text(text)})


def histories(world: World) -> list[str]:
    """What Step Functions keeps of every run, as text."""
    return [
        json.dumps(execution.to_history_output(), default=str, ensure_ascii=False)
        for execution in world.cloud.executions.all()
    ]


def event_items(world: World) -> list[str]:
    """Every event item, as text."""
    return [
        json.dumps(asdict(event), ensure_ascii=False) for events in chains(world).values() for event in events
    ]


def dead_letters(world: World) -> list[str]:
    """Every dead letter, as text."""
    letters: list[dict[str, Any]] = world.cloud.dead_letters()
    return [json.dumps(letter, ensure_ascii=False) for letter in letters]


def queued(world: World) -> list[str]:
    """The body of every message in any queue, waiting, hidden after a failure, or put aside."""
    queues = sqs_backends[world.cloud.account][world.cloud.region].queues.values()
    return [message.body for queue in queues for message in list(queue._messages)]


def quarantined(world: World) -> list[dict[str, Any]]:
    """Every message of Qiwa that waits for somebody because it cannot be read, as it is stored."""
    return [item for item in items(world, "RegisterTable") if item["pk"].startswith("QUARANTINE#")]
