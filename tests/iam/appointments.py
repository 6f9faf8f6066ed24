"""The part of the story in which somebody comes to act for an establishment, or for the authority."""

from datetime import UTC, datetime

from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.clock import RIYADH
from ishtirak.officials.first import appoint_first
from local.demo.acts import EMPLOYER
from local.demo.run import DemoRun
from local.environment import Environment
from local.simulators.people import roster


def somebody_appointed(system: Environment, story: DemoRun) -> None:
    """The feed names a new owner of an establishment, and takes one away; an officer appoints and takes back."""
    registry = system.simulators.commercial_registry
    owned = registry.latest("7000000002")
    registry.publish({**owned, "owners": [{"identity_number": "2000000048", "birth_date": "1986-09-03"}]})
    system.cloud.fire("RegistryFeed")
    noura, offices = story.signed_in("noura"), f"/v1/employer/establishments/{EMPLOYER}/delegations"
    wish = {
        "identity_number": "3000000001",
        "birth_date": "1997-01-25",
        "scopes": ["VIEW"],
        "starts_on": datetime.now(RIYADH).date().isoformat(),
    }
    seen = len(noura.phone())
    begun = noura.ask("POST", f"{offices}/offers", wish).expect(202).body
    code = noura.code_after(seen)
    noura.ask("POST", offices, {"challenge_id": begun["challenge_id"], "code": code}).expect(201)
    for one in noura.ask("GET", offices).expect(200).body["delegations"]:
        noura.ask("GET", f"{offices}/{one['delegation_id']}/history").expect(200)
    noura.ask("GET", "/v1/me/delegations").expect(200)


def an_official_invited_and_disabled(system: Environment, story: DemoRun) -> None:
    """Two administrators, whom an operator appointed, invite somebody the register does not know; one disables them."""
    outputs, first, second = system.cloud.outputs, story.signed_in("khalifa"), story.signed_in("turki")
    table = OfficialTable(outputs["RegisterTable"], access=outputs["AccessTable"])
    for each in (first, second):
        person_id = roster().person(each.username).person_id
        appointed = appoint_first(person_id, by="operator/story", at=datetime.now(UTC))
        DynamoTransaction().commit(table.save(appointed))
    wish = {"identity_number": "OM:00000001", "birth_date": "1994-06-10", "role": "officer"}
    seen = len(first.phone())
    begun = first.ask("POST", "/v1/officials/invitations", wish).expect(202).body
    body = {"challenge_id": begun["challenge_id"], "code": first.code_after(seen)}
    invited = first.ask("POST", "/v1/officials", body).expect(201).body
    path, seen = f"/v1/officials/{invited['official_id']}", len(second.phone())
    asked = second.ask("POST", f"{path}/confirmation/code").expect(202).body
    body = {"challenge_id": asked["challenge_id"], "code": second.code_after(seen)}
    second.ask("POST", f"{path}/confirmation", body).expect(200)
    second.ask("GET", "/v1/officials").expect(200)
    second.ask("POST", f"{path}/disabling").expect(200)
