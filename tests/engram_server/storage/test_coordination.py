"""Files of the layout that was there before, and the rows that its program writes when the file is ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Callable, List

import pytest

from engram_server.storage import RefusedFileError, WorldRow, open_store
from engram_server.storage.coordination_schema import LEGACY_TABLES
from engram_server.storage.database import FileDatabase
from engram_server.storage.schema import APPLICATION_ID, MIGRATIONS, version_of
from tests.coordination.old_layout import OldProgram


@pytest.fixture
def old(path: Path) -> OldProgram:
    """Return the old program on a file with something of everything."""
    program = OldProgram(str(path))
    ids = [program.register("cli", f"task {number}") for number in range(10)]
    for session_id in ids[:3]:
        program.log(session_id, "begun")
        program.lock(session_id, "/shared")
    program.complete(ids[9], "done")
    program.set_world("# World")
    return program


def _counts(path: Path) -> List[int]:
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in sorted(LEGACY_TABLES)]


def test_a_file_of_before_is_adopted_with_all_that_is_in_it(path: Path, old: OldProgram) -> None:
    before = _counts(path)
    with closing(open_store(path)) as store, store.read() as reader:
        assert len(reader.unread_sessions()) == 10
        assert [row.state for row in reader.unread_sessions()].count("active") == 9
        assert len(reader.unread_leases()) == 3
        assert reader.world_version(0, "", 1) is not None and reader.newest_version(0, "") == 1
    assert _counts(path) == before
    with closing(sqlite3.connect(path)) as db:
        assert (version_of(db), db.execute("PRAGMA application_id").fetchone()[0]) == (len(MIGRATIONS), APPLICATION_ID)
    assert "**Active sessions (9):**" in OldProgram(str(path)).report()


def test_adopting_twice_changes_nothing(path: Path, old: OldProgram) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        once = list(db.iterdump())
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert list(db.iterdump()) == once


def test_an_adoption_that_is_cut_short_leaves_the_file_as_it_was(path: Path, old: OldProgram) -> None:
    def cut_short(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO no_such_table VALUES (1)")

    report = old.report()
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        FileDatabase(str(path), "full", (*MIGRATIONS, cut_short))
    with closing(sqlite3.connect(path)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert names - {"sqlite_sequence"} == set(LEGACY_TABLES)
    assert old.report() == report
    with closing(open_store(path)) as store, store.read() as reader:
        assert len(reader.unread_sessions()) == 10


REFUSED: "List[Callable[[sqlite3.Connection], object]]" = [
    lambda db: db.execute("CREATE TABLE other (id)"),
    lambda db: db.execute("DROP TABLE resource_locks"),
    lambda db: db.execute("ALTER TABLE sessions ADD COLUMN more TEXT"),
    lambda db: db.execute("PRAGMA user_version = 1"),
    lambda db: db.execute("PRAGMA application_id = 1"),
]


@pytest.mark.parametrize("change", REFUSED, ids=range(len(REFUSED)))
def test_a_file_that_only_resembles_it_is_refused(
    path: Path, old: OldProgram, change: Callable[[sqlite3.Connection], object]
) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        change(db)
    with pytest.raises(RefusedFileError, match="of another application"):
        open_store(path)


def test_what_the_old_program_writes_to_a_file_of_ours_is_known_as_unread(path: Path) -> None:
    open_store(path).close()
    program = OldProgram(str(path))
    session_id = program.register("cli", "new")
    program.lock(session_id, "/a")
    program.set_world("one")
    program.set_world("two")
    with closing(open_store(path)) as store, store.read() as reader:
        assert [row.id for row in reader.unread_sessions()] == [session_id]
        assert [row.resource for row in reader.unread_leases()] == ["/a"]
        assert [content for _, _, content in reader.unread_world_versions()] == ["one", "two"]
        assert reader.coordination_is_due(0, 0, 0)
    program.complete(session_id, "done")
    with closing(open_store(path)) as store, store.read() as reader:
        assert [row.state for row in reader.unread_sessions()] == ["completed"]
        assert reader.unread_leases() == []


def test_a_world_state_that_is_written_by_us_is_one_version(path: Path) -> None:
    with closing(open_store(path)) as store:
        for number in (1, 2, 3):
            store.write(lambda writer: writer.add_world_version(_version(number), "same"))
        with store.read() as reader:
            assert reader.newest_version(0, "") == 3
            assert not reader.coordination_is_due(0, 0, 0)
    assert OldProgram(str(path)).ask("SELECT content FROM world_state") == [("same",)]


def _version(number: int) -> WorldRow:
    return WorldRow(0, "", number, 1_000, "2026-01-01T00:00:00.000000", None, "digest", 4)
