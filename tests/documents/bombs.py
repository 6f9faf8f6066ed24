"""Small files that become large when they are opened, and files that only look as if they would.

All are made here, byte by byte: nothing hostile lies in the repository.
"""

import io
import struct
import zlib
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ishtirak.documents.model import ContentType, RefusalReason
from local.sample_documents import assembled, chunk, png
from tests.documents.corpus import JPEG, PAGE, PAGES, PDF, PNG, Make, photograph

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PICTURE = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
MIB = 2**20


def stream(entries: bytes, data: bytes) -> bytes:
    """A stream object of a PDF."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)


def page(contents: Sequence[bytes], *, resources: bytes = b"", others: Sequence[bytes] = ()) -> bytes:
    """One page; its contents are objects from 4 on, and `others` come after them."""
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(len(contents)))
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [%b] /Resources << %b >> >>"
    return assembled([CATALOGUE, PAGES, leaf % (kids, resources), *contents, *others])


def deflated(mebibytes: int, *, times: int = 1, of: bytes = b" ") -> bytes:
    """So many MiB of one byte, compressed so many times over."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(of * MIB) for _ in range(mebibytes)) + packer.flush()
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return packed


def compressed_page(mebibytes: int, *, times: int) -> bytes:
    filters = b"/Filter [%b]" % b" ".join([b"/FlateDecode"] * times)
    return page([stream(filters, deflated(mebibytes, times=times))])


def many_streams(count: int, *, each: int) -> bytes:
    """No one of them is large."""
    small = stream(b"/Filter /FlateDecode", zlib.compress(b" " * each, 9))
    return assembled([CATALOGUE, PAGES, PAGE, *[small] * count])


def lzw(codes: Sequence[int]) -> bytes:
    """Codes as the PDF filter packs them, the width growing as its decoder's table does."""
    bits, length, width, table = 0, 0, 9, 258
    for number, code in enumerate(codes):
        bits, length = bits << width | code, length + width
        if code == 256:
            width, table = 9, 258
        elif number and codes[number - 1] != 256:
            table = min(table + 1, 4096)
            width = min(12, max(9, (table + 1).bit_length()))
    return (bits << -length % 8).to_bytes((length + 7) // 8, "big")


def lzw_bomb(rounds: int) -> bytes:
    """Every code says one byte more than the one before; each round is 7 MiB of 5.6 KB."""
    one = [256, 32, *range(258, 4096)]
    return page([stream(b"/Filter /LZWDecode", lzw([*one * rounds, 257]))])


def run_length_bomb(mebibytes: int) -> bytes:
    """128 bytes of two, and those of nothing by a filter in front."""
    packed = zlib.compress(b"\x81 " * (mebibytes * MIB // 128) + b"\x80", 9)
    return page([stream(b"/Filter [/FlateDecode /RunLengthDecode]", packed)])


def drawings_that_use_drawings(depth: int, *, each: int) -> bytes:
    """Every drawing uses the next so often: what is drawn is `each` to the power of `depth`."""
    first = 5
    use = b"/Next Do " * each
    last = first + depth
    forms = [
        stream(FORM + b" /Resources << /XObject << /Next %d 0 R >> >>" % (number + 1), use)
        for number in range(first, last)
    ]
    leaf = stream(FORM, b"0 0 9 9 re f " * 10)
    return page([stream(b"", use)], resources=b"/XObject << /Next 5 0 R >>", others=[*forms, leaf])


def hidden_uses(use: bytes) -> bytes:
    """A name and its operator as no simple search finds them."""
    forms = [
        stream(FORM + b" /Resources << /XObject << /Next %d 0 R >> >>" % (number + 1), use * 40)
        for number in range(5, 12)
    ]
    return page(
        [stream(b"", use * 40)],
        resources=b"/XObject << /Next 5 0 R >>",
        others=[*forms, stream(FORM, b"0 0 9 9 re f ")],
    )


def drawing_that_uses_itself() -> bytes:
    form = stream(FORM + b" /Resources << /XObject << /Self 5 0 R >> >>", b"/Self Do /Self Do")
    return page([stream(b"", b"/Self Do")], resources=b"/XObject << /Self 5 0 R >>", others=[form])


def masks_that_use_masks(depth: int) -> bytes:
    use = b"/G gs 0 0 9 9 re f " * 20
    state = b"/ExtGState << /G << /SMask << /S /Luminosity /G %d 0 R >> >> >>"
    forms = [
        stream(FORM + b" /Resources << %b >>" % (state % (number + 1)), use) for number in range(5, 5 + depth)
    ]
    return page([stream(b"", use)], resources=state % 5, others=[*forms, stream(FORM, b"0 g")])


def letters_that_are_drawings(shown: int, *, each: int) -> bytes:
    """Every letter of a long text executes a long drawing."""
    font = b"<< /Type /Font /Subtype /Type3 /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> >>"
    text = stream(b"", b"BT /F1 9 Tf (" + b"a" * shown + b") Tj ET")
    glyph = stream(b"", b"1 0 d0 " + b"0 0 9 9 re f " * (each // 13))
    return page([text], resources=b"/Font << /F1 5 0 R >>", others=[font, glyph])


def picture(width: int, height: int, *, entries: bytes, data: bytes) -> bytes:
    shown = stream(PICTURE % (width, height) + entries, data)
    return page([stream(b"", b"/P Do")], resources=b"/XObject << /P 5 0 R >>", others=[shown])


def picture_larger_than_it_says() -> bytes:
    return picture(10, 10, entries=b" /Filter /FlateDecode", data=deflated(60))


def picture_inside_the_contents(width: int, height: int) -> bytes:
    inline = b"q BI /#57 %d /H %d /CS /G /BPC 8 /F /Fl ID " % (width, height) + zlib.compress(b"\0" * 99)
    return page([stream(b"", inline + b" EI Q")])


def bomb_inside_the_contents() -> bytes:
    inline = b"q BI /W 9 /H 9 /CS /G /BPC 8 /F /Fl ID " + deflated(100) + b" EI Q"
    return page([stream(b"", inline)])


def picture_shown_often(times: int) -> bytes:
    """A picture of 49 megapixels that is a few bytes of fax."""
    entries = PICTURE % (7_000, 7_000) + b" /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 7000 >>"
    return page(
        [stream(b"", b"/P Do " * times)],
        resources=b"/XObject << /P 5 0 R >>",
        others=[stream(entries, b"\0\x10\x01")],
    )


def fax_of_claimed_size() -> bytes:
    return picture(
        10, 60_000, entries=b" /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 >>", data=b"\0"
    )


def jpx(width: int, height: int) -> bytes:
    """Box and code stream of JPEG 2000, up to the size."""
    size = struct.pack(">HHIIIIIIII", 41, 0, width, height, 0, 0, width, height, 0, 0)
    return b"\0\0\0\x0cjP  \r\n\x87\n" + b"\xff\x4f\xff\x51" + size + b"\0\x01\x07\x01\x01"


def jbig2(width: int, height: int) -> bytes:
    """A page of JBIG2 without its regions."""
    return struct.pack(">IBBBI", 0, 48, 0, 1, 19) + struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)


def jpeg_of_claimed_size(width: int, height: int) -> bytes:
    content = bytearray(photograph())
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_with_many_scans(count: int) -> bytes:
    content = photograph(progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:start] + content[start:-2] * count + content[-2:]


def repeated_page(times: int) -> bytes:
    return assembled(
        [CATALOGUE, b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * times, times), PAGE]
    )


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    return assembled([CATALOGUE, b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count), *[PAGE] * count])


def claimed_page_count(count: int) -> bytes:
    return assembled([CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count, PAGE])


def png_with(extra: bytes) -> bytes:
    sound = png()
    return sound[:33] + extra + sound[33:]


def png_with_more_data_than_its_size() -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0))
    return png()[:8] + header + chunk(b"IDAT", deflated(60, of=b"\0")) + chunk(b"IEND", b"")


def png_of_claimed_size(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return png()[:8] + header + chunk(b"IDAT", deflated(1, of=b"\0")) + chunk(b"IEND", b"")


TOO_MUCH = RefusalReason.EXPANDS_TOO_MUCH
UNKNOWN = RefusalReason.UNKNOWN_ENCODING
BOMBS: dict[str, tuple[ContentType, Make, RefusalReason]] = {
    "a page compressed once": (PDF, lambda: compressed_page(100, times=1), TOO_MUCH),
    "a page compressed twice": (PDF, lambda: compressed_page(200, times=2), TOO_MUCH),
    "a page compressed three times": (PDF, lambda: compressed_page(1_000, times=3), TOO_MUCH),
    "five filters in a row": (PDF, lambda: compressed_page(1, times=5), TOO_MUCH),
    "ten thousand streams a thousand times as large": (
        PDF,
        lambda: many_streams(10_000, each=100_000),
        TOO_MUCH,
    ),
    "an LZW page": (PDF, lambda: lzw_bomb(12), TOO_MUCH),
    "a run-length page": (PDF, lambda: run_length_bomb(100), TOO_MUCH),
    "drawings of drawings of drawings": (PDF, lambda: drawings_that_use_drawings(9, each=10), TOO_MUCH),
    "a hundred drawings deep": (PDF, lambda: drawings_that_use_drawings(100, each=2), TOO_MUCH),
    "drawings under escaped names": (PDF, lambda: hidden_uses(b"/N#65xt Do "), TOO_MUCH),
    "drawings with a comment between": (PDF, lambda: hidden_uses(b"/Next%x\nDo "), TOO_MUCH),
    "drawings with an operand between": (PDF, lambda: hidden_uses(b"/Next (x)pop Do "), TOO_MUCH),
    "a drawing that uses itself": (PDF, drawing_that_uses_itself, TOO_MUCH),
    "masks of masks of masks": (PDF, lambda: masks_that_use_masks(9), TOO_MUCH),
    "letters that are drawings": (PDF, lambda: letters_that_are_drawings(200_000, each=200_000), TOO_MUCH),
    "a picture larger than it says": (PDF, picture_larger_than_it_says, TOO_MUCH),
    "a picture of 3,600 megapixels in a PDF": (
        PDF,
        lambda: picture(60_000, 60_000, entries=b" /Filter /FlateDecode", data=deflated(1)),
        TOO_MUCH,
    ),
    "a picture inside the contents": (PDF, lambda: picture_inside_the_contents(60_000, 60_000), TOO_MUCH),
    "a bomb inside the contents": (PDF, bomb_inside_the_contents, TOO_MUCH),
    "a picture shown a thousand times": (PDF, lambda: picture_shown_often(1_000), TOO_MUCH),
    "a fax of 3,600 megapixels": (PDF, fax_of_claimed_size, TOO_MUCH),
    "a JPEG 2000 of 3,600 megapixels": (
        PDF,
        lambda: picture(9, 9, entries=b" /Filter /JPXDecode", data=jpx(60_000, 60_000)),
        TOO_MUCH,
    ),
    "a JBIG2 of 3,600 megapixels": (
        PDF,
        lambda: picture(9, 9, entries=b" /Filter /JBIG2Decode", data=jbig2(60_000, 60_000)),
        TOO_MUCH,
    ),
    "a JPEG of 3,600 megapixels in a PDF": (
        PDF,
        lambda: picture(9, 9, entries=b" /Filter /DCTDecode", data=jpeg_of_claimed_size(60_000, 60_000)),
        TOO_MUCH,
    ),
    "a JPEG of a thousand scans in a PDF": (
        PDF,
        lambda: picture(160, 120, entries=b" /Filter /DCTDecode", data=jpeg_with_many_scans(1_000)),
        TOO_MUCH,
    ),
    "rows wider than memory": (
        PDF,
        lambda: page(
            [
                stream(
                    b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2000000000 >>",
                    zlib.compress(b" "),
                )
            ]
        ),
        TOO_MUCH,
    ),
    "one page two hundred thousand times": (PDF, lambda: repeated_page(200_000), RefusalReason.DAMAGED),
    "more pages than anybody reads": (PDF, lambda: many_pages(501), TOO_MUCH),
    "a page count of two thousand million": (
        PDF,
        lambda: claimed_page_count(2_000_000_000),
        RefusalReason.DAMAGED,
    ),
    "a filter nobody knows": (PDF, lambda: page([stream(b"/Filter /BrotliDecode", b"x")]), UNKNOWN),
    "a filter that encrypts": (
        PDF,
        lambda: page([stream(b"/Filter [/Crypt /FlateDecode]", deflated(1))]),
        UNKNOWN,
    ),
    "a page that is a photograph": (
        PDF,
        lambda: page([stream(b"/Filter /DCTDecode", photograph())]),
        UNKNOWN,
    ),
    "a predictor between two filters": (
        PDF,
        lambda: page(
            [
                stream(
                    b"/Filter [/FlateDecode /FlateDecode] /DecodeParms [<< /Predictor 12 >> null]",
                    deflated(1, times=2),
                )
            ]
        ),
        UNKNOWN,
    ),
    "bytes that are in another file": (
        PDF,
        lambda: page([stream(b"/F (file:///etc/passwd)", b"")]),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a PNG of 3,600 megapixels": (PNG, lambda: png_of_claimed_size(60_000, 60_000), TOO_MUCH),
    "a PNG with more data than its size": (PNG, png_with_more_data_than_its_size, TOO_MUCH),
    "a PNG with a colour profile of 80 MiB": (
        PNG,
        lambda: png_with(chunk(b"iCCP", b"p\0\0" + deflated(80))),
        TOO_MUCH,
    ),
    "a PNG with a note of 80 MiB": (PNG, lambda: png_with(chunk(b"zTXt", b"n\0\0" + deflated(80))), TOO_MUCH),
    "a PNG with an international note of 80 MiB": (
        PNG,
        lambda: png_with(chunk(b"iTXt", b"n\0\1\0ar\0n\0" + deflated(80))),
        TOO_MUCH,
    ),
    "a JPEG of 3,600 megapixels": (JPEG, lambda: jpeg_of_claimed_size(60_000, 60_000), TOO_MUCH),
    "a JPEG of a thousand scans": (JPEG, lambda: jpeg_with_many_scans(1_000), TOO_MUCH),
}


def scanned(pages: int, *, width: int = 2480, height: int = 3508) -> bytes:
    """White pages as a scanner without noise would send them: the best compression an honest picture has."""
    shown = stream(
        PICTURE % (width, height) + b" /Filter /FlateDecode", zlib.compress(b"\xff" * width * height)
    )
    first, pictures = 3, 3 + 2 * pages
    kids = b" ".join(b"%d 0 R" % (first + number) for number in range(pages))
    leaves = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        b"/Resources << /XObject << /P %d 0 R >> >> >>" % (first + pages + number, pictures + number)
        for number in range(pages)
    ]
    contents = [stream(b"", b"q 595 0 0 842 0 0 cm /P Do Q")] * pages
    tree = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages)
    return assembled([CATALOGUE, tree, *leaves, *contents, *[shown] * pages])


def letterhead(pages: int) -> bytes:
    """A drawing every page uses, with a smaller one inside; and a table of many lines."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.beginForm("logo")
    canvas.circle(20, 20, 9)
    canvas.endForm()
    canvas.beginForm("head")
    for _ in range(12):
        canvas.doForm("logo")
    canvas.endForm()
    for number in range(pages):
        canvas.doForm("head")
        for row in range(60):
            canvas.drawString(72, 780 - 12 * row, f"2026-{number % 12 + 1:02}  8,000.00  2,000.00  10,000.00")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def old_letters() -> bytes:
    """A statement in a font of drawn letters, without resources of its own, as older systems print them."""
    return letters_that_are_drawings(20_000, each=500)


USUAL: dict[str, tuple[ContentType, Make]] = {
    "twenty white pages at 300 dots an inch": (PDF, lambda: scanned(20)),
    "a letterhead on two hundred pages": (PDF, lambda: letterhead(200)),
    "a font of drawn letters": (PDF, old_letters),
    "an LZW page of old": (
        PDF,
        lambda: page([stream(b"/Filter /LZWDecode", lzw([256, *b"BT ET " * 40, 257]))]),
    ),
    "two honest filters": (
        PDF,
        lambda: page(
            [stream(b"/Filter [/ASCIIHexDecode /FlateDecode]", zlib.compress(b"BT ET").hex().encode() + b">")]
        ),
    ),
    "a PDF in base 85": (PDF, lambda: page([stream(b"/Filter /A85", b"6<#'\\7PQ#@1a#b0+>GQ(+?(u.+B2ko~>")])),
    "a photograph in a PDF": (
        PDF,
        lambda: picture(160, 120, entries=b" /Filter /DCTDecode", data=photograph()),
    ),
    "a JPEG 2000 in a PDF": (PDF, lambda: picture(99, 99, entries=b" /Filter /JPXDecode", data=jpx(99, 99))),
    "a JBIG2 in a PDF": (PDF, lambda: picture(99, 99, entries=b" /Filter /JBIG2Decode", data=jbig2(99, 99))),
    "a PNG that may expand as far as it says": (
        PNG,
        lambda: png(7_000, height=7_000),
    ),
    "a text that has the words of a picture": (
        PDF,
        lambda: page([stream(b"", b"BT (POLICY BI LIMITS /W 10 ID 7) Tj ET")]),
    ),
}
