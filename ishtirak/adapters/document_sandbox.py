"""The parsers in a process of their own: without credentials, with little memory, and not for long.

A file that crashes or stalls a parser takes that process with it and nothing else. It is refused like any other.
"""

import os
import subprocess
import sys
from pathlib import Path

from ishtirak.adapters import document_parsers
from ishtirak.documents.limits import limits_on
from ishtirak.documents.model import ContentType, RefusalReason
from ishtirak.kernel.clock import Clock, today

SECONDS = 25
_REASONS = {reason.value.encode(): reason for reason in RefusalReason}


class ParsersNotReady(RuntimeError):
    """The parsers did not start: our fault, not the document's."""


class Sandbox:
    """`Inspector` that starts one process per document, with the limits in force on the day."""

    def __init__(self, *, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds

    def inspect(self, content: bytes, *, content_type: ContentType) -> RefusalReason | None:
        limits = limits_on(today(self._clock)).model_dump_json()
        try:
            ended = subprocess.run(
                [sys.executable, "-P", "-m", document_parsers.__name__, content_type, limits],
                input=content,
                capture_output=True,
                timeout=self._seconds,
                # nothing else of this process's surroundings: above all no credentials
                env={"PYTHONPATH": _import_path(), "PYTHONDONTWRITEBYTECODE": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            _started(late.stdout or b"")
            return RefusalReason.TOO_COMPLEX
        said = _started(ended.stdout)
        if ended.returncode == 0 and said == b"-":
            return None
        if ended.returncode < 0:
            return RefusalReason.TOO_COMPLEX
        return _REASONS.get(said, RefusalReason.DAMAGED)


def _import_path() -> str:
    """Where this process imports from; an empty entry stands for where it was started."""
    return os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)


def _started(output: bytes) -> bytes:
    """What was said after the parsers were ready."""
    if not output.startswith(document_parsers.READY):
        raise ParsersNotReady()
    return output.removeprefix(document_parsers.READY)
