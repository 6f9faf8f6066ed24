"""The S3 a browser sees: form posts, links and preflights."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.s3.models import s3_backends
from werkzeug.wrappers import Request, Response

from localcloud.shims.presigned_get import SignedLink
from localcloud.shims.presigned_post import PostPolicy, Refused, allowed_origin


class Uploads:
    """Answers the requests of browsers for the buckets of one account."""

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
