"""Hostile files over HTTP: each is declared, posted by its form and inspected as anybody's is."""

from local.client import Person
from local.sample_documents import pdf
from tests.documents.bombs import compressed_page
from tests.flows.world import World

BEGUN = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}


def begun(person: Person) -> str:
    return str(person.ask("POST", "/v1/requests", BEGUN).expect(201).body["id"])


def outcome(person: Person, content: bytes) -> tuple[str, str | None]:
    """State and reason of a document of these bytes, once it is inspected."""
    request_id = begun(person)
    document_id = person.upload(request_id, "PAYSLIP", "payslip.pdf", content)
    inspected = person.inspected(request_id, document_id)
    return inspected["state"], inspected["reason"]


def test_a_page_compressed_twice_is_refused(world: World) -> None:

    bomb = compressed_page(200, times=2)

    state, reason = outcome(world.somebody(), bomb)

    assert len(bomb) < 1_000
    assert (state, reason) == ("REFUSED", "EXPANDS_TOO_MUCH")


def test_the_same_file_twice_in_one_request_is_refused(world: World) -> None:
    person = world.somebody()
    request_id = begun(person)
    content = pdf("Payslip", lines=[request_id])
    person.declare(request_id, "PAYSLIP", "payslip.pdf", content).expect(201)

    again = person.declare(request_id, "PAYSLIP", "another-name.pdf", content)

    again.expect(409, "document_already_attached")
