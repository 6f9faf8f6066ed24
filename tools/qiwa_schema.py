"""Writes docs/reference/events/qiwa-contract.schema.json from the model that reads the events."""

import json
from pathlib import Path

from ishtirak.contracts.model import ContractEvent

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "events" / "qiwa-contract.schema.json"


def main() -> None:
    """Write the schema; running it again changes nothing."""
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(ContractEvent.document(), ensure_ascii=False, indent=2)
    REFERENCE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
