"""The kinds of documents in the words of the form."""

from collections.abc import Mapping
from typing import Final

from ishtirak.documents.model import DocumentKind

LABELS: Final[Mapping[DocumentKind, Mapping[str, str]]] = {
    DocumentKind.EMPLOYMENT_CONTRACT: {
        "ar": "عقد العمل (أو عرض العمل الموقّع)",
        "en": "Employment contract (or signed offer)",
    },
    DocumentKind.ATTENDANCE_PROOF: {"ar": "إثبات الحضور والانصراف", "en": "Proof of attendance"},
    DocumentKind.INSURANCE_PROOF: {"ar": "إثبات التأمين", "en": "Proof of insurance"},
    DocumentKind.PAYSLIP: {"ar": "قسيمة الراتب", "en": "Payslip"},
    DocumentKind.EMPLOYER_LETTER: {"ar": "خطاب صاحب العمل", "en": "Letter of the employer"},
    DocumentKind.APPOINTMENT_DECISION: {"ar": "قرار التعيين", "en": "Appointment decision"},
    DocumentKind.START_OF_WORK_DECISION: {"ar": "قرار مباشرة العمل", "en": "Start-of-work decision"},
    DocumentKind.END_OF_SERVICE_DECISION: {"ar": "قرار طي القيد", "en": "End-of-service decision"},
    DocumentKind.WAGE_STATEMENT: {"ar": "بيان الأجور السنوي", "en": "Annual wage statement"},
    DocumentKind.CONTRIBUTOR_OPERATIONS_FORM: {
        "ar": "نموذج عمليات المشترك",
        "en": "Contributor operations form",
    },
    DocumentKind.SUPPORTING_DOCUMENT: {"ar": "مستند داعم", "en": "Supporting document"},
}


def label(kind: DocumentKind, language: str) -> str:
    """A document kind in the words of the form."""
    return LABELS[kind][language]
