"""PRV-01: the periods of data protection, counted to the moment or the day, and each with its source."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.dated import NotInForce
from ishtirak.privacy.rules import (
    NoLifetime,
    access_log_days,
    answer_by,
    document_kept_until,
    document_lifetime,
    document_lifetimes,
    notify_authority_by,
    processing_record_kept_until,
    shortest_document_days,
)
from ishtirak.privacy.tables import DocumentEnd, PrivacyTables, privacy_tables

DAY = date(2026, 11, 22)
moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2075, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


@given(moments)
def test_a_breach_is_notified_within_72_hours_wherever_the_clock_stands(known_at: datetime) -> None:
    until = notify_authority_by(known_at)

    assert until - known_at == timedelta(hours=72)
    assert until.tzinfo is UTC


def test_neither_weekend_nor_holiday_stops_the_72_hours() -> None:
    before_the_feast = datetime(2027, 3, 8, 22, 30, tzinfo=RIYADH)

    assert notify_authority_by(before_the_feast) == datetime(2027, 3, 11, 19, 30, tzinfo=UTC)


def test_a_right_is_answered_by_the_end_of_the_thirtieth_day_in_the_kingdom() -> None:
    late_in_utc = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)  # the 23rd in Riyadh

    assert answer_by(late_in_utc) == datetime(2026, 12, 23, 20, 59, 59, tzinfo=UTC)
    assert answer_by(late_in_utc, extended=True) == datetime(2027, 1, 22, 20, 59, 59, tzinfo=UTC)


@given(moments)
def test_an_answer_has_thirty_whole_days_and_an_extension_thirty_more(received_at: datetime) -> None:
    first, extended = answer_by(received_at), answer_by(received_at, extended=True)

    assert timedelta(days=30) <= first - received_at < timedelta(days=31)
    assert extended - first == timedelta(days=30)


@pytest.mark.parametrize("rule", [notify_authority_by, answer_by])
def test_a_moment_without_a_time_zone_is_no_moment(rule: object) -> None:
    with pytest.raises(ValueError, match="time zone"):
        rule(datetime(2026, 11, 22))  # type: ignore[operator]  # noqa: DTZ001


def test_a_record_of_processing_is_kept_five_years_more_and_never_a_day_less() -> None:
    assert processing_record_kept_until(DAY) == date(2031, 11, 22)
    assert processing_record_kept_until(date(2028, 2, 29)) == date(2033, 3, 1)


def test_a_log_of_access_is_kept_for_twelve_months_a_leap_year_too() -> None:
    assert access_log_days(DAY) == 366


def test_before_the_law_nothing_is_said() -> None:
    with pytest.raises(NotInForce):
        processing_record_kept_until(date(2023, 9, 13))


@pytest.mark.parametrize(
    ("end", "kind", "days"),
    [
        (DocumentEnd.UNSUBMITTED, "PAYSLIP", 90),
        (DocumentEnd.REMOVED, "PAYSLIP", 30),
        (DocumentEnd.WITHDRAWN, "PAYSLIP", 30),
        (DocumentEnd.EXPIRED, "PAYSLIP", 30),
        (DocumentEnd.REJECTED, "PAYSLIP", 365),
        (DocumentEnd.BILLED, "PAYSLIP", 1826),
        (DocumentEnd.BILLED, "SUPPORTING_DOCUMENT", 365),
    ],
)
def test_a_document_is_kept_for_as_long_as_what_became_of_its_request_asks(
    end: DocumentEnd, kind: str, days: int
) -> None:
    assert document_kept_until(end, kind=kind, on=DAY) == DAY + timedelta(days=days)


def test_what_nobody_decides_on_any_more_is_kept_for_less_than_what_was_decided() -> None:
    kept = {end: document_kept_until(end, kind="PAYSLIP", on=DAY) for end in DocumentEnd}
    open_to_nobody = (
        DocumentEnd.UNSUBMITTED,
        DocumentEnd.REMOVED,
        DocumentEnd.WITHDRAWN,
        DocumentEnd.EXPIRED,
    )

    assert max(kept[end] for end in open_to_nobody) < kept[DocumentEnd.REJECTED] < kept[DocumentEnd.BILLED]


@given(st.integers(0, 3651))
def test_a_lifetime_is_never_shorter_than_asked_for_and_the_shortest_there_is(days: int) -> None:
    lifetime = document_lifetime(DAY, until=DAY + timedelta(days=days))

    assert lifetime > days
    assert not [shorter for shorter in document_lifetimes() if days < shorter < lifetime]


def test_a_document_that_no_lifetime_is_long_enough_for_is_refused() -> None:
    with pytest.raises(NoLifetime):
        document_lifetime(DAY, until=DAY + timedelta(days=3652))


def test_every_period_of_the_table_has_a_lifetime_even_after_years_of_waiting() -> None:
    for end in DocumentEnd:
        until = document_kept_until(end, kind="PAYSLIP", on=DAY)
        assert document_lifetime(DAY - timedelta(days=4 * 365), until=until) in document_lifetimes()


def test_the_shortest_time_is_the_shortest_of_all() -> None:
    assert shortest_document_days() == 30
    assert shortest_document_days() <= min(document_lifetimes())


def test_every_period_has_a_source_and_what_no_text_states_is_assumed() -> None:
    tables = privacy_tables()
    entries = {name: getattr(tables, name).entries for name in PrivacyTables.model_fields}

    assert all(entry.source for table in entries.values() for entry in table)
    assert {name for name, table in entries.items() if all(entry.assumed for entry in table)} == {
        "access_log_months",
        "document_days",
        "document_lifetimes",
    }
