"""Files: which are opened, which are refused, and that what is refused is left as it was."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import tempfile
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Callable

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

from .forks import in_a_fork
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
        told = in_a_fork(lambda: _open_as_nobody(path))
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
