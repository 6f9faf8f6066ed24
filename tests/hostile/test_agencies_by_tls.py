"""An agency is talked to by TLS with a certificate somebody we trust has signed, or not at all."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ishtirak.adapters.agencies.outbound import AgencyRequest, AgencyUnavailable, Outbound, OutboundPolicy


class Answering(BaseHTTPRequestHandler):
    """Says yes to everything, and counts who was heard."""

    heard = 0

    def do_POST(self) -> None:
        type(self).heard += 1
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said on the terminal."""


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[str]:
    """The address of a server by TLS whose certificate is signed by itself alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "self-signed.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_agency_whose_certificate_nobody_signed_is_not_talked_to(stranger: str) -> None:
    Answering.heard = 0
    client = Outbound(OutboundPolicy(attempts=1))

    request = AgencyRequest(
        agency="absher", url=f"{stranger}/v1/people/search", body=b"{}", headers={}, repeatable=False
    )

    with pytest.raises(AgencyUnavailable):
        client.send(request)

    assert Answering.heard == 0
