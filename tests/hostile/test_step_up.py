"""Decisions above a sum: a stolen officer's token decides nothing, and a proof is good for one decision, once."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from local.client import Answer, Person, eventually
from local.demo.acts import submit_request
from tests.flows.world import World, later, period
from tests.hostile.authenticator import Authenticator, at_the_beginning_of_a_step, enrolled
from tests.hostile.effects import COUNTERS, no_effect

ABOVE_THE_LIMIT = 4_000_000
APPROVE = {"verdict": "APPROVE"}
REJECT = {"verdict": "REJECT", "reason_code": "NOT_EMPLOYED"}
TRIES = ("challenge/", "factors/", *COUNTERS)
PROOF = "/v1/decisions/proof"
CODE = "/v1/decisions/code"
ABSENT = "0c0c0c0c-0000-4000-8000-000000000001"
_moments = itertools.count(1)


@pytest.fixture(autouse=True)
def at_rest() -> Iterator[None]:
    """Every test a little later than the one before: between two codes of one officer lies a minute."""
    with later(0), at_the_beginning_of_a_step():
        yield


@pytest.fixture(scope="module")
def apps(world: World) -> dict[str, Authenticator]:
    """The authenticators of the two people of the authority."""
    return {name: enrolled(world.holding_a_token(name)) for name in ("faisal", "huda")}


def officer(world: World, name: str = "faisal") -> Person:
    return world.holding_a_token(name)


def case(world: World, *, basic: int = ABOVE_THE_LIMIT, by: str = "faisal") -> str:
    """A case the employer confirmed, claimed by an officer."""
    person = world.somebody()
    request_id = submit_request(person, "SOCIAL_INSURANCE", period(basic=basic, ago=20, count=18))
    person.until(request_id, "WITH_EMPLOYER")
    claim = f"/v1/employer/claims/{request_id}/response"
    world.holding_a_token("noura").ask("POST", claim, {"answer": "CONFIRM"}).expect(200)
    person.until(request_id, "UNDER_REVIEW")
    officer(world, by).ask("POST", f"/v1/reviews/{request_id}/claim").expect(200)
    world.quiet()
    return request_id


def decide(person: Person, request_id: str, decision: dict[str, Any], *, key: str | None = None) -> Answer:
    return person.ask("POST", f"/v1/reviews/{request_id}/decision", decision, key=key)


def about(request_id: str, decision: dict[str, Any]) -> dict[str, Any]:
    return {"about_id": request_id, "review": decision}


def proof_by_app(
    person: Person, app: Authenticator, what: dict[str, Any], *, steps: int = 0
) -> dict[str, Any]:
    body = {"decision": what, "kind": "TOTP", "code": app.shows(steps=steps)}
    return {"proof_id": person.ask("POST", PROOF, body).expect(201).body["proof_id"]}


def code_by_sms(person: Person, what: dict[str, Any]) -> tuple[str, str]:
    seen = len(person.phone())
    challenge: str = person.ask("POST", CODE, {"decision": what}).expect(202).body["challenge_id"]
    return challenge, person.code_after(seen)


def proof_by_sms(person: Person, what: dict[str, Any]) -> dict[str, Any]:
    challenge, code = code_by_sms(person, what)
    body = {"decision": what, "kind": "SMS", "challenge_id": challenge, "code": code}
    return {"proof_id": person.ask("POST", PROOF, body).expect(201).body["proof_id"]}


def test_a_stolen_officers_token_approves_nothing_above_the_sum(world: World) -> None:
    request_id = case(world)
    thief = officer(world)

    with no_effect(world, but=TRIES):
        refused = decide(thief, request_id, APPROVE).expect(403, "step_up_required")
        decide(thief, request_id, {**APPROVE, "proof_id": ABSENT}).expect(403, "step_up_required")
        english = thief.ask("POST", f"/v1/reviews/{request_id}/decision", APPROVE, language="en")

    assert "رمز" in refused.body["detail"]
    assert "code" in english.expect(403).body["detail"]


def test_what_takes_one_person_takes_no_proof(world: World) -> None:
    small, large = case(world, basic=500_000), case(world)

    decide(officer(world), small, APPROVE).expect(200)
    decide(officer(world), large, REJECT).expect(200)


@pytest.mark.parametrize("kind", ["SMS", "TOTP"])
def test_with_a_fresh_proof_it_is_decided_and_the_proof_is_used_up(
    world: World, apps: dict[str, Authenticator], kind: str
) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        request_id, person = case(world), officer(world)
        what = about(request_id, APPROVE)
        proof = proof_by_sms(person, what) if kind == "SMS" else proof_by_app(person, apps["faisal"], what)

        decided = decide(person, request_id, {**APPROVE, **proof}).expect(200)

        assert decided.body["decided"] == "NEEDS_SECOND"
        with no_effect(world, but=TRIES):
            decide(person, request_id, {**APPROVE, **proof}).expect(404)
        supervisor = officer(world, "huda")
        supervisor.ask("POST", f"/v1/reviews/{request_id}/claim").expect(200)
        with no_effect(world, but=TRIES):
            decide(supervisor, request_id, {**APPROVE, **proof}).expect(403, "step_up_required")
            decide(supervisor, request_id, APPROVE).expect(403, "step_up_required")
        own = proof_by_app(supervisor, apps["huda"], what)
        decide(supervisor, request_id, {**APPROVE, **own}).expect(200)


def test_a_proof_is_of_one_case_one_version_one_content_and_one_person(
    world: World, apps: dict[str, Authenticator]
) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        one, other, person = case(world), case(world), officer(world)
        noted = {**APPROVE, "note": "Checked against the contract"}
        proof = proof_by_app(person, apps["faisal"], about(one, APPROVE))
        with no_effect(world, but=TRIES):
            decide(person, other, {**APPROVE, **proof}).expect(403, "step_up_required")
            decide(person, one, {**noted, **proof}).expect(403, "step_up_required")
        person.ask("POST", f"/v1/reviews/{one}/release").expect(200)
        officer(world, "huda").ask("POST", f"/v1/reviews/{one}/claim").expect(200)
        with no_effect(world, but=TRIES):
            decide(officer(world, "huda"), one, {**APPROVE, **proof}).expect(403, "step_up_required")
        officer(world, "huda").ask("POST", f"/v1/reviews/{one}/release").expect(200)
        person.ask("POST", f"/v1/reviews/{one}/claim").expect(200)

        with no_effect(world, but=TRIES):
            decide(person, one, {**APPROVE, **proof}).expect(403, "step_up_required")


def test_a_proof_gets_old(world: World, apps: dict[str, Authenticator]) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        request_id, person = case(world), officer(world)
        proof = proof_by_app(person, apps["faisal"], about(request_id, APPROVE))

        with later(121), no_effect(world, but=TRIES):
            decide(person, request_id, {**APPROVE, **proof}).expect(403, "step_up_required")


def test_a_code_for_one_decision_proves_no_other(world: World, apps: dict[str, Authenticator]) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        one, other, person = case(world), case(world), officer(world)
        challenge, code = code_by_sms(person, about(one, APPROVE))
        sms = {"kind": "SMS", "challenge_id": challenge, "code": code}
        supervisor = officer(world, "huda")

        with no_effect(world, but=TRIES):
            for who, what in (
                (person, about(other, APPROVE)),
                (person, about(one, {**APPROVE, "note": "Something else"})),
                (supervisor, about(one, APPROVE)),
            ):
                who.ask("POST", PROOF, {"decision": what, **sms}).expect(401, "code_not_accepted")
        proven = {"decision": about(one, APPROVE), **sms}
        person.ask("POST", PROOF, proven).expect(201)
        with no_effect(world, but=TRIES):
            person.ask("POST", PROOF, proven).expect(401, "code_not_accepted")


def test_a_code_of_the_app_proves_one_decision(world: World, apps: dict[str, Authenticator]) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        one, other, person = case(world), case(world), officer(world)
        code = {"kind": "TOTP", "code": apps["faisal"].shows()}
        person.ask("POST", PROOF, {"decision": about(one, APPROVE), **code}).expect(201)

        with no_effect(world, but=TRIES):
            again = person.ask("POST", PROOF, {"decision": about(other, APPROVE), **code})

        again.expect(401, "factor_code_not_accepted")


def test_neither_a_recovery_code_nor_somebody_elses_app_proves_a_decision(
    world: World, apps: dict[str, Authenticator]
) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        request_id, person = case(world), officer(world)
        what = about(request_id, APPROVE)
        recovery = {"kind": "RECOVERY", "code": apps["faisal"].recovery_codes[0]}

        with no_effect(world, but=TRIES):
            person.ask("POST", PROOF, {"decision": what, **recovery}).expect(422)
            person.ask(
                "POST", PROOF, {"decision": what, "kind": "TOTP", "code": apps["huda"].shows()}
            ).expect(401, "factor_code_not_accepted")


def test_the_same_decision_under_its_key_is_one_decision(
    world: World, apps: dict[str, Authenticator]
) -> None:
    """At once and once more afterwards; under another key it finds the case decided."""
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        request_id, person = case(world), officer(world)
        proof = proof_by_app(person, apps["faisal"], about(request_id, APPROVE))
        decision, barrier = {**APPROVE, **proof}, threading.Barrier(4)

        def once(_: int) -> Answer:
            barrier.wait()
            return decide(person, request_id, decision, key="one-decision")

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(once, range(4)))
        world.quiet()
        again = decide(person, request_id, decision, key="one-decision").expect(200)

        assert {answer.status for answer in answers} <= {200, 409}
        assert all(answer.body == again.body for answer in answers if answer.status == 200)
        with no_effect(world, but=TRIES):
            decide(person, request_id, decision, key="another-key").expect(404)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_process_dying_at_the_decision_leaves_the_proof_for_it(
    world: World, apps: dict[str, Authenticator], when: Literal["before", "after"]
) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        request_id, person = case(world), officer(world)
        decision = {**APPROVE, **proof_by_app(person, apps["faisal"], about(request_id, APPROVE))}
        committing = deciding_calls(world, person, request_id)
        world.cloud.arm("review_request", call=committing, when=when)

        died = decide(person, request_id, decision, key=f"dies-{when}")
        again = decide(person, request_id, decision, key=f"dies-{when}")

        assert died.status >= 500
        again.expect(200)


def deciding_calls(world: World, person: Person, request_id: str) -> int:
    """At which call the decision is committed: as a refused one makes all of them but the last."""
    decide(person, request_id, {**APPROVE, "proof_id": ABSENT}).expect(403)
    runs = [one["calls"] for one in world.cloud.call_log.invocations() if "ReviewRequest" in one["function"]]
    return int(runs[-1].index("dynamodb.TransactWriteItems")) + 1


def test_only_the_authority_asks_for_a_code_or_a_proof_of_a_decision(world: World) -> None:
    person = world.somebody()
    what = about(ABSENT, APPROVE)

    person.ask("POST", CODE, {"decision": what}).expect(403, "not_for_this_role")
    officer(world).ask("POST", CODE, {"decision": what}).expect(404)
    officer(world).ask("POST", CODE, {"decision": {"about_id": ABSENT}}).expect(422)
    both = {**what, "extension": {"reason_code": "OTHER", "note": "An error of ours"}}
    officer(world).ask("POST", CODE, {"decision": both}).expect(422)


REASON = {"reason_code": "OTHER", "note": "An error of ours"}


def a_bill(world: World) -> str:
    """The bill of a period one officer approved: what is due is above the sum of the bill desk."""
    employer, request_id = world.holding_a_token("noura"), case(world, basic=900_000)
    before = bills_of(employer)
    decide(officer(world), request_id, APPROVE).expect(200)
    return eventually(lambda: next(iter(bills_of(employer) - before), None), "the bill")


def bills_of(employer: Person) -> set[str]:
    listed = employer.ask("GET", "/v1/employer/bills?limit=100").expect(200).body
    return {one["bill_id"] for one in listed["bills"]}


def test_a_decision_about_a_bill_above_the_sum_takes_a_proof_of_each_of_two(
    world: World, apps: dict[str, Authenticator]
) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        bill_id, person, supervisor = a_bill(world), officer(world), officer(world, "huda")
        first_due_on = (datetime.now(UTC).date() + timedelta(days=5)).isoformat()
        plan = {"count": 3, "first_due_on": first_due_on, "guarantee": "G-77", **REASON}
        path = f"/v1/bills/{bill_id}"
        proof = proof_by_app(person, apps["faisal"], {"about_id": bill_id, "instalments": plan})

        with no_effect(world, but=TRIES):
            person.ask("POST", f"{path}/instalments", plan).expect(403, "step_up_required")
            for other in ({"count": 4}, {"guarantee": "G-78"}):
                changed = {**plan, **other, **proof}
                person.ask("POST", f"{path}/instalments", changed).expect(403, "step_up_required")
            supervisor.ask("POST", f"{path}/instalments", {**plan, **proof}).expect(403, "step_up_required")
            person.ask("POST", f"{path}/extension", {**REASON, **proof}).expect(403, "step_up_required")
        proposed = person.ask("POST", f"{path}/instalments", {**plan, **proof}).expect(200).body

        decision_id = proposed["decisions"][-1]["decision_id"]
        approval, no = f"{path}/decisions/{decision_id}/approval", {"approved": False}
        stated = {"about_id": bill_id, "approval": {"decision_id": decision_id, "approved": True}}
        declining = {"about_id": bill_id, "approval": {"decision_id": decision_id, **no}}
        for_no = proof_by_app(supervisor, apps["huda"], declining)
        with no_effect(world, but=TRIES):
            supervisor.ask("POST", approval, {"approved": True}).expect(403, "step_up_required")
            supervisor.ask("POST", approval, {"approved": True, **proof}).expect(403, "step_up_required")
            supervisor.ask("POST", approval, {"approved": True, **for_no}).expect(403, "step_up_required")
        for_yes = proof_by_app(supervisor, apps["huda"], stated, steps=1)
        answered = supervisor.ask("POST", approval, {"approved": True, **for_yes}).expect(200).body

        assert answered["decisions"][-1]["state"] == "IN_FORCE"


def test_a_small_waiver_takes_one_person_and_no_proof(world: World) -> None:
    with later(61 * next(_moments)), at_the_beginning_of_a_step():
        bill_id = a_bill(world)
        waiver = {"percent": 1, **REASON}

        waived = officer(world).ask("POST", f"/v1/bills/{bill_id}/waiver", waiver).expect(200).body

        assert waived["decisions"][-1]["state"] == "IN_FORCE"
