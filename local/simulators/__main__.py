"""Run the agencies alone: `python -m local.simulators`, until Ctrl-C."""

import json
import sys

from local.simulators import Simulators
from localcloud.stop_signals import StopSignals


def main() -> None:
    with StopSignals() as signals, Simulators.launch() as simulators:
        secrets = {output: json.loads(text) for output, text in simulators.access().items()}
        sys.stdout.write(json.dumps({"urls": simulators.urls(), "secrets": secrets}, indent=2) + "\n")
        sys.stdout.flush()
        signals.wait()


if __name__ == "__main__":
    main()
