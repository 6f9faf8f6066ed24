"""The generated pages are what the sources say, and they leave nothing out."""

import importlib
import re
from pathlib import Path

import pytest

from ishtirak.requests.model import RequestState
from tests.docs.pages import ROOT, text
from tools.reference import pages
from tools.reference.decisions import INVERSE, PARTS, Recorded, recorded
from tools.reference.errors import refusals, status
from tools.reference.events import made, received_by, recorded_by
from tools.reference.functions import function_table, names, queues, subscriptions, triggers
from tools.reference.glossary import terms
from tools.reference.markdown import arabic, table
from tools.reference.reach import reached
from tools.reference.statute import assumed, files
from tools.reference.workflows import definition, diagram
from tools.reference.workflows import names as workflows

DECISIONS = list(recorded())
NUMBERS = [one.number for one in DECISIONS]


def test_what_is_committed_is_what_the_sources_say() -> None:
    assert pages.drifted() == []


def test_a_page_that_differs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGES", {"docs/reference/errors.md": lambda: "other"})

    assert pages.drifted() == ["docs/reference/errors.md"]


def test_a_diagram_that_is_old_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stale = "<!-- workflow:add_period -->\nold\n<!-- end -->\n"
    tmp_path.joinpath("README.md").write_text(stale, encoding="utf-8")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "PAGES", {})
    monkeypatch.setattr(pages, "WITH_BLOCKS", ("README.md",))

    before = pages.drifted()
    pages.write()

    assert (before, pages.drifted()) == (["README.md"], [])
    assert "stateDiagram-v2" in tmp_path.joinpath("README.md").read_text(encoding="utf-8")


def test_a_table_of_functions_that_is_old_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "architecture.md"
    page.write_text("before\n<!-- functions -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "PAGES", {})
    monkeypatch.setattr(pages, "WITH_BLOCKS", ("architecture.md",))

    before = pages.drifted()
    pages.write()

    assert (before, pages.drifted()) == (["architecture.md"], [])
    assert page.read_text(encoding="utf-8").split("\n\n")[1] + "\n" == function_table()


def test_the_table_says_what_triggers_a_function_what_it_calls_and_what_it_may_do() -> None:
    rows = {line.split("`")[1]: line for line in function_table().splitlines()[2:]}

    assert list(rows) == names()
    assert "| `/v1/requests/{request_id}/submission` |" in rows["submit_request"]
    assert "| `submit_request` |" in rows["submit_request"]
    assert "`access` get revocations, update · `requests` get, put" in (rows["submit_request"])
    assert "| queue `codes` |" in rows["send_otp"]
    assert "`requests` get, list, put, list by_owner" in rows["edit_request"]
    assert "| streams of the tables |" in rows["relay_events"]
    assert "| step of `add_period` |" in rows["assign_task"]


def test_every_refusal_is_on_its_page_under_its_status() -> None:
    chapters = re.split(r"^## ", text("docs/reference/errors.md"), flags=re.MULTILINE)
    known = refusals()

    assert len(known) > 60
    for refusal, kind in known.items():
        chapter = next(part for part in chapters if part.startswith(str(status(kind).value)))
        assert f'| <a id="{refusal}"></a>`{refusal}` |' in chapter


def test_every_function_is_told_with_what_triggers_it() -> None:
    page = text("docs/reference/functions.md")

    assert names() == sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))
    for function in names():
        assert f"## [`{function}`]" in page
        assert triggers(function), function


def test_every_event_somebody_subscribes_to_is_made_and_recorded() -> None:
    types = {one.type for one in made()}
    subscribed = {named for name in names() for each in subscriptions(name) for named in each.types}

    assert len(types) > 30
    assert subscribed
    assert subscribed <= types


def test_every_event_that_can_be_made_can_be_recorded() -> None:
    assert [one.type for one in made() if not recorded_by(one.by)] == []


def test_an_event_is_subscribed_to_under_the_source_it_carries() -> None:
    carried = {(one.type, one.source) for one in made()}
    subscribed = {
        (named, each.source) for name in names() for each in subscriptions(name) for named in each.types
    }

    assert subscribed <= carried


def test_whoever_subscribes_has_a_queue() -> None:
    assert {name for name in names() if subscriptions(name)} <= set(queues().values())


def test_who_records_an_event_is_read_rightly() -> None:
    by_name = {(one.type, one.by.name): recorded_by(one.by) for one in made()}

    assert by_name["RequestSubmitted", "submit"] == ["submit_request"]
    asking = [
        "issue_code",
        "manage_delegations",
        "manage_factors",
        "manage_officials",
        "manage_password",
        "prove_decision",
        "recover_password",
        "sign_in",
        "sign_up",
    ]
    assert by_name["CodeRequested", "AccessTable.open"] == asking
    assert by_name["EmployerReplied", "record_reply"] == ["respond_to_period"]
    assert received_by("RequestSubmitted") == ["drive_workflow", "notify", "retain_documents"]
    assert (queues()["workflow"], queues()["notices"]) == ("drive_workflow", "notify")


def test_a_function_reaches_what_it_calls_and_not_its_neighbours() -> None:
    within = {f"{one.module}.{one.name}" for one in reached("relay_events")}

    assert "ishtirak.adapters.aws.bus.EventBridgeBus.publish" in within
    assert not {name for name in within if name.startswith("ishtirak.requests")}


@pytest.mark.parametrize("name", workflows())
def test_a_diagram_has_every_state_and_leaves_none_without_a_way(name: str) -> None:
    drawn = diagram(name)
    states = definition(name)["States"]

    assert states.keys() == set(re.findall(r'state "([^"]+)" as ', drawn))
    for alias in re.findall(r'state "[^"]+" as (\w+)', drawn):
        assert re.search(rf"--> {alias}\b", drawn), f"nothing leads to {alias}"
        assert re.search(rf"^\s+{alias} --> ", drawn, re.MULTILINE), f"nothing leads from {alias}"


def test_the_ends_of_the_workflow_are_states_a_person_sees() -> None:
    ends = {
        state.upper().replace(" ", "_")
        for state, body in definition("add_period")["States"].items()
        if body["Type"] in ("Succeed", "Fail")
    }

    assert ends <= {state.value for state in RequestState}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_file_of_dated_values_is_on_the_page(path: Path) -> None:
    assert f"`{path.relative_to(ROOT).as_posix()}`" in text("docs/reference/statute.md")


def test_values_are_shown_in_the_units_people_use() -> None:
    page = text("docs/reference/statute.md")

    assert "| 2025-07-01 | SOCIAL_INSURANCE, NEW, ANNUITIES | employee 9.5 %, employer 9.5 % |" in page
    assert "| 2022-02-01 | SOCIAL_INSURANCE | SAR 45,000.00 |" in page
    assert "| second_approval_above_halalas | SAR 50,000.00 |" in page


def test_every_assumption_is_marked_and_counted() -> None:
    page = text("docs/reference/statute.md")

    assert 30 < assumed() == page.count("| **assumed** |")
    assert f"{assumed()} of " in page


def test_a_fact_in_an_arabic_text_keeps_its_direction() -> None:
    assert arabic("حتى {day}") == '<div dir="rtl" lang="ar">حتى <span dir="ltr">{day}</span></div>'


def test_nothing_in_a_cell_ends_it() -> None:
    assert table(("a",), [("one | two\nthree",)]).splitlines()[2] == "| one \\| two three |"


@pytest.mark.parametrize("decision", DECISIONS, ids=NUMBERS)
def test_a_decision_is_whole_short_and_listed(decision: Recorded) -> None:
    assert decision.titled == decision.number
    assert decision.missing == [], f"a decision has {PARTS}"
    assert decision.reversible
    assert decision.status
    assert re.search(r"^\d{4}-\d{2}-\d{2}$", decision.text, re.MULTILINE)
    assert len(decision.text.splitlines()) <= 40
    assert f"({decision.path.name})" in text("docs/decisions/README.md")


@pytest.mark.parametrize("decision", DECISIONS, ids=NUMBERS)
def test_a_relation_of_decisions_is_told_by_both(decision: Recorded) -> None:
    others = {one.number: one.relations for one in DECISIONS}

    for relation, number in decision.relations:
        assert (INVERSE[relation], decision.number) in others[number]
    assert (decision.status == "superseded") == any(one == "superseded by" for one, _ in decision.relations)


def test_decisions_that_amend_others_are_found() -> None:
    assert {number: one.relations for number, one in zip(NUMBERS, DECISIONS, strict=True)}["0091"] == {
        ("amends", "0061")
    }


def test_no_two_decisions_share_a_number() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS) > 20


def test_every_type_the_glossary_names_is_there() -> None:
    named = re.findall(
        r"`([a-z]+(?:\.[a-z_]+)+)(?:\.([A-Z]\w+))?` \|$", text("docs/glossary.md"), re.MULTILINE
    )
    missing = [
        f"{module}.{name}"
        for module, name in named
        if name and not hasattr(importlib.import_module(f"ishtirak.{module}"), name)
    ]

    assert len(named) > 60
    assert missing == []
    assert all(
        (ROOT / "ishtirak" / module.replace(".", "/")).with_suffix(".py").exists() for module, _ in named
    )


def test_a_term_is_read_out_of_its_docstring() -> None:
    found = {(term.name, term.arabic, term.english) for term in terms()}

    assert ("Branch", "الفرع", "branch") in found
    assert ("Branch", "المعاشات", "annuities") in found
    assert ("RecordedPeriod", "مدة مسجلة", "recorded period") in found
    assert ("Declaration", "الإقرار", "declaration") in found
