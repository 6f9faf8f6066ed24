"""Premium residency: citizenship stays what it is, and a dated table says what the statutes treat the person as."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.identity import person_number
from ishtirak.kernel.insurance import Nationality
from ishtirak.statute.tables import FOLDER, StatutoryTable, Tables, statutory_tables
from ishtirak.use_cases import authority_dates as residents
from ishtirak.use_cases.assess_claim import claim_of
from ishtirak.use_cases.authority_dates import statutory_class
from tests.fakes.contracts import NOW
from tests.fakes.register import MITHAL, a_contributor, an_establishment
from tests.fakes.requests import submitted
from tests.fakes.residency import RESIDENT, InMemoryResidency, a_resident, authority_dates

DAY = NOW.date()


@pytest.fixture
def treated_as_citizens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of another policy."""
    held: Entry[Nationality] = Entry(
        in_force_from=DAY, value=Nationality.SAUDI, source="A policy of this test"
    )
    table = StatutoryTable[Nationality](name="premium_residency", title="Premium residency", entries=(held,))
    other = statutory_tables().model_copy(update={"premium_residency": table})
    monkeypatch.setattr(residents, "statutory_tables", lambda: other)


def test_a_holder_is_treated_as_a_non_saudi_by_assumption() -> None:
    (entry,) = statutory_tables().premium_residency.entries

    assert entry.assumed
    assert statutory_class(a_resident(premium_residency=True), on=DAY) is Nationality.NON_SAUDI


@pytest.mark.usefixtures("treated_as_citizens")
def test_the_table_decides_and_the_citizenship_stays() -> None:
    holder, other = a_resident(premium_residency=True), a_resident()

    claim = claim_of(
        submitted().after,
        submitted().after.data,
        contributor=holder,
        establishment=an_establishment(),
        recorded=(),
        requested_on=DAY,
    )

    assert claim.person.nationality is Nationality.SAUDI
    assert holder.nationality is Nationality.NON_SAUDI
    assert statutory_class(other, on=DAY) is Nationality.NON_SAUDI


@pytest.mark.usefixtures("treated_as_citizens")
def test_whoever_is_treated_as_a_citizen_has_no_dates_from_the_authority() -> None:
    residency = InMemoryResidency()
    dates = authority_dates(residency)

    asked_of = [
        dates.services(contributor, establishment=MITHAL, on=DAY)
        for contributor in (a_resident(premium_residency=True), a_resident())
    ]

    assert asked_of == [(), ()]
    assert residency.asked == [person_number(RESIDENT)]


@pytest.mark.parametrize("country", ["SA", "AE"])
@pytest.mark.usefixtures("treated_as_citizens")
def test_a_citizen_of_a_council_state_holds_none_whatever_is_noted(country: str) -> None:
    contributor = a_contributor(country=country, premium_residency=True)

    assert statutory_class(contributor, on=DAY) is contributor.nationality


def test_nobody_is_treated_as_a_national_of_a_council_state(tmp_path: Path) -> None:
    for name in Tables.model_fields:
        content = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
        if name == "premium_residency":
            content["entries"][0]["value"] = "GCC"
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")

    with pytest.raises(ValidationError, match="home scheme"):
        Tables.read(tmp_path)
