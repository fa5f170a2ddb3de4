"""The schema, and databases of other versions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Callable, List

import pytest

from engram_server.storage import RefusedFileError, Store, open_store
from engram_server.storage.database import FileDatabase
from engram_server.storage.schema import (
    APPLICATION_ID,
    MARK,
    MIGRATIONS,
    expected_objects,
    migrate,
    objects_of,
    version_of,
)

from .samples import add, add_space, assert_consistent, contents


NOW = len(MIGRATIONS)


def _with_kinds(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE memories ADD COLUMN kind TEXT NOT NULL DEFAULT 'fact'")
    connection.execute("CREATE INDEX memories_by_kind ON memories (space_id, kind)")
    connection.execute(f"PRAGMA user_version = {NOW + 1}")


def _with_a_note(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE memories SET kind = 'note' WHERE content = 'red apple'")
    connection.execute(f"PRAGMA user_version = {NOW + 2}")


def _breaks(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM memories")
    connection.execute("INSERT INTO no_such_table VALUES (1)")


LATER = (*MIGRATIONS, _with_kinds, _with_a_note)


@pytest.fixture
def filled(path: Path) -> Path:
    """Return a database of the present version with memories in it."""
    with closing(open_store(path)) as store:
        add(store, add_space(store), "red apple", "pear")
    return path


def test_the_mark_is_the_application_id() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(MARK)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert APPLICATION_ID.to_bytes(4, "big") == b"ENGR"


def test_every_migration_writes_its_number() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for number, migration in enumerate(MIGRATIONS, 1):
            migration(db)
            assert version_of(db) == number


def test_an_older_database_is_brought_forward_with_its_data(filled: Path) -> None:
    before = contents(filled)
    with closing(FileDatabase(str(filled), "full", LATER)) as database, database.reading() as db:
        assert version_of(db) == NOW + 2
        assert db.execute("SELECT content, kind FROM memories ORDER BY id").fetchall() == [
            ("red apple", "note"),
            ("pear", "fact"),
        ]
        assert objects_of(db) == expected_objects(NOW + 2, LATER)
    assert contents(filled) == before
    assert_consistent(contents(filled))
    with closing(FileDatabase(str(filled), "full", LATER)) as database, database.reading() as db:
        assert version_of(db) == NOW + 2


def test_a_newer_database_is_refused_by_name(filled: Path) -> None:
    FileDatabase(str(filled), "full", LATER).close()
    before = filled.read_bytes()
    with pytest.raises(RefusedFileError, match=rf"newer version \(schema {NOW + 2}, this one knows {NOW}\): upgrade"):
        open_store(filled)
    assert filled.read_bytes() == before


def test_a_migration_that_fails_leaves_the_database_as_it_was(filled: Path) -> None:
    before = contents(filled)
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        FileDatabase(str(filled), "full", (*LATER, _breaks))
    assert contents(filled) == before
    with closing(open_store(filled)) as store:
        _assert_usable(store)


def test_a_database_that_is_up_to_date_is_not_written_to() -> None:
    statements: List[str] = []
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        db.set_trace_callback(statements.append)
        migrate(db)
    assert [statement.split()[0] for statement in statements] == ["PRAGMA"]


def test_whoever_waited_for_a_migration_does_not_repeat_it(path: Path) -> None:
    """Another connection migrates between the first look at the version and the lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:

        def other_is_faster(statement: str) -> None:
            db.set_trace_callback(None)
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                migrate(other)

        db.set_trace_callback(_once_before("BEGIN", other_is_faster))
        migrate(db)
        assert version_of(db) == len(MIGRATIONS)


def _once_before(prefix: str, act: Callable[[str], None]) -> Callable[[str], None]:
    return lambda statement: act(statement) if statement.startswith(prefix) else None


def _assert_usable(store: Store) -> None:
    space = add_space(store, "new")
    (row_id,) = add(store, space, "a b")
    with store.read() as reader:
        assert [row.id for row in reader.memories(space.id, limit=5)] == [row_id]
