"""Parsing untrusted documents. Runs as a program in a process of its own: see `document_sandbox`.

Three things must agree: the declared type, the first bytes, and a parser that opens the file without repairing it.
What the formats can hide (scripts, attachments, a second file, bytes that unfold to gigabytes) is refused, not
removed: the owner signs these very bytes, so they are kept as they are or not at all.
"""

import io
import re
import resource
import struct
import sys
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ishtirak.documents.model import ContentType, RefusalReason

READY = b"READY\n"
MAX_PIXELS = 50_000_000
MAX_METADATA = 1024 * 1024
MAX_TRAILING = 1024
MAX_OBJECTS = 20_000
MAX_DEPTH = 60
MAX_ELEMENTS = 200_000
MAX_UNFOLDED = 64 * 1024 * 1024
"""What one stream of a PDF's own structure may unfold to. Content streams are not unfolded at all."""
MEMORY = 768 * 1024 * 1024
SECONDS = 20

# in two halves, so that no scanner mistakes this file for the test virus it looks for
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_BLANK = b"\0\t\n\x0c\r "
_PDF_MAGIC = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n\s%]")
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"

_ACTIVE_KEYS = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/AA",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/XFA",
        "/RichMedia",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
    }
)
_ACTIVE_NAMES = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMedia",
        "/RichMediaExecute",
        "/FileAttachment",
        "/Screen",
        "/3D",
        "/EmbeddedFile",
    }
)
_NAMING_KEYS = frozenset({"/S", "/Type", "/Subtype"})


class Unacceptable(Exception):
    """The content is refused for this reason."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def refusal(content: bytes, *, content_type: ContentType) -> RefusalReason | None:
    """Why the content is not acceptable, or None."""
    try:
        _check(content, content_type)
    except Unacceptable as found:
        return found.reason
    except (MemoryError, RecursionError):
        return RefusalReason.TOO_COMPLEX
    return None


def _check(content: bytes, content_type: ContentType) -> None:
    if _EICAR in content:
        raise Unacceptable(RefusalReason.MALWARE)
    {"application/pdf": _pdf, "image/jpeg": _jpeg, "image/png": _png}[content_type](content)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)


def _pdf(content: bytes) -> None:
    if not _PDF_MAGIC.match(content):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unacceptable(RefusalReason.DAMAGED)
    if len(content) - (end + len(b"%%EOF")) > MAX_TRAILING:
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
    import pikepdf  # only the process that parses loads the parsers
    from pikepdf import settings

    _bound_qpdf()
    exceeded_before = settings.qpdf_limit_errors()
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            sound = _is_sound(pdf)
    except pikepdf.PasswordError:
        raise Unacceptable(RefusalReason.ENCRYPTED) from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RuntimeError):
        # besides its own error, what pikepdf raises on structures of the wrong type: nothing a sound file has
        sound = False
    if not sound:
        exceeded = settings.qpdf_limit_errors() > exceeded_before
        raise Unacceptable(RefusalReason.TOO_COMPLEX if exceeded else RefusalReason.DAMAGED)


def _bound_qpdf() -> None:
    from pikepdf import settings

    settings.set_qpdf_limits(
        flate_max_memory=MAX_UNFOLDED,
        run_length_max_memory=MAX_UNFOLDED,
        png_max_memory=MAX_UNFOLDED,
        tiff_max_memory=MAX_UNFOLDED,
        dct_max_memory=MAX_UNFOLDED,
        max_stream_filters=4,
        parser_max_nesting=2 * MAX_DEPTH,
        doc_max_warnings=20,
    )


def _is_sound(pdf: Any) -> bool:
    """Whether it opened without a repair and shows something; `Unacceptable` when it holds what it may not."""
    if pdf.is_encrypted:
        raise Unacceptable(RefusalReason.ENCRYPTED)
    if len(pdf.objects) > MAX_OBJECTS:
        raise Unacceptable(RefusalReason.TOO_COMPLEX)
    for thing in (pdf.trailer, *pdf.objects):
        _passive(thing)
    _bound_page_tree(pdf)
    return len(pdf.pages) > 0 and not pdf.get_warnings()


def _passive(thing: Any) -> None:
    """Walk one object, down to where it points at others: those are walked themselves."""
    import pikepdf

    left = [(thing, 0)]
    while left:
        value, depth = left.pop()
        if depth > MAX_DEPTH:
            raise Unacceptable(RefusalReason.TOO_COMPLEX)
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            inside = list(value.items())
            for name, held in inside:
                _passive_entry(name, held)
            left += [(held, depth + 1) for _, held in inside if _direct(held)]
        elif isinstance(value, pikepdf.Array):
            if len(value) > MAX_ELEMENTS:
                raise Unacceptable(RefusalReason.TOO_COMPLEX)
            left += [(held, depth + 1) for held in value if _direct(held)]


def _direct(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _passive_entry(name: str, value: Any) -> None:
    if name in _ACTIVE_KEYS:
        raise Unacceptable(RefusalReason.ACTIVE_CONTENT)
    if name in _NAMING_KEYS and str(value) in _ACTIVE_NAMES:
        raise Unacceptable(RefusalReason.ACTIVE_CONTENT)
    if name == "/OpenAction" and not _only_shows_a_page(value):
        raise Unacceptable(RefusalReason.ACTIVE_CONTENT)


def _only_shows_a_page(value: Any) -> bool:
    """Where to open the document is no action; printers and word processors write it into ordinary files."""
    import pikepdf

    if isinstance(value, pikepdf.Dictionary):
        return str(value.get("/S")) == "/GoTo" and "/Next" not in value
    return isinstance(value, pikepdf.Array | pikepdf.Name | pikepdf.String)


def _bound_page_tree(pdf: Any) -> None:
    left = [(pdf.Root.Pages, 0)]
    seen = set()
    while left:
        node, depth = left.pop()
        if depth > MAX_DEPTH or node.objgen in seen:
            raise Unacceptable(RefusalReason.TOO_COMPLEX)
        if node.is_indirect:
            seen.add(node.objgen)
        left += [(kid, depth + 1) for kid in node.get("/Kids", [])]


def _jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    metadata = 0
    end = 0
    for marker, start, length in _jpeg_segments(content):
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            metadata += length
        end = start + length
    _bound_extras(content, metadata=metadata, end=end)
    _decode(content, "JPEG")


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, length) of every segment up to and including the end of the image."""
    position = 2
    while True:
        position = content.find(b"\xff", position)
        if position < 0 or position + 1 >= len(content):
            raise Unacceptable(RefusalReason.DAMAGED)
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker == 0xD9:
            yield marker, position, 2
            return
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD7:
            position += 2  # inside the picture's data
        else:
            if position + 4 > len(content):
                raise Unacceptable(RefusalReason.DAMAGED)
            length = 2 + int(struct.unpack_from(">H", content, position + 2)[0])
            yield marker, position, length
            position += length


def _png(content: bytes) -> None:
    if not content.startswith(_PNG_MAGIC):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    metadata = 0
    end = 0
    for kind, start, length in _png_chunks(content):
        if kind == b"acTL":
            raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
        if kind not in (b"IHDR", b"IDAT", b"PLTE", b"IEND"):
            metadata += length
        end = start + length
    _bound_extras(content, metadata=metadata, end=end)
    _decode(content, "PNG")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, start, length) of every chunk up to and including the end of the image."""
    position = len(_PNG_MAGIC)
    while position + 12 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, position)
        yield kind, position, size + 12
        if kind == b"IEND":
            return
        position += size + 12
    raise Unacceptable(RefusalReason.DAMAGED)


def _bound_extras(content: bytes, *, metadata: int, end: int) -> None:
    """A picture ends where it ends, says little about itself, and is not also a PDF."""
    if end > len(content):
        raise Unacceptable(RefusalReason.DAMAGED)
    trailing = content[end:]
    if len(trailing) > MAX_TRAILING or trailing.strip(_BLANK) or b"%PDF-" in content[:1024]:
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
    if metadata > MAX_METADATA:
        raise Unacceptable(RefusalReason.TOO_COMPLEX)


def _decode(content: bytes, picture_format: str) -> None:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
                picture.verify()
            with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable(RefusalReason.TOO_COMPLEX) from None
    except UnidentifiedImageError:
        raise Unacceptable(RefusalReason.DAMAGED) from None
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, struct.error):
        # whatever Pillow's decoders raise on bytes that are no picture
        raise Unacceptable(RefusalReason.DAMAGED) from None


def _confine() -> None:
    """No more memory, time and files than a document deserves. Where one limit cannot be set, the others hold."""
    limits = [(resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    for limit, value in [(resource.RLIMIT_AS, MEMORY), *limits]:
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def main() -> None:
    """`document_parsers <content type>`, the content on standard input: READY, then the reason or nothing."""
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin  # noqa: F401

    content_type: Any = sys.argv[1]
    content = sys.stdin.buffer.read()
    _confine()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    reason = refusal(content, content_type=content_type)
    sys.stdout.buffer.write(reason.value.encode() if reason else b"-")


if __name__ == "__main__":
    main()
