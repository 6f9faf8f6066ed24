"""A use case gets what it names from a call, and one that does not fit its operation shows before any request."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.http.api import Api
from ishtirak.edge.http.binding import WiringError, arguments, check, name_of
from ishtirak.edge.http.operation import Operation, get, post, put
from ishtirak.edge.http.query import NoQuery, WholeNumber
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.kernel.value import Value
from tests.fakes.access import a_table, open_to
from tests.fakes.requests import CONTRIBUTOR, StoppedClock
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.events import call

TABLE = a_table(one_field="contributor", hears="contributor", reads="public", nothing="public")


class Body(BaseModel):
    name: str
    amount: int = 0


class Told(BaseModel):
    said: str


class Pages(Value):
    page: Annotated[int, WholeNumber(0, 9)]


def change(**contract: Any) -> Operation:
    given: dict[str, Any] = {"takes": Body, "gives": Told, "summary": "Change"}
    return put("/v1/things/<thing_id>", **(given | contract)).under(open_to("contributor"))


def reading(roles: str, **contract: Any) -> Operation:
    return get("/v1/things", summary="Read", gives=Told, **contract).under(open_to(roles))


def everything(
    thing_id: str, *, name: str, amount: int, by: Caller, expected_version: int, transaction: Transaction
) -> None: ...


def the_body(thing_id: str, *, wanted: Body) -> None: ...


def a_port(thing_id: str, *, name: str, amount: int, port: object) -> None: ...


def one_field(thing_id: str, *, name: str) -> None: ...


def no_path(*, name: str, amount: int) -> None: ...


def a_version(*, expected_version: int) -> None: ...


def a_caller(*, by: Caller) -> None: ...


def nothing() -> None: ...


def an_option(*, clock: object = None) -> None: ...


@pytest.mark.parametrize(
    ("operation", "use_case", "wanted"),
    [
        (
            change(),
            everything,
            {"thing_id", "name", "amount", "by", "expected_version", "transaction"},
        ),
        (change(body_as="wanted"), the_body, {"thing_id", "wanted"}),
        (change(), partial(a_port, port=object()), {"thing_id", "name", "amount"}),
        (reading("public"), nothing, set()),
        (reading("public"), an_option, set()),
        (reading("contributor"), a_caller, {"by"}),
    ],
)
def test_a_use_case_takes_what_it_names(
    operation: Operation, use_case: Callable[..., Any], wanted: set[str]
) -> None:
    assert check(operation, use_case) == wanted


@pytest.mark.parametrize(
    ("operation", "use_case", "named"),
    [
        (change(), a_port, "port"),
        (change(takes=None), one_field, "name"),
        (reading("contributor"), a_version, "expected_version"),
        (reading("public"), a_caller, "by"),
    ],
)
def test_a_use_case_that_wants_what_nobody_gives_is_not_wired(
    operation: Operation, use_case: Callable[..., Any], named: str
) -> None:
    with pytest.raises(WiringError, match=rf"nobody gives \['{named}'\]"):
        check(operation, use_case)


@pytest.mark.parametrize(
    ("operation", "use_case", "unheard"),
    [
        (change(), one_field, "amount"),
        (change(), no_path, "thing_id"),
        (change(body_as="wanted"), partial(a_port, name="", amount=0, port=object()), "wanted"),
        (
            reading("public", query=Pages),
            nothing,
            "page",
        ),
        (change(), partial(everything, name="bound"), "name"),
    ],
)
def test_a_use_case_that_does_not_take_what_is_said_is_not_wired(
    operation: Operation, use_case: Callable[..., Any], unheard: str
) -> None:
    with pytest.raises(WiringError, match=rf"it does not take \['{unheard}'\]"):
        check(operation, use_case)


def test_a_misfit_shows_when_the_api_is_built() -> None:
    api = Api("shop", clock=StoppedClock(), access=TABLE)

    with pytest.raises(WiringError, match="one_field cannot answer PUT /v1/things/<thing_id>"):
        api.add(change(), one_field, lambda result, call: Reply(Told(said="")))


def test_an_operation_is_named_after_its_use_case_however_it_is_bound() -> None:
    bound = partial(partial(a_port, port=object()), name="")

    assert name_of(a_port) == name_of(bound) == "a_port"


def test_everything_reaches_the_use_case_by_its_name() -> None:
    heard: dict[str, Any] = {}

    def hears(
        thing_id: str,
        *,
        name: str,
        amount: int,
        page: int,
        by: Caller,
        expected_version: int,
        transaction: Transaction,
    ) -> None:
        heard.update(locals())

    api = Api("shop", clock=StoppedClock(), transaction=InMemoryTransaction(), access=TABLE)
    api.add(change(query=Pages), hears, lambda result, call: Reply(Told(said="heard")))
    path = "/v1/things/11111111-1111-4111-8111-111111111111"

    answer = call(api, "PUT", path, {"name": "first"}, by=CONTRIBUTOR, version=3, query={"page": "7"})

    assert answer.status == 200
    transaction = heard.pop("transaction")
    assert callable(transaction.commit)
    assert {name: value for name, value in heard.items() if name != "heard"} == {
        "thing_id": "11111111-1111-4111-8111-111111111111",
        "name": "first",
        "amount": 0,
        "page": 7,
        "by": CONTRIBUTOR,
        "expected_version": 3,
    }


@pytest.mark.parametrize("page", ["x", None])
def test_a_query_its_model_refuses_never_reaches_the_use_case(page: str | None) -> None:
    attempts: list[int] = []

    def reads(*, page: int) -> None:
        attempts.append(page)

    api = Api("shop", clock=StoppedClock(), access=TABLE)
    operation = reading("public", query=Pages)
    api.add(operation, reads, lambda result, call: Reply(Told(said="")))

    answer = call(api, "GET", "/v1/things", query={"page": page} if page else None)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/page")
    assert attempts == []


@pytest.mark.parametrize(("body", "status"), [(..., 200), ({}, 200), ({"phone": "x"}, 422), (b"[", 400)])
def test_where_no_body_is_taken_it_may_be_left_out_and_nothing_may_be_in_it(body: Any, status: int) -> None:
    api = Api("shop", clock=StoppedClock(), transaction=InMemoryTransaction(), access=TABLE)
    operation = post("/v1/codes", summary="Ask", gives=Told, idempotent=False)
    api.add(operation, nothing, lambda result, call: Reply(Told(said="sent")))

    answer = call(api, "POST", "/v1/codes", *([] if body is ... else [body]))

    assert answer.status == status


def test_what_is_not_wanted_is_not_handed_over() -> None:
    operation = reading("contributor")

    class NotAsked:
        query = NoQuery()

        @property
        def caller(self) -> Caller:
            raise AssertionError("nobody wants the caller")

    unread: Any = NotAsked()
    assert arguments(operation, unread, {}, wanted=check(operation, nothing), transaction=None) == {}
