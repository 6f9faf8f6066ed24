"""The stateful stack, kept under review: a change here can lose data. `make golden` accepts it; read the diff first."""

import json
import os
import re
from pathlib import Path

from tests.infra.conftest import Assembly

GOLDEN = Path(__file__).with_name("data.golden.json")
ASSET = re.compile(r"[0-9a-f]{64}")


def test_the_stateful_stack_is_the_reviewed_one(assembly: Assembly) -> None:
    template = json.dumps(assembly.template("IshtirakData"), indent=1, sort_keys=True, ensure_ascii=False)
    written = ASSET.sub("<asset>", template) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(written, encoding="utf-8")

    assert written == GOLDEN.read_text(encoding="utf-8")
