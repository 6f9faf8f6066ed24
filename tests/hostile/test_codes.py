"""Codes: an old one tried again after an edit, and a phone that is no longer the person's."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import time_machine

from local.client import Person
from local.simulators.faults import Fault, Mode
from tests.flows.drafts import a_ready_draft
from tests.flows.people import one_of_the_crowd
from tests.flows.straight import Straight
from tests.flows.world import World, later, period
from tests.hostile.effects import COUNTERS, no_effect

RESEND_AFTER = 61

OTHER_REASON = "سبب آخر لعدم التسجيل"


@pytest.fixture(autouse=True)
def in_order(world: World) -> Iterator[None]:
    """Every test ends with an Absher that works."""
    yield
    world.simulators.absher.faults.clear()
    world.quiet()


class Draft:
    """A request that lacks nothing, and what its owner does with it over HTTP."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.body = period()
        owner = world.who(person.username).person_id
        self.id = a_ready_draft(world.cloud.outputs, owner, self.body).id
        self.path = f"/v1/requests/{self.id}"

    @property
    def etag(self) -> str:
        return self.person.ask("GET", self.path).expect(200).etag

    def save(self, body: dict[str, Any]) -> None:
        self.person.ask("PUT", f"{self.path}/data", body, etag=self.etag).expect(200)

    def declare(self) -> None:
        terms = self.person.ask("GET", "/v1/services/add-period").expect(200).body
        version = {"version": terms["declaration"]["version"]}
        self.person.ask("PUT", f"{self.path}/declaration", version, etag=self.etag).expect(200)

    def signed(self) -> dict[str, Any]:
        """What the person would sign, as the API shows it."""
        shown = self.person.request(self.id)
        documents = sorted(document["id"] for document in self.documents())
        return {"data": shown["data"], "declared": shown["declaration"]["version"], "documents": documents}

    def documents(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (
            self.person.ask("GET", f"{self.path}/documents").expect(200).body["documents"]
        )
        return listed


def saved_and_saved_back(draft: Draft) -> None:
    draft.save({**draft.body, "reason": OTHER_REASON})
    draft.save(draft.body)


def saved_the_same_again(draft: Draft) -> None:
    draft.save(draft.body)


def declared_once_more(draft: Draft) -> None:
    """The declaration itself is an edit."""


def attached_and_removed(draft: Draft) -> None:
    added = draft.person.declare(draft.id, "SUPPORTING_DOCUMENT", "more.pdf", b"%PDF-1.7 more").expect(201)
    path = f"{draft.path}/documents/{added.body['document_id']}"
    draft.person.ask("DELETE", path, etag=draft.etag).expect(200)


@pytest.mark.parametrize(
    "edit", [saved_and_saved_back, saved_the_same_again, declared_once_more, attached_and_removed]
)
def test_an_edit_undone_and_declared_again_leaves_the_old_code_dead(
    world: World, edit: Callable[[Draft], None]
) -> None:
    person = world.somebody()
    draft = Draft(world, person)
    challenge, code = person.ask_for_code(draft.id)
    signed = draft.signed()
    edit(draft)
    draft.declare()
    undone = draft.signed()

    with no_effect(world, but=(*COUNTERS, f"challenge/{challenge}")):
        person.submit(draft.id, challenge, code).expect(401, "code_not_accepted")

    assert undone == signed
    assert person.request(draft.id)["state"] == "DRAFT"


def test_what_is_delivered_again_of_a_document_leaves_the_code_good(world: World) -> None:
    person = world.somebody()
    draft = Draft(world, person)
    challenge, code = person.ask_for_code(draft.id)
    bucket = world.cloud.outputs["QuarantineBucket"]
    for document in draft.documents():
        key = f"{draft.id}/{document['id']}"
        detail = {"bucket": {"name": bucket}, "object": {"key": key, "etag": "0" * 32}}
        event = {"detail-type": "Object Created", "source": "aws.s3", "detail": detail}
        world.cloud.client("sqs").send_message(
            QueueUrl=world.cloud.outputs["DocumentsQueueUrl"], MessageBody=json.dumps(event)
        )
    world.quiet()

    person.submit(draft.id, challenge, code).expect(201)


def registers(world: World, person: Person, mobile: str | None) -> None:
    """The person has this mobile in Absher from now on."""
    number = world.who(person.username).identity_number.reveal()
    body = {"identity_number": number, "mobile": mobile}
    requests.post(f"{world.simulators.absher.url}/_sim/mobile", json=body, timeout=5).raise_for_status()


def state_of(world: World, challenge: str) -> dict[str, Any]:
    """The challenge as it is stored."""
    key = {"pk": {"S": f"challenge/{challenge}"}, "sk": {"S": "STATE"}}
    table = world.cloud.outputs["AccessTable"]
    item = world.cloud.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    return {name: next(iter(value.values())) for name, value in item.items()}


@pytest.mark.parametrize("now", ["+966558999001", None], ids=["another mobile", "no mobile"])
def test_a_mobile_changed_in_absher_after_the_code_was_sent_voids_a_submission(
    world: World, now: str | None
) -> None:
    person = world.somebody()
    draft = Draft(world, person)
    challenge, code = person.ask_for_code(draft.id)
    before = world.who(person.username).mobile
    registers(world, person, now)

    with no_effect(world, but=(*COUNTERS, f"challenge/{challenge}")):
        person.submit(draft.id, challenge, code).expect(401, "code_not_accepted")
    registers(world, person, before.reveal() if before else None)
    with no_effect(world, but=(*COUNTERS, f"challenge/{challenge}")):
        person.submit(draft.id, challenge, code).expect(401, "code_not_accepted")

    assert person.request(draft.id)["state"] == "DRAFT"


def test_a_mobile_changed_in_absher_after_the_code_was_sent_signs_nobody_in(world: World) -> None:
    person = world.person(one_of_the_crowd(79))
    asked = person.ask("POST", "/v1/sign-in", {"username": person.username, "password": person.password})
    code = person.code_after(0)
    registers(world, person, "+966558999002")
    entered = {"challenge_id": asked.expect(202).body["challenge_id"], "code": code}

    with no_effect(world, but=(*COUNTERS, f"challenge/{entered['challenge_id']}")):
        person.ask("POST", "/v1/sign-in/code", entered).expect(401, "code_not_accepted")

    with later(RESEND_AFTER):
        seen = len(world.system.messages_to("+966558999002"))
        person.phone = lambda: world.system.messages_to("+966558999002")
        assert seen == 0
        person.sign_in()


def test_while_absher_is_silent_no_code_is_accepted_and_afterwards_it_is(world: World) -> None:
    person = world.somebody()
    draft = Draft(world, person)
    challenge, code = person.ask_for_code(draft.id)
    world.simulators.absher.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))

    with no_effect(world, but=(*COUNTERS, f"challenge/{challenge}")):
        person.submit(draft.id, challenge, code).expect(503)
    world.simulators.absher.faults.clear()
    world.as_after_a_cold_start()

    person.submit(draft.id, challenge, code).expect(201)


def test_a_number_shared_by_two_gets_five_codes_in_a_quarter_of_an_hour(world: World) -> None:
    shared = "+966558999003"
    people = [world.somebody() for _ in range(6)]
    drafts = [Draft(world, person) for person in people]
    for person in people:
        registers(world, person, shared)

    challenges = [
        draft.person.ask("POST", f"{draft.path}/code").expect(202).body["challenge_id"] for draft in drafts
    ]
    world.quiet()

    shown = [
        draft.person.ask("GET", f"{draft.path}/code/{challenge}").expect(200).body
        for draft, challenge in zip(drafts, challenges, strict=True)
    ]
    assert Counter(one["dispatch"] for one in shown) == {"SENT": 5, "NOT_SENT": 1}  # whichever came last
    wait = datetime.fromisoformat(
        next(one["try_again_at"] for one in shown if one["try_again_at"])
    ) - datetime.now(UTC)
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)
    assert len(world.system.messages_to(shared)) == 5
    assert shared not in json.dumps(state_of(world, challenges[0]))


def test_a_sixth_sign_in_code_to_a_shared_number_is_not_sent_and_answered_as_ever(world: World) -> None:
    shared = "+966558999004"
    people = [world.person(one_of_the_crowd(place)) for place in range(73, 79)]
    for person in people:
        registers(world, person, shared)

    answers = [
        person.ask("POST", "/v1/sign-in", {"username": person.username, "password": person.password})
        for person in people
    ]
    world.quiet()

    assert len(world.system.messages_to(shared)) == 5
    assert {answer.status for answer in answers} == {202}
    assert len({tuple(answer.body) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


def test_a_new_mobile_has_codes_of_its_own_and_the_person_no_more_than_before(world: World) -> None:
    person = world.somebody()
    draft = Draft(world, person)
    with travelling() as clock:
        for number in range(5):
            registers(world, person, f"+96655899901{number}")
            person.ask("POST", f"{draft.path}/code").expect(202)
            clock.shift(RESEND_AFTER)
        registers(world, person, "+966558999019")

        refused = person.ask("POST", f"{draft.path}/code").expect(429, "too_many_codes")

    assert 500 < int(refused.headers["Retry-After"]) < 700


def test_the_twenty_sixth_code_from_one_address_in_five_minutes_is_refused_or_silently_not_sent(
    world: World,
) -> None:
    drafts = [Draft(world, world.somebody()) for _ in range(26)]
    for draft in drafts:
        at_address(world, draft.person, "203.0.113.7")
    for draft in drafts[:25]:
        draft.person.ask("POST", f"{draft.path}/code").expect(202)
    last = drafts[25]
    forged = {"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1", "Forwarded": "for=198.51.100.1"}

    with no_effect(world, but=COUNTERS):
        refused = last.person.ask("POST", f"{last.path}/code", headers=forged)
    refused.expect(429, "too_many_codes")

    assert 0 < int(refused.headers["Retry-After"]) <= 300
    at_address(world, last.person, "203.0.113.8")
    last.person.ask("POST", f"{last.path}/code").expect(202)
    here, elsewhere = world.person("sara"), world.person("majid")
    at_address(world, here, "203.0.113.7")
    answers = [
        one.ask("POST", "/v1/sign-in", {"username": one.username, "password": one.password}).expect(202)
        for one in (here, elsewhere)
    ]
    world.quiet()
    assert (here.phone(), len(elsewhere.phone())) == ([], 1)
    assert len({(tuple(answer.body), tuple(answer.headers)) for answer in answers}) == 1


def at_address(world: World, person: Person, address: str) -> None:
    """From now on the person's browser is at this address."""
    person.http.mount("http://", Straight(world.cloud, address=address))


@contextmanager
def travelling() -> Iterator[time_machine.Traveller]:
    """A clock a test moves on by hand; it goes on ticking."""
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        yield clock
