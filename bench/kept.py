"""What `--keep` costs: CPU of a request with a journal against without, bytes a request, time to read it back.

`python -m bench.kept`. Exit status 1 when a ceiling is broken.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from local.assembly import current_assembly
from local.environment import start_environment
from localcloud.journal import FileJournal, read, write

REQUESTS = 60
RECORDS = 10_000
MONTHS = {"first_month": "2025-01", "last_month": "2025-06"}
FORM = {
    "establishment": "7000000001",
    "starts_on": "2025-01-01",
    "ends_on": "2025-06-30",
    "occupation_code": "251201",
    "work_type": "FULL_TIME",
    "reason": "لم يسجل صاحب العمل المدة في حينها",
}
CEILING = 1.5
"""CPU of a request with a journal over CPU without, at the most."""
CEILING_SECONDS = 5.0
"""Seconds of CPU to read ten thousand records."""


def saves(keep: Path | None, *, look: Callable[[], int] = lambda: 0) -> tuple[float, float]:
    """The median of milliseconds of CPU of a form saved, with all it sets in motion; and of what `look` grew by."""
    with start_environment(current_assembly(), keep=keep, lambdas="inline") as system:
        cloud = system.cloud
        headers = {"Authorization": f"Bearer {_token(system)}", "Idempotency-Key": "a-key-of-its-own"}
        begin = {"kind": "ADD", "system": "SOCIAL_INSURANCE"}
        answer = cloud.request("POST", "/v1/requests", json=begin, headers=headers)
        path = f"/v1/requests/{answer.json['id']}/data"  # type: ignore[index]
        took, grown = [], []
        for number in range(REQUESTS):
            before, begun = look(), time.process_time()
            form = {**FORM, "wage_lines": [{**MONTHS, "basic": 500_000 + number, "housing": 0}]}
            answer = cloud.request(
                "PUT", path, json=form, headers={**headers, "If-Match": answer.headers["ETag"]}
            )
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
            cloud.settle()
            took.append((time.process_time() - begun) * 1000)
            grown.append(look() - before)
    return median(took), median(grown)


def _token(system: Any) -> str:
    entry = next(one for one in system.sign_ins if one["username"] == "majid")
    answer = system.cloud.client("cognito-idp").admin_initiate_auth(
        UserPoolId=system.cloud.outputs["UserPoolId"],
        ClientId=system.cloud.outputs["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": entry["username"], "PASSWORD": entry["password"]},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def reading(folder: Path) -> tuple[float, int]:
    """Seconds of CPU to read ten thousand records of one small item each, and the bytes of the journal."""
    file = folder / "journal"
    write(file, {})
    journal = FileJournal(file)
    for number in range(RECORDS):
        item = {"pk": {"S": f"request/{number}"}, "sk": {"S": "STATE"}, "body": {"S": "x" * 600}}
        journal.put(("item", "table", "S", f"request/{number}", "S", "STATE"), item)
    journal.close()
    begun = time.process_time()
    write(file, read(file))
    return time.process_time() - begun, file.stat().st_size


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        without, _ = saves(None)
        journal = folder / "kept" / "journal"
        with_journal, size = saves(
            folder / "kept", look=lambda: journal.stat().st_size if journal.exists() else 0
        )
        seconds, total = reading(folder)
    sys.stdout.write(
        f"a request: {without:.1f} ms of CPU without --keep, {with_journal:.1f} ms with "
        f"(ratio {with_journal / without:.2f}); {size:,.0f} bytes of journal\n"
        f"{RECORDS:,} records ({total:,} bytes) read and written anew in {seconds:.2f} s of CPU\n"
    )
    return 0 if with_journal / without <= CEILING and seconds <= CEILING_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
