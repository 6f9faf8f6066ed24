"""The authority's periods and limits of requests, as dated data."""

from datetime import date, timedelta

import pytest

from ishtirak.kernel.dated import NotInForce
from ishtirak.requests.policy import RequestPolicy, policies, policy_on

DAY = date(2026, 11, 22)


def test_every_value_is_dated_with_a_source_and_says_what_is_assumed() -> None:
    assert {entry.applies_to["name"] for entry in policies().entries} == RequestPolicy.model_fields.keys()
    assert all(entry.source and entry.assumed for entry in policies().entries)


def test_the_policy_of_a_day_is_what_was_in_force_then() -> None:
    policy = policy_on(DAY)

    assert policy == RequestPolicy(
        employer_reply_working_days=10,
        review_working_days=15,
        second_review_working_days=10,
        completion_days=30,
        second_approval_above_halalas=5_000_000,
        open_requests_a_person=5,
        documents_a_request=10,
        stranded_after_minutes=30,
        declaration_version="2026-11",
    )


def test_before_the_first_day_there_is_no_policy() -> None:
    first = min(entry.in_force_from for entry in policies().entries)

    assert policy_on(first)
    with pytest.raises(NotInForce):
        policy_on(first - timedelta(days=1))
