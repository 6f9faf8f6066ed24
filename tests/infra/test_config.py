"""What an environment may be."""

from typing import Any

import pytest
from pydantic import ValidationError

from infra.app import context
from infra.config import Environment

PRODUCTION: dict[str, Any] = {"environment": "production"}
REASON = "Decree 12/2026 of the authority's board, until the region opens"


def test_the_described_environments_are_accepted() -> None:
    development = Environment.from_context(context())
    production = Environment.from_context(context(**PRODUCTION))

    assert not development.production
    assert production.production
    assert production.firewall
    assert not production.snap_start


def test_production_outside_the_kingdom_is_refused() -> None:
    with pytest.raises(ValidationError, match="outside the kingdom"):
        Environment.from_context(context(**PRODUCTION, region="eu-central-1"))


def test_production_outside_the_kingdom_needs_a_written_reason() -> None:
    exempted = context(**PRODUCTION, region="me-south-1", residency_reason=REASON)

    assert Environment.from_context(exempted).region == "me-south-1"


def test_a_reason_of_one_word_is_no_reason() -> None:
    with pytest.raises(ValidationError, match="residency_reason"):
        Environment.from_context(context(**PRODUCTION, region="me-south-1", residency_reason="ok"))


def test_production_never_lets_go_of_its_data() -> None:
    with pytest.raises(ValidationError, match="retain_data"):
        Environment.from_context(context(**PRODUCTION, retain_data="false"))


@pytest.mark.parametrize(("days", "kept"), [(365, False), (400, True)])
def test_production_keeps_its_logs_of_access_for_twelve_months_of_any_year(days: int, kept: bool) -> None:
    """PRV-01: 365 days are a day short of the twelve months that hold a 29 February."""
    described = context(**PRODUCTION, log_retention_days=days)

    if kept:
        assert Environment.from_context(described).log_retention_days == days
        return
    with pytest.raises(ValidationError, match="366 days"):
        Environment.from_context(described)


def test_snap_start_is_refused_where_it_is_not_offered() -> None:
    with pytest.raises(ValidationError, match="SnapStart"):
        Environment.from_context(context(**PRODUCTION, snap_start="true"))


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example.sa", "https://a.sa/path", "example.sa", "https://a'b"]
)
def test_only_exact_web_origins_are_accepted(origin: str) -> None:
    described = context()["environments"]["development"]

    with pytest.raises(ValidationError, match="exact web origin"):
        Environment.model_validate({**described, "name": "development", "web_origins": [origin]})


def test_an_unknown_environment_is_named() -> None:
    with pytest.raises(ValueError, match="no environment 'staging'"):
        Environment.from_context(context(environment="staging"))
