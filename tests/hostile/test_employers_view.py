"""An employer sees its own contributors and nothing else, over HTTP; whoever is seen reads it."""

from typing import Any

import pytest

from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register.listing import contributor_id_of
from ishtirak.register.rules import post
from local.client import Person, eventually
from tests.fakes.register import a_cause, a_period, register_on
from tests.flows.world import World
from tests.hostile.effects import COUNTERS, no_effect

MITHAL = EstablishmentNumber("7000000001")
REASON = {"field": "IDENTITY_NUMBER", "reason_code": "CONTRACT", "reason": "لتوثيق العقد"}
LOOKUPS = ("LOOKUPS#",)


class Seen:
    """An employer's officer, somebody who works there, somebody who left, and another employer's officer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.noura, self.reem = world.signed_in("noura"), world.signed_in("reem")
        self.worker, self.left = world.somebody(), world.somebody()
        self.file = f"/v1/employer/establishments/{MITHAL.reveal()}"
        self.foreign = self.noura_acts_not_for()
        self.employ(self.worker, "2026-01-01", None)
        self.employ(self.worker, "2025-01-01", None, number=self.foreign)
        self.employ(self.left, "2025-01-01", "2025-06-30")
        world.quiet()

    def noura_acts_not_for(self) -> EstablishmentNumber:
        """An establishment reem acts for."""
        mine = self.reem.ask("GET", "/v1/establishments").expect(200).body["establishments"]
        return EstablishmentNumber(mine[0]["number"])

    def person_id(self, person: Person) -> str:
        return self.world.who(person.username).person_id

    def id_of(self, person: Person, number: EstablishmentNumber = MITHAL) -> str:
        return contributor_id_of(number, self.person_id(person))

    def employ(
        self, person: Person, starts_on: str, ends_on: str | None, *, number: EstablishmentNumber = MITHAL
    ) -> None:
        register = register_on(self.world.cloud.outputs["RegisterTable"])
        period = a_period(starts_on, ends_on, person_id=self.person_id(person), establishment=number)
        before = register.accounts.state(period.person_id, period.system)
        posting = post(before, period=period, rows=(), cause=a_cause())
        DynamoTransaction().commit(register.accounts.save(posting, before=before))

    def account(
        self, person: Person, *, by: Person | None = None, number: EstablishmentNumber = MITHAL
    ) -> Any:
        path = f"/v1/employer/establishments/{number.reveal()}/contributors/{self.id_of(person, number)}"
        return (by or self.noura).ask("GET", path)


@pytest.fixture(scope="module")
def seen(world: World) -> Seen:
    return Seen(world)


def test_the_list_follows_what_the_register_recorded(seen: Seen) -> None:
    def listed() -> list[str] | None:
        found = seen.noura.ask("GET", f"{seen.file}/contributors?limit=100").expect(200).body["contributors"]
        ids = [each["contributor_id"] for each in found]
        return ids if {seen.id_of(seen.worker), seen.id_of(seen.left)} <= set(ids) else None

    assert eventually(listed, "both are on the list")
    states = {
        state: {
            each["contributor_id"]
            for each in seen.noura.ask("GET", f"{seen.file}/contributors?limit=100&state={state}").body[
                "contributors"
            ]
        }
        for state in ("ACTIVE", "ENDED")
    }
    assert seen.id_of(seen.worker) in states["ACTIVE"] - states["ENDED"]
    assert seen.id_of(seen.left) in states["ENDED"] - states["ACTIVE"]


def test_whoever_is_not_theirs_is_nobody_to_the_byte(seen: Seen) -> None:
    absent = f"{seen.file}/contributors/00000000-0000-4000-8000-00000000dead"
    tried = [
        (seen.noura, "GET", absent, None),
        (seen.noura, "GET", f"{seen.file}/contributors/{seen.id_of(seen.worker, seen.foreign)}", None),
        (seen.noura, "GET", f"{seen.file}/contributors/{seen.person_id(seen.worker)}", None),
        (seen.reem, "GET", f"{seen.file}/contributors/{seen.id_of(seen.worker)}", None),
        (seen.reem, "GET", f"{seen.file}/contributors", None),
        (seen.reem, "GET", seen.file, None),
        (seen.worker, "GET", f"{seen.file}/contributors/{seen.id_of(seen.worker)}", None),
        (seen.reem, "POST", f"{seen.file}/contributors/{seen.id_of(seen.worker)}/reveal", REASON),
        (seen.noura, "POST", f"{absent}/reveal", REASON),
        (seen.reem, "POST", f"{seen.file}/certificates", None),
    ]

    with no_effect(seen.world, but=COUNTERS):
        answers = [by.ask(method, path, body) for by, method, path, body in tried]

    assert [answer.status for answer in answers] == [404] * len(answers)
    bodies = [
        {name: value for name, value in answer.body.items() if name != "trace_id"} for answer in answers
    ]
    assert all(body == bodies[0] for body in bodies)


def test_an_account_says_nothing_of_another_employer(seen: Seen) -> None:
    shown = seen.account(seen.worker).expect(200).body
    elsewhere = seen.account(seen.worker, by=seen.reem, number=seen.foreign).expect(200).body

    assert [each["starts_on"] for each in shown["periods"]] == ["2026-01-01"]
    assert [each["starts_on"] for each in elsewhere["periods"]] == ["2025-01-01"]
    assert seen.foreign.reveal() not in str(shown)
    assert seen.person_id(seen.worker) not in str(shown)
    ids = {each["contributor"]["contributor_id"] for each in (shown, elsewhere)}
    assert len(ids) == 2


def test_a_cursor_of_another_filter_user_or_establishment_is_refused(seen: Seen) -> None:
    path = f"{seen.file}/contributors"
    cursor = seen.noura.ask("GET", f"{path}?limit=1").expect(200).body["next"]
    own = seen.noura.ask("GET", "/v1/establishments").expect(200).body["establishments"]
    second = next(each["number"] for each in own if each["number"] != MITHAL.reveal())
    tried = [
        f"{path}?limit=1&state=ENDED&after={cursor}",
        f"{path}?limit=1&sort=START&after={cursor}",
        f"{path}?limit=1&month=2026-01&after={cursor}",
        f"/v1/employer/establishments/{second}/contributors?after={cursor}",
        f"{path}?after={cursor[:-3]}AAA",
    ]

    with no_effect(seen.world, but=COUNTERS):
        answers = [seen.noura.ask("GET", each) for each in tried]

    assert {(answer.status, answer.body["errors"][0]["pointer"]) for answer in answers} == {(422, "/after")}
    assert seen.noura.ask("GET", f"{path}?limit=1&after={cursor}").status == 200


@pytest.mark.parametrize("missing", ["reason", "reason_code", "field"])
def test_without_a_reason_nothing_is_revealed(seen: Seen, missing: str) -> None:
    body = {name: value for name, value in REASON.items() if name != missing}

    with no_effect(seen.world, but=COUNTERS):
        answer = seen.noura.ask("POST", f"{seen.file}/contributors/{seen.id_of(seen.worker)}/reveal", body)

    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, f"/{missing}")


def test_a_former_employer_reveals_nothing_after_the_end(seen: Seen) -> None:
    shown = seen.account(seen.left).expect(200).body

    with no_effect(seen.world, but=COUNTERS):
        answer = seen.noura.ask("POST", f"{seen.file}/contributors/{seen.id_of(seen.left)}/reveal", REASON)

    assert (answer.status, answer.body["code"]) == (409, "employment_over")
    assert shown["masked_mobile"] is None
    assert max(each["month"] for each in shown["months"]) == "2025-06"


def test_what_is_revealed_is_in_the_persons_log_and_in_no_log_of_ours(seen: Seen) -> None:
    path = f"{seen.file}/contributors/{seen.id_of(seen.worker)}/reveal"
    number = seen.noura.ask("POST", path, REASON).expect(200).body["value"]

    log = seen.worker.ask("GET", "/v1/me/access-log").expect(200).body
    latest = log["readings"][0]
    assert (latest["matter"], latest["reason"], latest["establishment"]) == (
        "IDENTITY_NUMBER",
        REASON["reason"],
        MITHAL.reveal(),
    )
    assert seen.world.who("noura").person_id not in str(log)
    assert number == seen.world.who(seen.worker.username).identity_number.reveal()
    seen.world.quiet()
    assert number not in seen.world.logged()
    assert REASON["reason"] not in seen.world.logged()


def test_a_strangers_code_is_nothing_and_a_certificate_says_nothing_of_its_person(seen: Seen) -> None:
    issued = seen.worker.ask("POST", "/v1/me/certificates").expect(201).body
    code = issued["verification_code"]

    with no_effect(seen.world, but=(*COUNTERS, *LOOKUPS)):
        answers = [
            seen.reem.ask("GET", f"/v1/certificates/{each}")
            for each in ("0" * 26, code[::-1], code.lower(), code[:-1])
        ]
    standing = seen.reem.ask("GET", f"/v1/certificates/{code}").expect(200).body

    assert {answer.status for answer in answers} == {404}
    assert standing["stands"] is True
    assert issued["periods"]["name_ar"] not in str(standing)
    assert standing["establishment"] is None


def test_whoever_was_carried_over_from_the_former_register_is_on_the_list(seen: Seen) -> None:
    seen.world.quiet()

    found = seen.noura.ask("POST", f"{seen.file}/contributors/search", {"name": "majid al-mithal"}).expect(
        200
    )

    assert [(each["state"], each["ends_on"]) for each in found.body["contributors"]] == [
        ("ENDED", "2019-12-31")
    ]
