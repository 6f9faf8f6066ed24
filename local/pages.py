"""What a developer looks at: static pages under a strict policy, in Arabic and English, nothing inline."""

import importlib.resources
import json
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from local.running import Running

type Endpoint = Callable[..., Response]

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_SWAGGER = importlib.resources.files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
_SWAGGER_FILES = {"swagger-ui.css": "swagger-ui.min.css", "swagger-ui.js": "swagger-ui-bundle.min.js"}


def as_json(document: Any, *, status: int = 200) -> Response:
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    return Response(text, status, {"Content-Security-Policy": POLICY}, mimetype="application/json")


def as_page(title: str, content: str) -> Response:
    """A page around safe HTML. `title` is escaped here; `content` is the caller's to escape."""
    html = f"""<!doctype html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
<link rel="stylesheet" href="/_local/static/local.css"></head>
<body><header><a href="/"><bdi>اشتراك · Ishtirak</bdi></a></header>
<main><h1>{escape(title)}</h1>{content}</main></body>
</html>"""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(html, 200, headers, mimetype="text/html")


def table(columns: Iterable[tuple[str, str]], rows: Iterable[dict[str, Any]]) -> str:
    """Rows under bilingual headings; cells are isolated, so a number keeps its direction in any language."""
    shown = list(columns)
    head = "".join(f"<th>{escape(heading)}</th>" for _, heading in shown)
    body = "".join(
        "<tr>" + "".join(f"<td><bdi>{escape(str(row.get(key, '')))}</bdi></td>" for key, _ in shown) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def routes(cloud: Running) -> Iterable[tuple[str, str, Endpoint]]:
    """The pages every local cloud has."""

    def index(_: Request) -> Response:
        links = "".join(
            f'<li><a href="{escape(path)}">{escape(arabic)} · '
            f'<span lang="en">{escape(english)}</span></a></li>'
            for path, (arabic, english) in sorted(cloud.pages.items())
        )
        note = (
            "<p>سحابة محلية كاملة من القالب نفسه الذي يُنشر. كل من فيها أشخاص غير حقيقيين.</p>"
            '<p lang="en" dir="ltr">The whole system, from the very template that is deployed. '
            "Everybody in it is synthetic.</p>"
        )
        return as_page("السحابة المحلية · Local cloud", f"{note}<ul>{links}</ul>")

    def documentation(_: Request) -> Response:
        content = (
            '<link rel="stylesheet" href="/_local/static/swagger-ui.css">'
            '<div id="swagger-ui" dir="ltr" lang="en"></div>'
            '<script src="/_local/static/swagger-ui.js"></script>'
            '<script src="/_local/static/docs.js"></script>'
        )
        return as_page("واجهة البرمجة · API", content)

    def openapi(_: Request) -> Response:
        return as_json(cloud.openapi())

    def sign_ins(_: Request) -> Response:
        columns = (
            ("name", "الاسم · Name"),
            ("role", "الدور · Role"),
            ("username", "اسم المستخدم · Username"),
            ("password", "كلمة المرور · Password"),
            ("note", "ملاحظة · Note"),
        )
        return as_page("حسابات للتجربة · Sign-ins", table(columns, cloud.sign_ins))

    def static(_: Request, name: str) -> Response:
        if name in _SWAGGER_FILES:
            content = (_SWAGGER / _SWAGGER_FILES[name]).read_bytes()
        elif (_STATIC / name).is_file() and "/" not in name:
            content = (_STATIC / name).read_bytes()
        else:
            return as_json({"error": "not found"}, status=404)
        headers = {"X-Content-Type-Options": "nosniff"}
        return Response(content, 200, headers, mimetype=_TYPES[Path(name).suffix])

    yield ("/", "GET", index)
    yield ("/docs", "GET", documentation)
    yield ("/openapi.json", "GET", openapi)
    yield ("/sign-ins", "GET", sign_ins)
    yield ("/_local/static/<name>", "GET", static)
