"""ID-01…05: identity, establishment and mobile numbers."""

import copy
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from ishtirak.kernel.digits import fold, passes_luhn
from ishtirak.kernel.identity import (
    HIDDEN,
    BorderNumber,
    EstablishmentNumber,
    GccIdentityNumber,
    GccState,
    IdentityKind,
    IdentityNumber,
    Mobile,
    Number,
    PersonNumber,
    person_number,
)


class Person(BaseModel):
    """A model with one field of each kind."""

    model_config = ConfigDict(strict=True, frozen=True)

    number: IdentityNumber
    employer: EstablishmentNumber
    mobile: Mobile


def code_of(number_type: type[Number], text: str) -> str:
    """The stable code with which the text is refused."""
    with pytest.raises(PydanticCustomError) as refusal:
        number_type(text)
    return refusal.value.type


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "identity_number_digits"),
        ("1000 000008", "identity_number_digits"),
        ("+100000008", "identity_number_digits"),
        ("1000000008\n", "identity_number_digits"),
        ("１００００００００８", "identity_number_digits"),
        ("100000008", "identity_number_length"),
        ("10000000080", "identity_number_length"),
        ("3000000004", "identity_number_prefix"),
        ("0000000000", "identity_number_prefix"),
        ("1000000009", "identity_number_checksum"),
        ("2000000007", "identity_number_checksum"),
    ],
)
def test_a_wrong_identity_number_is_refused_by_what_is_wrong(text: str, code: str) -> None:
    assert code_of(IdentityNumber, text) == code


def test_the_first_digit_says_who_gave_the_number() -> None:
    assert IdentityNumber("1000000008").kind is IdentityKind.NATIONAL_ID
    assert IdentityNumber("2000000014").kind is IdentityKind.IQAMA
    assert BorderNumber("3000000001").kind is IdentityKind.BORDER


@pytest.mark.parametrize("text", ["١٠٠٠٠٠٠٠٠٨", "۱۰۰۰۰۰۰۰۰۸", "1٠00۰00008"])
def test_arabic_and_persian_digits_are_the_same_number(text: str) -> None:
    assert IdentityNumber(text) == IdentityNumber("1000000008")


@given(st.text(alphabet="0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", min_size=10, max_size=10))
def test_whatever_is_accepted_is_ten_ascii_digits_that_pass_the_check(text: str) -> None:
    try:
        digits = IdentityNumber(text).reveal()
    except PydanticCustomError:
        return

    assert digits == fold(text)
    assert digits.isascii()
    assert passes_luhn(digits)


@given(
    st.integers(0, 9_999_999_99).map(lambda number: f"1{number:08}"[:9]), st.integers(0, 8), st.integers(1, 9)
)
def test_one_mistyped_digit_never_passes(body: str, place: int, shift: int) -> None:
    check = next(digit for digit in "0123456789" if passes_luhn(body + digit))
    mistyped = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]

    assert not passes_luhn(mistyped + check)


def test_a_number_prints_masked_everywhere() -> None:
    number, mobile = IdentityNumber("1000000008"), Mobile("0512345678")

    for printed in (str(number), repr(number), f"{number}", f"{[number]}", "%s" % number):  # noqa: UP031
        assert "••••0008" in printed
        assert "1000000008" not in printed
    assert f"{number:>12}" == "    ••••0008"
    assert str(mobile) == "••••678"
    assert str(GccIdentityNumber("BH:900101123")) == "••••1123"
    assert str(BorderNumber("3000000001")) == "••••0001"


PERSONAL = st.one_of(
    st.from_regex("[12][0-9]{8}", fullmatch=True).map(
        lambda body: IdentityNumber(next(body + digit for digit in "0123456789" if passes_luhn(body + digit)))
    ),
    st.from_regex("[345][0-9]{9}", fullmatch=True).map(BorderNumber),
    st.from_regex("5[013-9][0-9]{7}", fullmatch=True).map(Mobile),
    st.from_regex("(BH:[0-9]{9}|OM:[0-9]{8}|QA:[0-9]{11})", fullmatch=True).map(GccIdentityNumber),
    st.from_regex("784[0-9]{11}", fullmatch=True).map(
        lambda body: GccIdentityNumber(
            next(f"AE:{body}{digit}" for digit in "0123456789" if passes_luhn(body + digit))
        )
    ),
)


@given(PERSONAL)
def test_a_mask_discloses_the_last_four_characters_at_most_and_not_how_many_there_are(number: Number) -> None:
    shown = number.masked().removeprefix(HIDDEN)

    assert shown == number.reveal()[-len(shown) :]
    assert len(shown) <= 4
    assert len(number.masked()) == len(HIDDEN) + type(number).shown


def test_every_number_is_masked_that_does_not_say_it_names_a_business() -> None:
    in_full = [kind for kind in Number.__subclasses__() if kind.masked is not Number.masked]

    assert in_full == [EstablishmentNumber]


def test_an_establishment_prints_in_full() -> None:
    assert f"{EstablishmentNumber('7000000001')}" == "7000000001"
    assert repr(EstablishmentNumber("7000000001")) == "EstablishmentNumber('7000000001')"


@pytest.mark.parametrize("text", ["1000000001", "700000000", "70000000010", "7OOOOOOOOO"])
def test_an_establishment_number_has_ten_digits_and_starts_with_seven(text: str) -> None:
    assert code_of(EstablishmentNumber, text) == "establishment_number_form"


@pytest.mark.parametrize("text", ["2000000001", "6000000001", "300000000", "30000000010"])
def test_a_border_number_starts_with_three_to_five(text: str) -> None:
    assert code_of(BorderNumber, text) == "border_number_form"


@pytest.mark.parametrize("text", ["0512345678", "512345678", "+966512345678", "00966512345678", "٠٥١٢٣٤٥٦٧٨"])
def test_every_written_form_of_a_mobile_is_one_number(text: str) -> None:
    assert Mobile(text).reveal() == "+966512345678"


@pytest.mark.parametrize(
    "text", ["0522345678", "0112345678", "051234567", "05123456789", "+971501234567", ""]
)
def test_what_is_no_saudi_mobile_is_refused(text: str) -> None:
    assert code_of(Mobile, text) == "mobile_form"


@pytest.mark.parametrize("text", ["KW:280010112347", "AE:784199000000010", "OM:12345678", "QA:12345678901"])
def test_each_gcc_state_has_its_own_form(text: str) -> None:
    assert GccIdentityNumber(text).state == GccState(text[:2])
    assert GccIdentityNumber(text).reveal() == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KW:280010112340", "gcc_number_checksum"),
        ("AE:784199000000011", "gcc_number_checksum"),
        ("AE:784", "gcc_number_form"),
        ("BH:12345678", "gcc_number_form"),
        ("SA:1000000008", "gcc_number_state"),
        ("784199000000010", "gcc_number_state"),
    ],
)
def test_a_wrong_gcc_number_is_refused_by_what_is_wrong(text: str, code: str) -> None:
    assert code_of(GccIdentityNumber, text) == code


def test_numbers_are_fields_that_take_strings_only_and_round_trip() -> None:
    text = '{"number":"1000000008","employer":"7000000001","mobile":"+966512345678"}'

    person = Person.model_validate_json(text)

    assert person.model_dump_json() == text
    assert Person.model_validate(person.model_dump()) == person
    assert Person.model_validate({**person.model_dump(), "number": person.number}) == person
    assert "1000000008" not in repr(person)
    with pytest.raises(ValidationError) as refusal:
        Person.model_validate({"number": 1000000008, "employer": "7", "mobile": None})
    assert [error["type"] for error in refusal.value.errors()] == [
        "string_type",
        "establishment_number_form",
        "string_type",
    ]


def test_the_json_schema_tells_a_client_the_form() -> None:
    properties = Person.model_json_schema()["properties"]

    assert properties["number"]["pattern"] == "^[12][0-9]{9}$"
    assert properties["employer"]["type"] == "string"


def test_a_number_is_a_value() -> None:
    number = IdentityNumber("1000000008")

    assert {number, IdentityNumber("١٠٠٠٠٠٠٠٠٨")} == {number}
    assert pickle.loads(pickle.dumps(number)) == copy.deepcopy(number) == number
    assert number != IdentityNumber("2000000014")
    with pytest.raises(AttributeError):
        number._digits = "2000000014"  # type: ignore[misc]


class Worker(BaseModel):
    """A model whose number may be of any kind."""

    model_config = ConfigDict(frozen=True)

    number: PersonNumber


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("1000000008", "SA", IdentityNumber("1000000008")),
        ("٢٠٠٠٠٠٠٠١٤", "PH", IdentityNumber("2000000014")),
        ("2000000006", "AE", IdentityNumber("2000000006")),
        ("3000000001", "BD", BorderNumber("3000000001")),
        ("3000000001", "KW", BorderNumber("3000000001")),
        ("280010112347", "KW", GccIdentityNumber("KW:280010112347")),
        ("KW:280010112347", "KW", GccIdentityNumber("KW:280010112347")),
        ("784199000000010", "AE", GccIdentityNumber("AE:784199000000010")),
        ("OM:00000001", None, GccIdentityNumber("OM:00000001")),
        ("900101123", "BH", GccIdentityNumber("BH:900101123")),
        ("٠٠٠٠٠٠٠٠٠٠١", "QA", GccIdentityNumber("QA:00000000001")),
    ],
)
def test_a_persons_number_is_read_by_its_form_and_by_the_country_beside_it(
    text: str, country: str | None, expected: Number
) -> None:
    assert person_number(text, country=country) == expected


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("KW:280010112347", "AE", "gcc_number_state"),
        ("KW:280010112347", "SA", "gcc_number_state"),
        ("280010112347", None, "identity_number_length"),
        ("280010112347", "SA", "identity_number_length"),
        ("280010112340", "KW", "gcc_number_checksum"),
        ("280010112347", "AE", "gcc_number_form"),
        ("6000000001", "KW", "identity_number_prefix"),
        ("2000000007", "BD", "identity_number_checksum"),
        ("30000000O1", "BD", "identity_number_digits"),
        ("", "OM", "gcc_number_form"),
    ],
)
def test_what_is_nobodys_number_is_refused_by_what_is_wrong(
    text: str, country: str | None, code: str
) -> None:
    with pytest.raises(PydanticCustomError) as refusal:
        person_number(text, country=country)

    assert refusal.value.type == code


@pytest.mark.parametrize("text", ["1000000008", "2000000014", "3000000001", "OM:00000001"])
def test_a_number_of_any_kind_is_a_field_that_round_trips(text: str) -> None:
    worker = Worker.model_validate_json(f'{{"number":"{text}"}}')

    assert worker.number == person_number(text)
    assert worker.model_dump_json() == f'{{"number":"{text}"}}'
    assert Worker.model_validate({"number": worker.number}) == worker
    assert text not in repr(worker)
    assert re.search(Worker.model_json_schema()["properties"]["number"]["pattern"], text)


def test_a_field_of_any_kind_takes_text_only_and_keeps_the_code_of_the_refusal() -> None:
    found = []
    for wrong in (1000000008, "2000000007", "XX:1"):
        with pytest.raises(ValidationError) as refusal:
            Worker.model_validate({"number": wrong})
        found += [error["type"] for error in refusal.value.errors()]

    assert found == ["string_type", "identity_number_checksum", "gcc_number_state"]
