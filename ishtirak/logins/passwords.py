"""What a password is: of one form at every way in, of any characters, not too short. It knows none of the lists."""

import unicodedata
from typing import Final

from ishtirak.kernel.errors import Incomplete
from ishtirak.logins.policy import LoginPolicy

_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
"""What no keyboard types: controls, line breaks, private and unassigned code points."""


class PasswordTooShort(Incomplete):
    """It has fewer characters than the policy asks for."""

    code = "password_too_short"


class PasswordTooLong(Incomplete):
    """It has more characters than the user pool keeps."""

    code = "password_too_long"


class PasswordCharacters(Incomplete):
    """It begins or ends with a space, which the user pool does not take, or has a character nobody types."""

    code = "password_characters"


def normalized(password: str) -> str:
    """The one form of a password (NFKC, UAX 15): the same text from another keyboard is the same password.

    Nothing is cut, trimmed or changed in case.
    """
    return unicodedata.normalize("NFKC", password)


def require_form(password: str, *, policy: LoginPolicy) -> str:
    """The one form of a new password, or why it cannot be one. No character of any kind is demanded."""
    text = normalized(password)
    if len(text) < policy.shortest_password:
        raise _at_password(PasswordTooShort(shortest=policy.shortest_password))
    if len(text) > policy.longest_password:
        raise _at_password(PasswordTooLong(longest=policy.longest_password))
    if text != text.strip() or any(unicodedata.category(each) in _REFUSED_CATEGORIES for each in text):
        raise _at_password(PasswordCharacters())
    return text


def _at_password[Refusal: Incomplete](refusal: Refusal) -> Refusal:
    refusal.pointer = "/password"
    return refusal
