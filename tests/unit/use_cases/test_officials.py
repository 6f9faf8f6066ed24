"""Officials, on ports in memory: two administrators and the person, and one to disable; and what a token opens then."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from ishtirak.edge.http.officials import OfficialCheck
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile, DomainError, NotFound
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.officials import rules
from ishtirak.officials.first import appoint_first
from ishtirak.officials.model import Official, OfficialState, official_id
from ishtirak.officials.policy import policy_on
from ishtirak.officials.refusals import (
    AlreadyDisabled,
    AlreadyOfficial,
    InvitationNotOpen,
    OwnAppointment,
    SecondPersonNeeded,
)
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.use_cases.invite_official import (
    BegunInvitation,
    OfficialDesk,
    begin_invitation,
    confirm_official,
    invite_official,
    issue_confirmation_code,
)
from ishtirak.use_cases.manage_officials import (
    accept_invitation,
    disable_official,
    list_officials,
    read_my_invitation,
)
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.verify_person import PersonVerifier
from tests.fakes.contracts import PlainFingerprints
from tests.fakes.cursors import PlainCursors
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.officials import InMemoryOfficials, InMemoryPendingInvitations
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.register import PERSON, a_contributor, in_memory_register
from tests.fakes.sessions import InMemoryRevocations, PlainEncryption
from tests.unit.use_cases.test_delegations import Tries

FIRST = "00000000-0000-4000-8000-00000000aaaa"
SECOND = "00000000-0000-4000-8000-00000000bbbb"
NUMBER, BORN = IdentityNumber("1000000016"), CivilDate.parse("2001-05-20")
ID = official_id(PERSON)


class Office:
    """Two administrators, and somebody the register knows."""

    def __init__(self) -> None:
        self.clock, self.register, self.officials = HandClock(), in_memory_register(), InMemoryOfficials()
        self.challenges, self.mac = InMemoryChallenges(), KnownMac()
        self.invitations, self.revocations = InMemoryPendingInvitations(), InMemoryRevocations()
        commit = self.register.transaction.commit
        commit(self.register.people.save(a_contributor(), fingerprint=PlainFingerprints().of(NUMBER)))
        for administrator in (FIRST, SECOND):
            commit(self.officials.save(appoint_first(administrator, by="operator", at=self.clock.now())))

    @property
    def desk(self) -> OfficialDesk:
        return OfficialDesk(
            officials=self.officials,
            challenges=self.challenges,
            mac=self.mac,
            phones=no_phones(),
            budgets=BudgetsInMemory(),
            clock=self.clock,
        )

    def begin(self, *, by: str = FIRST, role: Role = Role.OFFICER) -> BegunInvitation:
        verifier = PersonVerifier(
            people=self.register.people,
            directory=InMemoryDirectory([a_person(NUMBER.reveal())]),
            fingerprints=PlainFingerprints(),
            encryption=PlainEncryption(),
            tries=Tries(),
            clock=self.clock,
        )
        return begin_invitation(
            identity_number=NUMBER,
            birth_date=BORN,
            role=role,
            by=of(by),
            source_address=None,
            verifier=verifier,
            people=self.register.people,
            **self.inviting,
        )

    def invite(self, *, by: str = FIRST) -> Official:
        challenge_id = self.begin(by=by).opened.challenge_id
        return invite_official(
            challenge_id=challenge_id, code=self.code(challenge_id), by=of(by), **self.inviting
        )

    def confirm(self, *, by: str = SECOND) -> Official:
        opened = issue_confirmation_code(ID, by=of(by), source_address=None, **self.proven)
        return self.confirmed_with(opened.challenge_id, by=by)

    def confirmed_with(self, challenge_id: str, *, by: str = SECOND) -> Official:
        code = self.code(challenge_id)
        return confirm_official(ID, challenge_id=challenge_id, code=code, by=of(by), **self.proven)

    def accept(self, *, by: str = PERSON) -> Official:
        return accept_invitation(
            by=of(by),
            officials=self.officials,
            clock=self.clock,
            transaction=self.register.transaction,
        )

    def disable(self, *, by: str = SECOND, id: str = ID) -> Official:
        return disable_official(
            id,
            by=of(by),
            officials=self.officials,
            revocations=self.revocations,
            clock=self.clock,
            transaction=self.register.transaction,
        )

    def active(self) -> Official:
        self.invite()
        self.confirm()
        return self.accept()

    def code(self, challenge_id: str) -> str:
        challenge = self.challenges.find(challenge_id)
        assert challenge is not None
        return code_of(challenge, mac=self.mac)

    @property
    def proven(self) -> dict[str, Any]:
        return {"desk": self.desk, "transaction": self.register.transaction}

    @property
    def inviting(self) -> dict[str, Any]:
        return {**self.proven, "invitations": self.invitations}

    @property
    def happened(self) -> list[str]:
        return [event.type for event in self.officials.events if event.subject == f"official/{ID}"]


def of(person_id: str, *roles: Role) -> Caller:
    return Caller(person_id, person_id, frozenset(roles or {Role.CONTRIBUTOR}))


@pytest.fixture
def office() -> Office:
    return Office()


def test_two_administrators_and_the_person_make_an_official(office: Office) -> None:
    official = office.active()

    assert (official.state, official.role) == (OfficialState.ACTIVE, Role.OFFICER)
    assert office.happened == ["OfficialInvited", "OfficialConfirmed", "OfficialAccepted"]
    assert read_my_invitation(by=of(PERSON), officials=office.officials) == official
    page = list_officials(
        limit=9,
        after=None,
        officials=office.officials,
        people=office.register.people,
        cursors=PlainCursors(),
    )
    assert {each.official.id for each in page.items} == {ID, official_id(FIRST), official_id(SECOND)}
    assert [each.person for each in page.items if each.official.id == ID] == [a_contributor()]


def test_who_invited_does_not_confirm_and_nobody_confirms_themselves(office: Office) -> None:
    office.invite()

    with pytest.raises(SecondPersonNeeded):
        office.confirm(by=FIRST)
    with pytest.raises(OwnAppointment):
        office.confirm(by=PERSON)
    with pytest.raises(InvitationNotOpen):
        office.accept()
    assert office.happened == ["OfficialInvited"]


def test_nobody_invites_themselves_or_twice_or_disables_themselves(office: Office) -> None:
    with pytest.raises(OwnAppointment):
        office.begin(by=PERSON)
    office.invite()
    with pytest.raises(AlreadyOfficial):
        office.begin(by=SECOND)
    with pytest.raises(OwnAppointment):
        office.disable(by=SECOND, id=official_id(SECOND))
    with pytest.raises(NotFound):
        office.disable(id=FIRST)
    with pytest.raises(NotFound):
        office.accept(by=FIRST.replace("a", "c"))


def test_a_code_confirms_the_invitation_it_was_sent_for(office: Office) -> None:
    office.invite()
    opened = issue_confirmation_code(ID, by=of(SECOND), source_address=None, **office.proven)
    office.disable(by=SECOND)
    office.clock.pass_seconds(61)
    office.invite()

    with pytest.raises(CodeNotAccepted):
        office.confirmed_with(opened.challenge_id)


@pytest.mark.parametrize("step", ["confirm", "accept"])
def test_an_invitation_left_too_long_is_over_and_may_be_made_anew(office: Office, step: str) -> None:
    office.invite()
    if step == "accept":
        office.confirm()
    office.clock.moment += policy_on(office.clock.now().date()).invitation_lifetime + timedelta(seconds=1)

    with pytest.raises(InvitationNotOpen):
        getattr(office, step)()
    assert office.invite().state is OfficialState.INVITED


def test_who_is_disabled_has_their_sessions_ended_and_may_be_invited_anew(office: Office) -> None:
    office.active()

    office.disable()

    revocation = office.revocations.latest(PERSON)
    assert revocation is not None
    assert revocation.at == office.clock.now()
    with pytest.raises(AlreadyDisabled):
        office.disable()
    office.clock.pass_seconds(61)
    assert office.active().state is OfficialState.ACTIVE


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_it_is_confirmed_accepted_and_disabled_the_chain_is_one(
    office: Office, order: tuple[int, ...]
) -> None:
    office.invite()
    acts: list[Callable[[], Official]] = [office.confirm, office.accept, office.disable]
    done = []
    for place in order:
        try:
            done.append(acts[place]().state)
        except DomainError:
            continue

    assert office.officials.kept[ID].state is done[-1]
    assert len(office.happened) == 1 + len(done)
    if OfficialState.DISABLED in done:
        assert done[-1] is OfficialState.DISABLED


def test_of_two_who_read_the_same_one_writes(office: Office) -> None:
    invited = office.invite()
    change = rules.confirm(invited, by=SECOND, at=office.clock.now())
    office.disable()

    with pytest.raises(ChangedMeanwhile):
        office.register.transaction.commit(office.officials.save(change))


def test_the_table_says_what_a_token_opens(office: Office) -> None:
    check = OfficialCheck(office.officials, clock=office.clock)
    theirs = of(PERSON, Role.CONTRIBUTOR)
    assert check(theirs) == theirs
    office.active()
    office.clock.pass_seconds(60)

    assert check(theirs).roles == {Role.CONTRIBUTOR, Role.OFFICER}
    office.disable()
    office.clock.pass_seconds(60)
    with_an_old_group = of(PERSON, Role.CONTRIBUTOR, Role.OFFICER, Role.SUPERVISOR)
    assert check(with_an_old_group).roles == {Role.CONTRIBUTOR}


def test_an_official_is_looked_up_once_while_it_is_fresh(office: Office) -> None:
    office.active()
    check = OfficialCheck(office.officials, clock=office.clock)

    seen = [check(of(PERSON)).roles for _ in range(5)]

    assert seen == [{Role.CONTRIBUTOR, Role.OFFICER}] * 5
    assert office.officials.asked == 1
    assert check(of(SECOND)).roles == {Role.CONTRIBUTOR, Role.ADMINISTRATOR}
    nobody = of("00000000-0000-4000-8000-00000000cccc", Role.OFFICER)
    assert check(nobody) == nobody
