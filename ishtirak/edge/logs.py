"""One JSON line per event: facts and codes, never payloads."""

import os
import traceback
from pathlib import Path

from aws_lambda_powertools import Logger

logger = Logger(
    service=os.environ.get("POWERTOOLS_SERVICE_NAME", "ishtirak"),
    level=os.environ.get("LOG_LEVEL", "INFO"),
    log_uncaught_exceptions=False,
    utc=True,
)


def where(defect: BaseException) -> list[str]:
    """The places a defect came through, innermost last. Never its message: that may repeat what a person sent."""
    return [
        f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(defect.__traceback__)
    ]
