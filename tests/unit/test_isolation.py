"""Unit tests stand alone: importing all of them brings in no cloud, and a socket is refused them."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

ROOT = Path(__file__).parents[2]
IMPORT_THEM_ALL = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("tests/unit").rglob("*.py")):
    importlib.import_module(".".join(path.with_suffix("").parts))
print(sorted({name.split(".")[0] for name in sys.modules} & {"moto", "aws_cdk", "werkzeug", "docker"}))
"""


def test_a_socket_is_refused() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket()


def test_no_unit_test_imports_a_cloud() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_THEM_ALL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (ran.stderr, ran.stdout) == ("", "[]\n")
