"""What a journal says after it was cut off, filled up the disk, or was written by somebody else."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.cloud import Cloud
from localcloud.journal import FORMAT, FileJournal, Journal, JournalFailed, JournalUnreadable, read, write
from localcloud.state import PersistedStateRefused
from tests.localcloud.conftest import eventually


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write(tmp_path / "journal", {("kept",): "before"})
    return tmp_path / "journal"


@contextmanager
def disk_with_room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond that size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_last_change_counts(file: Path) -> None:
    journal = FileJournal(file)
    journal.put(("a",), 1)
    journal.append({("a",): 2, ("b",): 3, ("kept",): None})
    journal.forget(("b",))
    journal.close()
    journal.put(("a",), "after the end")

    assert read(file) == {("a",): 2}


def test_a_journal_cut_off_anywhere_says_what_its_whole_records_say(file: Path) -> None:
    journal = FileJournal(file)
    sizes = []
    for number in range(5):
        journal.append({("a",): number, ("b",): number})
        sizes.append(file.stat().st_size)
    whole = file.read_bytes()
    begun = len(whole) - len(whole[sizes[0] :])

    for end in range(begun, len(whole) + 1):
        file.write_bytes(whole[:end])
        newest = max(number for number, size in enumerate(sizes) if size <= end)
        found = read(file)
        assert (found["a",], found["b",]) == (newest, newest)


def test_a_torn_record_is_written_over(file: Path) -> None:
    journal = FileJournal(file)
    journal.put(("a",), 1)
    journal.close()
    file.write_bytes(file.read_bytes()[:-3])

    write(file, read(file))
    journal = FileJournal(file)
    journal.put(("b",), 2)

    assert read(file) == {("kept",): "before", ("b",): 2}


def test_damage_before_the_end_is_refused(file: Path) -> None:
    journal = FileJournal(file)
    place = file.stat().st_size + 12
    journal.put(("a",), 1)
    journal.put(("b",), 2)
    damaged = bytearray(file.read_bytes())
    damaged[place] ^= 1
    file.write_bytes(damaged)

    with pytest.raises(JournalUnreadable, match="damaged at byte"):
        read(file)


def test_several_changes_of_a_thread_are_one_record(file: Path) -> None:
    journal = FileJournal(file)
    done: list[str] = []
    before = file.stat().st_size

    with journal.together():
        journal.put(("a",), 1)
        journal.afterwards(lambda: done.append("written" if ("a",) in read(file) else "too early"))
        other = threading.Thread(target=journal.put, args=(("b",), 2))
        other.start()
        other.join()
        assert ("a",) not in read(file)
        with journal.together():
            journal.put(("c",), 3)

    assert done == ["written"]
    assert read(file) == {("kept",): "before", ("a",): 1, ("b",): 2, ("c",): 3}
    file.write_bytes(file.read_bytes()[:-1])
    assert read(file) == {("kept",): "before", ("b",): 2}
    assert before < file.stat().st_size


def test_what_is_held_is_not_written_before_the_end(file: Path) -> None:
    journal = FileJournal(file)

    with journal.held():
        journal.put(("a",), 1)
        journal.check()
        assert read(file) == {("kept",): "before"}

    assert read(file) == {("kept",): "before", ("a",): 1}


def test_a_full_disk_fails_the_change_and_what_follows_it_until_there_is_room(file: Path) -> None:
    journal = FileJournal(file)
    done: list[str] = []

    def change() -> None:
        with journal.together():
            journal.put(("a",), "x" * 100)
            journal.afterwards(lambda: done.append("a"))

    with disk_with_room_for(file.stat().st_size + 10):
        with pytest.raises(JournalFailed):
            change()
        with pytest.raises(JournalFailed):
            journal.check()
        assert read(file) == {("kept",): "before"}
        assert done == []

    journal.check()
    assert done == ["a"]
    assert read(file)["a",] == "x" * 100


def test_no_journal_changes_nothing_and_lets_everything_happen() -> None:
    done: list[str] = []

    with Journal().together(), Journal().held():
        Journal().put(("a",), 1)
        Journal().afterwards(lambda: done.append("a"))

    assert done == ["a"]


@pytest.mark.enable_socket
def test_a_cloud_on_a_full_disk_answers_an_error_and_recovers(sample: Path, tmp_path: Path) -> None:
    """An answer that says "stored" is never given for what is not on the disk."""

    def put(cloud: Cloud, name: str) -> int:
        order = {"do": "put", "pk": name, "kind": "event"}
        return requests.post(f"{cloud.url}/things", json=order, timeout=60).status_code

    kept = tmp_path / "kept"
    with Cloud.start(sample, keep=kept, logs=tmp_path / "logs") as cloud:
        assert put(cloud, "before") == 200
        assert cloud.settle()
        with disk_with_room_for((kept / "journal").stat().st_size + 40):
            assert put(cloud, "during") >= 500
            assert put(cloud, "during too") >= 500
            with pytest.raises((ClientError, BotoCoreError, JournalFailed)):
                cloud.client("s3").put_object(Bucket=cloud.outputs["Bucket"], Key="k", Body=b"x")
            with pytest.raises((ClientError, BotoCoreError, JournalFailed)):
                cloud.client("sqs").send_message(QueueUrl=cloud.outputs["Mail"], MessageBody="m")
        assert eventually(lambda: put(cloud, "after") == 200)
        on_disk = {key[2:][1] for key in read(kept / "journal") if key[0] == "item"}
        assert {"before", "after"} <= on_disk


def test_a_journal_of_another_release_is_refused(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(FORMAT.replace(b"journal 1", b"journal 0"))

    with pytest.raises(PersistedStateRefused, match=r"another release.*--reset"):
        Cloud.start(sample, lambdas="inline", keep=tmp_path)


def test_data_kept_before_there_was_a_journal_are_refused_and_left(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "state.pickle").write_bytes(b"older")

    with pytest.raises(PersistedStateRefused, match=r"older release.*--reset"):
        Cloud.start(sample, lambdas="inline", keep=tmp_path)

    assert (tmp_path / "state.pickle").read_bytes() == b"older"
