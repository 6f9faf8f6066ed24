"""The parsers in a process of their own: what they say comes back, what they do to themselves does not."""

import os
from pathlib import Path

import pytest

from ishtirak.adapters import document_parsers
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.document_parsers import MEMORY
from ishtirak.adapters.document_sandbox import ParsersNotReady, Sandbox
from ishtirak.documents.model import RefusalReason
from local.sample_documents import png
from tests.documents.corpus import PDF, PNG, encrypted, nested, object_stream_bomb, report


def test_a_sound_file_comes_back_without_a_reason() -> None:
    assert Sandbox(clock=SystemClock()).inspect(report(), content_type=PDF) is None
    assert Sandbox(clock=SystemClock()).inspect(png(), content_type=PNG) is None


def test_a_bad_file_comes_back_with_its_reason() -> None:
    assert (
        Sandbox(clock=SystemClock()).inspect(encrypted("secret"), content_type=PDF) is RefusalReason.ENCRYPTED
    )
    assert Sandbox(clock=SystemClock()).inspect(nested(1_000), content_type=PDF) is RefusalReason.TOO_COMPLEX
    assert (
        Sandbox(clock=SystemClock()).inspect(object_stream_bomb(300), content_type=PDF)
        is RefusalReason.DAMAGED
    )


def test_a_large_sound_file_is_no_trouble() -> None:
    picture = png(3_000, height=2_000)

    assert Sandbox(clock=SystemClock()).inspect(picture, content_type=PNG) is None


def parsers_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, do: str) -> None:
    """Put a program in the parsers' place."""
    (tmp_path / "stand_in.py").write_text(
        "import os, sys, time\n"
        "from ishtirak.adapters import document_parsers as parsers\n"
        "sys.stdin.buffer.read()\n" + do
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(document_parsers, "__name__", "stand_in")


READY = "sys.stdout.write('READY\\n'); sys.stdout.flush()\n"


def test_a_file_that_stalls_the_parsers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsers_that(tmp_path, monkeypatch, do=READY + "time.sleep(60)")

    assert (
        Sandbox(clock=SystemClock(), seconds=3).inspect(b"x", content_type=PDF) is RefusalReason.TOO_COMPLEX
    )


def test_a_file_that_kills_the_parsers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsers_that(tmp_path, monkeypatch, do=READY + "os.kill(os.getpid(), 11)")

    assert Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF) is RefusalReason.TOO_COMPLEX


def test_a_file_that_makes_the_parsers_fail_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsers_that(tmp_path, monkeypatch, do=READY + "raise ValueError")

    assert Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF) is RefusalReason.DAMAGED


def test_parsers_that_do_not_start_are_our_fault_and_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsers_that(tmp_path, monkeypatch, do="raise ImportError")

    with pytest.raises(ParsersNotReady):
        Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF)


def test_the_parsers_see_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    seen = tmp_path / "seen"
    parsers_that(
        tmp_path,
        monkeypatch,
        do=f"open({str(seen)!r}, 'w').write(' '.join(os.environ))\n{READY}print('-', end='')",
    )

    assert Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF) is None

    assert "AWS" not in seen.read_text()
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "secret"


def test_the_parsers_cannot_take_all_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = f"parsers._confine()\n{READY}try: bytearray({MEMORY})\nexcept MemoryError: sys.stdout.write('TOO_COMPLEX')"
    parsers_that(tmp_path, monkeypatch, do=greedy)

    assert Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF) is RefusalReason.TOO_COMPLEX


def test_the_parsers_cannot_write_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "written"
    writing = (
        f"parsers._confine()\n{READY}import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"try: open({str(target)!r}, 'w').write('x')\nexcept OSError: pass\nsys.stdout.write('-')"
    )
    parsers_that(tmp_path, monkeypatch, do=writing)

    assert Sandbox(clock=SystemClock()).inspect(b"x", content_type=PDF) is None

    assert target.read_text() == ""
