"""A file that several use: readers, threads, stores, processes and forks, and that nothing leaks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import List, Set

import pytest

from engram_server.storage import RefusedFileError, StorageError, Store, database, open_store
from engram_server.storage.inspection import log_size
from tests.crash import storing

from .forks import in_a_fork
from .samples import add, add_space, assert_consistent, contents


def test_opening_and_closing_leaks_nothing(path: Path) -> None:
    def cycle() -> None:
        with closing(open_store(path)) as store:
            add_space(store, os.urandom(8).hex())
            with store.read() as reader, store.read() as second:
                assert reader.tenant("acme") == second.tenant("acme")

    threads = set(threading.enumerate())
    for _ in range(50):
        cycle()
    with suppress(RefusedFileError):
        open_store(path.parent)
    assert [name for name in _open_files() if name.startswith(str(path.parent))] == []
    assert set(threading.enumerate()) <= threads
    assert database._open_here[database._identity(str(path))] == 0


def _open_files() -> List[str]:
    return [os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]


def test_more_readers_than_are_kept_are_served(file_store: Store, path: Path) -> None:
    add_space(file_store)
    with _Readers(file_store, 40) as seen:
        assert seen == {1}
    # Of the logs, because SQLite keeps some descriptors of a database for those that open it next.
    assert _open_files().count(f"{path}-wal") == 1 + database._MAX_IDLE_READERS


class _Readers:
    """So many reads at the same time."""

    def __init__(self, store: Store, count: int) -> None:
        self._reads = [store.read() for _ in range(count)]

    def __enter__(self) -> Set[int]:
        return {read.__enter__().tenant("acme") or 0 for read in self._reads}

    def __exit__(self, *error: object) -> None:
        for read in self._reads:
            read.__exit__(None, None, None)


def test_a_reader_may_outlive_the_store(path: Path) -> None:
    store = open_store(path)
    add_space(store)
    with store.read() as reader:
        store.close()
        assert reader.tenant("acme") == 1
    assert sorted(os.listdir(path.parent)) == [path.name]


def test_idle_readers_do_not_hold_the_log(file_store: Store, path: Path) -> None:
    space = add_space(file_store)
    with file_store.read() as reader:
        reader.memories(space.id, limit=1)
    add(file_store, space, "a")
    with closing(sqlite3.connect(path)) as db:
        blocked, frames, moved = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (blocked, log_size(str(path))) == (0, 0)


def test_a_log_that_readers_kept_growing_is_emptied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = 200_000
    monkeypatch.setattr(database, "MAX_LOG_BYTES", bound)
    monkeypatch.setattr(database, "_WRITES_A_LOOK", 1)
    monkeypatch.setattr(database, "_PATIENCE_WHEN_EMPTYING", "PRAGMA busy_timeout = 1")
    with closing(open_store(path)) as store:
        space = add_space(store)

        def grow() -> None:
            seen = log_size(str(path))
            while log_size(str(path)) <= seen + bound:
                add(store, space, os.urandom(4).hex() + "x" * 50_000)

        with store.read() as reader:
            reader.memories(space.id, limit=1)
            grow()
            grow()
            assert reader.memories(space.id, limit=1) == []
        grown = log_size(str(path))
        add(store, space, "y")
        add(store, space, "z")
        assert log_size(str(path)) < bound < grown
    assert_consistent(contents(path))


def test_two_stores_of_a_process_share_a_file(path: Path) -> None:
    """The second one's opening and closing must not drop the locks of the first.

    Another process that then closes the file as its last user would delete the log from under the first store.
    """
    with closing(open_store(path)) as first:
        space = add_space(first)
        log = os.stat(f"{path}-wal").st_ino
        with closing(open_store(path)) as second:
            add(second, space, "by the second")
        _store_in_another_process(path, "other")
        assert os.stat(f"{path}-wal").st_ino == log
        add(first, space, "by the first")
    found = contents(path)
    assert {content for _, content in found.memories.values()} >= {"by the first", "by the second"}
    assert len(found.memories) == 3
    assert_consistent(found)


def _store_in_another_process(path: Path, *names: str, writers: int = 1, count: int = 1) -> None:
    command = [sys.executable, storing.__file__, str(path), str(writers), str(count)]
    processes = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in names]
    acknowledged = [process.communicate()[0].count(b"=") for process in processes]
    assert [process.returncode for process in processes] == [0] * len(names)
    assert acknowledged == [writers * count] * len(names)


def test_processes_that_write_one_file_lose_nothing(path: Path) -> None:
    """They make it at the same time, too."""
    _store_in_another_process(path, "a", "b", "c", writers=4, count=50)
    found = contents(path)
    assert len(found.memories) == 3 * 4 * 50
    assert_consistent(found)


def test_a_forked_process_must_open_its_own(file_store: Store, path: Path) -> None:
    space = add_space(file_store)

    def use() -> str:
        told = []
        for act in (lambda: add(file_store, space, "a"), lambda: file_store.read().__enter__()):
            try:
                act()
            except StorageError as error:
                told.append(str(error))
        with closing(open_store(path)) as own:
            add(own, space, "by the child")
        return "\n".join(told)

    told = in_a_fork(use).splitlines()
    assert len(told) == 2
    assert set(told) == {"the store was opened before this process was forked: open it in each process"}
    add(file_store, space, "by the parent")
    assert {content for _, content in contents(path).memories.values()} == {"by the child", "by the parent"}
