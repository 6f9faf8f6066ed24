"""Text a person types: one form for each, and nothing in it that a reader does not see.

Kept is the NFC form with plain spaces and nothing at its ends. Refused is what shows nothing or changes how the rest
shows: control, format, private, unassigned and surrogate code points, which covers direction marks, zero widths, the
byte order mark and tags; and the fillers and selectors Unicode files elsewhere. The zero-width joiners are format
characters, too: Arabic and English are written without them, and a text that looks the same has to be the same.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, PydanticKnownError
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function, str_schema

_TATWEEL: Final = "\u0640"
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that show nothing: what `Default_Ignorable_Code_Point` has beyond the categories, and
the empty braille pattern.
"""
_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Every other space (Zs) there is."""
_PLAIN: Final = re.compile("[ -~\u060c\u061b\u061f\u0621-\u063a\u0641-\u0655\u0660-\u0669]+")
"""ASCII and Arabic: all there is in most texts, and nothing of it is refused."""
_ARABIC: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN: Final = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_WORDS: Final = re.compile(r"[^\s\-/.,()&'\u2019\u2013]+")


def composed(value: Any) -> Any:
    """A JSON value with every text in it in NFC: what two clients send that mean the same."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [composed(each) for each in value]
    if isinstance(value, dict):
        return {name: composed(each) for name, each in value.items()}
    return value


def is_shown(character: str) -> bool:
    """Whether a reader sees the character, or the space it makes."""
    return unicodedata.category(character) not in _REFUSED_CATEGORIES and not _INVISIBLE.match(character)


def normalized(text: str) -> str:
    """The one form of a text: NFC, every kind of space a plain one, nothing at the ends. Applied again, the same."""
    if not text.isascii():
        text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return text.strip(" \n")


def checked(text: str, *, lines: bool = False, name: bool = False) -> str:
    """The one form of a text, or `PydanticCustomError`; a line break only where a text has `lines`."""
    text = normalized(text)
    _require_shown(text.replace("\n", " ") if lines else text)
    if not any(each.isalnum() for each in text if each != _TATWEEL):
        raise PydanticCustomError("text_blank", "The text has no letter and no digit")
    if name:
        _require_one_script_a_word(text)
    return text


def _require_shown(text: str) -> None:
    rest = set(_PLAIN.sub("", text))
    if "\n" in rest:
        raise PydanticCustomError("text_line_break", "The text has one line")
    if not all(map(is_shown, rest)):
        raise PydanticCustomError("text_character", "The text has a character nobody sees")


def _require_one_script_a_word(name: str) -> None:
    """A name is written in Arabic or Latin letters, and no word mixes them: `Аli` with a Cyrillic А is not `Ali`."""
    for word in _WORDS.findall(name):
        letters = [each for each in word if unicodedata.category(each)[0] == "L"]
        if not (all(map(_ARABIC.match, letters)) or all(map(_LATIN.match, letters))):
            raise PydanticCustomError("text_scripts", "A word of a name is in Arabic or in Latin letters")


@dataclass(frozen=True, slots=True)
class Text:
    """The rule of a field of text: its length once normalised, whether it has `lines`, whether it is a `name`."""

    shortest: int
    longest: int
    lines: bool = False
    name: bool = False

    def __call__(self, text: str) -> str:
        """The one form of the text, or why it is none."""
        text = checked(text, lines=self.lines, name=self.name)
        if len(text) < self.shortest:
            raise PydanticKnownError("string_too_short", {"min_length": self.shortest})
        if len(text) > self.longest:
            raise PydanticKnownError("string_too_long", {"max_length": self.longest})
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self, str_schema(strict=True))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The rule of a field whose text is the name of a thing (a file): what nobody sees is dropped instead of refused,
    because whoever sends it did not type it; nothing may be left.
    """

    longest: int

    def __call__(self, text: str) -> str:
        """The text without what is not shown, every space a plain one."""
        shown = "".join(" " if each.isspace() else each for each in text if _kept(each))
        # composed at last: what is dropped may have stood between a letter and its mark
        return unicodedata.normalize("NFC", shown).strip(" ")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = str_schema(strict=True, min_length=1, max_length=self.longest)
        return no_info_after_validator_function(self, text)


def _kept(character: str) -> bool:
    return character.isspace() or is_shown(character)


Note = Annotated[str, Text(3, 1000, lines=True)]
"""What somebody says in their own words, over several lines where they like."""
FILE_NAME: Final = Cleaned(1024)
NAME: Final = Text(1, 200, name=True)
"""The rule of a name of a person or an establishment, as an agency reports it."""
