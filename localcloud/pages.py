"""The pages every local cloud has: an index, the API's documentation, and what they are made of."""

import importlib.resources
from collections.abc import Iterable
from pathlib import Path

from werkzeug.wrappers import Request, Response

from localcloud.running_cloud import RunningCloud
from localcloud.site import Endpoint, Title, as_json

PAGES: dict[str, Title] = {
    "/docs": {"en": "API documentation"},
    "/openapi.json": {"en": "OpenAPI document"},
    "/_local/outputs": {"en": "Stack outputs"},
    "/_local/calls": {"en": "AWS calls by function"},
    "/_local/schedules": {"en": "Schedules"},
    "/_local/dead-letters": {"en": "Dead letters"},
}
"""The pages every local cloud lists, by path."""

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_SWAGGER = importlib.resources.files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
_SWAGGER_FILES = {"swagger-ui.css": "swagger-ui.min.css", "swagger-ui.js": "swagger-ui-bundle.min.js"}


def routes(cloud: RunningCloud) -> Iterable[tuple[str, str, Endpoint]]:
    """The pages every local cloud has."""

    def index(_: Request) -> Response:
        return cloud.site.index(cloud.pages)

    def documentation(_: Request) -> Response:
        content = (
            '<link rel="stylesheet" href="/_local/static/swagger-ui.css">'
            '<div id="swagger-ui" dir="ltr" lang="en"></div>'
            '<script src="/_local/static/swagger-ui.js"></script>'
            '<script src="/_local/static/docs.js"></script>'
        )
        return cloud.site.page(" · ".join(cloud.pages["/docs"].values()), content)

    def openapi(_: Request) -> Response:
        return as_json(cloud.openapi())

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
    yield ("/_local/static/<name>", "GET", static)
