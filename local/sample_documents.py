"""Files for a demonstration, made from nothing: a plain PDF and a picture, and files that must be refused.

Each is a few hundred bytes, the same bytes every time, and needs no package to make.
"""

import struct
import zlib
from collections.abc import Sequence


def pdf(title: str, *, lines: Sequence[str] = (), catalogue: str = "") -> bytes:
    """A one-page PDF 1.7 with Latin text; `catalogue` goes into its catalogue as it is."""
    text = "".join(f"({_escaped(line)}) Tj 0 -22 Td " for line in (title, *lines))
    page = f"BT /F1 14 Tf 72 760 Td {text}ET".encode("latin-1")
    return assembled(
        [
            f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode("latin-1"),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Font << /F1 5 0 R >> >>",
        ]
    )


def assembled(objects: Sequence[bytes], *, trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1, the first being its catalogue; its cross-reference table is right."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    body += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode(
        "latin-1"
    )
    return bytes(body)


def png(width: int = 64, *, height: int = 64) -> bytes:
    """A grey picture."""
    rows = b"".join(b"\0" + bytes([row % 256]) * width for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def pdf_with_script() -> bytes:
    """A PDF that would run a script when it is opened."""
    return pdf("Payslip", catalogue="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")


def web_page_named_pdf() -> bytes:
    """What an attacker would like a browser to run."""
    return b"<!doctype html><title>Payslip</title><script>fetch('/')</script>"


def test_virus() -> bytes:
    """The EICAR test file: harmless, and every malware engine reports it."""
    # in two halves, so that no scanner mistakes this source for it
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
