"""A journal of changes, each on its way to the disk before it is answered.

A file of records behind a line that names the format. A record is its length, its CRC-32 and a pickled list of
entries, each a key and what is now there; None means that nothing is. A record is one `write`: it outlives the
process, however that ends, but not the machine's power, for nothing waits for the disk. The last record may be torn;
what it said had not been answered.
"""

import os
import pickle
import struct
import threading
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import moto

type Key = tuple[Any, ...]
type Entries = dict[Key, Any]

FORMAT: Final = f"localcloud journal 1, moto {moto.__version__}\n".encode()
_HEAD = struct.Struct(">II")
_CHUNK = 500
"""Entries in one record of a journal that is written anew."""


class JournalFailed(Exception):
    """What changed could not be written down, so it must not be acknowledged."""


class JournalUnreadable(Exception):
    """Not a journal of this release, or one that was damaged elsewhere than at its end."""


class Journal:
    """Keeps nothing: what a cloud uses whose data goes with it."""

    def put(self, key: Key, value: Any) -> None:
        """Record that this is now what is there."""

    def forget(self, *keys: Key) -> None:
        """Record that nothing is there any more."""

    def append(self, entries: Entries) -> None:
        """Record several changes as one: after a crash either all of them count or none."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Record what this thread changes meanwhile as one."""
        yield

    def afterwards(self, action: Callable[[], object]) -> None:
        """Do something once what this thread changed is recorded."""
        action()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Write what everybody changes meanwhile at the end: a cloud that is killed before knows nothing of it."""
        yield

    def check(self) -> None:
        """Raise `JournalFailed` while earlier changes are still to be written and can not be."""

    def close(self) -> None:
        """Record nothing from here on."""


class _Collected(threading.local):
    """What the thread changes `together`; None outside of that."""

    entries: Entries | None = None
    actions: list[Callable[[], object]] | None = None


class FileJournal(Journal):
    """The journal of a kept cloud, open for appending."""

    def __init__(self, file: Path) -> None:
        """Open a journal written by `write`."""
        self._descriptor = os.open(file, os.O_RDWR)
        self._end = os.fstat(self._descriptor).st_size
        self._lock = threading.RLock()
        self._collected = _Collected()
        self._unwritten = b""
        self._waiting: list[Callable[[], object]] = []
        self._open = True
        self._held = False

    def put(self, key: Key, value: Any) -> None:
        self.append({key: value})

    def forget(self, *keys: Key) -> None:
        self.append(dict.fromkeys(keys))

    def append(self, entries: Entries) -> None:
        if self._collected.entries is not None:
            self._collected.entries.update(entries)
        elif entries:
            self._write(_record(entries.items()), [])

    @contextmanager
    def together(self) -> Generator[None]:
        if self._collected.entries is not None:
            yield
            return
        self._collected.entries, self._collected.actions = {}, []
        try:
            yield
        finally:
            entries, actions = self._collected.entries, self._collected.actions
            self._collected.entries = self._collected.actions = None
            self._write(_record(entries.items()) if entries else b"", actions)

    def afterwards(self, action: Callable[[], object]) -> None:
        if self._collected.actions is not None:
            self._collected.actions.append(action)
        else:
            action()

    @contextmanager
    def held(self) -> Generator[None]:
        with self._lock:
            self._held = True
        yield
        with self._lock:
            self._held = False
        self._write(b"", [])

    def check(self) -> None:
        if self._unwritten and not self._held:
            self._write(b"", [])

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open = False
                os.close(self._descriptor)

    def _write(self, record: bytes, actions: list[Callable[[], object]]) -> None:
        """Write it behind everything that could not be written before; what waits for it is done then."""
        with self._lock:
            self._waiting += actions
            if not self._open:
                self._waiting.clear()
                return
            self._unwritten += record
            try:
                if not self._held:
                    self._flush()
            except OSError as failure:
                raise JournalFailed(f"the journal can not be written: {failure}") from failure
            due, self._waiting = self._waiting, []
        for action in due:
            action()

    def _flush(self) -> None:
        """A write that ends too early is repeated from its beginning the next time."""
        data, done = memoryview(self._unwritten), 0
        while done < len(data):
            done += os.pwrite(self._descriptor, data[done:], self._end + done)
        self._end += len(data)
        self._unwritten = b""


def _record(entries: Iterable[tuple[Key, Any]]) -> bytes:
    body = pickle.dumps(list(entries), protocol=5)
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def write(file: Path, entries: Entries) -> None:
    """Write a journal that says no more than this, in place of the one that is there, if one is."""
    partial = file.with_suffix(".partial")
    items = list(entries.items())
    with partial.open("wb") as stream:
        stream.write(FORMAT)
        for first in range(0, len(items), _CHUNK):
            stream.write(_record(items[first : first + _CHUNK]))
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)


def read(file: Path) -> Entries:
    """What is there according to a journal; a torn last record counts as not written."""
    data = memoryview(file.read_bytes())
    if bytes(data[: len(FORMAT)]) != FORMAT:
        raise JournalUnreadable("it was written by another release")
    entries: Entries = {}
    place = len(FORMAT)
    while len(data) - place >= _HEAD.size:
        length, checksum = _HEAD.unpack_from(data, place)
        body = data[place + _HEAD.size : place + _HEAD.size + length]
        end = place + _HEAD.size + length
        if zlib.crc32(body) != checksum or len(body) < length:
            if end < len(data):
                raise JournalUnreadable(f"it is damaged at byte {place}")
            break
        for key, value in pickle.loads(body):
            if value is None:
                entries.pop(key, None)
            else:
                entries[key] = value
        place = end
    return entries
