"""Whether a password is easily guessed: by the lists of known ones, by patterns, or by who knows the person.

zxcvbn holds the lists (30,000 leaked passwords, names and common words) and reckons how many guesses its combinations,
keyboard walks, repetitions and dates are worth. It is imported here alone: no function but those that set a password
carries the lists into memory.
"""

from collections.abc import Iterable, Iterator
from string import punctuation
from typing import Final

from zxcvbn import zxcvbn

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.digits import fold
from ishtirak.kernel.errors import Incomplete
from ishtirak.logins.policy import LoginPolicy

_LONGEST_JUDGED: Final = 72
"""What zxcvbn takes; of a longer password its beginning and its end are judged, and the better one counts."""
_SHORTEST_WORD: Final = 3


class PasswordKnown(Incomplete):
    """It is on the lists of known passwords, or made of them, of keyboard walks or of repetitions."""

    code = "password_known"


class PasswordAboutPerson(Incomplete):
    """It is made of what others know of the person or the service: names, numbers, the birth date."""

    code = "password_about_person"


def require_unguessable(password: str, *, words: Iterable[str], policy: LoginPolicy) -> None:
    """Refuse a password that takes too few guesses; `words` are those of the person, the service's are added."""
    if _guesses(password) < policy.least_guesses_log10:
        raise _at_password(PasswordKnown())
    if _beside(password, words=(*words, *policy.service_words)) < policy.least_beside_known:
        raise _at_password(PasswordAboutPerson())


def words_of(*, username: str, names: Iterable[str], number: str, birth_date: CivilDate) -> tuple[str, ...]:
    """What others may know of a person, as it might stand in a password."""
    spoken = [part for name in names for part in name.replace("-", " ").split()]
    return tuple(
        word for word in (username, *spoken, number, *_dates(birth_date)) if len(word) >= _SHORTEST_WORD
    )


def _dates(birth_date: CivilDate) -> Iterator[str]:
    """The day in both calendars, forwards and backwards, with and without what separates its parts."""
    for written in (CivilDate.of(birth_date.gregorian()), _hijri(birth_date)):
        year, month, day = f"{written.year:04}", f"{written.month:02}", f"{written.day:02}"
        for parts in ((year, month, day), (day, month, year), (month, day, year)):
            yield from (separator.join(parts) for separator in ("", "-", "/", "."))
        yield year


def _hijri(birth_date: CivilDate) -> CivilDate:
    """Itself where the table does not reach: the oldest people were born before it begins."""
    try:
        return birth_date.hijri()
    except ValueError:
        return birth_date


def _beside(password: str, *, words: Iterable[str]) -> int:
    """How many characters are left of a password, punctuation aside, without the words others know."""
    text = _folded(password)
    for word in sorted({_folded(word) for word in words}, key=len, reverse=True):
        text = text.replace(word, " ")
    return sum(not each.isspace() and each not in punctuation for each in text)


def _folded(text: str) -> str:
    return fold(text).casefold()


def _guesses(password: str) -> float:
    """The decimal logarithm of the guesses it takes."""
    text = fold(password)
    parts = {text[:_LONGEST_JUDGED], text[-_LONGEST_JUDGED:]}
    return max(float(zxcvbn(part)["guesses_log10"]) for part in parts)


def _at_password[Refusal: Incomplete](refusal: Refusal) -> Refusal:
    refusal.pointer = "/password"
    return refusal
