"""Run the agencies alone: `python -m local.simulators`, until Ctrl-C."""

import json
import signal
import sys
from threading import Event

from local.simulators import Simulators


def main() -> None:
    ended = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    with Simulators.launch() as simulators:
        secrets = {output: json.loads(text) for output, text in simulators.access().items()}
        sys.stdout.write(json.dumps({"urls": simulators.urls(), "secrets": secrets}, indent=2) + "\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
