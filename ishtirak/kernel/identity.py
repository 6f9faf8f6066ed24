"""Numbers that identify a person, an establishment or a phone.

Each is a value that is valid from the moment it exists. Those that point at a person print masked wherever
they are printed; `reveal()` is the one way to the digits, so a search for it finds every disclosure.
A number that is not acceptable raises `PydanticCustomError` (a `ValueError`) whose `type` is a stable code.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_plain_validator_function,
    plain_serializer_function_ser_schema,
    str_schema,
)

from ishtirak.kernel.digits import fold, is_digits, passes_luhn

HIDDEN: Final = "•" * 4
"""Stands for whatever is not shown, always as long: it tells nothing of how much there was."""


def _reveal(value: "Number") -> str:
    return value.reveal()


@dataclass(frozen=True, slots=True, repr=False)
class Number:
    """What all the numbers have in common: they are made from a string and serialise to one."""

    _digits: str

    pattern: ClassVar[str]
    """The JSON schema's pattern for the written form; narrower rules are in `accepted`."""
    shown: ClassVar[int] = 4
    """How many digits the masked form ends with."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_digits", self.accepted(fold(self._digits)))

    @classmethod
    def accepted(cls, text: str) -> str:
        """The canonical form of the folded text, or `PydanticCustomError`."""
        raise NotImplementedError

    def reveal(self) -> str:
        """The digits themselves: for a store, a gateway or the person themselves, never for a log."""
        return self._digits

    def masked(self) -> str:
        """The form that may be shown to somebody who need not know the number: its last digits and nothing else."""
        return f"{HIDDEN}{self._digits[-self.shown :]}"

    def __str__(self) -> str:
        return self.masked()

    def __format__(self, specification: str) -> str:
        return format(self.masked(), specification)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked()!r})"

    @classmethod
    def _from_input(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "Input should be a valid string")
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(
            cls._from_input,
            serialization=plain_serializer_function_ser_schema(_reveal, return_schema=str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": cls.pattern}


class IdentityKind(StrEnum):
    """Which authority gave the number, and to whom."""

    NATIONAL_ID = "NATIONAL_ID"
    IQAMA = "IQAMA"
    BORDER = "BORDER"
    GCC = "GCC"


class IdentityNumber(Number):
    """رقم الهوية الوطنية أو الإقامة: a citizen's (1…) or a resident's (2…), ten digits, Luhn-checked."""

    __slots__ = ()
    pattern = "^[12][0-9]{9}$"

    @classmethod
    def accepted(cls, text: str) -> str:
        if not is_digits(text):
            raise PydanticCustomError("identity_number_digits", "An identity number has digits only")
        if len(text) != 10:
            raise PydanticCustomError("identity_number_length", "An identity number has ten digits")
        if text[0] not in "12":
            raise PydanticCustomError("identity_number_prefix", "An identity number starts with 1 or 2")
        if not passes_luhn(text):
            raise PydanticCustomError("identity_number_checksum", "The check digit does not match")
        return text

    @property
    def kind(self) -> IdentityKind:
        """The first digit decides it."""
        return IdentityKind.NATIONAL_ID if self._digits[0] == "1" else IdentityKind.IQAMA


class BorderNumber(Number):
    """رقم الحدود: given on entry (3…, 4… or 5…). No check digit is published: a Luhn match says nothing."""

    __slots__ = ()
    pattern = "^[345][0-9]{9}$"
    kind: ClassVar = IdentityKind.BORDER

    @classmethod
    def accepted(cls, text: str) -> str:
        if not re.fullmatch("[345][0-9]{9}", text):
            raise PydanticCustomError(
                "border_number_form", "A border number has ten digits and starts with 3, 4 or 5"
            )
        return text


class EstablishmentNumber(Number):
    """الرقم الوطني الموحد للمنشأة: ten digits starting with 7. It names a business, so it prints in full."""

    __slots__ = ()
    pattern = "^7[0-9]{9}$"

    @classmethod
    def accepted(cls, text: str) -> str:
        if not re.fullmatch("7[0-9]{9}", text):
            raise PydanticCustomError(
                "establishment_number_form", "An establishment number has ten digits and starts with 7"
            )
        return text

    def masked(self) -> str:
        return self._digits


class Mobile(Number):
    """رقم الجوال: a Saudi mobile in any of its written forms, kept as +9665XXXXXXXX."""

    __slots__ = ()
    pattern = r"^(\+966|00966|966|0)?5[013-9][0-9]{7}$"
    shown = 3

    @classmethod
    def accepted(cls, text: str) -> str:
        match = re.fullmatch(r"(?:\+966|00966|966|0)?(5[013-9][0-9]{7})", text)
        if match is None:
            raise PydanticCustomError("mobile_form", "A Saudi mobile number looks like 05XXXXXXXX")
        return f"+966{match[1]}"


class GccState(StrEnum):
    """The other member states of the Cooperation Council, by ISO 3166-1."""

    BAHRAIN = "BH"
    KUWAIT = "KW"
    OMAN = "OM"
    QATAR = "QA"
    UNITED_ARAB_EMIRATES = "AE"


def _kuwaiti_check_digit_matches(digits: str) -> bool:
    weights = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    weighted = sum(weight * int(digit) for weight, digit in zip(weights, digits[:11], strict=True))
    return 11 - weighted % 11 == int(digits[11])


_GCC_FORMS: Final[Mapping[GccState, tuple[str, Callable[[str], bool] | None]]] = MappingProxyType(
    {
        GccState.BAHRAIN: ("[0-9]{9}", None),
        GccState.KUWAIT: ("[0-9]{12}", _kuwaiti_check_digit_matches),
        GccState.OMAN: ("[0-9]{8}", None),
        GccState.QATAR: ("[0-9]{11}", None),
        GccState.UNITED_ARAB_EMIRATES: ("784[0-9]{12}", passes_luhn),
    }
)


class GccIdentityNumber(Number):
    """رقم هوية مواطني دول المجلس, written `STATE:digits` (`AE:784…`), because digits alone name no state."""

    __slots__ = ()
    pattern = "^(AE:784[0-9]{12}|BH:[0-9]{9}|KW:[0-9]{12}|OM:[0-9]{8}|QA:[0-9]{11})$"
    kind: ClassVar = IdentityKind.GCC

    @classmethod
    def accepted(cls, text: str) -> str:
        state, _, digits = text.partition(":")
        if state not in GccState:
            raise PydanticCustomError("gcc_number_state", "The number does not name its member state")
        form, checks = _GCC_FORMS[GccState(state)]
        if not re.fullmatch(form, digits):
            raise PydanticCustomError("gcc_number_form", "The number does not have the form of its state")
        if checks is not None and not checks(digits):
            raise PydanticCustomError("gcc_number_checksum", "The check digit does not match")
        return text

    @property
    def state(self) -> GccState:
        return GccState(self._digits[:2])


def person_number(
    text: str, *, country: str | None = None
) -> IdentityNumber | BorderNumber | GccIdentityNumber:
    """The number by its form, whoever gave it: ten digits, or one of a member state of the Cooperation Council.

    Such a state's number names its state (`AE:784…`), or is of the nationality given beside it; two states that differ
    are refused. Whatever has neither form is refused as an identity number is.
    """
    folded = fold(text)
    if len(folded) != _LOCAL_LENGTH and ":" not in folded and country in GccState:
        return GccIdentityNumber(f"{country}:{folded}")
    if ":" not in folded:
        return BorderNumber(folded) if re.fullmatch("[345][0-9]{9}", folded) else IdentityNumber(folded)
    number = GccIdentityNumber(folded)
    if country is not None and number.state != country:
        raise PydanticCustomError("gcc_number_state", "The number is of another state than the nationality")
    return number


def _person_number(value: object) -> IdentityNumber | BorderNumber | GccIdentityNumber:
    if isinstance(value, IdentityNumber | BorderNumber | GccIdentityNumber):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    return person_number(value)


_LOCAL_LENGTH: Final = 10
PERSON_NUMBER_PATTERN: Final = "|".join(
    number.pattern for number in (IdentityNumber, BorderNumber, GccIdentityNumber)
)

PersonNumber = Annotated[
    IdentityNumber | BorderNumber | GccIdentityNumber,
    PlainValidator(_person_number),
    PlainSerializer(_reveal, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PERSON_NUMBER_PATTERN}),
]
"""A person's number of any kind; as a field it is written as text and read by its form."""
