"""What show_stranded reads: the name of a run, as Step Functions or the sweep reports it."""

import json
from collections.abc import Mapping


def reported_run(body: str) -> Mapping[str, str]:
    """The run as the use case takes it. Nothing else in the message is believed, not even the status it reports."""
    return {"run": str(json.loads(body)["detail"]["name"])}


def run_facts(arguments: Mapping[str, str]) -> Mapping[str, str]:
    """What the log says of the run."""
    return {"execution": arguments["run"]}
