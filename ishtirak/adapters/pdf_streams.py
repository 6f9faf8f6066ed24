"""How large the streams of a PDF become when a viewer opens it: measured one by one, and refused beyond the limits.

A picture is held to the size it declares; anything else to a ratio as well. Streams nobody points at count too, as do
those the file's own structure is in: no viewer has to open them, and none of ours will have to find out.
"""

from typing import Any, Final

from ishtirak.adapters import picture_headers
from ishtirak.adapters.stream_filters import ABBREVIATIONS, Broken, Expanded, Filter, expanded
from ishtirak.adapters.unacceptable import Unacceptable
from ishtirak.documents.limits import InspectionLimits
from ishtirak.documents.model import RefusalReason

_COMPONENTS: Final = {"/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/ICCBased": 4}
_FREE_TOGETHER: Final = 4
"""All streams that are no pictures may together expand by any ratio up to so many times what one may."""


class Streams:
    """What has been measured of one file so far."""

    def __init__(self, *, file_size: int, limits: InspectionLimits) -> None:
        self._limits = limits
        self._bytes = 0
        self._other_than_pictures = 0
        self._pixels = 0
        self._may_be = max(_FREE_TOGETHER * limits.ratio_free_bytes, limits.expansion_ratio * file_size)

    def measure(self, stream: Any) -> None:
        """Measure one stream; `Unacceptable` where it, or all of them so far, become too large."""
        if "/F" in stream:
            raise Unacceptable(RefusalReason.ACTIVE_CONTENT)  # its bytes are in another file
        filters = filters_of(stream, self._limits)
        _check_predictors(stream, self._limits)
        if is_picture(stream):
            size = self._picture(stream, filters)
        else:
            size = self._other_than_picture(stream, filters, keep=False).size
            self._other_than_pictures += size
        self._bytes += size
        within(self._bytes, self._limits.document_bytes)
        within(self._other_than_pictures, self._may_be)

    def content(self, stream: Any) -> bytes:
        """The bytes of a stream that was measured."""
        filters = filters_of(stream, self._limits)
        return self._other_than_picture(stream, filters, keep=True).content

    def _other_than_picture(self, stream: Any, filters: list[Filter], *, keep: bool) -> Expanded:
        raw = stream.read_raw_bytes()
        by_ratio = self._limits.expansion_ratio * len(raw)
        at_most = min(self._limits.stream_bytes, max(self._limits.ratio_free_bytes, by_ratio))
        found = expanded(raw, filters, at_most=at_most, keep=keep)
        if found.picture and not is_picture(stream):
            raise Unacceptable(RefusalReason.UNKNOWN_ENCODING)
        return found

    def _picture(self, stream: Any, filters: list[Filter]) -> int:
        pixels = picture_pixels(stream)
        within(pixels, self._limits.picture_pixels)
        raw = stream.read_raw_bytes()
        at_most = _declared_bytes(stream) + self._limits.ratio_free_bytes
        if "/Subtype" not in stream:
            at_most = min(at_most, self._limits.stream_bytes)
        if filters and filters[-1].name in picture_headers.PIXELS:
            at_most = max(at_most, len(raw))
        found = expanded(raw, filters, at_most=at_most, keep=False)
        if found.picture:
            pixels = max(pixels, encoded_pixels(found, self._limits))
        self._pixels += pixels
        within(self._pixels, self._limits.document_pixels)
        return found.size


def is_picture(stream: Any) -> bool:
    """A preview of a page need not call itself a picture; it has a size, and nothing else has."""
    named = str(stream.get("/Subtype", ""))
    return named == "/Image" or (not named and "/Width" in stream and "/Height" in stream)


def within(size: int, limit: int) -> None:
    """`Unacceptable` beyond the limit."""
    if size > limit:
        raise Unacceptable(RefusalReason.EXPANDS_TOO_MUCH)


def encoded_pixels(found: Expanded, limits: InspectionLimits) -> int:
    """What the picture's own header claims, whatever the dictionary around it says."""
    if found.picture not in picture_headers.PIXELS:
        return 0
    pixels = picture_headers.PIXELS[found.picture](found.content)
    within(pixels, limits.picture_pixels)
    if found.picture == "DCTDecode":
        within(picture_headers.jpeg_scans(found.content), limits.picture_scans)
    return pixels


def filters_of(stream: Any, limits: InspectionLimits) -> list[Filter]:
    """The stream's filters in the order they are undone."""
    names = listed(stream.get("/Filter"))
    within(len(names), limits.stream_filters)
    parameters = listed(stream.get("/DecodeParms"))
    parameters += [None] * (len(names) - len(parameters))
    return [_filter(name, given) for name, given in zip(names, parameters, strict=False)]


def _filter(name: Any, parameters: Any) -> Filter:
    plain = str(name).removeprefix("/")
    full = ABBREVIATIONS.get(plain, plain)
    if not _is_dictionary(parameters):
        return Filter(full)
    return Filter(
        full,
        predictor=int(parameters.get("/Predictor", 1)),
        early_change=int(parameters.get("/EarlyChange", 1)),
    )


def _check_predictors(stream: Any, limits: InspectionLimits) -> None:
    """A viewer makes room for a row before it has read one."""
    for parameters in listed(stream.get("/DecodeParms")):
        if not _is_dictionary(parameters):
            continue
        columns, colours, bits = (
            int(parameters.get(name, default))
            for name, default in (("/Columns", 1), ("/Colors", 1), ("/BitsPerComponent", 8))
        )
        if min(columns, colours, bits) < 0:
            raise Broken("a row of less than nothing")
        within(columns * colours * bits // 8, limits.stream_bytes)


def picture_pixels(stream: Any) -> int:
    """The larger of what the dictionary declares and what the parameters of a fax do."""
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width <= 0 or height <= 0:
        raise Broken("a picture without a size")
    sizes = [width * height]
    for parameters in listed(stream.get("/DecodeParms")):
        if _is_dictionary(parameters) and ("/K" in parameters or "/Rows" in parameters):
            columns = int(parameters.get("/Columns", 1728))
            sizes.append(columns * max(height, int(parameters.get("/Rows", 0))))
    return max(sizes)


def _declared_bytes(stream: Any) -> int:
    """Rows of whole bytes, each with one more for a predictor."""
    bits = 1 if stream.get("/ImageMask", False) else int(stream.get("/BitsPerComponent", 8))
    row = (int(stream.Width) * _components(stream.get("/ColorSpace")) * bits + 7) // 8
    return int(stream.Height) * (row + 1)


def _components(space: Any) -> int:
    import pikepdf

    if isinstance(space, pikepdf.Array):
        if str(space[0]) == "/DeviceN":
            return len(space[1])
        return _COMPONENTS.get(str(space[0]), 1)
    return _COMPONENTS.get(
        str(space), 4 if isinstance(space, pikepdf.Name) and str(space) not in _GREY else 1
    )


_GREY: Final = frozenset({"/DeviceGray", "/CalGray", "/Indexed"})


def listed(value: Any) -> list[Any]:
    """What stands alone or in an array, as a list."""
    import pikepdf

    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _is_dictionary(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary)
