"""A reference read out, mistyped in one symbol or with two swapped, is not taken for another."""

from datetime import date

import pytest

from ishtirak.kernel.reference import is_reference, reference_of

SAMPLES = [reference_of(f"request-{number}", on=date(2026, 11, 22)) for number in range(40)]
BODY = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = BODY + "*~$=U"


def with_body(reference: str, body: str) -> str:
    prefix, year, _, check = reference.split("-")
    return f"{prefix}-{year}-{body}-{check}"


def test_a_reference_is_one_and_carries_the_hijri_year() -> None:
    assert all(is_reference(sample) for sample in SAMPLES)
    assert all(sample.startswith("ISH-1448-") for sample in SAMPLES)


def test_the_same_request_has_the_same_reference() -> None:
    assert reference_of("request-1", on=date(2026, 11, 22)) == SAMPLES[1]
    assert len(set(SAMPLES)) == len(SAMPLES)


def test_lower_case_is_understood() -> None:
    assert all(is_reference(sample.lower()) for sample in SAMPLES)


def test_every_single_wrong_symbol_is_caught() -> None:
    for sample in SAMPLES:
        body = sample.split("-")[2]
        for place, right in enumerate(body):
            for wrong in set(BODY) - {right}:
                assert not is_reference(with_body(sample, body[:place] + wrong + body[place + 1 :]))


def test_every_wrong_check_symbol_is_caught() -> None:
    for sample in SAMPLES:
        for wrong in set(CHECK) - {sample[-1]}:
            assert not is_reference(sample[:-1] + wrong)


def test_every_swap_of_neighbours_is_caught() -> None:
    swaps = 0
    for sample in SAMPLES:
        body = sample.split("-")[2]
        for place in range(len(body) - 1):
            if body[place] != body[place + 1]:
                swaps += 1
                swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
                assert not is_reference(with_body(sample, swapped))
    assert swaps > 200


OTHER_FORMS = (
    "",
    "ISH",
    "ISH-1448-00000000",
    "ISH-1448-0000000-0",
    "ISX-1448-00000000-0",
    "ISH-1448-0000000U-0",
    "ISH-1448-00000000-00",
    "ISH--00000000-0",
    "ISH-14x8-00000000-0",
    "ISH-1448-00000000-0\n",
    "\u0131SH-1448-00000000-0",
)


@pytest.mark.parametrize("text", OTHER_FORMS)
def test_what_has_another_form_is_no_reference(text: str) -> None:
    assert not is_reference(text)
