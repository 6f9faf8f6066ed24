"""Photographs and screenshots: one picture, whole, of a bounded size, with little else in the file.

The size is read from the headers and refused before anything is decoded, as is what profiles and notes expand to.
"""

import io
import struct
import warnings
from collections.abc import Iterator

from ishtirak.adapters.pdf_streams import within
from ishtirak.adapters.picture_headers import jpeg_pixels, jpeg_scans, jpeg_segments
from ishtirak.adapters.stream_filters import Broken, Filter, expanded
from ishtirak.adapters.unacceptable import Unacceptable
from ishtirak.documents.limits import InspectionLimits
from ishtirak.documents.model import RefusalReason

MAX_TRAILING = 1024
_BLANK = b"\0\t\n\x0c\r "
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_FLATE = [Filter("FlateDecode")]
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel, by the colour type of a PNG."""
_INTERLACED_ROWS = 2
"""Drawn in seven passes, a picture has fewer than twice as many rows."""


def check_jpeg(content: bytes, limits: InspectionLimits) -> None:
    """`Unacceptable` for what is no single sound JPEG."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    metadata = 0
    end = 0
    try:
        for marker, start, length in jpeg_segments(content):
            if 0xE0 <= marker <= 0xEF or marker == 0xFE:
                metadata += length
            end = start + length
        within(jpeg_pixels(content), limits.picture_pixels)
        within(jpeg_scans(content), limits.picture_scans)
    except Broken:
        raise Unacceptable(RefusalReason.DAMAGED) from None
    _bound_extras(content, metadata=metadata, end=end, limits=limits)
    _decode(content, "JPEG", limits)


def check_png(content: bytes, limits: InspectionLimits) -> None:
    """`Unacceptable` for what is no single sound PNG."""
    if not content.startswith(_PNG_MAGIC):
        raise Unacceptable(RefusalReason.TYPE_DIFFERS)
    metadata = 0
    end = 0
    data = []
    for kind, start, length in _png_chunks(content):
        chunk = content[start + 8 : start + length - 4]
        if kind == b"acTL":
            raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
        if kind == b"IDAT":
            data.append(chunk)
        elif kind not in (b"IHDR", b"PLTE", b"IEND"):
            metadata += length + _hidden_in(kind, chunk, limits)
        end = start + length
    _bound_extras(content, metadata=metadata, end=end, limits=limits)
    _bound_png_data(content, b"".join(data), limits)
    _decode(content, "PNG", limits)


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


def _hidden_in(kind: bytes, chunk: bytes, limits: InspectionLimits) -> int:
    """What a compressed note or colour profile becomes."""
    _, _, rest = chunk.partition(b"\0")
    if kind == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    elif kind in (b"zTXt", b"iCCP"):
        packed = rest[1:]
    else:
        return 0
    return _inflated(packed, at_most=limits.metadata_bytes)


def _inflated(packed: bytes, *, at_most: int) -> int:
    try:
        return expanded(packed, _FLATE, at_most=at_most, keep=False).size
    except Broken:
        raise Unacceptable(RefusalReason.DAMAGED) from None


def _bound_png_data(content: bytes, data: bytes, limits: InspectionLimits) -> None:
    """The size in the header, and no more data than it has room for."""
    header = content[len(_PNG_MAGIC) + 8 :][:13]
    if content[len(_PNG_MAGIC) + 4 :][:4] != b"IHDR" or len(header) < 13:
        raise Unacceptable(RefusalReason.DAMAGED)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    within(width * height, limits.picture_pixels)
    row = (width * _SAMPLES.get(colour, 4) * depth + 7) // 8
    room = height * row + _INTERLACED_ROWS * (height + width if interlaced else height)
    _inflated(data, at_most=room + limits.metadata_bytes)


def _bound_extras(content: bytes, *, metadata: int, end: int, limits: InspectionLimits) -> None:
    """A picture ends where it ends, says little about itself, and is not also a PDF."""
    if end > len(content):
        raise Unacceptable(RefusalReason.DAMAGED)
    trailing = content[end:]
    if len(trailing) > MAX_TRAILING or trailing.strip(_BLANK) or b"%PDF-" in content[:1024]:
        raise Unacceptable(RefusalReason.MORE_THAN_ONE_FILE)
    within(metadata, limits.metadata_bytes)


def _decode(content: bytes, picture_format: str, limits: InspectionLimits) -> None:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = limits.picture_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
                picture.verify()
            with Image.open(io.BytesIO(content), formats=[picture_format]) as picture:
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable(RefusalReason.EXPANDS_TOO_MUCH) from None
    except UnidentifiedImageError:
        raise Unacceptable(RefusalReason.DAMAGED) from None
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, struct.error):
        # whatever Pillow's decoders raise on bytes that are no picture
        raise Unacceptable(RefusalReason.DAMAGED) from None
