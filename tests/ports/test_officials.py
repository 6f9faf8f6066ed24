"""Officials, in memory and on their tables alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from ishtirak.kernel.caller import Role
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.officials import rules
from ishtirak.officials.model import Official, OfficialChange, PendingInvitation, Standing, official_id
from ishtirak.officials.policy import policy_on
from ishtirak.officials.ports import Officials, PendingInvitations, Standings
from tests.fakes.officials import InMemoryOfficials, InMemoryPendingInvitations
from tests.fakes.otp import HandClock
from tests.fakes.register import OTHER_PERSON, PERSON
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FIRST, SECOND = "00000000-0000-4000-8000-00000000aaaa", "00000000-0000-4000-8000-00000000bbbb"


@dataclass
class Kept:
    officials: Officials
    standings: Standings
    invitations: PendingInvitations
    transaction: Transaction

    def saved(self, change: OfficialChange) -> Official:
        self.transaction.commit(self.officials.save(change))
        return change.after


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    if request.param == "memory":
        officials = InMemoryOfficials()
        yield Kept(officials, officials, InMemoryPendingInvitations(), InMemoryTransaction())
        return
    from ishtirak.adapters.aws.official_table import OfficialTable, PendingInvitationTable
    from ishtirak.adapters.aws.standing_table import StandingTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with access_world(monkeypatch) as world:
        yield Kept(
            OfficialTable(world.register, access=world.access),
            StandingTable(world.access),
            PendingInvitationTable(world.access, clock=HandClock()),
            DynamoTransaction(),
        )


def invitation(person_id: str = PERSON, existing: Official | None = None) -> OfficialChange:
    return rules.invite(
        person_id, Role.SUPERVISOR, by=FIRST, existing=existing, at=NOW, policy=policy_on(NOW.date())
    )


def active(kept: Kept) -> Official:
    confirmed = kept.saved(rules.confirm(kept.saved(invitation()), by=SECOND, at=NOW))
    return kept.saved(rules.accept(confirmed, by=PERSON, at=NOW))


def test_tokens_are_held_against_what_the_official_is_by_now(kept: Kept) -> None:
    assert kept.standings.of(PERSON) is None
    kept.saved(invitation(OTHER_PERSON))
    assert kept.standings.of(OTHER_PERSON) is None

    official = active(kept)
    assert kept.standings.of(PERSON) == Standing(Role.SUPERVISOR)

    kept.saved(rules.disable(official, by=FIRST, at=NOW))
    assert kept.standings.of(PERSON) == Standing(None)


def test_officials_are_listed_in_pages(kept: Kept) -> None:
    official, other = active(kept), kept.saved(invitation(OTHER_PERSON))
    in_order = sorted([official, other], key=lambda each: each.id)

    first = kept.officials.many(limit=1)

    assert [*first, *kept.officials.many(limit=9, after=first[0].id)] == in_order
    assert kept.officials.find(official_id(PERSON)) == official
    assert kept.officials.find(FIRST) is None


def test_of_two_invitations_one_stands(kept: Kept) -> None:
    first = kept.saved(invitation())

    with pytest.raises(ChangedMeanwhile):
        kept.saved(invitation())

    assert kept.officials.find(first.id) == first


def test_of_an_acceptance_and_a_disabling_read_together_one_stands(kept: Kept) -> None:
    confirmed = kept.saved(rules.confirm(kept.saved(invitation()), by=SECOND, at=NOW))
    kept.saved(rules.disable(confirmed, by=FIRST, at=NOW))

    with pytest.raises(ChangedMeanwhile):
        kept.saved(rules.accept(confirmed, by=PERSON, at=NOW))

    assert kept.standings.of(PERSON) == Standing(None)


def test_an_invitation_under_way_is_kept_beside_its_challenge(kept: Kept) -> None:
    pending = PendingInvitation(challenge_id="challenge-1", person_id=PERSON, role=Role.OFFICER)
    assert kept.invitations.find("challenge-1") is None
    kept.transaction.commit(kept.invitations.begin(pending))

    with pytest.raises(ChangedMeanwhile):
        kept.transaction.commit(kept.invitations.begin(pending))

    assert kept.invitations.find("challenge-1") == pending
