"""What a caller may reach: what the operation's permit says, and without one nothing that is somebody else's."""

from dataclasses import replace

import pytest

from ishtirak.kernel.access import AccessRelation, Permit
from ishtirak.kernel.errors import NotFound
from tests.fakes.requests import CONTRIBUTOR, OFFICER, STRANGER

OWN, ESTABLISHMENT = AccessRelation.OWN, AccessRelation.OWN_ESTABLISHMENT
FORMER, OTHER = AccessRelation.FORMER_ESTABLISHMENT, AccessRelation.OTHER


def test_a_relation_that_is_not_granted_does_not_exist() -> None:
    permit = Permit({OWN})

    with pytest.raises(NotFound):
        permit.require(OTHER)

    assert list(permit.found) == []


def test_a_relation_that_is_granted_is_noted_once() -> None:
    permit = Permit({OWN, OTHER})

    for relation in (OTHER, OWN, OTHER):
        permit.require(relation)

    assert list(permit.found) == [OTHER, OWN]


def test_where_no_operation_calls_nothing_of_others_is_reached() -> None:
    for relation in (OWN, ESTABLISHMENT, FORMER):
        CONTRIBUTOR.require(relation)

    with pytest.raises(NotFound):
        CONTRIBUTOR.require(OTHER)
    with pytest.raises(NotFound):
        CONTRIBUTOR.require_owner(STRANGER.person_id)
    CONTRIBUTOR.require_owner(CONTRIBUTOR.person_id)
    OFFICER.require_authority(STRANGER.person_id)


@pytest.mark.parametrize(("relations", "reaches"), [({OTHER}, False), ({OWN}, True), ({OWN, OTHER}, True)])
def test_an_owner_reaches_what_is_theirs_where_the_operation_says_so(
    relations: set[AccessRelation], reaches: bool
) -> None:
    by = replace(CONTRIBUTOR, permit=Permit(relations))

    if reaches:
        by.require_owner(CONTRIBUTOR.person_id)
    else:
        with pytest.raises(NotFound):
            by.require_owner(CONTRIBUTOR.person_id)


def test_the_authority_reaches_by_an_operation_only_what_that_grants() -> None:
    others_alone = Permit({OTHER})
    by = replace(OFFICER, permit=others_alone)

    by.require_authority(STRANGER.person_id)
    by.require_authority()
    with pytest.raises(NotFound):
        by.require_authority(OFFICER.person_id)

    assert list(others_alone.found) == [OTHER]


def test_a_permit_makes_no_other_caller_of_somebody() -> None:
    assert replace(CONTRIBUTOR, permit=Permit({OWN})) == CONTRIBUTOR
    assert "permit" not in repr(CONTRIBUTOR)
