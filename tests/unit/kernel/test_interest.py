"""Who is a party to a matter, relation by relation."""

from datetime import date

import pytest

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.interest import Employment, Interests, Matter, OwnInterest, Relation

HERE, ELSEWHERE = EstablishmentNumber("7000000001"), EstablishmentNumber("7000000002")
MATTER = Matter(
    owner="owner",
    establishments=frozenset({HERE}),
    since=date(2025, 3, 1),
    proprietors=frozenset({"proprietor"}),
    replied=frozenset({"replier"}),
    decided=frozenset({"decider"}),
)


def with_employment(number: EstablishmentNumber, last: date | None) -> Interests:
    return Interests(person_id="officer", employments=[Employment(establishment=number, ends_on=last)])


@pytest.mark.parametrize(
    ("interests", "relation"),
    [
        (Interests(person_id="owner"), Relation.OWNER),
        (Interests(person_id="officer", acts_for=[ELSEWHERE, HERE]), Relation.ACTS_FOR),
        (Interests(person_id="proprietor"), Relation.OWNS),
        (with_employment(HERE, None), Relation.EMPLOYED),
        (with_employment(HERE, date(2025, 3, 1)), Relation.EMPLOYED),
        (Interests(person_id="replier"), Relation.REPLIED),
        (Interests(person_id="decider"), Relation.DECIDED),
    ],
)
def test_a_party_is_refused_and_told_how_they_are_one(interests: Interests, relation: Relation) -> None:
    with pytest.raises(OwnInterest) as refused:
        interests.require_none_in(MATTER)

    assert refused.value.facts == {"relation": relation.value}


@pytest.mark.parametrize(
    "interests",
    [
        Interests(person_id="officer"),
        Interests(person_id="officer", acts_for=[ELSEWHERE]),
        with_employment(ELSEWHERE, None),
        with_employment(HERE, date(2025, 2, 28)),
    ],
)
def test_who_has_no_part_in_it_decides(interests: Interests) -> None:
    interests.require_none_in(MATTER)

    assert interests.in_matter(MATTER) is None


def test_a_matter_that_concerns_nobody_refuses_nobody() -> None:
    assert Interests(person_id="officer", acts_for=[HERE]).in_matter(Matter()) is None
