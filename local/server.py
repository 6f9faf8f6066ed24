"""Everything on one loopback port: the API, browser uploads, AWS for the functions, the developer's pages."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from local import pages
from local.admin import Admin
from local.calls import CountedCalls, Dropped
from local.pages import Endpoint
from local.running import Running
from local.shims.presigned_get import SignedLink
from local.shims.presigned_post import PostPolicy, Refused, allowed_origin
from local.workers import ProcessRunner

type Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Uploads:
    """The S3 a browser sees: form posts, links and preflights."""

    def __init__(self, credentials: dict[str, str], client: Callable[[str], Any], account: str) -> None:
        self._policy = PostPolicy(credentials)
        self._link = SignedLink(credentials)
        self._client = client
        self._buckets = s3_backends[account]["aws"].buckets

    def answer(self, request: Request) -> Response | None:
        """The answer to a browser's request for a bucket; None when it is not one."""
        name = self._bucket_name(request)
        if name is None or "Authorization" in request.headers or "X-Amz-Target" in request.headers:
            return None
        cors = allowed_origin(self._buckets[name].cors or [], request)
        try:
            response = self._respond(name, request, cors)
        except Refused as refused:
            response = refused.response()
        response.headers.update(cors or {})
        return response

    def _bucket_name(self, request: Request) -> str | None:
        by_path = request.path.lstrip("/").split("/", 1)[0]
        by_host = request.host.split(".s3.", 1)[0]
        return next((name for name in (by_path, by_host) if name in self._buckets), None)

    def _respond(self, bucket: str, request: Request, cors: dict[str, str] | None) -> Response:
        if request.method == "OPTIONS":
            if cors is None:
                raise Refused("AccessForbidden", "CORSResponse: This CORS request is not allowed.")
            return Response(b"", 200)
        if request.method == "GET":
            self._link.check(request)
            return self._serve(bucket, request)
        if request.method != "POST" or request.mimetype != "multipart/form-data":
            raise Refused("AccessDenied", "Access Denied")
        file = request.files.get("file")
        content = file.read() if file else request.form.get("file", "").encode()
        fields = request.form.to_dict()
        if file and "key" in fields:
            fields["key"] = fields["key"].replace("${filename}", file.filename or "")
        self._policy.check(bucket, fields, content)
        return self._store(bucket, {name.lower(): value for name, value in fields.items()}, content)

    def _serve(self, bucket: str, request: Request) -> Response:
        key = request.path.lstrip("/").removeprefix(f"{bucket}/")  # the bucket may be in the host's name
        version = {"VersionId": request.args["versionId"]} if "versionId" in request.args else {}
        try:
            found = self._client("s3").get_object(Bucket=bucket, Key=key, **version)
        except ClientError:
            raise Refused("NoSuchKey", "The specified key does not exist.", 404) from None
        headers = {"Content-Type": found["ContentType"], "ETag": found["ETag"]}
        for name in ("Content-Type", "Content-Disposition", "Cache-Control"):
            override = request.args.get(f"response-{name.lower()}")
            if override:
                headers[name] = override
        return Response(found["Body"].read(), 200, headers)

    def _store(self, bucket: str, fields: dict[str, str], content: bytes) -> Response:
        settings = {
            name: fields[field]
            for field, name in {
                "content-type": "ContentType",
                "x-amz-checksum-sha256": "ChecksumSHA256",
                "x-amz-server-side-encryption": "ServerSideEncryption",
                "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
            }.items()
            if field in fields
        }
        prefix = "x-amz-meta-"
        metadata = {
            name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)
        }
        stored = self._client("s3").put_object(
            Bucket=bucket, Key=fields["key"], Body=content, Metadata=metadata, **settings
        )
        headers = {"ETag": stored["ETag"]}
        if "VersionId" in stored:
            headers["x-amz-version-id"] = stored["VersionId"]
        status = fields.get("success_action_status")
        return Response(b"", int(status) if status in ("200", "201") else 204, headers)


class Application:
    """Which part of the cloud answers a request."""

    def __init__(self, cloud: Running, *, credentials: dict[str, str]) -> None:
        self._cloud = cloud
        self._uploads = Uploads(credentials, cloud.client, cloud.account)
        self._gates: dict[str, str] = {
            name: api.api_id for api in cloud.deployment.apis.values() for name in api.stages
        }
        moto: Wsgi = DomainDispatcherApplication(create_backend_app)
        runner = cloud.runner
        self._aws: Wsgi = (
            CountedCalls(moto, cloud.ledger, runner) if isinstance(runner, ProcessRunner) else moto
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
            return pages.as_json({"error": f"there is no {missing.args[0]}"}, status=404)

    def _api(self, request: Request) -> Response:
        path = request.path
        parts = path.split("/", 5)
        if parts[1:2] == ["restapis"] and parts[4:5] == ["_user_request_"]:
            api_id, stage, path = parts[2], parts[3], "/" + (parts[5] if len(parts) > 5 else "")
        else:
            stage, api_id = next(iter(self._gates.items()), ("", ""))
        gateway = self._cloud.gateways.get(api_id)
        if gateway is None or stage not in gateway.api.stages:
            return pages.as_json({"message": "Forbidden"}, status=403)
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

    def run_wsgi(self) -> None:
        try:
            super().run_wsgi()
        except Dropped:
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Tell who asks before sending a body to send it, now.

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
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _dispatch(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._application(environ, start_response)

    def serve(self, application: Wsgi) -> None:
        self._application = application
        threading.Thread(target=self._server.serve_forever, name="local-cloud", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
