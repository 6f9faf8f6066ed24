"""Names: what is shown is harmless, what is downloaded is ours."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.documents.model import EXTENSIONS, ContentType, DocumentKind
from ishtirak.documents.names import LONGEST_NAME, display_name, download_names
from tests.documents.samples import a_document

PDF: ContentType = "application/pdf"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("payslip.pdf", "payslip.pdf"),
        ("Payslip.PDF", "Payslip.PDF"),
        ("قسيمة الراتب.pdf", "قسيمة الراتب.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\scan.pdf", "scan.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\u2066b\u2069\u200f.pdf", "ab.pdf"),
        ("a\0b\r\nSet-Cookie: x=1.pdf", "ab Set-Cookie: x=1.pdf"),
        ("…/..", "document.pdf"),
        (".pdf", "pdf.pdf"),
        ("   ", "document.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("cafe\u200d\u0301.pdf", "caf\u00e9.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_mislead(typed: str, name: str) -> None:
    assert display_name(typed, PDF) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = display_name("a" * 300 + ".jpeg", "image/jpeg")

    assert len(name) == LONGEST_NAME
    assert name.endswith("a.jpeg")


@given(st.text(max_size=300), st.sampled_from(sorted(EXTENSIONS)))
def test_any_name_becomes_one_that_can_be_shown(typed: str, content_type: ContentType) -> None:
    name = display_name(typed, content_type)

    assert 0 < len(name) <= LONGEST_NAME
    assert name.lower().endswith(EXTENSIONS[content_type])
    assert not {"/", "\\"} & set(name)
    assert all(unicodedata.category(character)[0] != "C" for character in name)
    assert unicodedata.is_normalized("NFC", name)
    assert display_name(name, content_type) == name


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_download_has_a_name_of_ours_in_both_alphabets(kind: DocumentKind) -> None:
    plain, arabic = download_names(a_document(kind=kind, file_name="x\r\ny", content_type="image/jpeg"))

    assert plain == f"{kind.value.lower()}-22222222.jpg"
    assert arabic.endswith("-22222222.jpg")
    assert not arabic.isascii()
    assert not {" ", '"', "/"} & set(arabic)
