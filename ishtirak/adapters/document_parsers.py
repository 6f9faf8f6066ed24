"""Parsing untrusted documents. Runs as a program in a process of its own: see `document_sandbox`.

Three things must agree: the declared type, the first bytes, and a parser that opens the file without repairing it.
What the formats can hide (scripts, attachments, a second file, bytes that unfold to gigabytes) is refused, not
removed: the owner signs these very bytes, so they are kept as they are or not at all.
"""

import io
import re
import resource
import sys
import zipfile
from contextlib import suppress
from typing import Any

from ishtirak.adapters.document_pictures import check_jpeg, check_png
from ishtirak.adapters.pdf_drawing import Drawing
from ishtirak.adapters.pdf_streams import Streams, within
from ishtirak.adapters.unacceptable import Unacceptable
from ishtirak.documents.limits import InspectionLimits
from ishtirak.documents.model import ContentType, RefusalReason

READY = b"READY\n"
MAX_TRAILING = 1024
MAX_OBJECTS = 20_000
MAX_DEPTH = 60
MAX_ELEMENTS = 200_000
MEMORY = 768 * 1024 * 1024
SECONDS = 20

# in two halves, so that no scanner mistakes this file for the test virus it looks for
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_PDF_MAGIC = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n\s%]")

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


def refusal(content: bytes, *, content_type: ContentType, limits: InspectionLimits) -> RefusalReason | None:
    """Why the content is not acceptable, or None."""
    try:
        _check(content, content_type, limits)
    except Unacceptable as found:
        return found.reason
    except (MemoryError, RecursionError):
        return RefusalReason.TOO_COMPLEX
    return None


def _check(content: bytes, content_type: ContentType, limits: InspectionLimits) -> None:
    if _EICAR in content:
        raise Unacceptable(RefusalReason.MALWARE)
    {"application/pdf": _pdf, "image/jpeg": check_jpeg, "image/png": check_png}[content_type](content, limits)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)


def _pdf(content: bytes, limits: InspectionLimits) -> None:
    if not _PDF_MAGIC.match(content):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unacceptable(RefusalReason.DAMAGED)
    if len(content) - (end + len(b"%%EOF")) > MAX_TRAILING:
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
    import pikepdf  # only the process that parses loads the parsers
    from pikepdf import settings

    _bound_qpdf(limits)
    exceeded_before = settings.qpdf_limit_errors()
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            sound = _is_sound(pdf)
            if sound:
                _bound_expansion(pdf, file_size=len(content), limits=limits)
    except pikepdf.PasswordError:
        raise Unacceptable(RefusalReason.ENCRYPTED) from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RuntimeError):
        # besides its own error, what pikepdf raises on structures of the wrong type: nothing a sound file has
        sound = False
    if not sound:
        exceeded = settings.qpdf_limit_errors() > exceeded_before
        raise Unacceptable(RefusalReason.TOO_COMPLEX if exceeded else RefusalReason.DAMAGED)


def _bound_qpdf(limits: InspectionLimits) -> None:
    from pikepdf import settings

    settings.set_qpdf_limits(
        flate_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes,
        png_max_memory=limits.stream_bytes,
        tiff_max_memory=limits.stream_bytes,
        dct_max_memory=limits.stream_bytes,
        max_stream_filters=limits.stream_filters,
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
    pages = len(pdf.pages)
    return pages > 0 and int(pdf.Root.Pages.get("/Count", -1)) == pages and not pdf.get_warnings()


def _bound_expansion(pdf: Any, *, file_size: int, limits: InspectionLimits) -> None:
    """What a viewer expands and draws, measured before anybody opens it."""
    import pikepdf

    streams = Streams(file_size=file_size, limits=limits)
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            streams.measure(thing)
    within(len(pdf.pages), limits.pages)
    drawing = Drawing(streams, limits=limits)
    for page in pdf.pages:
        drawing.page(page)


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


def _confine() -> None:
    """No more memory, time and files than a document deserves. Where one limit cannot be set, the others hold."""
    limits = [(resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    for limit, value in [(resource.RLIMIT_AS, MEMORY), *limits]:
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def main() -> None:
    """`document_parsers <content type> <limits>`, the content on standard input: READY, then the reason or nothing."""
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin  # noqa: F401

    content_type: Any = sys.argv[1]
    limits = InspectionLimits.model_validate_json(sys.argv[2])
    content = sys.stdin.buffer.read()
    _confine()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    reason = refusal(content, content_type=content_type, limits=limits)
    sys.stdout.buffer.write(reason.value.encode() if reason else b"-")


if __name__ == "__main__":
    main()
