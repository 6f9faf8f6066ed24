"""A presigned GET is held to its signature and its time.

Upstream: moto 5.2.5 serves any object to anybody who asks, whatever the query says (by design). Here a gate before moto
checks what S3 checks of a link: the query signature of version 4 (over the host and every other parameter) and the
expiry. Unsigned reads are refused.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from werkzeug.wrappers import Request

from localcloud.shims.presigned_post import Refused, signing_key

_SIGNATURE = "X-Amz-Signature"
_NEEDED = frozenset(
    {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"}
)


@dataclass(frozen=True)
class SignedLink:
    """Checks a link: the credentials it may be signed with, and the time."""

    credentials: Mapping[str, str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def check(self, request: Request) -> None:
        """Raise what S3 would answer; return when it would serve the object."""
        pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True)
        given = dict(pairs)
        if not given.keys() >= _NEEDED | {_SIGNATURE} or len(given) != len(pairs):
            raise Refused("AccessDenied", "Access Denied")
        key_id, *scope = given["X-Amz-Credential"].split("/")
        if key_id not in self.credentials:
            raise Refused(
                "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
            )
        signed = self._text_to_sign(request, pairs, given, "/".join(scope))
        expected = hmac.digest(signing_key(self.credentials[key_id], scope), signed.encode(), "sha256").hex()
        if not hmac.compare_digest(expected.encode(), given[_SIGNATURE].encode()):
            raise Refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )
        made = datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if self.now() >= made + timedelta(seconds=int(given["X-Amz-Expires"])):
            raise Refused("AccessDenied", "Request has expired")

    @staticmethod
    def _text_to_sign(
        request: Request, pairs: list[tuple[str, str]], given: Mapping[str, str], scope: str
    ) -> str:
        names = given["X-Amz-SignedHeaders"].split(";")
        headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
        query = "&".join(
            f"{name}={value}"
            for name, value in sorted(
                (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
                for name, value in pairs
                if name != _SIGNATURE
            )
        )
        canonical = "\n".join(
            [
                request.method,
                quote(request.path, safe="/-_.~"),
                query,
                headers,
                ";".join(names),
                "UNSIGNED-PAYLOAD",
            ]
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        return "\n".join(["AWS4-HMAC-SHA256", given["X-Amz-Date"], scope, digest])
