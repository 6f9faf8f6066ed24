"""The local cloud is started where the environment points elsewhere: it, its workers and its seeds ask nobody else."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from local.demo.acts import EMPLOYER, period_data
from local.sample_documents import pdf
from localcloud.surroundings import isolated, without_inherited
from tests.hostile.outside import Acknowledged, OutsideCloud, person

pytestmark = pytest.mark.enable_socket

SERVICES = (
    "DYNAMODB",
    "S3",
    "SQS",
    "KMS",
    "SECRETS_MANAGER",
    "COGNITO_IDENTITY_PROVIDER",
    "SFN",
    "EVENTBRIDGE",
)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Elsewhere:
    """Something that listens, and counts who comes."""

    def __init__(self) -> None:
        self.visitors: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._listening.accept()
                with closing(visitor):
                    visitor.settimeout(2)
                    self.visitors.append(visitor.recv(200))

    def close(self) -> None:
        self._listening.close()


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    with closing(Elsewhere()) as listening:
        yield listening


def pointing_to(url: str, folder: Path) -> dict[str, str]:
    """An environment in which everything that can be pointed elsewhere is."""
    profile = f"[default]\nendpoint_url = {url}\nregion = us-east-1\n[profile other]\nendpoint_url = {url}\n"
    (folder / "config").write_text(profile)
    (folder / "credentials").write_text(
        "[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n"
    )
    return {
        "AWS_ENDPOINT_URL": url,
        **{f"AWS_ENDPOINT_URL_{service}": url for service in SERVICES},
        "AWS_PROFILE": "other",
        "AWS_DEFAULT_PROFILE": "other",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAOTHER",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_CA_BUNDLE": str(folder / "nothing.pem"),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": url,
        **dict.fromkeys(PROXIES, url),
        "NO_PROXY": "",
        "no_proxy": "",
    }


def test_a_cloud_asks_nobody_its_environment_points_to(assembly: Path, tmp_path: Path) -> None:
    with elsewhere() as other:
        cloud = OutsideCloud(assembly, logs=tmp_path, environment=pointing_to(other.url, tmp_path))
        cloud.start()
        try:
            majid = person(cloud, "majid", Acknowledged()).sign_in()
            draft = majid.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(
                201
            )
            request_id = draft.body["id"]
            asked = period_data("2025-01-01", "2025-06-30", establishment=EMPLOYER)
            saved = majid.ask("PUT", f"/v1/requests/{request_id}/data", asked, etag=draft.etag).expect(200)
            kind = saved.body["required_documents"][0]
            document = majid.upload(request_id, kind, "a.pdf", pdf(kind, lines=(request_id,)))
            assert majid.inspected(request_id, document)["state"] == "CLEAN"
        finally:
            cloud.end()

        assert other.visitors == []


def test_a_child_process_inherits_none_of_it(tmp_path: Path) -> None:
    hostile = pointing_to("http://127.0.0.1:9", tmp_path)

    left = without_inherited({"PATH": "/bin", **hostile})

    assert left == {
        "PATH": "/bin",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_environment_is_as_before_when_the_cloud_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in pointing_to("http://127.0.0.1:9", tmp_path).items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)

    with isolated({"AWS_ACCESS_KEY_ID": "ours"}):
        assert os.environ["AWS_ACCESS_KEY_ID"] == "ours"
        assert "AWS_ENDPOINT_URL" not in os.environ
        assert "HTTP_PROXY" not in os.environ

    assert dict(os.environ) == before
