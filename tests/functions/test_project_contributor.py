"""The queue of changed periods: the lists follow the register, whatever comes twice, late or in another order."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.project_contributor.handler import build
from functions.project_contributor.settings import Settings
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.register import rules
from ishtirak.register.listing import Headcount, ListedContributor
from ishtirak.register.periods import RecordedPeriod
from tests.fakes.register import MITHAL, NAMUDHAJ, PERSON, a_cause, a_period
from tests.functions.access_world import delivered, message
from tests.functions.establishment_world import EstablishmentWorld, establishment_world, told_as

SAMPLE = Path(__file__).parents[2] / "functions" / "project_contributor" / "events" / "period_posted.json"
SUBJECT = f"account/{PERSON}/SOCIAL_INSURANCE"


@pytest.fixture
def world() -> Iterator[EstablishmentWorld]:
    with establishment_world() as made:
        yield made


@pytest.fixture
def queue(world: EstablishmentWorld) -> Any:
    return build(Settings(register_table=world.table))


def record(world: EstablishmentWorld, period: RecordedPeriod) -> None:
    before = world.register.accounts.state(period.person_id, period.system)
    world.register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)


def changed(kind: str = "PeriodPosted") -> dict[str, Any]:
    return message(kind, subject=SUBJECT, data={"person_id": PERSON, "establishment": "7000000001"})


def entry(world: EstablishmentWorld, number: Any = MITHAL) -> ListedContributor | None:
    return world.lists.find(number, told_as(PERSON, number))


def stored(world: EstablishmentWorld) -> list[dict[str, Any]]:
    import boto3

    items = boto3.client("dynamodb").scan(TableName=world.table)["Items"]
    return sorted((item for item in items if item["pk"]["S"].startswith("CONTRIBUTORS#")), key=str)


def test_a_posted_period_puts_its_person_on_the_list(world: EstablishmentWorld, queue: Any) -> None:
    record(world, a_period("2025-01-01", None))

    assert delivered(queue, changed()) == []
    found = entry(world)
    assert found is not None
    assert (found.starts_on.isoformat(), found.last_day, found.revision) == ("2025-01-01", None, 1)


def test_the_same_event_again_changes_nothing(world: EstablishmentWorld, queue: Any) -> None:
    record(world, a_period("2025-01-01", None))
    delivered(queue, changed())
    before = stored(world)

    assert delivered(queue, changed(), changed("PeriodAmended")) == []
    assert stored(world) == before


def test_a_second_period_with_the_same_employer_is_in_the_same_entry(
    world: EstablishmentWorld, queue: Any
) -> None:
    record(world, a_period("2024-01-01", "2024-06-30"))
    delivered(queue, changed())
    record(world, a_period("2025-01-01", None))

    delivered(queue, changed())

    found = entry(world)
    assert found is not None
    assert [each.starts_on.isoformat() for each in found.days] == ["2024-01-01", "2025-01-01"]
    assert world.lists.headcounts(MITHAL, on=world.clock.at.date())[Nationality.SAUDI] == Headcount(active=1)


def test_an_event_of_one_employer_brings_every_list_of_the_person_up_to_date(
    world: EstablishmentWorld, queue: Any
) -> None:
    record(world, a_period("2025-01-01", None))
    record(world, a_period("2025-01-01", None, establishment=NAMUDHAJ))

    delivered(queue, changed())

    first, second = entry(world), entry(world, NAMUDHAJ)
    assert first is not None
    assert second is not None
    assert first.contributor_id != second.contributor_id


def test_a_renewed_number_is_on_the_list_with_the_next_event(world: EstablishmentWorld, queue: Any) -> None:
    record(world, a_period("2025-01-01", None))
    delivered(queue, changed())
    known = world.register.people.find(PERSON)
    assert known is not None
    renewed = known.model_copy(update={"masked_identity": "••••0099", "name_ar": "سعد المثال"})
    world.register.transaction.commit(world.register.people.renumber(renewed, fingerprint="ef" * 32))

    delivered(queue, changed("ContractAmended"))

    assert [row.entry.name_ar for row in world.lists.rows(MITHAL, "DIGITS#0099#", limit=9)] == ["سعد المثال"]
    assert world.lists.rows(MITHAL, "DIGITS#0008#", limit=9) == ()


def test_an_amended_period_and_then_its_reversal_are_followed(world: EstablishmentWorld, queue: Any) -> None:
    first, second = a_period("2025-01-01", None), a_period("2025-01-01", "2025-06-30", id=a_period().id)
    record(world, first)
    delivered(queue, changed())
    accounts = world.register.accounts
    before = accounts.state(PERSON, System.SOCIAL_INSURANCE)
    entries = accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    amended = rules.amend(before, before=first, entries=entries, after=second, rows=(), cause=a_cause())
    world.register.store(amended, before=before)

    delivered(queue, changed("PeriodAmended"))
    found = entry(world)
    now = accounts.state(PERSON, System.SOCIAL_INSURANCE)
    entries = accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    world.register.store(
        rules.reverse(now, period=amended.periods[-1], entries=entries, cause=a_cause()), before=now
    )
    delivered(queue, changed("PeriodReversed"))

    assert found is not None
    assert str(found.last_day) == "2025-06-30"
    assert entry(world) is None
    counts = world.lists.headcounts(MITHAL, on=world.clock.at.date())
    assert set(counts.values()) == {Headcount()}


def test_the_lists_are_made_again_from_the_register_alone(world: EstablishmentWorld, queue: Any) -> None:
    import boto3

    record(world, a_period("2025-01-01", None))
    delivered(queue, changed())
    before, dynamodb = stored(world), boto3.client("dynamodb")
    for item in before:
        dynamodb.delete_item(TableName=world.table, Key={"pk": item["pk"], "sk": item["sk"]})

    delivered(queue, changed())

    assert stored(world) == before


def test_somebody_the_register_does_not_know_goes_back_to_the_queue(
    world: EstablishmentWorld, queue: Any
) -> None:
    stranger = "00000000-0000-4000-8000-00000000dead"
    record(world, a_period(person_id=stranger))
    unknown = message("PeriodPosted", subject=f"account/{stranger}/X", data={"person_id": stranger})

    assert delivered(queue, unknown, changed()) == [unknown["messageId"]]


def test_the_sample_event_is_taken(world: EstablishmentWorld, queue: Any) -> None:
    record(world, a_period("2025-01-01", None))

    event = json.loads(SAMPLE.read_text(encoding="utf-8"))

    assert delivered(queue, *event["Records"]) == []
    assert entry(world) is not None


def test_an_entry_takes_one_transaction_of_so_many_writes(world: EstablishmentWorld, report: Any) -> None:
    contributor = world.register.people.find(PERSON)
    assert contributor is not None
    long = contributor.model_copy(
        update={"name_ar": " ".join(map(chr, range(0x627, 0x63B))) * 5, "name_en": "a b " * 50}
    )
    from ishtirak.register.listing import listed

    usual = listed(contributor, [a_period()], number=MITHAL, revision=1)
    longest = listed(long, [a_period()], number=MITHAL, revision=1)
    assert usual is not None
    assert longest is not None
    ended = listed(contributor, [a_period(ends_on="2025-02-28")], number=MITHAL, revision=2)

    counts = [len(world.lists.save(usual, before=None)), len(world.lists.save(ended, before=usual))]

    report(f"writes of a list entry: {counts[0]} when it is new, {counts[1]} when a day changes")
    assert counts[0] <= 20
    assert len(world.lists.save(longest, before=usual)) <= 100
