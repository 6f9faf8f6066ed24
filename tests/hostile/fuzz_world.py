"""What exists while the system is fuzzed: requests in every state their owner, employer and officers can see."""

import uuid

from local.demo.acts import decide
from tests.flows.test_main_job import APPROVE, LLC, employer_says, under_review, with_the_employer
from tests.flows.world import World


def known_ids(world: World) -> dict[str, list[str]]:
    """The values of path parameters that name something, by the parameter."""
    majid = world.signed_in("majid")
    draft = majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)
    billed = under_review(world, majid)
    decide(world.signed_in("faisal"), billed, APPROVE)
    majid.until(billed, "BILLED")
    somebody = world.somebody()
    waiting = with_the_employer(world, somebody)
    reviewed = with_the_employer(world, world.somebody())
    employer_says(world, "noura", reviewed, {"answer": "CONFIRM"})
    bills = world.signed_in("noura").ask("GET", "/v1/employer/bills").expect(200).body["bills"]
    world.quiet()
    listed = (
        world.signed_in("noura").ask("GET", f"/v1/employer/establishments/{LLC}/contributors").expect(200)
    )
    certificate = majid.ask("POST", "/v1/me/certificates").expect(201).body
    documents = majid.ask("GET", f"/v1/requests/{billed}/documents").expect(200).body["documents"]
    sessions = majid.ask("GET", "/v1/me/sessions").expect(200).body["sessions"]
    return {
        "session_id": [str(uuid.uuid4()), *(one["id"] for one in sessions if not one["current"])],
        "request_id": [str(draft.body["id"]), billed, waiting, reviewed],
        "bill_id": [bill["bill_id"] for bill in bills],
        "document_id": [document["id"] for document in documents],
        "number": [LLC],
        "contributor_id": [each["contributor_id"] for each in listed.body["contributors"]],
        "certificate_code": [certificate["verification_code"]],
    }
