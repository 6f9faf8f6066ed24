"""The event log on DynamoDB: one walk over a table finds every chain, and whatever was done to it."""

from dataclasses import replace
from typing import Any

import pytest

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.event_log import STATE
from ishtirak.adapters.aws.event_log_table import EventLogTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.eventlog.aggregate import Aggregate
from ishtirak.eventlog.event import Chain
from ishtirak.eventlog.verify import BrokenChain, Defect
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.register.rules import post
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, RequestChange, WaitOutcome, signing_digest
from ishtirak.use_cases.verify_event_log import Verification, verify_event_log
from tests.fakes.register import OTHER_PERSON, PERSON, a_cause, a_contributor, a_period, register_on
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OTHER_REQUEST,
    REQUEST,
    asked,
    attachments,
    drafted,
    policy,
    with_data,
)
from tests.functions.access_world import World
from tests.unit.eventlog.chains import ONE, OTHER, a_chain, standing

SUBJECT = f"request/{REQUEST}"


def stored[Change: RequestChange[Any]](world: World, change: Change) -> Change:
    DynamoTransaction().commit(RequestTable(world.requests).save(change))
    return change


def lived(world: World) -> list[str]:
    """A request from its draft to its employer's reply, beside a draft that was withdrawn: what happened to it."""
    changes: list[RequestChange[Any]] = [stored(world, drafted()), stored(world, with_data())]
    request = changes[-1].after
    for document in attachments():
        changes.append(
            stored(world, rules.attach(request, document, by=CONTRIBUTOR, at=NOW, policy=policy()))
        )
        request = changes[-1].after
    version = policy().declaration_version
    declared = stored(world, rules.declare(request, version, by=CONTRIBUTOR, at=NOW, policy=policy()))
    signed = signing_digest(declared.after)
    submitted = stored(world, rules.submit(declared.after, by=CONTRIBUTOR, signed=signed, at=NOW))
    waiting = stored(world, asked(submitted.after, Party.EMPLOYER))
    replied = waits.record_reply(waiting.after, WaitOutcome.CONFIRMED, None, by=EMPLOYER, at=NOW)
    changes += [declared, submitted, waiting, stored(world, replied)]
    other = stored(world, drafted(id=OTHER_REQUEST))
    stored(world, rules.withdraw(other.after, by=CONTRIBUTOR, at=NOW))
    return [event.type for change in changes for event in change.events]


def verified(table: str) -> Verification:
    return verify_event_log(log=EventLogTable(table))


def key(seq: int) -> dict[str, Any]:
    return dynamo.to_dynamo({"pk": SUBJECT, "sk": f"EVENT#{seq:08d}"})


def test_an_empty_table_has_no_chains(cloud: World) -> None:
    assert list(EventLogTable(cloud.requests).chains()) == []


def test_every_chain_is_found_whole_and_in_order_and_holds(cloud: World) -> None:
    happened = lived(cloud)

    chains = {subject: (events, chain) for subject, events, chain in EventLogTable(cloud.requests).chains()}

    assert set(chains) == {SUBJECT, f"request/{OTHER_REQUEST}"}
    events, chain = chains[SUBJECT]
    assert [event.type for event in events] == happened
    assert events == list(RequestTable(cloud.requests).timeline(REQUEST))
    assert chain == Chain.after(events[-1])
    assert verified(cloud.requests) == Verification(chains=2, events=len(happened) + 2, broken=())


def test_what_is_no_aggregate_is_not_in_the_log(cloud: World) -> None:
    """People, periods and ledger entries change only with an account, and its chain tells of them."""
    register = register_on(cloud.register)
    register.transaction.commit(register.people.save(a_contributor(OTHER_PERSON), fingerprint="ab" * 32))
    state = register.accounts.state(PERSON, System.SOCIAL_INSURANCE)
    register.store(post(state, period=a_period(), rows=(), cause=a_cause()), before=state)

    chains = list(EventLogTable(cloud.register).chains())

    assert [subject for subject, _, _ in chains] == [f"account/{PERSON}/SOCIAL_INSURANCE"]
    assert verified(cloud.register) == Verification(chains=1, events=1, broken=())


@pytest.mark.parametrize("name", ["type", "actor", "at", "source"])
def test_an_edited_item_is_found(cloud: World, name: str) -> None:
    lived(cloud)

    cloud.aws("dynamodb").update_item(
        TableName=cloud.requests,
        Key=key(2),
        UpdateExpression="SET #name = :other",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":other": {"S": "other"}},
    )

    assert verified(cloud.requests).broken == (BrokenChain(SUBJECT, 2, Defect.EDITED),)


@pytest.mark.parametrize(("seq", "defect"), [(1, Defect.MISSING), (4, Defect.MISSING), (8, Defect.TRUNCATED)])
def test_a_deleted_item_is_found(cloud: World, seq: int, defect: Defect) -> None:
    assert len(lived(cloud)) == 8

    cloud.aws("dynamodb").delete_item(TableName=cloud.requests, Key=key(seq))

    assert verified(cloud.requests).broken == (BrokenChain(SUBJECT, seq, defect),)


def test_an_event_of_another_aggregate_among_its_own_is_found(cloud: World) -> None:
    lived(cloud)
    [theirs] = [
        item
        for item in cloud.items(cloud.requests)
        if (item["pk"], item["sk"]) == (f"request/{OTHER_REQUEST}", "EVENT#00000002")
    ]

    cloud.aws("dynamodb").put_item(TableName=cloud.requests, Item=dynamo.to_dynamo(theirs | {"pk": SUBJECT}))

    assert verified(cloud.requests).broken == (BrokenChain(SUBJECT, 2, Defect.OTHER_SUBJECT),)


def test_a_state_that_is_gone_leaves_its_events_behind(cloud: World) -> None:
    happened = lived(cloud)

    cloud.aws("dynamodb").delete_item(
        TableName=cloud.requests, Key=dynamo.to_dynamo({"pk": SUBJECT, "sk": STATE})
    )

    assert verified(cloud.requests).broken == (BrokenChain(SUBJECT, len(happened) + 1, Defect.TRUNCATED),)


def test_a_table_of_many_pages_is_walked_to_its_end(cloud: World) -> None:
    """A scan answers a megabyte at a time, and a chain may lie on both sides of a page."""
    transaction = DynamoTransaction()
    for aggregate in (ONE, OTHER):
        events = a_chain(8, aggregate=aggregate, word="w" * 100_000)
        for event in events:
            transaction.commit(tuple(event_log.append(cloud.requests, event)))
        state = event_log.state_item(aggregate, chain=standing(events))
        transaction.commit((dynamo.put(cloud.requests, state, condition=dynamo.NEW),))
    cloud.calls.clear()

    verification = verified(cloud.requests)

    assert verification == Verification(chains=2, events=16, broken=())
    assert cloud.calls.count("dynamodb.Scan") > 1


def test_an_event_is_never_overwritten(cloud: World) -> None:
    transaction, event = DynamoTransaction(), a_chain(1)[0]
    transaction.commit(tuple(event_log.append(cloud.requests, event)))

    with pytest.raises(ChangedMeanwhile):
        transaction.commit(tuple(event_log.append(cloud.requests, replace(event, hash="0" * 64))))

    assert event_log.read_events(cloud.requests, Aggregate.parse(event.subject)) == [event]
