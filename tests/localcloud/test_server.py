"""The one port everything is served on."""

import socket
from urllib.parse import urlsplit

from localcloud.cloud import Cloud

ASKING = (
    b"PUT /anything HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n"
    b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
)


def test_who_asks_before_sending_a_body_is_told_to_go_on_before_it_is_sent(served: Cloud) -> None:
    address = urlsplit(served.url)

    with (
        socket.create_connection((address.hostname, address.port), timeout=10) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(ASKING)
        told = [answer.readline(), answer.readline()]
        connection.sendall(b"{}")
        answered = answer.readline()

    assert told == [b"HTTP/1.1 100 Continue\r\n", b"\r\n"]
    assert answered.startswith(b"HTTP/1.1 403")
