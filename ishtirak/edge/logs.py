"""One JSON line per event: facts and codes, never payloads."""

import os

from aws_lambda_powertools import Logger

logger = Logger(
    service=os.environ.get("POWERTOOLS_SERVICE_NAME", "ishtirak"),
    level=os.environ.get("LOG_LEVEL", "INFO"),
    log_uncaught_exceptions=False,
    utc=True,
)
