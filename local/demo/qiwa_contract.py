"""A contract authenticated on Qiwa registers its worker; a duplicate and a stale version change nothing."""

from datetime import date
from typing import Any

import requests as http

from local.client import Person, Unexpected, eventually
from local.demo.acts import instruct
from local.demo.run import DemoRun

_CONTRACT = "C-202611220001"


def register_contract(run: DemoRun) -> None:
    """A contract authenticated on Qiwa registers Sara by itself; the duplicate and the stale version change nothing."""
    sara = run.signed_in("sara")
    qiwa = run.environment.simulators.qiwa.url
    with run.step("Qiwa: a signed event registers its worker"):
        first = date.today().replace(day=1).isoformat()
        order = {
            "worker": "sara",
            "establishment": "mithal",
            "contract_number": _CONTRACT,
            "terms": {"starts_on": first},
        }
        instruct(qiwa, "authenticate", order)
        periods = eventually(lambda: contract_periods(sara) or None, "the contract's period")
    with run.step("Qiwa: an amendment, then a duplicate and a stale version change nothing"):
        instruct(qiwa, "amend", {"contract_number": _CONTRACT, "terms": {"wage": {"basic": 1_100_000}}})
        amended = eventually(lambda: changed_periods(sara, periods), "the amended wage")
        instruct(qiwa, "deliver", {"contract_number": _CONTRACT, "version": 2})
        instruct(qiwa, "deliver", {"contract_number": _CONTRACT, "version": 1})
        run.environment.cloud.settle(timeout=5)
        if (now := contract_periods(sara)) != amended:
            raise Unexpected(f"a duplicate or a stale event changed the register: {amended} {now}")
        tampered = http.post(
            f"{qiwa}/_sim/deliver",
            json={"contract_number": _CONTRACT, "version": 2, "tampering": "body"},
            timeout=10,
        ).json()
        if set(tampered["delivery"]["statuses"]) != {401}:
            raise Unexpected(f"a tampered event was answered {tampered['delivery']}")


def contract_periods(person: Person) -> list[dict[str, Any]]:
    periods = person.ask("GET", "/v1/me/periods").expect(200).body["periods"]
    return [period for period in periods if period["source"]["kind"] == "CONTRACT"]


def changed_periods(person: Person, before: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    now = contract_periods(person)
    return now if now != before else None
