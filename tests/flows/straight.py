"""Asking a cloud without sockets as if it had an address."""

from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from localcloud.cloud import Cloud


class Straight(HTTPAdapter):
    """A transport of `requests` that hands each request to an inline cloud, as coming from an address."""

    def __init__(self, cloud: Cloud, *, address: str = "127.0.0.1") -> None:
        super().__init__()
        self._cloud = cloud
        self._address = address

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = self._cloud.request(
            request.method or "GET",
            request.url or "",
            data=request.body,
            headers=dict(request.headers),
            environ_overrides={"REMOTE_ADDR": self._address},
        )
        received = HTTPResponse(
            body=BytesIO(answer.data),
            headers=HTTPHeaderDict(answer.headers.items()),
            status=answer.status_code,
            preload_content=False,
        )
        return self.build_response(request, received)

    def close(self) -> None:
        """There is nothing to close."""
