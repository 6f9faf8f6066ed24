"""No secret is kept in the repository: every file under version control is scanned."""

import subprocess
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[2]
#: What is found by its form alone. Keyword and entropy detectors name every test's made-up password; none is secret.
DETECTORS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "JwtTokenDetector",
    "NpmDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)
#: The published key of the local cloud, and an address that is refused because of what it holds.
NO_SECRETS = {
    "localcloud/backend.py: AWS Access Key",
    "tests/localcloud/test_storage.py: AWS Access Key",
    "tests/unit/adapters/test_secrets.py: Basic Auth Credentials",
}
LARGEST = 200_000
"""Bytes of a file that is read; what is larger is generated (the API document, the template)."""
WEBHOOK_KEY = "whsec_"
#: The published vector of Standard Webhooks, which everybody knows.
KNOWN_TO_ALL = {"tests/unit/webhooks/test_signatures.py"}


def tracked() -> list[str]:
    """Every text file of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        name
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file() and (ROOT / name).stat().st_size <= LARGEST
    ]


def found(files: list[str]) -> set[str]:
    """What the detectors find, by file and kind."""
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        secrets = SecretsCollection(root=str(ROOT))
        for name in files:
            secrets.scan_file(name)
    return {f"{name}: {secret.type}" for name, secret in secrets}


def test_no_secret_is_in_the_repository() -> None:
    assert found(tracked()) == NO_SECRETS


def test_no_webhook_key_is_in_the_repository() -> None:
    holding = {
        name
        for name in tracked()
        if name.endswith((".py", ".json", ".md", ".toml", ".yaml"))
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        for word in line.replace('"', " ").replace("`", " ").split()
        if word.startswith(WEBHOOK_KEY) and len(word) > len(WEBHOOK_KEY) + 20
    }

    assert holding <= KNOWN_TO_ALL


def test_a_planted_secret_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "settings.py"
    planted.write_text('key = "AKIA' + "IOSFODNN7EXAMPLZ" + '"\n', encoding="utf-8")

    assert found([str(planted)]) == {f"{planted}: AWS Access Key"}
