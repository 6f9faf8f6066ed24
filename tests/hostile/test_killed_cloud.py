"""The machine dies, again and again, in the middle of the demo: nothing acknowledged is lost, nothing happens twice."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from local.client import Unexpected, eventually
from local.demo.acts import EMPLOYER, GOVERNMENT, MILITARY, decide, period_data, submit_request
from local.environment import start_environment
from local.simulators.people import roster
from tests.flows import evidence
from tests.flows.world import World
from tests.hostile.outside import PATIENCE, Acknowledged, OutsideCloud, Patient, agency, person

pytestmark = [pytest.mark.enable_socket, pytest.mark.alone]

KILLS = int(os.environ.get("KILLS", "6"))
"""How often the cloud is killed: `make crash` asks for fifty."""
SEED = int(os.environ.get("SEED", "8"))
CONTRACT = "C-202611220001"
APPROVED = {"verdict": "APPROVE"}
PEOPLE = ("majid", "turki", "sara", "noura", "badr", "reem", "faisal", "huda")


@dataclass
class Life:
    """People at work on one cloud, which is killed meanwhile."""

    cloud: OutsideCloud
    heard: Acknowledged
    people: dict[str, Patient]

    def decided(self, officer: str, request_id: str, decision: dict[str, Any]) -> None:
        decide(self.people[officer], request_id, decision)

    def replied(self, employer: str, request_id: str, reply: dict[str, Any]) -> None:
        path = f"/v1/employer/claims/{request_id}/response"
        self.people[employer].ask("POST", path, reply).expect(200)

    def instruct(self, simulator: str, what: str, order: dict[str, Any], *, otherwise: str) -> None:
        """Give an agency an order until it says it is delivered; what it has done before is sent again."""
        again = {name: order[name] for name in ("contract_number", "payment_reference") if name in order}

        def delivered() -> bool | None:
            with suppress(requests.RequestException):
                where = agency(self.cloud, simulator)
                answer = requests.post(f"{where}/_sim/{what}", json=order, timeout=60)
                if answer.status_code == 422:
                    answer = requests.post(f"{where}/_sim/{otherwise}", json=again, timeout=60)
                return _taken(answer.json()) or None
            return None

        eventually(delivered, f"{simulator} to {what}", patience=PATIENCE)
        self.heard.answers.append(("SIM", f"{simulator} {what}", 200))


def _taken(answer: dict[str, Any]) -> bool:
    """Whether the API acknowledged an event."""
    deliveries = [answer["delivery"]] if answer.get("delivery") else answer.get("deliveries", [])
    return any(200 <= status < 300 for delivery in deliveries for status in delivery["statuses"])


# --- what happens ----------------------------------------------------------------------------------


def add_a_period(life: Life) -> str:
    """Majid adds a period, his employer confirms, an officer approves, the bill is paid."""
    majid = life.people["majid"]
    asked = period_data("2025-01-01", "2025-06-30", establishment=EMPLOYER)
    request_id = submit_request(majid, "SOCIAL_INSURANCE", asked)
    majid.until(request_id, "WITH_EMPLOYER")
    life.replied("noura", request_id, {"answer": "CONFIRM"})
    majid.until(request_id, "UNDER_REVIEW")
    life.decided("faisal", request_id, APPROVED)
    majid.until(request_id, "BILLED")
    noura = life.people["noura"]
    bill = eventually(lambda: _bills(noura) or None, "the bill", patience=PATIENCE)[0]
    path = f"/v1/employer/bills/{bill['bill_id']}"
    due = noura.ask("GET", path).expect(200).body
    paid = {"bill_reference": due["reference"], "amount": due["due"], "payment_reference": "WF-once"}
    life.instruct("wafa", "pay", paid, otherwise="notify")
    eventually(
        lambda: noura.ask("GET", path).expect(200).body["state"] == "SETTLED" or None,
        "the bill to be settled",
        patience=PATIENCE,
    )
    return request_id


def _bills(employer: Patient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = employer.ask("GET", "/v1/employer/bills").expect(200).body["bills"]
    return found


def leave_unanswered(life: Life) -> str:
    """Turki's employer does not reply, the request is returned to him, and he withdraws it."""
    turki = life.people["turki"]
    asked = period_data("2025-01-01", "2025-06-30", establishment=MILITARY)
    request_id = submit_request(turki, "MILITARY_PENSION", asked)
    turki.until(request_id, "WITH_EMPLOYER")

    def unanswered() -> object:
        """Let the wait for the employer end; the next one, for an officer, is not to."""
        with suppress(requests.RequestException, Unexpected):
            if turki.request(request_id)["state"] == "WITH_EMPLOYER":
                requests.post(f"{life.cloud.url}/_local/expire/{request_id}", timeout=10)
            return eventually(
                lambda: turki.request(request_id)["state"] == "UNDER_REVIEW" or None, "a review", patience=5
            )
        return None

    eventually(unanswered, "the wait for the employer to end", patience=PATIENCE)
    returned = {"verdict": "RETURN", "reason_code": "DATES_NOT_PROVED", "note": "أرفق ما يثبت تاريخ المباشرة"}
    life.decided("faisal", request_id, returned)
    turki.until(request_id, "RETURNED")
    turki.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)
    turki.until(request_id, "WITHDRAWN")
    return request_id


def approve_with_two(life: Life) -> str:
    """Sara's body objects, an officer approves a part, a supervisor agrees; and a contract registers her."""
    sara = life.people["sara"]
    asked = period_data("2025-01-01", "2026-06-30", establishment=GOVERNMENT, basic=4_000_000)
    request_id = submit_request(sara, "CIVIL_PENSION", asked)
    sara.until(request_id, "WITH_EMPLOYER")
    life.replied("reem", request_id, {"answer": "OBJECT", "note": "باشرت في فبراير"})
    sara.until(request_id, "UNDER_REVIEW")
    part = {"verdict": "PARTIALLY_APPROVE", "approved_from": "2025-02-01", "approved_to": "2026-06-30"}
    life.decided("faisal", request_id, part)
    sara.until(request_id, "SECOND_REVIEW")
    life.decided("huda", request_id, part)
    sara.until(request_id, "BILLED")
    order = {"worker": "sara", "establishment": "mithal", "contract_number": CONTRACT}
    life.instruct("qiwa", "authenticate", order, otherwise="deliver")
    eventually(lambda: _contracts(sara) or None, "the contract's period", patience=PATIENCE)
    return request_id


def _contracts(worker: Patient) -> list[dict[str, Any]]:
    periods = worker.ask("GET", "/v1/me/periods").expect(200).body["periods"]
    return [period for period in periods if period["source"]["kind"] == "CONTRACT"]


SCENES: dict[str, tuple[Callable[[Life], str], str]] = {
    "BILLED": (add_a_period, "majid"),
    "WITHDRAWN": (leave_unanswered, "turki"),
    "BILLED IN PART": (approve_with_two, "sara"),
}


# --- how it is disturbed ---------------------------------------------------------------------------


class Killer(threading.Thread):
    """Kills the cloud at random moments and starts it again, until it is told that the day is over."""

    def __init__(self, cloud: OutsideCloud, chance: random.Random, *, at_most: int) -> None:
        super().__init__(daemon=True)
        self.kills = 0
        self.failure: Exception | None = None
        self._cloud, self._chance, self._at_most = cloud, chance, at_most
        self._over = threading.Event()

    def run(self) -> None:
        try:
            # as long as it takes to start at the most: a busy machine works as slowly as it starts
            while self.kills < self._at_most and not self._over.wait(
                self._chance.uniform(0.05, self._cloud.seconds_to_start)
            ):
                self._cloud.end(signal.SIGKILL)
                self.kills += 1
                self._cloud.start()
        except (Unexpected, OSError, subprocess.TimeoutExpired) as failure:
            self.failure = failure

    def stop(self) -> None:
        self._over.set()
        self.join()
        if self.failure is not None:
            raise self.failure


def lived(
    assembly: Path, folder: Path, chance: random.Random, *, kills: int
) -> tuple[int, Acknowledged, float]:
    """One life from the first draft to the last bill, on a cloud killed as often as it can be; what came of it."""
    logs, kept = folder / "logs", folder / "kept"
    logs.mkdir(parents=True)
    cloud = OutsideCloud(assembly, keep=kept, logs=logs)
    cloud.start()
    heard = Acknowledged()
    people = {name: person(cloud, name, heard) for name in PEOPLE}
    life = Life(cloud, heard, people)
    try:
        for somebody in people.values():
            somebody.sign_in()
        killer = Killer(cloud, chance, at_most=kills)
        killer.start()
        try:
            with ThreadPoolExecutor(len(SCENES)) as pool:
                going = {state: pool.submit(scene, life) for state, (scene, _) in SCENES.items()}
                ended = {state: one.result(timeout=600) for state, one in going.items()}
        finally:
            killer.stop()
        phones = {name: Counter(somebody.phone()) for name, somebody in people.items()}
    finally:
        cloud.end(signal.SIGKILL)
    begun = time.monotonic()
    check(assembly, kept, heard, ended, phones, logs)
    return killer.kills, heard, time.monotonic() - begun


def check(
    assembly: Path,
    kept: Path,
    heard: Acknowledged,
    ended: dict[str, str],
    phones: dict[str, Counter[str]],
    logs: Path,
) -> None:
    """What the last kill left: everything acknowledged, once."""
    assert not heard.broken
    with start_environment(assembly, keep=kept, lambdas="inline", logs=logs) as system:
        world = World(system, people=roster(), logs=logs)
        world.quiet()
        for state, request_id in ended.items():
            owner = world.holding_a_token(SCENES[state][1])
            request = owner.request(request_id)
            assert request["state"] == state.split()[0]
            assert all(document["state"] == "CLEAN" for document in _documents(owner, request_id))
            assert world.cloud.executions.describe(request_id)["status"] == "SUCCEEDED"
            happened = Counter(evidence.events_of(world, request_id))
            for once in ("RequestSubmitted", "PeriodPosted"):
                assert happened[once] <= 1, happened
        noura, sara = world.holding_a_token("noura"), world.holding_a_token("sara")
        bills = noura.ask("GET", "/v1/employer/bills").expect(200).body["bills"]
        assert [bill["state"] for bill in bills if bill["state"] == "SETTLED"] == ["SETTLED"]
        contracts = [
            period
            for period in sara.ask("GET", "/v1/me/periods").expect(200).body["periods"]
            if period["source"]["kind"] == "CONTRACT"
        ]
        assert len(contracts) == 1
        assert evidence.broken_chains(world) == []
        assert world.cloud.dead_letters() == []
        for name, texts in phones.items():
            assert texts <= Counter(world.person(name).phone())


def _documents(owner: Any, request_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        owner.ask("GET", f"/v1/requests/{request_id}/documents").expect(200).body["documents"]
    )
    assert found
    return found


def test_killed_at_random_moments_of_the_demo(
    assembly: Path, tmp_path: Path, report: Callable[[str], None]
) -> None:
    chance = random.Random(SEED)
    kills = acknowledged = repeated = lives = 0
    while kills < KILLS:
        lives += 1
        killed, heard, _ = lived(assembly, tmp_path / f"life-{lives}", chance, kills=KILLS - kills)
        kills += killed
        acknowledged += len(heard.answers)
        repeated += heard.repeated

    report(
        f"kill -9 of the local cloud (seed {SEED}): {kills} kills in {lives} lives, {acknowledged} changes "
        f"acknowledged, {repeated} requests repeated, nothing lost, nothing twice"
    )
