"""The lines the functions write: one JSON object each, with its moment in UTC."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from ishtirak.edge.logs import logger


def test_every_line_is_one_json_object_with_its_moment_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    before = datetime.now(UTC)

    logger.info("first", extra={"fact": 'line\r\n{"level": "ERROR"}\x1b[31m'})
    logger.error("second")

    lines = written.getvalue().splitlines()
    read = [json.loads(line) for line in lines]
    assert [line["message"] for line in read] == ["first", "second"]
    assert [line["level"] for line in read] == ["INFO", "ERROR"]
    for line in read:
        moment = datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z")
        assert moment.utcoffset() == timedelta(0)
        assert before - timedelta(seconds=1) <= moment <= datetime.now(UTC) + timedelta(seconds=1)
