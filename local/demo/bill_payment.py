"""A bill is paid: fines accrue, a part covers the oldest months, the rest settles it, a duplicate does nothing."""

from datetime import date, timedelta
from typing import Any

from local.client import Person, Unexpected, eventually
from local.demo.acts import instruct
from local.demo.report import riyals, show_months
from local.demo.run import DemoRun, console


def pay_bill(run: DemoRun, contributor: Person) -> None:
    """The bill of the contributor's period, paid by their employer in two parts."""
    noura, wafa = run.signed_in("noura"), run.environment.simulators.wafa.url
    with run.step("bill: what is due today, and what it would be in forty days"):
        line = eventually(lambda: first_bill(noura), "the bill on the employer's list")
        path = f"/v1/employer/bills/{line['bill_id']}"
        run.signed_in("badr").ask("GET", path).expect(404)
        today = noura.ask("GET", path, language="en").expect(200).body
        in_forty_days = f"{path}?as_of={date.today() + timedelta(days=40)}"
        later = noura.ask("GET", in_forty_days, language="en").expect(200).body
        if not (later["estimate"] and later["due"] > today["due"]):
            raise Unexpected("no fine accrues")
        console.print(
            f"    due today {riyals(today['due'])} · {later['estimate_text']}: {riyals(later['due'])}"
        )
    with run.step("payment: a part, by a signed notice, covers the oldest months"):
        first, second = today["months"][:2]
        part = first["due"] + second["contribution"] // 2
        instruct(wafa, "pay", {"bill_reference": today["reference"], "amount": part})
        partly = bill_in_state(noura, path, "PARTLY_PAID")
        show_months(partly)
        if [month["paid"] for month in partly["months"][:2]] != [True, False]:
            raise Unexpected("a part payment did not cover the oldest month first")
    with run.step(
        "payment: the rest, notified twice; then again, and with an old signature: nothing changes"
    ):
        rest = {"bill_reference": today["reference"], "amount": partly["due"], "times": 2}
        notice = instruct(wafa, "pay", rest)["notices"][0]["payment_reference"]
        settled = bill_in_state(noura, path, "SETTLED")
        instruct(wafa, "notify", {"payment_reference": notice})
        refused = instruct(wafa, "notify", {"payment_reference": notice, "tampering": "old_timestamp"})
        if refused["deliveries"][0]["statuses"] != [401]:
            raise Unexpected(f"an old notice was answered {refused['deliveries']}")
        run.environment.cloud.settle(timeout=5)
        if noura.ask("GET", path, language="en").expect(200).body != settled or settled["due"]:
            raise Unexpected("a duplicate changed the bill")
        statement = contributor.ask("GET", "/v1/me/contributions").expect(200).body
        if statement["months_paid"] != len(settled["months"]):
            raise Unexpected("the statement does not show the months as paid")
        console.print(f"    the worker's statement: {statement['months_paid']} months paid, they qualify")


def first_bill(employer: Person) -> dict[str, Any] | None:
    bills = employer.ask("GET", "/v1/employer/bills").expect(200).body["bills"]
    return bills[0] if bills else None


def bill_in_state(employer: Person, path: str, state: str) -> dict[str, Any]:
    """The bill once it is in that state."""

    def there() -> dict[str, Any] | None:
        found: dict[str, Any] = employer.ask("GET", path, language="en").expect(200).body
        return found if found["state"] == state else None

    return eventually(there, f"the bill to be {state}")
