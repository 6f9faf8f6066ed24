"""How many pixels an encoded picture claims, read from its headers and without decoding any of it."""

import struct
from collections.abc import Callable, Iterator
from typing import Final

from ishtirak.adapters.stream_filters import Broken

_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
_JPX_SIZE: Final = b"\xff\x4f\xff\x51"
_JBIG2_REGIONS: Final = frozenset({4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43})
_JBIG2_PAGE: Final = 48
_UNKNOWN: Final = 0xFFFFFFFF


def jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, length) of every segment up to and including the end of the picture."""
    position = 2
    while True:
        position = content.find(b"\xff", position)
        if position < 0 or position + 1 >= len(content):
            raise Broken("no end of the picture")
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
                raise Broken("a segment without its length")
            length = 2 + int(struct.unpack_from(">H", content, position + 2)[0])
            yield marker, position, length
            position += length


def jpeg_pixels(content: bytes) -> int:
    """The largest size any of its headers claims."""
    return max(
        (_jpeg_size(content, start) for marker, start, _ in jpeg_segments(content) if marker in _SIZES),
        default=0,
    )


def jpeg_scans(content: bytes) -> int:
    """In how many passes it is drawn: each goes over all of its pixels again."""
    return sum(marker == _SCAN for marker, _, _ in jpeg_segments(content))


def _jpeg_size(content: bytes, start: int) -> int:
    if start + 9 > len(content):
        raise Broken("a header cut off")
    height, width = struct.unpack_from(">HH", content, start + 5)
    return int(height) * int(width)


def _jpx_pixels(content: bytes) -> int:
    """Of its code streams, not of the box around them: decoders allocate what those say."""
    sizes = []
    position = content.find(_JPX_SIZE)
    while position >= 0:
        if position + 24 > len(content):
            raise Broken("a header cut off")
        right, bottom, left, top = struct.unpack_from(">IIII", content, position + 8)
        sizes.append(max(0, right - left) * max(0, bottom - top))
        position = content.find(_JPX_SIZE, position + 4)
    if not sizes:
        raise Broken("no code stream")
    return int(max(sizes))


def _jbig2_pixels(content: bytes) -> int:
    """The largest page or region of its segments."""
    largest, position = 0, 0
    while position + 11 <= len(content):
        kind, data, length = _jbig2_segment(content, position)
        if kind == _JBIG2_PAGE or kind in _JBIG2_REGIONS:
            if data + 8 > len(content):
                raise Broken("a segment cut off")
            width, height = struct.unpack_from(">II", content, data)
            # a page of unknown height grows with its stripes, each of which is a region
            largest = max(largest, int(width) * (1 if height == _UNKNOWN else int(height)))
        if length == _UNKNOWN:
            return largest  # only the last region may leave its length open
        position = data + length
    return largest


def _jbig2_segment(content: bytes, position: int) -> tuple[int, int, int]:
    """Kind, where the data begin, and how long they are."""
    number, flags, referred = struct.unpack_from(">IBB", content, position)
    at = position + 5
    count = referred >> 5
    if count == 7:
        (long_count,) = struct.unpack_from(">I", content, at)
        count = long_count & 0x1FFFFFFF
        at += 4 + (count + 8) // 8
    else:
        at += 1
    at += count * (1 if number <= 256 else 2 if number <= 65536 else 4)
    at += 4 if flags & 0x40 else 1
    if at + 4 > len(content):
        raise Broken("a segment cut off")
    return flags & 0x3F, at + 4, int(struct.unpack_from(">I", content, at)[0])


PIXELS: Final[dict[str, Callable[[bytes], int]]] = {
    "DCTDecode": jpeg_pixels,
    "JPXDecode": _jpx_pixels,
    "JBIG2Decode": _jbig2_pixels,
}
"""By the filter of a PDF. A fax says its size in its parameters only."""
