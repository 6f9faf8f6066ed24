"""What a viewer executes to draw a PDF, counting a drawing each time another one uses it.

Ten drawings that each use the next ten times are small and draw ten thousand million things, so what counts is the sum
over all uses. Names are looked for in the contents without parsing them; where that could be fooled it counts too much.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ishtirak.adapters.pdf_streams import Streams, encoded_pixels, is_picture, listed, picture_pixels, within
from ishtirak.adapters.stream_filters import ABBREVIATIONS, Broken, Filter, expanded
from ishtirak.adapters.unacceptable import Unacceptable
from ishtirak.documents.limits import InspectionLimits
from ishtirak.documents.model import RefusalReason

_DEEPEST: Final = 20
_OTHER: Final = rb"[^\0\t\n\x0c\r ()<>\[\]{}/%]"
"""What may be part of a name or an operator."""
_BLANK: Final = rb"(?:[\0\t\n\x0c\r ]|%[^\r\n]*[\r\n])"
_NAME: Final = rb"/(" + _OTHER + rb"*)"
_BEGINS: Final = rb"(?<!" + _OTHER + rb")"
_ENDS: Final = rb"(?!" + _OTHER + rb")"
_USE: Final = re.compile(_NAME + _BLANK + rb"+(?:Do|gs|scn|SCN)" + _ENDS)
_DO: Final = re.compile(_BEGINS + rb"Do" + _ENDS)
_FONT: Final = re.compile(_NAME + _BLANK + rb"+" + _OTHER + rb"+" + _BLANK + rb"+Tf" + _ENDS)
_INLINE: Final = re.compile(_BEGINS + rb"BI" + _ENDS + rb"(.*?)" + _BEGINS + rb"ID[\0\t\n\x0c\r ]", re.DOTALL)
_SIDE: Final = re.compile(rb"/(W|Width|H|Height)" + _BLANK + rb"*\+?([0-9]{1,20})(?![0-9])")
_FILTERS: Final = re.compile(rb"/(?:F|Filter)" + _BLANK + rb"*(?:\[([^\]]*)\]|/([A-Za-z0-9]+))")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Cost:
    """What is read and how many pixels are painted."""

    content: int = 0
    pixels: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.content + other.content, self.pixels + other.pixels)

    def times(self, count: int) -> "Cost":
        return Cost(self.content * count, self.pixels * count)


@dataclass(frozen=True)
class _Content:
    """One content, read once: what it costs by itself, and which names it uses how often."""

    own: Cost
    uses: Counter[str]
    fonts: frozenset[str]
    unnamed: int
    """Drawings whose names were not found: any of those within reach may be meant."""


class Drawing:
    """Adds up the pages of one file."""

    def __init__(self, streams: Streams, *, limits: InspectionLimits) -> None:
        self._streams = streams
        self._limits = limits
        self._read: dict[tuple[int, int], _Content] = {}
        self._known: dict[tuple[Any, ...], Cost] = {}
        self._total = Cost()

    def page(self, page: Any) -> None:
        """Add a page with its annotations; `Unacceptable` where it, or all so far, draw too much."""
        resources = page.resources
        for content in listed(page.obj.get("/Contents")):
            self._add(self._cost(content, resources, depth=0))
        for annotation in listed(page.obj.get("/Annots")):
            for appearance in _appearances(annotation):
                self._add(self._cost(appearance, resources, depth=0))

    def _add(self, cost: Cost) -> None:
        self._total = self._total + cost
        self._check(self._total)

    def _check(self, cost: Cost) -> None:
        within(cost.content, self._limits.drawn_bytes)
        within(cost.pixels, self._limits.drawn_pixels)

    def _cost(self, stream: Any, inherited: Any, *, depth: int) -> Cost:
        """A drawing without resources of its own looks names up where it is used."""
        if depth > _DEEPEST:
            raise Unacceptable(RefusalReason.EXPANDS_TOO_MUCH)  # a circle ends here, too
        resources = stream.get("/Resources", inherited)
        key = (stream.objgen, _identity(resources))
        if key not in self._known:
            content = self._content(stream)
            cost = content.own
            largest = Cost()
            for name, used in _reachable(resources):
                count = content.uses[name]
                each = self._used(used, resources, depth=depth + 1) if count or content.unnamed else Cost()
                largest = max(largest, each, key=lambda one: (one.content, one.pixels))
                cost = cost + each.times(count)
                self._check(cost)
            cost = cost + largest.times(content.unnamed) + self._glyphs(content, resources, depth=depth + 1)
            self._check(cost)
            self._known[key] = cost
        return self._known[key]

    def _used(self, stream: Any, resources: Any, *, depth: int) -> Cost:
        if is_picture(stream):
            return Cost(pixels=picture_pixels(stream))
        return self._cost(stream, resources, depth=depth)

    def _glyphs(self, content: _Content, resources: Any, *, depth: int) -> Cost:
        """Letters that are drawings: no content shows more of them than it has bytes."""
        largest = 0
        for font in _drawn_fonts(resources, content):
            for procedure in _streams_in(font.get("/CharProcs")):
                cost = self._cost(procedure, font.get("/Resources", resources), depth=depth)
                largest = max(largest, cost.content)
        return Cost(content=largest * content.own.content)

    def _content(self, stream: Any) -> _Content:
        if stream.objgen not in self._read:
            self._read[stream.objgen] = self._reading(self._streams.content(stream))
        return self._read[stream.objgen]

    def _reading(self, content: bytes) -> _Content:
        uses = Counter(_unescaped(name) for name in _USE.findall(content))
        named = sum(1 for found in _USE.finditer(content) if found[0].endswith(b"Do"))
        pixels = sum(self._inline(found, content) for found in _INLINE.finditer(content))
        unnamed = max(0, len(_DO.findall(content)) - named)
        fonts = frozenset(_unescaped(name) for name in _FONT.findall(content))
        return _Content(Cost(len(content), pixels), uses, fonts, unnamed)

    def _inline(self, found: re.Match[bytes], content: bytes) -> int:
        """The pixels of a picture inside the contents, held to the limits of any picture."""
        dictionary = _ESCAPED.sub(lambda escape: bytes.fromhex(escape[1].decode()), found[1])
        sides = {name[:1]: int(size) for name, size in _SIDE.findall(dictionary)}
        if len(sides) < 2:
            return 0  # two words of a text, or a picture no viewer can show
        pixels = sides[b"W"] * sides[b"H"]
        within(pixels, self._limits.picture_pixels)
        filters = [Filter(name) for name in _named_filters(dictionary)]
        if not filters:
            return pixels
        data = memoryview(content)[found.end() :]
        at_most = pixels * 4 + self._limits.ratio_free_bytes + len(data)
        try:
            return max(pixels, encoded_pixels(expanded(data, filters, at_most=at_most), self._limits))
        except Broken:
            return pixels  # what follows the picture's data is read with it, and need not make sense


def _named_filters(dictionary: bytes) -> Iterator[str]:
    found = _FILTERS.search(dictionary)
    for name in re.findall(rb"[A-Za-z0-9]+", found[1] or found[2] or b"") if found else ():
        plain = name.decode("ascii")
        yield ABBREVIATIONS.get(plain, plain)


def _unescaped(name: bytes) -> str:
    plain = _ESCAPED.sub(lambda escape: bytes.fromhex(escape[1].decode()), name)
    return "/" + plain.decode("utf-8", "surrogateescape")


def _reachable(resources: Any) -> Iterator[tuple[str, Any]]:
    """What contents can use by name: drawings and pictures, patterns, and the masks of graphics states."""
    import pikepdf

    for kind in ("/XObject", "/Pattern"):
        for name, held in _items(resources, kind):
            if isinstance(held, pikepdf.Stream):
                yield name, held
    for name, state in _items(resources, "/ExtGState"):
        mask = state.get("/SMask") if isinstance(state, pikepdf.Dictionary) else None
        if isinstance(mask, pikepdf.Dictionary) and isinstance(mask.get("/G"), pikepdf.Stream):
            yield name, mask.G


def _appearances(annotation: Any) -> Iterator[Any]:
    import pikepdf

    held = annotation.get("/AP") if isinstance(annotation, pikepdf.Dictionary) else None
    left = list(held.values()) if isinstance(held, pikepdf.Dictionary) else []
    while left:
        one = left.pop()
        if isinstance(one, pikepdf.Stream):
            yield one
        else:
            left += _streams_in(one)


def _items(resources: Any, kind: str) -> list[tuple[str, Any]]:
    import pikepdf

    held = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    return list(held.items()) if isinstance(held, pikepdf.Dictionary) else []


def _drawn_fonts(resources: Any, content: _Content) -> Iterator[Any]:
    """The fonts a content sets, by name or with a graphics state, whose letters are drawings."""
    import pikepdf

    fonts = [held for name, held in _items(resources, "/Font") if name in content.fonts]
    for name, state in _items(resources, "/ExtGState"):
        held = state.get("/Font") if content.uses[name] and isinstance(state, pikepdf.Dictionary) else None
        fonts += [held[0]] if isinstance(held, pikepdf.Array) and len(held) else []
    for font in fonts:
        if isinstance(font, pikepdf.Dictionary) and str(font.get("/Subtype")) == "/Type3":
            yield font


def _streams_in(held: Any) -> list[Any]:
    import pikepdf

    values = held.values() if isinstance(held, pikepdf.Dictionary) else ()
    return [one for one in values if isinstance(one, pikepdf.Stream)]


def _identity(resources: Any) -> tuple[Any, ...]:
    """The same for the same resources; those written in place are told apart by what is in them."""
    import pikepdf

    if not isinstance(resources, pikepdf.Dictionary):
        return ()
    return resources.objgen if resources.is_indirect else (bytes(resources.unparse()),)
