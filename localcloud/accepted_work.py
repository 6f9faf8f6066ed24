"""Work that was accepted and is done in the background: in the journal from the one moment to the other."""

import contextlib
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from localcloud.journal import Journal, JournalFailed

_THREADS = 8


class AcceptedWork[*What]:
    """Does what it accepted, several at once; a kept cloud that starts again does what was not done.

    `kind` names the work in the journal, `do` does a piece of it and looks at `stopping` wherever it waits.
    """

    def __init__(self, kind: str, do: Callable[[*What], None], *, journal: Journal) -> None:
        self._kind = kind
        self._do = do
        self._journal = journal
        self._pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix=kind)
        self._lock = threading.Lock()
        self._pending = 0
        self.stopping = threading.Event()

    @property
    def busy(self) -> bool:
        return self._pending > 0

    def accept(self, *what: *What) -> None:
        """Do it in the background."""
        self.resume(str(uuid.uuid4()), what)

    def resume(self, name: str, what: tuple[*What]) -> None:
        """Do what was accepted under that name, now or by the cloud these data were kept of."""
        with self._lock:
            self._pending += 1
        with self._journal.together():
            self._journal.put((self._kind, name), what)
            self._journal.afterwards(lambda: self._pool.submit(self._run, name, what))

    def stop(self) -> None:
        """Give up what would be tried again."""
        self.stopping.set()

    def close(self, *, wait: bool) -> None:
        """Stop, begin no more of it, and wait for what is under way where that is wanted."""
        self.stop()
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _run(self, name: str, what: tuple[*What]) -> None:
        try:
            self._do(*what)
            if not self.stopping.is_set():
                with contextlib.suppress(
                    JournalFailed
                ):  # written with what is recorded next, else done again
                    self._journal.forget((self._kind, name))
        finally:
            with self._lock:
                self._pending -= 1
