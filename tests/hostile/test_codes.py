"""Codes: an old one tried again after an edit, and a phone that is no longer the person's."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.client import Person
from tests.flows.drafts import a_ready_draft
from tests.flows.world import World, period
from tests.hostile.effects import COUNTERS, no_effect

OTHER_REASON = "سبب آخر لعدم التسجيل"


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
