"""Asking a cloud without sockets as if it had an address."""

from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from localcloud.cloud import Cloud


class Straight(BaseAdapter):
    """A transport of `requests` that hands each request to an inline cloud, as if from this address."""

    def __init__(self, cloud: Cloud, *, address: str = "127.0.0.1") -> None:
        super().__init__()
        self._cloud, self._address = cloud, address

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = self._cloud.request(
            request.method or "GET",
            request.url or "",
            data=request.body,
            headers=dict(request.headers),
            environ_overrides={"REMOTE_ADDR": self._address},
        )
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers.items())
        response.url, response.request = request.url or "", request
        response._content = answer.data
        return response

    def close(self) -> None:
        """There is nothing to close."""
