"""Delegations over HTTP: offered with a code, answered, taken back; and what they open, on tokens issued before."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.manage_delegations.handler import build
from functions.manage_delegations.settings import Settings
from functions.view_establishment.handler import build as build_view
from functions.view_establishment.settings import Settings as ViewSettings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.event_log_table import EventLogTable
from ishtirak.adapters.aws.fingerprints import IdentityFingerprints
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.delegations.policy import policy_on
from ishtirak.eventlog.verify import verify
from ishtirak.kernel.clock import today
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.register.people import identity_encryption_context
from ishtirak.use_cases.send_code import code_of
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.otp import HandClock
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    a_contributor,
    an_establishment,
    register_on,
)
from tests.functions.access_world import World, access_world, answered, asked
from tests.functions.scene import Killed, dying

EVENTS = Path("functions/manage_delegations/events")
OWNER = "00000000-0000-4000-8000-000000000777"
STRANGER = "00000000-0000-4000-8000-000000000778"
NUMBERS = {OWNER: "1000000008", STRANGER: "1000000024"}
DELEGATE_NUMBER, BORN = "1000000016", "2001-05-20"
OFFICES = "/v1/employer/establishments/7000000001/delegations"
TERMS = {"scopes": ["VIEW", "REPLY"], "starts_on": "2026-11-22", "ends_on": "2027-11-21"}
WISH = {"identity_number": DELEGATE_NUMBER, "birth_date": BORN, **TERMS}


class Desk:
    """The function, an establishment with an owner, a stranger, and somebody the directory knows."""

    def __init__(self, world: World) -> None:
        self.world, self.clock, self.keys = world, HandClock(), 0
        self.directory = InMemoryDirectory(
            [
                a_person(DELEGATE_NUMBER, birth_date=CivilDate.parse(BORN)),
                *(a_person(number) for number in NUMBERS.values()),
            ]
        )
        self.api = build(
            Settings(
                access_table=world.access,
                register_table=world.register,
                data_key_arn=world.data_key,
                mac_key_arn=world.mac_key,
                absher_secret_arn="arn:aws:secretsmanager:eu-west-1:000000000000:secret:absher",
            ),
            clock=self.clock,
            directory=self.directory,
        )
        self.view = build_view(
            ViewSettings(
                access_table=world.access,
                register_table=world.register,
                mac_key_arn=world.mac_key,
                data_key_arn=world.data_key,
                absher_secret_arn="none",
            ),
            clock=self.clock,
            directory=self.directory,
        )
        self.register = register_on(world.register)
        encryption = KmsEncryption(world.data_key)
        fingerprints = IdentityFingerprints(KmsMac(world.mac_key))
        for person_id, number in NUMBERS.items():
            encrypted = encryption.encrypt(number, identity_encryption_context(person_id))
            self.register.transaction.commit(
                self.register.people.save(
                    a_contributor(person_id, encrypted_identity=encrypted),
                    fingerprint=fingerprints.of(IdentityNumber(number)),
                )
            )
        self.register.transaction.commit(
            self.register.establishments.save(an_establishment(MITHAL, owners=(OWNER,))),
            self.register.establishments.save(an_establishment(NAMUDHAJ, owners=(STRANGER,))),
        )
        world.calls.clear()

    def ask(
        self, method: str, path: str, body: Any = None, *, by: str = OWNER, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        self.keys += 1
        given = key or f"key-{self.keys}" if method == "POST" else None
        event = asked(path, body, method=method, person=by, key=given, language="en")
        status, answer, _ = answered(self.api, event)
        return status, answer

    def code(self, challenge_id: str) -> str:
        challenge = AccessTable(self.world.access).find(challenge_id)
        assert challenge is not None
        return code_of(challenge, mac=KmsMac(self.world.mac_key))

    def begin(self, *, by: str = OWNER, path: str = OFFICES, **changed: Any) -> tuple[int, dict[str, Any]]:
        return self.ask("POST", f"{path}/offers", WISH | changed, by=by)

    def confirm(
        self, challenge_id: str, *, by: str = OWNER, path: str = OFFICES
    ) -> tuple[int, dict[str, Any]]:
        body = {"challenge_id": challenge_id, "code": self.code(challenge_id)}
        return self.ask("POST", path, body, by=by)

    def offer(self, *, by: str = OWNER, **changed: Any) -> str:
        status, begun = self.begin(by=by, **changed)
        assert status == 202, begun
        status, offered = self.confirm(begun["challenge_id"], by=by)
        assert status == 201, offered
        self.clock.pass_seconds(61)
        return str(offered["delegation_id"])

    @property
    def delegate(self) -> str:
        fingerprint = IdentityFingerprints(KmsMac(self.world.mac_key)).of(IdentityNumber(DELEGATE_NUMBER))
        person_id = self.register.people.id_of(fingerprint)
        assert person_id is not None
        return person_id

    def accept(self) -> str:
        delegation = self.offer()
        status, answer = self.ask("POST", f"/v1/me/delegations/{delegation}/acceptance", by=self.delegate)
        assert (status, answer["state"]) == (200, "ACCEPTED")
        return delegation

    def sees_contributors(self, person_id: str) -> int:
        """The status of a list of the establishment, read with a token that was there before."""
        path = "/v1/employer/establishments/7000000001/contributors"
        event = asked(path, method="GET", person=person_id)
        return answered(self.view, event)[0]

    @property
    def log(self) -> list[str]:
        return [
            event.type
            for table in (self.world.access, self.world.register)
            for subject, events, standing in EventLogTable(table).chains()
            if verify(subject, events, standing=standing) is None
            for event in events
        ]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with access_world(monkeypatch) as world:
        yield Desk(world)


def test_what_the_owner_offers_with_a_code_is_accepted_by_whom_it_is_for(desk: Desk) -> None:
    delegation = desk.accept()

    status, listed = desk.ask("GET", OFFICES)
    _, mine = desk.ask("GET", "/v1/me/delegations", by=desk.delegate)

    assert status == 200
    [shown] = listed["delegations"]
    assert (shown["delegation_id"], shown["state"], shown["is_live"]) == (delegation, "ACCEPTED", True)
    assert shown["delegate"]["masked_identity"].endswith("0016")
    assert DELEGATE_NUMBER not in json.dumps(listed)
    assert shown["terms"] == TERMS
    assert [each["establishment"] for each in mine["delegations"]] == [MITHAL.reveal()]
    [mandate] = desk.register.establishments.mandates_of(desk.delegate)
    assert {scope.value for scope in mandate.scopes} == {"VIEW", "REPLY"}


def test_nothing_is_offered_before_the_code(desk: Desk) -> None:
    _, begun = desk.begin()

    wrong = {"challenge_id": begun["challenge_id"], "code": "000000"}
    status, answer = desk.ask("POST", OFFICES, wrong)

    assert (status, answer["code"]) == (401, "code_not_accepted")
    assert desk.register.delegations.of_establishment(MITHAL, limit=9) == []
    assert desk.ask("GET", OFFICES)[1]["delegations"] == []


def test_a_code_makes_its_own_offer_once(desk: Desk) -> None:
    _, begun = desk.begin()

    first = desk.confirm(begun["challenge_id"])
    again = desk.confirm(begun["challenge_id"])

    assert (first[0], again[0], again[1]["code"]) == (201, 401, "code_not_accepted")
    assert desk.log.count("DelegationOffered") == 1


def test_a_code_of_one_establishment_makes_no_offer_of_another(desk: Desk) -> None:
    other = OFFICES.replace(MITHAL.reveal(), NAMUDHAJ.reveal())
    desk.register.transaction.commit(desk.register.appoint(OWNER, NAMUDHAJ))
    _, begun = desk.begin()

    status, answer = desk.confirm(begun["challenge_id"], path=other)

    assert (status, answer["code"]) == (401, "code_not_accepted")


def test_wrong_unknown_and_locked_are_one_answer_after_the_same_calls(desk: Desk) -> None:
    tries = policy_on(desk.clock.now().date()).tries

    def refused(**changed: Any) -> tuple[str, list[str]]:
        with desk.world.traced() as calls:
            status, answer = desk.begin(**changed)
        assert status == 422
        del answer["trace_id"]
        return json.dumps(answer), calls

    assert desk.ask("GET", OFFICES)[0] == 200  # whether the token was revoked is remembered from now on
    wrong = refused(birth_date="2001-05-21")
    unknown = refused(identity_number="1000000032")
    for _ in range(tries - 2):
        assert refused(birth_date="2001-05-22") == wrong
    locked = refused()

    assert wrong == unknown == locked
    assert json.loads(wrong[0])["code"] == "person_not_verified"
    desk.clock.pass_seconds(3601)
    assert desk.begin()[0] == 202


def test_a_number_is_tried_five_times_an_hour_whoever_tries(desk: Desk) -> None:
    other = OFFICES.replace(MITHAL.reveal(), NAMUDHAJ.reveal())
    for _ in range(policy_on(desk.clock.now().date()).tries):
        assert desk.begin(birth_date="1999-01-01")[0] == 422

    status, answer = desk.begin(by=STRANGER, path=other)

    assert (status, answer["code"]) == (422, "person_not_verified")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{OFFICES}/offers", WISH),
        ("POST", OFFICES, {"challenge_id": STRANGER, "code": "123456"}),
        ("GET", OFFICES, None),
    ],
    ids=["begin", "offer", "list"],
)
def test_who_may_not_appoint_learns_nothing(desk: Desk, method: str, path: str, body: Any) -> None:
    desk.accept()
    absent = path.replace(MITHAL.reveal(), "7000000009")

    answers = []
    for by in (STRANGER, desk.delegate):
        for each in (path, absent):
            status, answer = desk.ask(method, each, body, by=by)
            del answer["trace_id"]
            answers.append((status, json.dumps(answer)))

    assert len(set(answers)) == 1
    assert answers[0][0] == 404


def test_what_is_revoked_opens_nothing_from_the_next_call_on(desk: Desk) -> None:
    delegation = desk.accept()
    assert desk.sees_contributors(desk.delegate) == 200

    status, revoked = desk.ask("POST", f"{OFFICES}/{delegation}/revocation")

    assert (status, revoked["state"], revoked["is_live"]) == (200, "REVOKED", False)
    assert desk.sees_contributors(desk.delegate) == 404
    again = desk.ask("POST", f"{OFFICES}/{delegation}/revocation")
    accepted = desk.ask("POST", f"/v1/me/delegations/{delegation}/acceptance", by=desk.delegate)
    assert [(again[0], again[1]["code"]), (accepted[0], accepted[1]["code"])] == [
        (409, "delegation_over"),
        (409, "offer_not_open"),
    ]


def test_a_delegate_gives_it_up_and_may_be_asked_again(desk: Desk) -> None:
    delegation = desk.accept()

    status, ended = desk.ask("POST", f"/v1/me/delegations/{delegation}/resignation", by=desk.delegate)

    assert (status, ended["state"]) == (200, "ENDED")
    assert desk.offer() == delegation
    _, history = desk.ask("GET", f"{OFFICES}/{delegation}/history")
    assert [(entry["type"], entry["by_delegate"]) for entry in history["entries"]] == [
        ("DelegationOffered", False),
        ("DelegationAccepted", True),
        ("DelegationEnded", True),
        ("DelegationOffered", False),
    ]
    assert desk.delegate not in json.dumps(history)


def test_an_offer_is_declined_and_not_accepted_afterwards(desk: Desk) -> None:
    delegation = desk.offer()
    mine = f"/v1/me/delegations/{delegation}"

    assert desk.ask("POST", f"{mine}/refusal", by=desk.delegate)[1]["state"] == "DECLINED"
    status, answer = desk.ask("POST", f"{mine}/acceptance", by=desk.delegate)

    assert (status, answer["code"]) == (409, "offer_not_open")


@pytest.mark.parametrize("act", ["acceptance", "refusal", "resignation"])
def test_nobody_answers_for_another(desk: Desk, act: str) -> None:
    delegation = desk.offer()

    theirs = desk.ask("POST", f"/v1/me/delegations/{delegation}/{act}", by=STRANGER)
    absent = desk.ask("POST", f"/v1/me/delegations/{STRANGER}/{act}", by=STRANGER)

    for _, answer in (theirs, absent):
        del answer["trace_id"]
    assert theirs == absent
    assert theirs[0] == 404


def test_nobody_appoints_themselves_an_owner_or_twice(desk: Desk) -> None:
    own = desk.begin(identity_number=NUMBERS[OWNER], birth_date=BORN)
    desk.offer()
    again = desk.begin()

    assert [own[1]["code"], again[1]["code"]] == ["self_appointment", "already_delegated"]


@pytest.mark.parametrize(
    "changed",
    [
        {"scopes": []},
        {"scopes": ["EVERYTHING"]},
        {"starts_on": "2026-11-21"},
        {"ends_on": "2026-11-21"},
        {"starts_on": "2026-02-30"},
        {"birth_date": {"calendar": "HIJRI", "year": 1420, "month": 2, "day": 31}},
        {"identity_number": "1000000017"},
        {"number": "7000000002"},
    ],
    ids=["no scope", "no such scope", "yesterday", "ends first", "no such day", "no such Hijri day",
         "wrong check digit", "a field too many"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_a_try_is_spent(desk: Desk, changed: dict[str, Any]) -> None:
    before = desk.world.items(desk.world.access)

    status, answer = desk.begin(**changed)

    assert status == 422, answer
    assert desk.world.items(desk.world.access) == before


@pytest.mark.parametrize("name", sorted(file.stem for file in EVENTS.glob("*.json")))
def test_the_sample_events_are_understood(desk: Desk, name: str) -> None:
    answer = desk.api.resolve(json.loads((EVENTS / f"{name}.json").read_text()), None)

    assert answer["statusCode"] in ({200} if name == "list_my_delegations" else {404})


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whenever_the_process_dies_one_code_makes_one_offer(desk: Desk, after: bool) -> None:
    at = 0
    for at in range(1, 40):
        status, begun = desk.begin(starts_on=today(desk.clock).isoformat())
        assert status == 202, begun
        challenge, key = begun["challenge_id"], f"dying-{at}"
        body = {"challenge_id": challenge, "code": desk.code(challenge)}
        try:
            with dying(at, after=after) as calls:
                status, _ = desk.ask("POST", OFFICES, body, key=key)
        except Killed:
            status, answer = desk.ask("POST", OFFICES, body, key=key)
            assert status == 201, answer
        delegation = desk.register.delegations.of_person(desk.delegate)[0]
        assert desk.ask("POST", f"{OFFICES}/{delegation.id}/revocation")[0] == 200
        assert desk.log.count("DelegationOffered") == at
        if len(calls) < at:
            break
        desk.clock.pass_seconds(10_000)

    assert at > 5
