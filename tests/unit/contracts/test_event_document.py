"""The form of an event as the other side reads it."""

from ishtirak.contracts.model import ContractEvent


def test_the_form_names_itself_and_its_fields_as_they_are_sent() -> None:
    document = ContractEvent.document()

    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == "urn:ishtirak:qiwa-contract:1"
    assert {"schema", "type", "contract_number", "version", "occurred_at", "terms"} <= set(
        document["required"]
    )
    assert document["title"] == "ContractEvent"
