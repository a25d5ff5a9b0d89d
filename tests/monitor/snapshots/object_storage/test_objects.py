"""Objects are written, listed, read and deleted by key, and those of others are left alone."""

import errno
from collections.abc import Iterator

import pytest

from monitor.snapshots.object_storage.connection import StorageOutOfReach, open_storage
from monitor.snapshots.object_storage.objects import (
    create_object,
    delete_objects,
    list_objects,
    read_object,
    read_objects,
    write_objects,
)

URL = "memory://bucket/archive"
ONE, TWO = (f"{letters}/{letters}{'0' * 62}.parquet" for letters in ("ab", "cd"))
NOT_OURS = ("ab/letter.parquet", f"cd/ab{'0' * 62}.parquet", f"deep/{ONE}", f"{ONE}.part")


@pytest.fixture(autouse=True)
def _empty_bucket() -> Iterator[None]:
    yield
    files, _ = open_storage(URL)
    if files.exists("/bucket"):
        files.rm("/bucket", recursive=True)


def test_what_was_written_is_listed_and_read() -> None:
    write_objects(URL, {TWO: b"two", ONE: b"first"})
    assert [(stored.key, stored.size) for stored in list_objects(URL)] == [(ONE, 5), (TWO, 3)]
    files, root = open_storage(URL)
    assert all(stored.changed == files.created(f"{root}/{stored.key}").timestamp() for stored in list_objects(URL))
    assert (read_object(URL, ONE), read_object(URL, TWO)) == (b"first", b"two")


def test_an_object_of_another_service_is_neither_listed_nor_deleted() -> None:
    write_objects(URL, dict.fromkeys(NOT_OURS, b"theirs"))
    assert list_objects(URL) == []
    write_objects(URL, {ONE: b"ours"})
    delete_objects(URL, [stored.key for stored in list_objects(URL)])
    assert [read_object(URL, key) for key in NOT_OURS] == [b"theirs"] * len(NOT_OURS)


def test_what_is_not_there_is_no_file_and_deleted_already() -> None:
    write_objects(URL, {TWO: b"two"})
    with pytest.raises(FileNotFoundError):
        read_object(URL, ONE)
    assert read_objects(URL, [ONE, TWO, TWO]) == [None, b"two", b"two"]
    assert read_objects(URL, []) == []
    delete_objects(URL, [ONE, TWO])
    assert list_objects(URL) == []


def test_nothing_to_write_asks_no_one() -> None:
    write_objects("cupboard://no-such-bucket", {})


def test_an_object_that_is_there_already_is_not_created_again() -> None:
    for content in (b"first", b"second"):
        create_object(URL, "owner.json", content)
    assert read_object(URL, "owner.json") == b"first"


def test_a_storage_without_conditional_writes_is_written_to_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    files, _ = open_storage(URL)
    write, refuses = files.pipe_file, errno.ENOSYS

    def unconditional(path: str, content: bytes, mode: str = "overwrite") -> None:
        if mode == "create":
            raise OSError(refuses, "a header you provided implies functionality that is not implemented")
        write(path, content)

    monkeypatch.setattr(files, "pipe_file", unconditional)
    create_object(URL, "owner.json", b"ours")
    assert read_object(URL, "owner.json") == b"ours"
    refuses = errno.EIO
    with pytest.raises(StorageOutOfReach, match="out of reach"):
        create_object(URL, "owner.json", b"others")
    assert read_object(URL, "owner.json") == b"ours"
