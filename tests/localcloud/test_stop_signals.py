"""A signal ends the wait whichever thread it reaches, and whatever the shell said of Ctrl-C."""

import signal
import subprocess
import sys

import pytest

WAITING = """
import signal, sys, threading, time
from localcloud.stop_signals import StopSignals

how = signal.Signals(int(sys.argv[1]))
def arrive():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), how)
    time.sleep(60)

with StopSignals() as signals:
    threading.Thread(target=arrive, daemon=True).start()
    signals.wait()
print("ended", signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ignored", [False, True], ids=["", "ignored_by_the_shell"])
def test_a_signal_that_another_thread_received_ends_the_wait(how: signal.Signals, ignored: bool) -> None:
    """A wait on an event sleeps on: the system chose one of forty threads of a busy cloud once in ten stops."""
    waited = subprocess.run(
        [sys.executable, "-c", WAITING, str(int(how))],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
    )

    assert (waited.returncode, waited.stdout, waited.stderr) == (0, "ended True\n", "")


def test_a_signal_before_the_wait_is_not_lost() -> None:
    early = WAITING.replace("    signals.wait()", "    time.sleep(1)\n    signals.wait()")

    waited = subprocess.run(
        [sys.executable, "-c", early, str(int(signal.SIGTERM))], capture_output=True, timeout=30, check=False
    )

    assert (waited.returncode, waited.stdout) == (0, b"ended True\n")
