"""Everything on one loopback port: the API, browser uploads, AWS for the functions, the developer's pages."""

import json
import re
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from localcloud import pages
from localcloud.admin import Admin
from localcloud.calls import ConnectionDropped, RecordedCalls
from localcloud.gateway.payload import HEADERS_AS_SENT
from localcloud.running_cloud import RunningCloud
from localcloud.site import Endpoint, as_json
from localcloud.uploads import Uploads
from localcloud.workers import ProcessRunner

type Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Application:
    """Which part of the cloud answers a request."""

    def __init__(self, cloud: RunningCloud, *, credentials: dict[str, str]) -> None:
        self._cloud = cloud
        self._uploads = Uploads(credentials, cloud.client, cloud.account)
        self._stages: dict[str, str] = {
            name: api.api_id for api in cloud.deployment.apis.values() for name in api.stages
        }
        moto: Wsgi = DomainDispatcherApplication(create_backend_app)
        runner = cloud.runner
        self._aws: Wsgi = (
            RecordedCalls(moto, cloud.call_log, runner) if isinstance(runner, ProcessRunner) else moto
        )
        self._rules: list[Rule] = []
        self._map = Map()
        self._page_paths: dict[str, Endpoint] = {}
        for path, method, endpoint in (*Admin(cloud).routes(), *pages.routes(cloud)):
            self.add(path, endpoint, methods=(method,))

    def add(self, path: str, endpoint: Endpoint, *, methods: Iterable[str] = ("GET",)) -> None:
        name = f"{path} {','.join(methods)}"
        self._page_paths[name] = endpoint
        self._map.add(Rule(path, endpoint=name, methods=list(methods)))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        response = self._uploads.answer(request)
        if response is None and self._is_aws(request):
            return self._aws(environ, start_response)
        if response is None:
            response = self._page(request) or self._api(request)
        return response(environ, start_response)

    @staticmethod
    def _is_aws(request: Request) -> bool:
        """AWS calls are signed or name their target; a Cognito key set is neither page nor API."""
        signed = request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256")
        return signed or "X-Amz-Target" in request.headers or "/.well-known/" in request.path

    def _page(self, request: Request) -> Response | None:
        try:
            name, arguments = self._map.bind_to_environ(request.environ).match()
        except NotFound:
            return None
        except HTTPException as refused:
            return None if not request.path.startswith("/_local") else Response(status=refused.code or 405)
        if not _is_local(request):
            return Response("this cloud answers pages on its own address only\n", 403)
        try:
            return self._page_paths[name](request, **arguments)
        except KeyError as missing:
            return as_json({"error": f"there is no {missing.args[0]}"}, status=404)

    def _api(self, request: Request) -> Response:
        path = request.path
        parts = path.split("/", 5)
        if parts[1:2] == ["restapis"] and parts[4:5] == ["_user_request_"]:
            api_id, stage, path = parts[2], parts[3], "/" + (parts[5] if len(parts) > 5 else "")
        else:
            stage, api_id = next(iter(self._stages.items()), ("", ""))
        gateway = self._cloud.gateways.get(api_id)
        if gateway is None or stage not in gateway.api.stages:
            return as_json({"message": "Forbidden"}, status=403)
        return gateway.answer(request, stage, path)


def _is_local(request: Request) -> bool:
    """Whether a page was asked for by a loopback name and not from another site's page.

    So no site open in the developer's browser can reach this cloud, be it by rebinding a name or by sending a form.
    """
    origin = request.headers.get("Origin")
    named = request.host.rsplit(":", 1)[0] in ("127.0.0.1", "localhost", "[::1]", "local.cloud")
    return named and origin in (None, f"{request.scheme}://{request.host}")


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = True

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Say nothing: functions alone make thousands of requests."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nor that a killed worker hung up."""

    def make_environ(self) -> dict[str, Any]:
        return super().make_environ() | {HEADERS_AS_SENT: self.headers.items()}

    def run_wsgi(self) -> None:
        if not self._length_is_plain():
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        try:
            super().run_wsgi()
        except ConnectionDropped:
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no HTTP, or too large, is answered as everything else is: as a problem, not as a page."""
        status = HTTPStatus(code)
        problem = {"type": "about:blank", "title": status.phrase, "status": code, "code": "request_refused"}
        content = json.dumps(problem).encode()
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _length_is_plain(self) -> bool:
        """Whether it is certain where the request ends: two ways to say so, or none that is a number, are not."""
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers:
            return not lengths and self.headers.get_all("Transfer-Encoding") == ["chunked"]
        return len(lengths) < 2 and all(re.fullmatch("[0-9]{1,12}", each) for each in lengths)

    def handle_expect_100(self) -> bool:
        """Answer `Expect: 100-continue` at once.

        Left in our buffer the word would come too late: S3 clients wait a second for it. Werkzeug need not repeat it.
        """
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        del self.headers["Expect"]
        return True


class Server:
    """One threaded server on one loopback port."""

    def __init__(self, port: int) -> None:
        self._application: Wsgi = Response("deploying\n", 503)
        self._server: Any = make_server(
            "127.0.0.1", port, self._dispatch, threaded=True, request_handler=_Handler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="local-cloud", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _dispatch(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._application(environ, start_response)

    def serve(self, application: Wsgi) -> None:
        self._application = application
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests; harmless where it never served."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()

    def close(self) -> None:
        """Stop, and give the port back."""
        self.stop()
        self._server.server_close()
