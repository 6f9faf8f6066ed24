"""`python -m tools.appoint_administrator`: make somebody an administrator whom nobody could invite yet.

For the first two, by an operator with the account's credentials; docs/guides/first-administrators.md says when. It is
refused for whoever is, or was invited to be, an official. Everybody after them is invited over the API by one and
confirmed by the other.
"""

import argparse
import sys
from datetime import UTC, datetime

from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.officials.first import appoint_first


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tools.appoint_administrator", description=__doc__)
    arguments.add_argument("--register-table", required=True, help="the stack output RegisterTable")
    arguments.add_argument("--access-table", required=True, help="the stack output AccessTable")
    arguments.add_argument(
        "--person-id", required=True, help="who: the attribute custom:person_id of their user"
    )
    arguments.add_argument("--operator", required=True, help="who runs this, for the event log")
    given = arguments.parse_args()
    officials = OfficialTable(given.register_table, access=given.access_table)
    change = appoint_first(given.person_id, by=f"operator/{given.operator}", at=datetime.now(UTC))
    try:
        DynamoTransaction().commit(officials.save(change))
    except ChangedMeanwhile:
        print("refused: this person is, or was invited to be, an official", file=sys.stderr)
        return 1
    print(f"administrator {change.after.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
