"""Usernames: one form, of Latin letters, so that two that look alike are the same."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ishtirak.kernel.digits import fold
from ishtirak.kernel.text import Text

_FORM: Final = re.compile("[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_NUMBER: Final = re.compile("[0-9]{9,}")
SHORTEST, LONGEST = 4, 32


def username(typed: str) -> str:
    """The one form of a new username: small letters, Western digits; it begins with a letter, so it is no number.

    Dots, dashes and underscores stand between letters or digits. Nine digits in a row are an identity number or a
    phone, and refused.
    """
    name = fold(typed).strip().casefold()
    if not (SHORTEST <= len(name) <= LONGEST and _FORM.fullmatch(name)):
        raise PydanticCustomError("username_form", "A username has 4 to 32 Latin letters and digits")
    if _NUMBER.search(re.sub("[._-]", "", name)):
        raise PydanticCustomError("username_number", "A username holds no identity number and no phone")
    return name


Username = Annotated[str, Text(SHORTEST, LONGEST), AfterValidator(username)]
"""A username as a field, normalised."""
