"""File names: a person's own, made safe to show; and ours, for downloads.

A name is shown, never used: objects are stored under keys of our own, and downloads carry names of our own.
"""

import unicodedata
from pathlib import PurePosixPath

from ishtirak.documents.labels import label
from ishtirak.documents.model import EXTENSIONS, ContentType, Document

LONGEST_NAME = 120
_FALLBACK = "document"


def display_name(file_name: str, content_type: ContentType) -> str:
    """The last part of the name, in NFC, without control and direction characters, ending as its type does."""
    visible = "".join(character for character in file_name.replace("\\", "/") if _visible(character))
    text = unicodedata.normalize("NFC", visible)
    last = " ".join(text.rsplit("/", maxsplit=1)[-1].split()).strip(". ")
    endings = EXTENSIONS[content_type]
    if not last.lower().endswith(endings) or last.lower() in endings:
        last = f"{last or _FALLBACK}{endings[0]}"
    ending = PurePosixPath(last).suffix
    return last.removesuffix(ending)[: LONGEST_NAME - len(ending)].rstrip() + ending


def download_names(document: Document) -> tuple[str, str]:
    """Our own name of a document: in ASCII, and as the form says it in Arabic. Nothing typed is in either."""
    ending = EXTENSIONS[document.content_type][0]
    short = document.id[:8]
    words = "-".join(label(document.kind, "ar").split())
    return f"{document.kind.value.lower()}-{short}{ending}", f"{words}-{short}{ending}"


def _visible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"
