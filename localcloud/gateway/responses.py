"""The answers API Gateway gives itself, as the document's gateway responses word them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response


class Refusal(Exception):
    """An answer API Gateway gives itself, by its response type."""

    def __init__(self, response_type: str, status: int, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.response_type, self.status, self.message, self.detail = response_type, status, message, detail


@dataclass(frozen=True)
class Rendering:
    """What a template of an answer may name of the request."""

    request_id: str
    path: str
    """With the stage."""

    def rendered(self, template: str, refusal: Refusal | None = None) -> str:
        """The template with its `$context` values; directives (`#set`, `#if`) are not run, what they do is left out."""
        values = {
            "$context.requestId": self.request_id,
            "$context.extendedRequestId": self.request_id,
            "$context.stage": self.path.split("/")[1],
            "$context.path": self.path,
        }
        if refusal:
            values |= {
                "$context.error.messageString": json.dumps(refusal.message),
                "$context.error.message": refusal.message,
                "$context.error.validationErrorString": json.dumps(refusal.detail),
                "$context.error.responseType": refusal.response_type,
            }
        lines = (line for line in template.splitlines() if not line.startswith("#"))
        return re.sub(r"\$context\.[A-Za-z.]+", lambda match: values.get(match[0], ""), "\n".join(lines))


class GatewayResponses:
    """The gateway responses of one document."""

    def __init__(self, configured: Mapping[str, Any]) -> None:
        self._configured = configured

    def render(self, refusal: Refusal, rendering: Rendering) -> Response:
        """The response of the refusal's type, else of its class (4xx or 5xx), else the service's own."""
        family = "DEFAULT_4XX" if refusal.status < 500 else "DEFAULT_5XX"
        configured: dict[str, Any] = (
            self._configured.get(refusal.response_type) or self._configured.get(family) or {}
        )
        templates = configured.get("responseTemplates") or {
            "application/json": '{"message":$context.error.messageString}'
        }
        media_type, template = next(iter(templates.items()))
        body = rendering.rendered(template, refusal)
        status = int(configured.get("statusCode", refusal.status))
        response = Response(body, status, content_type=media_type)
        for name, value in configured.get("responseParameters", {}).items():
            response.headers[name.split("header.", 1)[1]] = value.strip("'")
        return response
