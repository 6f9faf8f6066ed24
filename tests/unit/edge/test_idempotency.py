"""The response is rendered before the effect is written and kept with it, first among its items."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from ishtirak.edge.http.call import Call, IdempotencyKey
from ishtirak.edge.http.idempotency import RespondingTransaction, saved_response
from ishtirak.edge.http.problems import KeyReused
from ishtirak.edge.http.query import NoQuery
from ishtirak.edge.http.reply import Reply, SavedResponse
from ishtirak.kernel.access import Permit
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.idempotency import IdempotencyKeyTaken
from ishtirak.kernel.transaction import Items
from tests.fakes.idempotency import RecordsInMemory
from tests.fakes.requests import StoppedClock
from tests.fakes.transaction import Write, commit

KEY = IdempotencyKey(scope="somebody:make", key="key-1", fingerprint="print")


class Body(BaseModel):
    said: str


@dataclass
class Effect:
    """One write; `stale` refuses it."""

    written: int = 0
    stale: bool = False

    @property
    def items(self) -> Items:
        return (Write.when(lambda: not self.stale, self._write),)

    def _write(self) -> None:
        self.written += 1


@dataclass
class Inner:
    """The transaction inside, and in how many parts everything reached it."""

    commits: list[int] = field(default_factory=list)

    def commit(self, *items: Items, result: object = None) -> None:
        commit(*items)
        self.commits.append(len(items))


def a_call(key: IdempotencyKey | None = KEY) -> Call[Any]:
    return Call(
        body=None,
        language="en",
        query=NoQuery(),
        headers={},
        raw=b"",
        signed_in=None,
        key=key,
        version=None,
        permit=Permit(()),
        source_address=None,
    )


def said(result: object) -> Reply[Body]:
    return Reply(Body(said=str(result)), etag=7, location="/v1/things/1")


@dataclass
class World:
    inner: Inner = field(default_factory=Inner)
    records: RecordsInMemory = field(default_factory=RecordsInMemory)
    effect: Effect = field(default_factory=Effect)

    def transaction(self, *, key: IdempotencyKey | None = KEY, **given: Any) -> RespondingTransaction:
        whole: dict[str, Any] = {
            "status": 201,
            "render": said,
            "records": self.records,
            "clock": StoppedClock(),
        }
        return RespondingTransaction(self.inner, call=a_call(key), **(whole | given))

    def saved(self, key: IdempotencyKey = KEY) -> SavedResponse | None:
        return saved_response(a_call(key), records=self.records, clock=StoppedClock())


@pytest.fixture
def world() -> World:
    return World()


RESPONSE = SavedResponse(201, '{"said":"made"}', 7, "/v1/things/1", "en")


def test_the_response_is_kept_with_the_effect(world: World) -> None:
    transaction = world.transaction()

    transaction.commit(world.effect.items, result="made")

    assert world.effect.written == 1
    assert transaction.response == world.saved() == RESPONSE
    assert world.inner.commits == [2]


def test_without_a_key_nothing_is_kept(world: World) -> None:
    transaction = world.transaction(key=None)

    transaction.commit(world.effect.items, result="made")

    assert transaction.response == RESPONSE
    assert world.records.records == {}
    assert world.inner.commits == [1]


def test_a_response_that_cannot_be_rendered_is_an_effect_that_did_not_happen(world: World) -> None:
    def fails(result: object) -> Reply[Body]:
        raise LookupError

    transaction = world.transaction(render=fails)

    with pytest.raises(LookupError):
        transaction.commit(world.effect.items, result="made")

    assert (world.effect.written, world.inner.commits, world.saved()) == (0, [], None)


def test_an_effect_that_is_refused_keeps_no_response(world: World) -> None:
    world.effect.stale = True
    transaction = world.transaction()

    with pytest.raises(ChangedMeanwhile):
        transaction.commit(world.effect.items, result="made")

    assert transaction.response is None
    assert world.saved() is None


def test_a_taken_key_is_said_before_whatever_else_is_wrong(world: World) -> None:
    """The retry that finished first changed the effect's ground too; what matters is its response."""
    world.transaction().commit(world.effect.items, result="made")
    world.effect.stale = True

    with pytest.raises(IdempotencyKeyTaken):
        world.transaction().commit(world.effect.items, result="another")

    assert (world.effect.written, world.saved()) == (1, RESPONSE)


def test_a_key_that_was_used_for_other_content_is_refused(world: World) -> None:
    world.transaction().commit(world.effect.items, result="made")

    with pytest.raises(KeyReused):
        world.saved(IdempotencyKey(scope=KEY.scope, key=KEY.key, fingerprint="another"))


def test_a_result_that_needed_no_commit_is_rendered_alike(world: World) -> None:
    assert world.transaction().respond("made") == RESPONSE
    assert world.inner.commits == []
