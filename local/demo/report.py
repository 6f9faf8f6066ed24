"""What the demo prints between its steps."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from ishtirak.messages.segments import segments, utf16_units
from local.client import Person, Unexpected
from local.demo.run import DemoRun, console

MOST_CALLS_OF_A_SUBMISSION = 9
"""Five for the submission, and four to see whether the phone the code went to is still the person's."""


def refusal_line(problem: dict[str, Any]) -> str:
    """A refusal as a person reads it, in one line; Latin facts first, for terminals that do not do bidi."""
    code = f"[yellow]{problem['status']} {problem['code']}[/] {problem['rule']}"
    return f"{code} — {problem['title']}: {problem['detail']}"


def riyals(halalas: int) -> str:
    return f"{halalas // 100:,}.{halalas % 100:02d}"


def show_dues(receipt: dict[str, Any]) -> None:
    table = Table(
        title=f"Bill {receipt['bill_reference']} · debtor {receipt['debtor']} · SAR", title_justify="left"
    )
    for column in ("month", "worker", "employer", "fine", "total"):
        table.add_column(column, justify="left" if column == "month" else "right")
    for row in receipt["rows"]:
        total = row["worker"] + row["employer"] + row["fine"]
        table.add_row(
            row["month"], *(riyals(value) for value in (row["worker"], row["employer"], row["fine"], total))
        )
    table.add_section()
    table.add_row(
        "sum", "", riyals(receipt["contributions"]), riyals(receipt["fines"]), riyals(receipt["total"])
    )
    console.print(table)


def show_months(bill: dict[str, Any]) -> None:
    table = Table(title=f"Bill {bill['reference']} · {bill['state_text']} · SAR", title_justify="left")
    for column in ("month", "contribution", "paid", "fine", "paid ", "due"):
        table.add_column(column, justify="left" if column == "month" else "right")
    for month in bill["months"]:
        sums = ("contribution", "contribution_paid", "fine", "fine_paid", "due")
        table.add_row(month["month"], *(riyals(month[name]) for name in sums))
    console.print(table)


def show_timeline(person: Person, request_id: str) -> None:
    timeline = person.ask("GET", f"/v1/requests/{request_id}/timeline", language="en").expect(200).body
    table = Table(title=f"{timeline['reference']} · {timeline['state']}", title_justify="left")
    for column in ("", "UTC", "event", "what happened"):
        table.add_column(column)
    for entry in timeline["entries"]:
        table.add_row(str(entry["seq"]), entry["at"][11:23], entry["type"], entry["text"])
    console.print(table)


def show_notices(people: Mapping[str, Person]) -> None:
    """What each of them was told by SMS, and on how many messages; a notice of more than one is a deviation."""
    table = Table(title="SMS notices", title_justify="left")
    for column in ("to", "units", "text"):
        table.add_column(column, justify="right" if column == "units" else "left")
    for name, person in people.items():
        texts = [text for text in person.phone() if "رمز" not in text]
        if not texts:
            raise Unexpected(f"the {name} was told nothing")
        for text in texts:
            table.add_row(name, str(utf16_units(text)), text)
            if segments(text) > 1:
                raise Unexpected(f"a notice of {segments(text)} messages: {text}")
    console.print(table)


def show_cost(run: DemoRun) -> None:
    table = Table(title="AWS calls per step", title_justify="left")
    table.add_column("step")
    table.add_column("s", justify="right")
    table.add_column("calls", justify="right")
    for title, took, calls in run.steps:
        table.add_row(title, f"{took:.1f}", str(calls))
    console.print(table)
    submits = [
        Counter(one["calls"])
        for one in run.environment.cloud.call_log.invocations()
        if "SubmitRequest" in one["function"] and "kms.GenerateMac" in "".join(one["calls"])
    ]
    if submits:
        largest = max(sum(one.values()) for one in submits)
        console.print(f"submit (code → 201): at most {largest} AWS calls")
        if largest > MOST_CALLS_OF_A_SUBMISSION:
            raise Unexpected(
                f"a submission took {largest} AWS calls; {MOST_CALLS_OF_A_SUBMISSION} are allowed"
            )
