"""Files people may send: those that must be kept, and those that must be refused, each with its reason.

All are made here, in code: nothing hostile lies in the repository, and every file says what is wrong with it.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
from PIL import Image, PngImagePlugin
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ishtirak.documents.model import ContentType, RefusalReason
from local.sample_documents import (
    assembled,
    chunk,
    pdf,
    pdf_with_script,
    png,
    test_virus,
    web_page_named_pdf,
)

PDF: ContentType = "application/pdf"
JPEG: ContentType = "image/jpeg"
PNG: ContentType = "image/png"
Make = Callable[[], bytes]

PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>"


@cache
def report() -> bytes:
    """What an ordinary program writes: compressed streams, three pages."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for page in range(3):
        canvas.drawString(72, 760, f"Attendance, page {page + 1}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def with_object_streams() -> bytes:
    """The compact form of PDF 1.5: cross-references and objects in compressed streams."""
    return _saved(pikepdf.open(io.BytesIO(report())), object_stream_mode=pikepdf.ObjectStreamMode.generate)


def opening_on_a_page() -> bytes:
    return pdf("Contract", catalogue="/OpenAction [3 0 R /Fit]")


def with_a_web_link() -> bytes:
    return _page_with(
        "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://qiwa.sa) >> >>]"
    )


def photograph(*, exif: bytes = b"", progressive: bool = False) -> bytes:
    noise = random.Random(7).randbytes(160 * 120 * 3)
    stream = io.BytesIO()
    Image.frombytes("RGB", (160, 120), noise).save(
        stream, "JPEG", quality=85, exif=exif, progressive=progressive
    )
    return stream.getvalue()


def photograph_of_a_phone() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    return photograph(exif=exif.tobytes(), progressive=True)


def screenshot() -> bytes:
    stream = io.BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", "screenshot")
    Image.new("RGBA", (300, 200), (240, 250, 240, 255)).save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


GOOD: dict[str, tuple[ContentType, Make]] = {
    "a plain PDF": (PDF, lambda: pdf("Payslip", lines=["Basic wage 8000", "Housing 2000"])),
    "a report of three pages": (PDF, report),
    "a PDF with object streams": (PDF, with_object_streams),
    "a PDF that opens on a page": (PDF, opening_on_a_page),
    "a PDF with a web link": (PDF, with_a_web_link),
    "a PDF with line ends after its end": (PDF, lambda: report() + b"\r\n" * 40),
    "a photograph": (JPEG, photograph),
    "a photograph of a phone": (JPEG, photograph_of_a_phone),
    "a screenshot": (PNG, screenshot),
    "a picture made by hand": (PNG, png),
}


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def _page_with(extra: str) -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> {extra} >>"
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, page.encode()])


def _with_object(content: bytes) -> bytes:
    """A sound PDF that holds one object more, which nothing points at."""
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE, content])


def encrypted(user_password: str) -> bytes:
    protection = pikepdf.Encryption(owner="owner", user=user_password)
    return _saved(pikepdf.open(io.BytesIO(report())), encryption=protection)


def with_attachment() -> bytes:
    document = pikepdf.open(io.BytesIO(report()))
    document.attachments["invoice.exe"] = b"MZ" + bytes(100)
    return _saved(document)


def script_in_object_stream() -> bytes:
    document = pikepdf.open(io.BytesIO(report()))
    document.Root.Names = pikepdf.Dictionary(
        Hidden=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    )
    return _saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def nested(depth: int) -> bytes:
    return _with_object(b"[" * depth + b"]" * depth)


def many_objects(count: int) -> bytes:
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE, *[b"null"] * count])


def deep_page_tree(depth: int) -> bytes:
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(depth)]
    last = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Resources << >> >>" % (depth + 1)
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, last])


def circular_page_tree() -> bytes:
    return assembled([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])


def object_stream_bomb(mebibytes: int) -> bytes:
    """A structure that has to be unfolded to be read, from a thousandth of its size."""
    header = b"5 0 "
    packer = zlib.compressobj(9)
    packed = packer.compress(header + b"<<>>")
    for _ in range(mebibytes):
        packed += packer.compress(b" " * 2**20)
    packed += packer.flush()
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        PAGES,
        PAGE,
        b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(header), len(packed), packed),
    ]
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    rows = [struct.pack(">BIH", 0, 0, 65535), *(struct.pack(">BIH", 1, at, 0) for at in offsets)]
    rows += [struct.pack(">BIH", 2, 4, 0), struct.pack(">BIH", 1, start, 0)]
    table = b"".join(rows)
    body += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n%b\nendstream\nendobj\n"
        % (
            len(table),
            table,
        )
    )
    body += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(body)


ACTIVE_KEYS = [
    "JS",
    "JavaScript",
    "AA",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "EF",
    "XFA",
    "RichMedia",
    "RichMediaContent",
    "RichMediaSettings",
    "SubmitForm",
    "ImportData",
    "GoToR",
    "GoToE",
]
ACTIVE_NAMES = [
    "JavaScript",
    "Launch",
    "SubmitForm",
    "ImportData",
    "GoToR",
    "GoToE",
    "Rendition",
    "Movie",
    "Sound",
    "RichMedia",
    "RichMediaExecute",
    "FileAttachment",
    "Screen",
    "3D",
    "EmbeddedFile",
]


def with_key(name: str) -> bytes:
    return _with_object(f"[<< /{name} 1 >>]".encode())


def with_name(name: str, *, under: str) -> bytes:
    return _with_object(f"<< /{under} /{name} >>".encode())


def zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def archive_in_the_comment_of_a_pdf() -> bytes:
    """An archive whose own comment is the end of the PDF: both readers are content."""
    archive = zipped("run.class", b"\xca\xfe\xba\xbe")
    tail = b"\n%%EOF\n"
    sound = pdf("Payslip")
    return sound + archive[:-2] + struct.pack("<H", len(tail)) + tail


def jpeg_with_comment(comment: bytes) -> bytes:
    picture = photograph()
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + picture[2:]


def jpeg_with_much_metadata() -> bytes:
    segment = b"\xff\xe5" + struct.pack(">H", 65535) + bytes(65533)
    picture = photograph()
    return picture[:2] + segment * 20 + picture[2:]


def png_of_claimed_size(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    """A note in a picture that unfolds to 80 MiB."""
    sound = png()
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80 * 2**20), 9))
    return sound[:33] + bomb + sound[33:]


def animated_png() -> bytes:
    stream = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 128, 255)]
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:])
    return stream.getvalue()


HOSTILE: dict[str, tuple[ContentType, Make, RefusalReason]] = {
    # not what it says it is
    "nine bytes of a PDF": (PDF, lambda: b"%PDF-1.7\n", RefusalReason.DAMAGED),
    "a web page named .pdf": (PDF, web_page_named_pdf, RefusalReason.TYPE_DIFFERS),
    "an SVG named .png": (PNG, lambda: b"<svg onload='alert(1)'/>", RefusalReason.TYPE_DIFFERS),
    "a program named .pdf": (PDF, lambda: b"MZ\x90\0" + bytes(500), RefusalReason.TYPE_DIFFERS),
    "an archive named .pdf": (PDF, lambda: zipped("payslip.txt", b"8000"), RefusalReason.TYPE_DIFFERS),
    "a PDF that starts one byte late": (PDF, lambda: b"\n" + report(), RefusalReason.TYPE_DIFFERS),
    "a PNG declared as a JPEG": (JPEG, png, RefusalReason.TYPE_DIFFERS),
    "a JPEG declared as a PNG": (PNG, photograph, RefusalReason.TYPE_DIFFERS),
    "a PDF declared as a PNG": (PNG, report, RefusalReason.TYPE_DIFFERS),
    "nothing but blanks": (PDF, lambda: b" " * 100, RefusalReason.TYPE_DIFFERS),
    # malware
    "the test virus named .pdf": (PDF, test_virus, RefusalReason.MALWARE),
    "the test virus inside a PDF": (
        PDF,
        lambda: _with_object(b"(" + b"x)" + b"\n%" + test_virus()),
        RefusalReason.MALWARE,
    ),
    # damaged
    "a PDF cut in the middle": (PDF, lambda: report()[: len(report()) // 2], RefusalReason.DAMAGED),
    "a PDF cut before its table, with an end": (
        PDF,
        lambda: report()[:-300] + b"\n%%EOF\n",
        RefusalReason.DAMAGED,
    ),
    "a PDF with a wrong table": (
        PDF,
        lambda: report().replace(b"startxref\n", b"startxref\n1"),
        RefusalReason.DAMAGED,
    ),
    "a PDF with a shifted table": (
        PDF,
        lambda: report().replace(b"%PDF-1.", b"%PDF-1.", 1).replace(b"endobj", b"endobj ", 1),
        RefusalReason.DAMAGED,
    ),
    "a PDF without pages": (
        PDF,
        lambda: assembled([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]),
        RefusalReason.DAMAGED,
    ),
    "a PDF without a catalogue": (PDF, lambda: assembled([b"<< /Type /Nothing >>"]), RefusalReason.DAMAGED),
    "a JPEG cut in the middle": (JPEG, lambda: photograph()[:2000], RefusalReason.DAMAGED),
    "a JPEG of nothing": (JPEG, lambda: b"\xff\xd8\xff\xd9", RefusalReason.DAMAGED),
    "a PNG cut in the middle": (PNG, lambda: screenshot()[:-30], RefusalReason.DAMAGED),
    "a PNG with a wrong checksum": (
        PNG,
        lambda: screenshot().replace(b"IDAT", b"IDAT\x01", 1),
        RefusalReason.DAMAGED,
    ),
    # locked
    "a PDF under a password": (PDF, lambda: encrypted("secret"), RefusalReason.ENCRYPTED),
    "an encrypted PDF that opens without": (PDF, lambda: encrypted(""), RefusalReason.ENCRYPTED),
    # active
    "a PDF with a script on opening": (PDF, pdf_with_script, RefusalReason.ACTIVE_CONTENT),
    "a script under an escaped name": (
        PDF,
        lambda: pdf("P", catalogue="/OpenAction << /S /J#61vaScript /J#53 (a) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a script in an object stream": (PDF, script_in_object_stream, RefusalReason.ACTIVE_CONTENT),
    "a script nothing points at": (
        PDF,
        lambda: _with_object(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a script after a harmless action": (
        PDF,
        lambda: pdf(
            "P", catalogue="/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS (a) >> >>"
        ),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a web page after a harmless action": (
        PDF,
        lambda: pdf("P", catalogue="/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (x) >> >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a web page on opening": (
        PDF,
        lambda: pdf("P", catalogue="/OpenAction << /S /URI /URI (https://x.invalid) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a printer on opening": (
        PDF,
        lambda: pdf("P", catalogue="/OpenAction << /S /Named /N /Print >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "actions of a page": (
        PDF,
        lambda: _page_with("/AA << /O << /S /URI /URI (https://x.invalid) >> >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a program to launch": (
        PDF,
        lambda: _with_object(b"<< /S /Launch /F (cmd.exe) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a form that submits itself": (
        PDF,
        lambda: _with_object(b"<< /S /SubmitForm /F (https://x.invalid) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "data to import": (
        PDF,
        lambda: _with_object(b"<< /S /ImportData /F (x.fdf) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a way into another file": (
        PDF,
        lambda: _with_object(b"<< /S /GoToR /F (//x.invalid/y.pdf) >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a way into an embedded file": (
        PDF,
        lambda: _with_object(b"<< /S /GoToE /T << >> >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "a file attached": (PDF, with_attachment, RefusalReason.ACTIVE_CONTENT),
    "an XFA form": (
        PDF,
        lambda: pdf("P", catalogue="/AcroForm << /XFA 4 0 R >>"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    "rich media": (
        PDF,
        lambda: _page_with("/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]"),
        RefusalReason.ACTIVE_CONTENT,
    ),
    # out of all proportion
    "lists in lists in lists": (PDF, lambda: nested(80), RefusalReason.TOO_COMPLEX),
    "lists a thousand deep": (PDF, lambda: nested(1_000), RefusalReason.TOO_COMPLEX),
    "a hundred thousand deep": (PDF, lambda: nested(100_000), RefusalReason.TOO_COMPLEX),
    "a list without end": (
        PDF,
        lambda: _with_object(b"[" + b"1 " * 300_000 + b"]"),
        RefusalReason.TOO_COMPLEX,
    ),
    "too many objects": (PDF, lambda: many_objects(20_001), RefusalReason.TOO_COMPLEX),
    "a deep page tree": (PDF, lambda: deep_page_tree(80), RefusalReason.TOO_COMPLEX),
    "a page tree in a circle": (PDF, circular_page_tree, RefusalReason.DAMAGED),
    "an object stream of 300 MiB": (PDF, lambda: object_stream_bomb(300), RefusalReason.DAMAGED),
    "a picture of 2,500 megapixels": (
        PNG,
        lambda: png_of_claimed_size(50_000, 50_000),
        RefusalReason.EXPANDS_TOO_MUCH,
    ),
    "a picture of 51 megapixels": (
        PNG,
        lambda: png_of_claimed_size(10_000, 5_100),
        RefusalReason.EXPANDS_TOO_MUCH,
    ),
    "a photograph that is mostly metadata": (JPEG, jpeg_with_much_metadata, RefusalReason.EXPANDS_TOO_MUCH),
    "a note that unfolds to 80 MiB": (PNG, png_with_text_bomb, RefusalReason.EXPANDS_TOO_MUCH),
    # two files in one
    "a PDF with an archive behind": (
        PDF,
        lambda: report() + zipped("run.class", b"\xca\xfe\xba\xbe"),
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a PDF in an archive's comment": (PDF, archive_in_the_comment_of_a_pdf, RefusalReason.MORE_THAN_ONE_FILE),
    "a PDF with a page of HTML behind": (
        PDF,
        lambda: report() + b"<script>1</script>" * 100,
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a photograph with an archive behind": (
        JPEG,
        lambda: photograph() + zipped("a", b"b"),
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a photograph with a PDF behind": (
        JPEG,
        lambda: photograph() + report(),
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a photograph that starts a PDF": (
        JPEG,
        lambda: jpeg_with_comment(report()[:600]),
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a photograph with a script behind": (
        JPEG,
        lambda: photograph() + b"<?php system(1);",
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "a picture with an archive behind": (
        PNG,
        lambda: png() + zipped("a", b"b"),
        RefusalReason.MORE_THAN_ONE_FILE,
    ),
    "an animated picture": (PNG, animated_png, RefusalReason.MORE_THAN_ONE_FILE),
}
