"""What the pages of the local cloud say, in Arabic and English, and the pages that are ours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from localcloud.cloud import Cloud
from localcloud.site import Site

SITE: Final = Site(
    language="ar",
    direction="rtl",
    brand="اشتراك · Ishtirak",
    title="السحابة المحلية · Local cloud",
    introduction=(
        "<p>سحابة محلية كاملة من القالب نفسه الذي يُنشر. جميع الأشخاص فيها غير حقيقيين.</p>"
        '<p lang="en" dir="ltr">The whole system, from the very template that is deployed. '
        "Everybody in it is synthetic.</p>"
    ),
    titles={
        "/docs": {"ar": "واجهة البرمجة", "en": "API documentation"},
        "/openapi.json": {"ar": "وثيقة الواجهة", "en": "OpenAPI document"},
        "/_local/outputs": {"ar": "مخرجات النشر", "en": "Stack outputs"},
        "/_local/calls": {"ar": "استدعاءات خدمات السحابة", "en": "AWS calls by function"},
        "/_local/schedules": {"ar": "المواعيد", "en": "Schedules"},
        "/_local/dead-letters": {"ar": "رسائل تعذّرت معالجتها", "en": "Dead letters"},
    },
)
_SIGN_IN_COLUMNS: Final = (
    ("name", "الاسم · Name"),
    ("role", "الدور · Role"),
    ("username", "اسم المستخدم · Username"),
    ("password", "كلمة المرور · Password"),
    ("note", "ملاحظة · Note"),
    ("last", "آخر محاولة دخول · Last sign-in attempt"),
)


def register_sign_ins(cloud: Cloud, rows: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
    """Show who can sign in, and why no code came."""
    cloud.register_table(
        "/sign-ins",
        title={"ar": "حسابات للتجربة", "en": "Seeded sign-ins"},
        columns=_SIGN_IN_COLUMNS,
        rows=rows,
    )
