"""Waiting in the main thread until SIGINT or SIGTERM, whichever thread of the process the system hands it to."""

import signal
import socket
from types import TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """Catches both signals from entering on, also where a shell started us with Ctrl-C ignored.

    Python runs a handler in the main thread, and a main thread that waits for a lock or an `Event` is not woken when
    the system delivers the signal to another thread. So the wait is a read of a socket that
    `signal.set_wakeup_fd` has written to from any thread.
    """

    def __enter__(self) -> Self:
        self._reading, self._writing = socket.socketpair()
        self._writing.setblocking(False)
        self._woken_before = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._before = {each: signal.signal(each, lambda *_: None) for each in _SIGNALS}
        return self

    def wait(self) -> None:
        """Return once one of the signals has come, at once if it came since entering."""
        while signal.Signals(self._reading.recv(1)[0]) not in _SIGNALS:
            pass

    def __exit__(
        self,
        failure: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each, handler in self._before.items():
            signal.signal(each, signal.default_int_handler if each is signal.SIGINT else handler)
        signal.set_wakeup_fd(self._woken_before)
        self._reading.close()
        self._writing.close()
