"""The inventory of cryptography is complete: nothing is hashed, authenticated or drawn elsewhere or otherwise."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Where product code names cryptography of the standard library, and for what (docs/guides/security.md).
LISTED = {
    "ishtirak/adapters/agencies/outbound.py": {"random.random"},
    "ishtirak/adapters/transaction.py": {"random.uniform", "uuid.uuid4"},
    "ishtirak/edge/pagination.py": {"hmac.compare_digest"},
    "ishtirak/eventlog/event.py": {"uuid.uuid5"},
    "ishtirak/factors/rules.py": {"hashlib.sha256", "hmac.compare_digest"},
    "ishtirak/kernel/canonical.py": {"hashlib.sha256"},
    "ishtirak/kernel/ids.py": {"uuid.uuid4", "uuid.uuid5"},
    "ishtirak/kernel/reference.py": {"hashlib.sha256"},
    "ishtirak/logins/rules.py": {"hashlib.sha256", "hmac.compare_digest"},
    "ishtirak/otp/rules.py": {"hmac.compare_digest"},
    "ishtirak/sessions/places.py": {"hmac.compare_digest"},
    "ishtirak/sessions/rules.py": {"hashlib.sha256", "hmac.compare_digest"},
    "ishtirak/statute/tables.py": {"hashlib.sha256"},
    "ishtirak/use_cases/begin_enrolment.py": {"secrets.token_bytes"},
    "ishtirak/use_cases/inspect_document.py": {"hashlib.sha256"},
    "ishtirak/use_cases/recovery_codes.py": {"secrets.token_bytes"},
    "ishtirak/webhooks/signatures.py": {"hashlib.sha256", "hmac.compare_digest", "hmac.digest"},
}
MODULES = ("hashlib", "hmac", "random", "secrets", "uuid", "cryptography", "Crypto", "nacl")
#: No secret: how long to wait before something is tried again.
ORDINARY_RANDOMNESS = {"ishtirak/adapters/agencies/outbound.py", "ishtirak/adapters/transaction.py"}
APPROVED = {
    "hashlib.sha256",
    "hmac.compare_digest",
    "hmac.digest",
    "random.random",
    "random.uniform",
    "secrets.token_bytes",
    "secrets.token_urlsafe",
    "uuid.uuid4",
    "uuid.uuid5",
}
"""SHA-256 and HMAC over it; identifiers are version 4, or version 5 where they are derived (no secret)."""
KMS_ALGORITHMS = {"HMAC_SHA_256"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("ishtirak", "functions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def used() -> dict[str, set[str]]:
    """What of those modules each file calls or names, `uuid.UUID` aside: that only reads."""
    found: dict[str, set[str]] = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = f"{node.value.id}.{node.attr}"
                if node.value.id in MODULES and node.attr not in ("UUID", "NAMESPACE_URL"):
                    found.setdefault(path, set()).add(name)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
                found.setdefault(path, set()).update(f"{node.module}.{name.name}" for name in node.names)
    return found


def test_cryptography_is_used_where_it_is_listed() -> None:
    assert used() == LISTED


def test_only_listed_algorithms_are_named() -> None:
    assert set().union(*used().values()) <= APPROVED
    named = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("HMAC_", "AES_", "RSA_", "RSAES_", "ECDSA_", "SYMMETRIC_"))
    }
    assert named <= KMS_ALGORITHMS


def test_nothing_secret_comes_from_an_ordinary_generator() -> None:
    assert {
        path for path, names in used().items() if names & {"random.random", "random.uniform"}
    } == ORDINARY_RANDOMNESS


def test_what_is_compared_with_a_secret_is_compared_in_constant_time() -> None:
    """No `==` beside something named as a code, a tag, a proof or a signature."""
    words = ("tag", "signature", "expected", "mac")
    offending = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Name) and side.id in words
    ]

    assert offending == []
