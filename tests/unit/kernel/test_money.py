"""Money is whole halalas."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from ishtirak.kernel.money import Halalas, divide, format_riyals, parse_riyals, share

amounts = st.integers(-(10**13), 10**13).map(Halalas)


@given(st.integers(0, 10**13).map(Halalas))
def test_an_amount_survives_being_written(amount: Halalas) -> None:
    assert parse_riyals(format_riyals(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("8000.00", 800_000), ("8000", 800_000), ("0.5", 50), ("0.05", 5), ("٨٠٠٠.٥٠", 800_050)],
)
def test_riyals_are_read_to_the_halala(text: str, amount: int) -> None:
    assert parse_riyals(text) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "1.234", "1,000", "1e3", ".5", "5.", " 5", "5\n", "NaN", "1234567890123"]
)
def test_what_is_no_amount_is_refused_and_not_rounded(text: str) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        parse_riyals(text)

    assert refusal.value.type == "riyals_form"


def test_a_reversal_is_written_with_its_sign() -> None:
    assert format_riyals(Halalas(-5)) == "-0.05"
    assert format_riyals(Halalas(123_456)) == "1234.56"


@given(amounts, st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_the_nearest_halala_and_reverses(
    amount: Halalas, numerator: int, denominator: int
) -> None:
    part = share(amount, numerator=numerator, denominator=denominator)
    exact = Fraction(amount * numerator, denominator)

    assert abs(part - exact) <= Fraction(1, 2)
    assert abs(part) >= abs(exact) or abs(part - exact) < Fraction(1, 2)
    assert share(Halalas(-amount), numerator=numerator, denominator=denominator) == -part


def test_half_a_halala_is_rounded_up() -> None:
    assert share(Halalas(1), numerator=1, denominator=2) == 1
    assert share(Halalas(3), numerator=1, denominator=2) == 2
    assert share(Halalas(1), numerator=49, denominator=100) == 0


@given(
    st.integers(0, 10**10).map(Halalas),
    st.lists(st.integers(0, 10**10), min_size=1, max_size=8).filter(any).map(tuple),
)
def test_divided_parts_sum_to_the_whole_and_each_is_within_a_halala(
    amount: Halalas, weights: tuple[int, ...]
) -> None:
    parts = divide(amount, weights=weights)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


def test_what_is_left_over_goes_to_the_largest_remainders_in_order() -> None:
    assert divide(Halalas(100), weights=(1, 1, 1)) == (34, 33, 33)
    assert divide(Halalas(100), weights=(1, 3, 3)) == (14, 43, 43)
