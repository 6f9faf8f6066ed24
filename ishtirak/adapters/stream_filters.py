"""The filters of a PDF's streams, undone piece by piece so that nothing is expanded further than a limit.

Each decoder yields pieces of bounded size and stops when nobody asks for more. A filter that is not known here is
refused: what cannot be measured is not kept. The filters of pictures (JPEG, JPEG 2000, JBIG2, fax) are left alone.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ishtirak.adapters.unacceptable import Unacceptable
from ishtirak.documents.model import RefusalReason

_PIECE: Final = 256 * 1024
_FED: Final = 16 * 1024
_BLANKS: Final = b"\0\t\n\x0c\r "
type Bytes = bytes | memoryview


class Broken(ValueError):
    """The bytes are none the filter could have written."""


@dataclass(frozen=True)
class Filter:
    """One filter by its full name, and those of its parameters that change what has to be decoded."""

    name: str
    predictor: int = 1
    early_change: int = 1


@dataclass(frozen=True)
class Expanded:
    """How large a stream becomes, and its bytes where they were asked for.

    `picture` is the filter of a picture that is left on it: then the bytes are those of that format.
    """

    size: int
    content: bytes
    picture: str | None


def expanded(raw: Bytes, filters: Sequence[Filter], *, at_most: int, keep: bool = True) -> Expanded:
    """Undo the filters; `Unacceptable` beyond `at_most` bytes, after any of them, or for a filter nobody knows.

    With `keep` false the bytes of the last step are counted and not held.
    """
    picture = filters[-1].name if filters and filters[-1].name in PICTURE_FILTERS else None
    steps = filters[:-1] if picture else filters
    if any(step.predictor > 1 for step in filters[:-1]):
        raise Unacceptable(RefusalReason.UNKNOWN_ENCODING)  # it would change what the next filter reads
    content: Bytes = raw
    size = len(raw)
    for number, step in enumerate(steps, start=1):
        last = number == len(steps) and picture is None
        content, size = _bounded(_decoder(step)(content), at_most, keep=keep or not last)
    return Expanded(size, bytes(content) if keep or picture else b"", picture)


def _bounded(pieces: Iterator[bytes], at_most: int, *, keep: bool) -> tuple[bytes, int]:
    kept = bytearray()
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > at_most:
            raise Unacceptable(RefusalReason.EXPANDS_TOO_MUCH)
        if keep:
            kept += piece
    return bytes(kept), size


def _decoder(step: Filter) -> Callable[[Bytes], Iterator[bytes]]:
    if step.name == "LZWDecode":
        return lambda raw: _lzw(raw, early_change=step.early_change)
    if step.name not in _DECODERS:
        raise Unacceptable(RefusalReason.UNKNOWN_ENCODING)
    return _DECODERS[step.name]


def _flate(raw: Bytes) -> Iterator[bytes]:
    """Data that ends too early is what it is so far, as viewers take it."""
    inflating = zlib.decompressobj()
    try:
        for start in range(0, len(raw), _FED):
            left: Bytes = raw[start : start + _FED]
            while left and not inflating.eof:
                yield inflating.decompress(left, _PIECE)
                left = inflating.unconsumed_tail
        while not inflating.eof and (piece := inflating.decompress(b"", _PIECE)):
            yield piece
    except zlib.error as error:
        raise Broken(str(error)) from None


def _run_length(raw: Bytes) -> Iterator[bytes]:
    piece = bytearray()
    position = 0
    while position < len(raw) and raw[position] != 128:
        length = raw[position]
        if length < 128:
            piece += raw[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            piece += bytes(raw[position + 1 : position + 2]) * (257 - length)
            position += 2
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _ascii_hex(raw: Bytes) -> Iterator[bytes]:
    digits = bytes(raw).partition(b">")[0].translate(None, _BLANKS)
    try:
        yield binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error as error:
        raise Broken(str(error)) from None


def _ascii_85(raw: Bytes) -> Iterator[bytes]:
    text = bytes(raw).translate(None, _BLANKS).removeprefix(b"<~")
    try:
        yield base64.a85decode(re.split(rb"~>?", text, maxsplit=1)[0])
    except ValueError as error:
        raise Broken(str(error)) from None


_CLEAR, _END, _FIRST = 256, 257, 258
_LONGEST_CODE: Final = 12


def _lzw(raw: Bytes, *, early_change: int) -> Iterator[bytes]:
    table: list[bytes] = [bytes([value]) for value in range(256)] + [b"", b""]
    piece = bytearray()
    previous = b""
    width, bits, held = 9, 0, 0
    for byte in raw:
        held = (held << 8 | byte) & 0xFFFFFF
        bits += 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & ((1 << width) - 1)
        if code == _END:
            break
        if code == _CLEAR:
            del table[_FIRST:]
            width, previous = 9, b""
            continue
        entry = _entry(table, code, previous)
        piece += entry
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
        if previous and len(table) < 1 << _LONGEST_CODE:
            table.append(previous + entry[:1])
        previous = entry
        width = min(max(9, (len(table) + early_change).bit_length()), _LONGEST_CODE)
    yield bytes(piece)


def _entry(table: list[bytes], code: int, previous: bytes) -> bytes:
    if code < len(table):
        return table[code]
    if code == len(table) and previous:
        return previous + previous[:1]
    raise Broken("a code that is not in the table")


PICTURE_FILTERS: Final = frozenset({"DCTDecode", "JPXDecode", "JBIG2Decode", "CCITTFaxDecode"})
_DECODERS: Final[dict[str, Callable[[Bytes], Iterator[bytes]]]] = {
    "FlateDecode": _flate,
    "RunLengthDecode": _run_length,
    "ASCIIHexDecode": _ascii_hex,
    "ASCII85Decode": _ascii_85,
}
ABBREVIATIONS: Final = {
    "Fl": "FlateDecode",
    "LZW": "LZWDecode",
    "RL": "RunLengthDecode",
    "AHx": "ASCIIHexDecode",
    "A85": "ASCII85Decode",
    "CCF": "CCITTFaxDecode",
    "DCT": "DCTDecode",
}
"""What pictures inside contents call the filters; some viewers take these names everywhere."""
