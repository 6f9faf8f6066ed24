"""How a name is found however it is written: one folded form for the letters people write differently.

Alef with or without hamza or madda, yeh and alef maqsura, teh marbuta and heh, hamza on its seat, short vowels, tatweel
and accents make no difference, nor do capitals. Pure, and applied to the stored name and to what is asked alike.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST_WORD: Final = 24
"""Letters of a word that are compared; what is longer is found by its beginning."""
_TATWEEL: Final = "\u0640"
_ARTICLE: Final = "ال"
_LETTERS: Final = str.maketrans(
    {
        "\u0671": "\u0627",  # alef wasla
        "\u0649": "\u064a",  # alef maqsura
        "\u06cc": "\u064a",  # the yeh of Persian keyboards
        "\u0629": "\u0647",  # teh marbuta
        "\u06c1": "\u0647",  # the heh of Urdu keyboards
        "\u06a9": "\u0643",  # the kaf of Persian keyboards
        "\u0621": None,  # hamza by itself
        _TATWEEL: None,
    }
)
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """The folded form: words in lower case with one space between them. Folded again, it is the same."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(each for each in letters if not unicodedata.category(each).startswith("M"))
    return _BETWEEN_WORDS.sub(" ", bare.translate(_LETTERS)).strip()


def asked_words(text: str) -> tuple[str, ...]:
    """The words somebody looks for, each at most `LONGEST_WORD` long, the longest first."""
    words = {word[:LONGEST_WORD] for word in fold(text).split()}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def words_of(names: Iterable[str]) -> tuple[str, ...]:
    """Every word a person of these names is found by, in order; an Arabic one without its article, too."""
    whole = {word for name in names for word in fold(name).split()}
    bare = {word.removeprefix(_ARTICLE) for word in whole if len(word) > len(_ARTICLE) + 1}
    return tuple(sorted({word[:LONGEST_WORD] for word in whole | bare}))
