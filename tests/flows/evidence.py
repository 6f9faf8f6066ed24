"""What has to be true of the whole system after whatever happened in it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.billing.model import Bill
from ishtirak.eventlog.event import GENESIS, Event, event_hash
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
    found: dict[str, list[Event]] = defaultdict(list)
    for table in TABLES:
        for item in items(world, table):
            if item.get("kind") == "event":
                found[item["pk"]].append(dynamo.event_of(item))
    return {key: sorted(events, key=lambda event: event.seq) for key, events in found.items()}


def events_of(world: World, request_id: str) -> list[str]:
    """What happened to a request, by name, in order."""
    timeline = RequestTable(world.cloud.outputs["RequestsTable"]).timeline(request_id)
    return [event.type for event in timeline]


def broken_chains(world: World) -> list[str]:
    """Aggregates whose events were edited, dropped or put in another order, or whose head is another's."""
    heads = _heads(world)
    return [
        f"{key}: {flaw}"
        for key, events in chains(world).items()
        for flaw in _flaws(events, head=heads.get(key))
    ]


def _flaws(events: list[Event], *, head: str | None) -> Iterator[str]:
    before = GENESIS
    for place, event in enumerate(events, start=1):
        if event.seq != place:
            yield f"event {place} is numbered {event.seq}"
        if event.prev != before:
            yield f"event {place} does not follow the one before it"
        if event_hash(asdict(event)) != event.hash:
            yield f"event {place} was changed"
        before = event.hash
    if head is not None and head != before:
        yield "the aggregate stands at another event than its last"


def _heads(world: World) -> dict[str, str]:
    """Where each aggregate says its chain stands."""
    heads = {}
    for item in items(world, "RequestsTable"):
        if item["sk"] == "REQUEST":
            heads[item["pk"]] = json.loads(item["body"])["chain_head"]
        elif item["sk"] == "DOCUMENT":
            heads[item["pk"]] = item["head"]
    for head in _account_heads(world):
        heads[f"ACCOUNT#{head.person_id}#{head.system.value}"] = head.chain_hash
    return heads


def _account_heads(world: World) -> Iterator[AccountState]:
    for item in items(world, "RegisterTable"):
        if item["sk"].startswith("HEAD#") and item["body"] != DAMAGED:
            yield AccountState.model_validate_json(item["body"])


DAMAGED = "{}"
"""An account no function can read; see `damage_account`."""


def damage_account(world: World, person_id: str, system: str) -> None:
    """Make the person's account unreadable, so that posting to it fails for good."""
    world.cloud.client("dynamodb").put_item(
        TableName=world.cloud.outputs["RegisterTable"],
        Item=dynamo.to_dynamo(
            {"pk": f"PERSON#{person_id}", "sk": f"HEAD#{system}", "version": 1, "body": DAMAGED}
        ),
    )


def accounts_that_do_not_add_up(world: World) -> list[str]:
    """Accounts whose ledger does not come to what the head says, and bills that ask for something else."""
    entries: dict[tuple[str, str], list[LedgerEntry]] = defaultdict(list)
    bills = []
    for item in items(world, "RegisterTable"):
        if item["sk"].startswith("LEDGER#"):
            entry = LedgerEntry.model_validate_json(item["body"])
            entries[entry.person_id, entry.system].append(entry)
        elif item["sk"] == "BILL":
            bills.append(Bill.model_validate_json(item["body"]))
    heads = {(head.person_id, head.system): head for head in _account_heads(world)}
    wrong = [f"{key}: a ledger without a head" for key in entries.keys() - heads.keys()]
    for key, head in heads.items():
        rows = [row for entry in entries[key] for row in entry.rows]
        sides = (sum(row.worker for row in rows), sum(row.employer for row in rows))
        if sides != (head.projection.totals.worker, head.projection.totals.employer):
            wrong.append(f"{key}: the rows come to {sides}, the head says {head.projection.totals}")
        if projection(entries[key]) != head.projection:
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
