"""Files: which are opened, which are refused, and that what is refused is left as it was."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Callable, List, Set

import pytest

from engram_server.storage import (
    RefusedFileError,
    StorageBusyError,
    StorageError,
    Store,
    UnsupportedSqliteError,
    database,
    open_store,
)
from engram_server.storage.inspection import log_size
from engram_server.storage.schema import MARK, MIGRATIONS, migrate
from tests.crash import storing

from .samples import add, add_space, assert_consistent, contents

MEMORIES = ["red apple", "green apple tree", "pear " * 300, "plum", "a b c d e f g h"]


@pytest.fixture
def filled(path: Path) -> Path:
    """Return a closed database with memories in it."""
    with closing(open_store(path)) as store:
        add(store, add_space(store), *MEMORIES)
        add(store, add_space(store, "more"), *(f"note {number} on topic {number % 7}" for number in range(200)))
    return path


# -- what is opened


def test_a_database_keeps_what_was_stored(filled: Path) -> None:
    before = contents(filled)
    assert_consistent(before)
    assert len(before.memories) == 205
    for _ in range(2):
        with closing(open_store(str(filled))) as store, store.read() as reader:
            tenant = reader.tenant("acme") or 0
            assert [space.memory_count for space in reader.spaces(tenant, limit=9)] == [5, 200]
    assert contents(filled) == before
    assert sorted(os.listdir(filled.parent)) == [filled.name]


def test_only_the_owner_can_read_the_files(path: Path) -> None:
    old = os.umask(0)
    try:
        with closing(open_store(path)) as store:
            add_space(store)
            modes = {name: stat.S_IMODE(os.stat(path.parent / name).st_mode) for name in os.listdir(path.parent)}
    finally:
        os.umask(old)
    assert modes == {"engram.db": 0o600, "engram.db-wal": 0o600, "engram.db-shm": 0o600}


@pytest.mark.parametrize("name", ["engram.db", "a b?mode=ro#x%41.db", "ü.db", "file:x.db"])
def test_any_file_name_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(open_store(name)) as store:
        add_space(store)
    assert os.listdir(tmp_path) == [name]


def test_memory_makes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (None, ":memory:"):
        with closing(open_store(path)) as store:
            add_space(store)
    assert os.listdir(tmp_path) == []


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.touch()
    with closing(open_store(path)) as store:
        add(store, add_space(store), "a")


def test_a_link_to_a_database_is_followed(filled: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(filled)
    with closing(open_store(link)) as store:
        add_space(store, "third")
        assert log_size(str(filled)) > 0
    assert len(contents(filled).statistics) == 3


def test_a_database_whose_making_was_cut_short_is_made(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(MARK)
    with closing(open_store(path)) as store:
        add(store, add_space(store), "a")
    assert_consistent(contents(path))


def test_what_a_killed_process_left_in_the_log_is_taken_up(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / path.name
    with closing(open_store(path)) as store:
        add(store, add_space(store), *MEMORIES)
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{copy}{end}")
    assert not copy.read_bytes().count(b"green apple")
    open_store(copy).close()
    assert contents(copy) == contents(path)


@pytest.mark.parametrize(("durability", "synchronous"), [("full", 2), ("normal", 1)])
def test_durability_is_synchronous(path: Path, durability: database.Durability, synchronous: int) -> None:
    with closing(database.FileDatabase(str(path), durability)) as opened, opened.writing() as db:
        names = "journal_mode", "foreign_keys", "synchronous"
        assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in names] == ["wal", 1, synchronous]


# -- what is refused


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")


def _foreign_in_wal_mode(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA application_id = 7")
        db.execute("CREATE TABLE recipes (name TEXT)")


def _ours(*statements: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(MARK)
            migrate(db)
            for statement in statements:
                db.execute(statement)

    return make


def _a_page_overwritten(path: Path) -> None:
    _ours("INSERT INTO tenants (name, created_at) VALUES ('acme', 1)")(path)
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_tenants_1'").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4_096 : page * 4_096] = bytes(4_096)
    path.write_bytes(data)


def _empty_with_a_log(path: Path) -> None:
    path.touch()
    Path(f"{path}-wal").write_bytes(b"what was in the database")


def _cut_at(share: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        _ours()(path)
        os.truncate(path, int(path.stat().st_size * share))

    return make


def _schema_no_text(path: Path) -> None:
    _ours()(path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE tenants", b"CREATE \xff\xffBLE tenants"))


REFUSED = [
    ("text", lambda path: path.write_text("not a database" * 50), "nor any SQLite database"),
    ("short", lambda path: path.write_bytes(b"SQLite format 3\x00"), "nor any SQLite database"),
    ("zeros", lambda path: path.write_bytes(bytes(8_192)), "nor any SQLite database"),
    ("foreign", _foreign, "of another application"),
    ("foreign, WAL", _foreign_in_wal_mode, "of another application"),
    ("newer", _ours("PRAGMA user_version = 9"), rf"newer version \(schema 9, this one knows {len(MIGRATIONS)}\)"),
    ("negative", _ours("PRAGMA user_version = -1"), "newer version"),
    ("tables without a version", _ours("PRAGMA user_version = 0"), "its tables are not those"),
    ("a table less", _ours("DROP TABLE recorded"), "its tables are not those"),
    ("a column more", _ours("ALTER TABLE spaces ADD COLUMN x"), "its tables are not those"),
    ("a schema that is no text", _schema_no_text, "its schema is damaged"),
    ("cut by a page", _cut_at(0.9), "cannot be read as a database"),
    ("cut in half", _cut_at(0.5), "cannot be read as a database"),
    ("a page overwritten", _a_page_overwritten, r"is damaged: .*[Pp]age"),
    ("empty with a log", _empty_with_a_log, "its content was lost"),
    ("folder", lambda path: path.mkdir(), "is a folder"),
    ("pipe", lambda path: os.mkfifo(path), "is a device or pipe"),
]


@pytest.mark.parametrize(("make", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_not_ours_is_refused_untouched(path: Path, make: Callable[[Path], object], words: str) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(RefusedFileError, match=words) as caught:
        open_store(path)
    assert str(caught.value).startswith(f"{path} ")
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_newer_version_that_stands_in_the_log_alone_is_refused(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy = tmp_path / "copy" / filled.name
    with closing(sqlite3.connect(filled)) as db:
        db.execute("PRAGMA user_version = 9")
        for end in ("", "-wal"):
            shutil.copy(f"{filled}{end}", f"{copy}{end}")
    before = copy.read_bytes()
    with pytest.raises(RefusedFileError, match="schema 9"):
        open_store(copy)
    assert copy.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/engram.db", "the folder .*/missing does not exist"),
        ("file/engram.db", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("dangling.db", "the folder .*/no folder does not exist"),
    ],
)
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling.db").symlink_to(tmp_path / "no folder" / "engram.db")
    with pytest.raises(RefusedFileError, match=words) as caught:
        open_store(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("forbidden", ["making the file", "the file", "the folder"])
def test_a_place_that_cannot_be_written_is_refused(forbidden: str) -> None:
    """In a process that is no superuser, whom nothing is forbidden."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "engram.db"
        if forbidden != "making the file":
            open_store(path).close()
            path.chmod(0o444 if forbidden == "the file" else 0o666)
        os.chmod(name, 0o777 if forbidden == "the file" else 0o555)
        told = _in_a_fork(lambda: _open_as_nobody(path))
        os.chmod(name, 0o700)
    verb = "create" if forbidden == "making the file" else "open"
    assert told.startswith(f"cannot {verb} {os.path.realpath(path)}: ")
    assert told.endswith(("Permission denied", "is not writable"))


def _open_as_nobody(path: Path) -> str:
    if os.geteuid() == 0:
        os.setuid(65_534)
    try:
        open_store(path).close()
    except RefusedFileError as error:
        return str(error)
    return "opened"


def _in_a_fork(act: Callable[[], str]) -> str:
    """Return what `act` returns in a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.write(writing, act().encode("utf-8"))
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told.decode("utf-8")


def test_a_locked_database_is_busy_and_not_damaged(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engram_server.storage.inspection.BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusyError):
            open_store(filled)


def test_a_moment_in_which_another_makes_the_database_is_waited_for(path: Path) -> None:
    """Turning the log on needs the file for itself, and SQLite does not wait for that."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute(MARK)
        other.execute("BEGIN IMMEDIATE")
        end = threading.Timer(0.05, other.execute, ["COMMIT"])
        end.start()
        open_store(path).close()
        end.join()
    assert_consistent(contents(path))


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 33, 0))
    with pytest.raises(UnsupportedSqliteError, match=r"SQLite 3\.34\.0 or newer is needed"):
        open_store(path)
    assert not path.exists()


# -- damage


def _flip(data: bytearray, where: int, rng: random.Random) -> None:
    data[where] ^= 1 << rng.randrange(8)


def _damaged(sound: bytes, number: int, rng: random.Random) -> bytes:
    """Return one of 40 ways to be damaged: in the header, in the first page, anywhere, cut short, overwritten."""
    data = bytearray(sound)
    if number < 12:
        _flip(data, rng.randrange(100), rng)
    elif number < 20:
        _flip(data, rng.randrange(100, 4_096), rng)
    elif number < 28:
        for _ in range(20):
            _flip(data, rng.randrange(len(data)), rng)
    elif number < 34:
        del data[rng.randrange(1, len(data)) :]
    else:
        page = rng.randrange(len(data) // 4_096) * 4_096
        data[page : page + 4_096] = rng.choice([bytes(4_096), rng.randbytes(4_096), data[-4_096:]])
    return bytes(data)


def _read_everything(store: Store) -> None:
    with store.read() as reader:
        for tenant in range(1, 3):
            for space in reader.spaces(tenant, limit=100):
                rows = reader.memories(space.id, limit=1_000)
                reader.memories_by_id(row.id for row in rows)
                reader.best(space.id, {"apple": 1.0, "note": 2.0}, saturation=1, length_slope=1, limit=50)


@pytest.mark.parametrize("number", range(40))
def test_a_damaged_file_is_refused_untouched_or_can_be_read(filled: Path, number: int, rng: random.Random) -> None:
    damaged = _damaged(filled.read_bytes(), number, rng)
    filled.write_bytes(damaged)
    try:
        store = open_store(filled)
    except RefusedFileError as error:
        assert "\n" not in str(error)
        assert filled.read_bytes() == damaged
        return
    with closing(store):
        # Text that a flip made invalid is told of when it is read, as an error of ours.
        with suppress(StorageError):
            _read_everything(store)


def test_the_damage_of_a_row_is_an_error_of_ours(filled: Path) -> None:
    data = filled.read_bytes()
    filled.write_bytes(data.replace(b"green apple tree", b"green apple\xff tree"[:16]))
    with closing(open_store(filled)) as store, pytest.raises(StorageError, match="UTF-8"):
        _read_everything(store)


def test_a_large_file_is_not_read_to_be_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _a_page_overwritten(path)
    monkeypatch.setattr("engram_server.storage.inspection.QUICK_CHECK_MAX_BYTES", 1_000)
    with closing(open_store(path)) as store, pytest.raises(StorageError, match="malformed"), store.read() as reader:
        reader.tenant("acme")


# -- sharing


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

    told = _in_a_fork(use).splitlines()
    assert len(told) == 2
    assert set(told) == {"the store was opened before this process was forked: open it in each process"}
    add(file_store, space, "by the parent")
    assert {content for _, content in contents(path).memories.values()} == {"by the child", "by the parent"}
