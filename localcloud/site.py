"""How pages look and what they are served with: one or several languages, a strict policy, nothing inline."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from werkzeug.wrappers import Response

type Endpoint = Callable[..., Response]
type Title = Mapping[str, str]
"""A title by language tag, in the order its languages are shown."""

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def as_json(document: Any, *, status: int = 200) -> Response:
    text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
    return Response(text, status, {"Content-Security-Policy": POLICY}, mimetype="application/json")


@dataclass(frozen=True)
class Site:
    """What the pages say and the language they are read in; `titles` adds to or replaces those of `PAGES`."""

    language: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    brand: str = "Local cloud"
    title: str = "Local cloud"
    introduction: str = "<p>The whole system, from the very template that is deployed.</p>"
    """Safe HTML above the list of pages."""
    titles: Mapping[str, Title] = field(default_factory=dict)

    def page(self, title: str, content: str) -> Response:
        """A page around safe HTML. `title` is escaped here; `content` is the caller's to escape."""
        html = f"""<!doctype html>
<html lang="{self.language}" dir="{self.direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
<link rel="stylesheet" href="/_local/static/local.css"></head>
<body><header><a href="/"><bdi>{escape(self.brand)}</bdi></a></header>
<main><h1>{escape(title)}</h1>{content}</main></body>
</html>"""
        headers = {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return Response(html, 200, headers, mimetype="text/html")

    def index(self, pages: Mapping[str, Title]) -> Response:
        """The links to all pages, under the introduction."""
        links = "".join(
            f'<li><a href="{escape(path)}">{self._marked(title)}</a></li>'
            for path, title in sorted(pages.items())
        )
        return self.page(self.title, f"{self.introduction}<ul>{links}</ul>")

    def _marked(self, title: Title) -> str:
        """The title in all its languages; those other than the page's are marked as such."""
        return " · ".join(
            escape(text) if language == self.language else f'<span lang="{language}">{escape(text)}</span>'
            for language, text in title.items()
        )


def table(columns: Iterable[tuple[str, str]], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows under their headings, as safe HTML; cells are isolated, so a number keeps its direction in any language."""
    shown = list(columns)
    head = "".join(f"<th>{escape(heading)}</th>" for _, heading in shown)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(key, ''))}</td>" for key, _ in shown) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    """The value, each part between middle dots in a direction of its own: a cell may say one thing in two languages."""
    return " · ".join(f"<bdi>{escape(part)}</bdi>" for part in str(value).split(" · "))
