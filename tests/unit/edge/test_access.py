"""The authorisation table: what is not in it is refused, before any request or in it, and what is withheld is gone."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.groups import FieldGroup, MarkingError, marks_of, without
from ishtirak.edge.http.access import AccessError, AuthorisationTable, OperationAccess, authorisation_table
from ishtirak.edge.http.api import Api
from ishtirak.edge.http.binding import WiringError
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.access import AccessRelation
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.transaction import Transaction
from tests.architecture.marks import groups_in
from tests.fakes.access import a_table
from tests.fakes.requests import CONTRIBUTOR, OFFICER, STRANGER, StoppedClock
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.events import Answer, call

OWN, OTHER = AccessRelation.OWN, AccessRelation.OTHER
THING = "11111111-1111-4111-8111-111111111111"


class Line(BaseModel):
    day: str
    by: Annotated[str | None, FieldGroup.OFFICIALS]
    wages: Annotated[list[int], FieldGroup.WAGES]


class Thing(BaseModel):
    state: str
    note: Annotated[str | None, FieldGroup.NOTES] = None
    lines: Annotated[tuple[Line, ...], FieldGroup.DECISIONS] = ()
    first: Line | None = None


class Unwithholdable(BaseModel):
    name: Annotated[str, FieldGroup.NAME]


THE_THING = Thing(
    state="DONE",
    note="why",
    lines=(Line(day="1", by="a", wages=[1]), Line(day="2", by=None, wages=[])),
    first=Line(day="1", by="a", wages=[1]),
)


def row(**written: Any) -> OperationAccess:
    given = {"about": "thing", **{words.replace("__", " "): each for words, each in written.items()}}
    return AuthorisationTable({"read": given}).row("read")


# the words of the table


def test_an_operation_that_is_not_in_the_table_is_told_what_to_write() -> None:
    with pytest.raises(
        AccessError, match=r'read is not in ishtirak/edge/http/access\.json.*"read": \{"about"'
    ):
        AuthorisationTable({}).row("read")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"about": "thing", "clerk": {"own": []}}, "clerk"),
        ({"about": "thing", "contributor": {"mine": []}}, "mine"),
        ({"about": "thing", "contributor": {"own": ["shoe_size"]}}, "shoe_size"),
        ({"contributor": {"own": []}}, "about"),
        ({"about": "thing"}, "nobody may call it"),
        ({"about": "nothing", "public": {"none": []}, "officer": {"other": []}}, "has no role"),
        ({"about": "self", "contributor": {"own other": []}}, "one relation"),
    ],
)
def test_a_row_that_means_nothing_is_refused_by_the_word(written: dict[str, Any], named: str) -> None:
    with pytest.raises(AccessError, match=f"the row of read in access.json: .*{named}"):
        AuthorisationTable({"read": written}).row("read")


def test_words_stand_for_several_roles_and_relations() -> None:
    shared = row(officer__supervisor={"own other": ["notes"]}, contributor={"any": []})
    everybody = row(everybody={"own": []})

    assert shared.roles == frozenset({Role.OFFICER, Role.SUPERVISOR, Role.CONTRIBUTOR})
    assert shared.granted["officer"] == shared.granted["supervisor"]
    assert shared.granted["contributor"].keys() == set(AccessRelation) - {AccessRelation.NONE}
    assert everybody.roles == frozenset(Role)
    assert row(public={"none": []}, about="nothing").roles is None


def test_every_row_of_the_committed_table_means_something() -> None:
    table = authorisation_table()

    assert len(table.rows) > 50
    assert all(table.row(name).granted for name in table.rows)


# what is withheld


def test_what_somebody_has_several_roles_for_they_see_all_of() -> None:
    one = row(contributor={"own": ["notes"]}, officer={"own": ["wages"], "other": []})
    both = frozenset({Role.CONTRIBUTOR, Role.OFFICER})

    assert one.groups(both, OWN) == {FieldGroup.NOTES, FieldGroup.WAGES}
    assert set(one.permit(both).relations) == {OWN, OTHER}
    assert one.permit(frozenset({Role.CONTRIBUTOR})).relations == (OWN,)
    assert one.permit(frozenset({Role.SUPERVISOR})).relations == ()


def test_a_call_that_came_to_several_things_shows_what_all_their_relations_may_see() -> None:
    one = row(officer={"own": ["notes", "decisions"], "other": ["decisions", "officials", "wages"]})
    officer = frozenset({Role.OFFICER})
    permit = one.permit(officer)

    permit.require(OTHER)
    first = one.shown(THE_THING, roles=officer, permit=permit)
    permit.require(OWN)
    both = one.shown(THE_THING, roles=officer, permit=permit)

    assert (first.note, first.lines) == (None, THE_THING.lines)
    assert (both.note, both.lines[0].by, both.lines[0].wages) == (None, None, [])


def test_a_withheld_field_is_null_or_empty_wherever_it_stands_and_the_rest_is_as_it_was() -> None:
    one = row(contributor={"own": ["decisions"]})
    roles = frozenset({Role.CONTRIBUTOR})
    permit = one.permit(roles)
    permit.require(OWN)

    shown = one.shown(THE_THING, roles=roles, permit=permit)

    assert shown == Thing(
        state="DONE",
        lines=(Line(day="1", by=None, wages=[]), Line(day="2", by=None, wages=[])),
        first=Line(day="1", by=None, wages=[]),
    )
    assert THE_THING.note == "why"
    assert without(THE_THING, {"lines": None}).lines == ()


def test_what_is_shown_whole_is_not_copied() -> None:
    one = row(contributor={"own": [group.value for group in FieldGroup]})
    roles = frozenset({Role.CONTRIBUTOR})
    permit = one.permit(roles)
    permit.require(OWN)

    assert one.shown(THE_THING, roles=roles, permit=permit) is THE_THING


def test_a_field_that_cannot_be_empty_cannot_be_withheld() -> None:
    with pytest.raises(MarkingError, match="name is withheld from some"):
        without(Unwithholdable(name="a"), {"name": None})


def test_the_groups_of_an_answer_are_found_at_any_depth() -> None:
    assert groups_in(marks_of(Thing)) == {
        FieldGroup.NOTES,
        FieldGroup.DECISIONS,
        FieldGroup.OFFICIALS,
        FieldGroup.WAGES,
    }


# at the edge


def read(thing_id: str, *, by: Caller) -> Thing:
    by.require_owner(CONTRIBUTOR.person_id)
    return THE_THING


def read_unasked(thing_id: str, *, by: Caller) -> Thing:
    return THE_THING


def read_anybodys(thing_id: str) -> Thing:
    return THE_THING


def change_unasked(thing_id: str, *, by: Caller, transaction: Transaction) -> Thing:
    transaction.commit(result=THE_THING)
    return THE_THING


READ = get("/v1/things/<thing_id>", summary="Read", gives=Thing)
CHANGE = post("/v1/things/<thing_id>", summary="Change", gives=Thing, idempotent=False)
TABLE = AuthorisationTable(
    {
        "read": {
            "about": "thing",
            "contributor": {"own": ["decisions"]},
            "officer": {"other": ["decisions", "officials", "notes", "wages"]},
        },
        "read_unasked": {"about": "thing", "contributor": {"own": []}},
        "read_anybodys": {"about": "thing", "contributor": {"own": []}},
        "change_unasked": {"about": "thing", "contributor": {"own": []}},
    }
)


def asked(use_case: Any, by: Caller) -> Answer:
    api = Api("shop", clock=StoppedClock(), access=TABLE)
    api.add(READ, use_case, lambda thing, _: Reply(thing))
    return call(api, "GET", f"/v1/things/{THING}", by=by)


def test_the_edge_leaves_out_what_the_relation_may_not_see() -> None:
    owner, officer = asked(read, CONTRIBUTOR).json, asked(read, OFFICER).json

    assert (owner["note"], owner["lines"][0]["by"]) == (None, None)
    assert (officer["note"], officer["lines"][0]["by"]) == ("why", "a")


def test_what_is_anothers_is_not_there() -> None:
    refused = asked(read, STRANGER)

    assert (refused.status, refused.json["code"]) == (404, "not_found")


def test_a_use_case_that_does_not_ask_whose_it_is_answers_nobody() -> None:
    """Not even the owner: what was forgotten shows at the first call, and never as somebody else's data."""
    refused = asked(read_unasked, CONTRIBUTOR)

    assert (refused.status, refused.json["code"]) == (500, "internal")
    assert "DONE" not in refused.text


def test_a_use_case_that_does_not_ask_whose_it_is_changes_nothing() -> None:
    committed: list[object] = []

    class Kept(InMemoryTransaction):
        def commit(self, *items: Any, result: object = None) -> None:
            committed.append(result)

    api = Api("shop", clock=StoppedClock(), transaction=Kept(), access=TABLE)
    api.add(CHANGE, change_unasked, lambda thing, _: Reply(thing))

    refused = call(api, "POST", f"/v1/things/{THING}", by=CONTRIBUTOR)

    assert refused.status == 500
    assert committed == []


def test_a_use_case_that_cannot_ask_who_calls_is_not_wired() -> None:
    with pytest.raises(WiringError, match="read_anybodys is about a thing, and does not ask who calls"):
        asked(read_anybodys, CONTRIBUTOR)


def test_an_operation_that_is_not_in_the_table_is_not_built() -> None:
    api = Api("shop", clock=StoppedClock(), access=a_table(other="contributor"))

    with pytest.raises(AccessError, match="read is not in"):
        api.add(READ, read, lambda thing, _: Reply(thing))
