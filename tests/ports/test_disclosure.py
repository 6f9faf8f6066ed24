"""What is written down of readings behaves alike in memory and on the register's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from ishtirak.disclosure import rules
from ishtirak.disclosure.model import AccessRecord, ReadMatter, Reveal, RevealHistory, RevealReason
from ishtirak.disclosure.policy import policy_on
from ishtirak.disclosure.ports import AccessLog, Reveals
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from tests.fakes.disclosure import InMemoryDisclosure
from tests.fakes.register import MITHAL, NAMUDHAJ, OTHER_PERSON, PERSON, register_table
from tests.fakes.transaction import InMemoryTransaction

OFFICER = "00000000-0000-4000-8000-000000000005"
COLLEAGUE = "00000000-0000-4000-8000-000000000006"
NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)


@dataclass
class Kept:
    log: AccessLog
    reveals: Reveals
    transaction: Transaction

    def add(self, *records: AccessRecord) -> None:
        for each in records:
            self.transaction.commit(self.log.add(each))

    def positions(self, *, limit: int = 9, after: str | None = None) -> list[str]:
        return [each.position for each in self.log.of_person(PERSON, limit=limit, after=after)]


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        both = InMemoryDisclosure()
        yield Kept(both, both, InMemoryTransaction())
        return
    from ishtirak.adapters.aws.disclosure_table import DisclosureTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with register_table() as table:
        one = DisclosureTable(table)
        yield Kept(one, one, DynamoTransaction())


def a_record(place: int = 1, *, at: datetime = NOON, person: str = PERSON) -> AccessRecord:
    return AccessRecord(
        id=f"00000000-0000-4000-8000-{place:012}",
        person_id=person,
        establishment=MITHAL,
        matter=ReadMatter.IDENTITY_NUMBER,
        at=to_rfc3339(at),
        by=OFFICER,
        reason_code=RevealReason.CONTRACT,
        reason="for the contract",
    )


def a_reveal(before: RevealHistory, place: int = 1) -> Reveal:
    return rules.reveal(before, a_record(place), policy=policy_on(NOON.date()), at=NOON)


def test_a_persons_log_is_latest_first_and_theirs_alone(kept: Kept) -> None:
    earlier, later = a_record(2, at=NOON - timedelta(hours=1)), a_record(1)
    kept.add(earlier, later, a_record(3, person=OTHER_PERSON))

    assert list(kept.log.of_person(PERSON, limit=9)) == [later, earlier]


def test_pages_of_a_log_follow_one_another_where_instants_are_the_same(kept: Kept) -> None:
    kept.add(*(a_record(place) for place in range(1, 6)))

    first = kept.positions(limit=2)
    rest = kept.positions(after=first[-1])

    assert first + rest == kept.positions()
    assert len(kept.positions()) == 5
    assert kept.positions(limit=2, after=first[-1]) == rest[:2]


def test_a_record_is_written_once(kept: Kept) -> None:
    kept.add(a_record())

    with pytest.raises(ChangedMeanwhile):
        kept.add(a_record())


def test_pages_of_lists_are_counted_by_day_over_all_readers(kept: Kept) -> None:
    for day, reader in ((24, OFFICER), (25, OFFICER), (25, OFFICER), (25, COLLEAGUE)):
        kept.log.count_list(MITHAL, by=reader, on=date(2026, 11, day), at=NOON)
    kept.log.count_list(NAMUDHAJ, by=OFFICER, on=date(2026, 11, 25), at=NOON)

    found = kept.log.lists(MITHAL, since=date(2026, 11, 1))

    assert [(each.establishment, each.day.day, each.pages) for each in found] == [
        (MITHAL, 25, 3),
        (MITHAL, 24, 1),
    ]
    assert len(kept.log.lists(MITHAL, since=date(2026, 11, 25))) == 1


def test_a_reveal_is_in_the_officers_history_and_in_the_persons_log(kept: Kept) -> None:
    before = kept.reveals.history(MITHAL, OFFICER)
    revealed = a_reveal(before)

    kept.transaction.commit(kept.reveals.save(revealed, before=before))

    assert kept.reveals.history(MITHAL, OFFICER) == revealed.after
    assert kept.reveals.history(MITHAL, COLLEAGUE).version == 0
    assert kept.reveals.history(NAMUDHAJ, OFFICER).version == 0
    assert list(kept.log.of_person(PERSON, limit=9)) == [revealed.record]


def test_of_two_first_reveals_at_once_one_is_decided_again(kept: Kept) -> None:
    before = kept.reveals.history(MITHAL, OFFICER)
    kept.transaction.commit(kept.reveals.save(a_reveal(before), before=before))

    with pytest.raises(ChangedMeanwhile):
        kept.transaction.commit(kept.reveals.save(a_reveal(before, 2), before=before))

    assert len(kept.positions()) == 1


def test_a_later_reveal_builds_on_the_one_before(kept: Kept) -> None:
    never = kept.reveals.history(MITHAL, OFFICER)
    kept.transaction.commit(kept.reveals.save(a_reveal(never), before=never))
    once = kept.reveals.history(MITHAL, OFFICER)
    kept.transaction.commit(kept.reveals.save(a_reveal(once, 2), before=once))

    with pytest.raises(ChangedMeanwhile):
        kept.transaction.commit(kept.reveals.save(a_reveal(once, 3), before=once))

    assert kept.reveals.history(MITHAL, OFFICER).version == 2
