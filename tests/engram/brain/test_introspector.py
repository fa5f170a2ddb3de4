"""Schemas are read as they are, read-only, and only below the working folder."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engram import ValidationError
from engram.brain.engine.db_introspector import (
    ColumnInfo,
    ForeignKeyInfo,
    IndexInfo,
    SchemaIntrospector,
    SchemaSnapshot,
    TableInfo,
)

SHOP = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, joined DATE DEFAULT 'today');
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES orders
);
CREATE TABLE order_items (
    order_id INTEGER REFERENCES orders (id),
    part TEXT,
    PRIMARY KEY (order_id, part)
) WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_name ON users (name);
CREATE TABLE "odd name; DROP TABLE users" (a);
CREATE VIEW everybody AS SELECT * FROM users;
INSERT INTO users (name) VALUES ('Ana'), ('Bo');
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a database in a folder of its own, and others outside."""
    work = tmp_path / "work"
    (work / "data").mkdir(parents=True)
    for path in (work / "data" / "shop.db", tmp_path / "outside.db"):
        make(path, SHOP)
    monkeypatch.chdir(work)
    return work


def make(path: Path, statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statements)


def introspect(connection_string: str) -> SchemaSnapshot:
    return asyncio.run(SchemaIntrospector().introspect(connection_string))


def test_a_schema() -> None:
    snapshot = introspect("sqlite:///data/shop.db")
    assert (snapshot.database_name, snapshot.dialect) == ("shop.db", "sqlite")
    assert snapshot.tables == (
        TableInfo(
            "order_items",
            (ColumnInfo("order_id", "INTEGER", False, True), ColumnInfo("part", "TEXT", False, True)),
            (ForeignKeyInfo("order_id", "orders", "id", "NO ACTION", "NO ACTION"),),
            (IndexInfo("sqlite_autoindex_order_items_1", ("order_id", "part"), True),),
        ),
        TableInfo(
            "orders",
            (
                ColumnInfo("id", "INTEGER", True, True),
                ColumnInfo("user_id", "INTEGER", False, False),
                ColumnInfo("parent_id", "INTEGER", True, False),
            ),
            (
                ForeignKeyInfo("user_id", "users", "id", "CASCADE", "NO ACTION"),
                ForeignKeyInfo("parent_id", "orders", "id", "NO ACTION", "NO ACTION"),
            ),
        ),
        TableInfo(
            "users",
            (
                ColumnInfo("id", "INTEGER", True, True),
                ColumnInfo("name", "TEXT", False, False),
                ColumnInfo("joined", "DATE", True, False, "'today'"),
            ),
            (),
            (IndexInfo("users_by_name", ("name",), True),),
        ),
    )


def test_the_fingerprint_is_of_tables_and_columns_alone(folder: Path) -> None:
    told = "order_items:order_id,part|orders:id,user_id,parent_id|users:id,name,joined"
    before = introspect("sqlite:///data/shop.db").schema_fingerprint
    assert before == hashlib.sha256(told.encode()).hexdigest()[:16]
    make(folder / "data" / "shop.db", "CREATE INDEX more ON orders (user_id); DELETE FROM users")
    assert introspect("sqlite:///data/shop.db").schema_fingerprint == before
    make(folder / "data" / "shop.db", "ALTER TABLE users ADD COLUMN mail TEXT")
    assert introspect("sqlite:///data/shop.db").schema_fingerprint != before


def test_the_fingerprint_goes_by_the_names_of_tables(folder: Path) -> None:
    make(folder / "many.db", "".join(f"CREATE TABLE t{number} (c);" for number in (10, 2, 1)))
    told = introspect("sqlite:///many.db").schema_fingerprint
    assert told == hashlib.sha256(b"t1:c|t10:c|t2:c").hexdigest()[:16]


def test_rows_are_as_many_as_somebody_counted(folder: Path) -> None:
    assert [table.row_count_estimate for table in introspect("sqlite:///data/shop.db").tables] == [0, 0, 0]
    make(folder / "data" / "shop.db", "ANALYZE")
    assert [table.row_count_estimate for table in introspect("sqlite:///data/shop.db").tables] == [0, 0, 2]


def test_nothing_is_written(folder: Path) -> None:
    path = folder / "data" / "shop.db"
    before = path.read_bytes()
    os.chmod(path, 0o400)
    introspect("sqlite:///data/shop.db")
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["shop.db"]


def test_an_empty_file_is_an_empty_database(folder: Path) -> None:
    (folder / "empty.db").write_bytes(b"")
    snapshot = introspect("sqlite:///empty.db")
    assert (snapshot.tables, snapshot.payload()["tables"]) == ((), [])


@pytest.mark.parametrize(
    ("connection_string", "why"),
    [
        ("postgresql://localhost/shop", "not 'postgresql'"),
        ("sqlite://data/shop.db", "only sqlite:///"),
        ("data/shop.db", "only sqlite:///"),
        ("", "only sqlite:///"),
        ("sqlite:///", "no file ''"),
        ("sqlite:///data", "no file 'data'"),
        ("sqlite:///:memory:", "no file"),
        ("sqlite:///data/other.db", "no file 'data/other.db'"),
        ("sqlite:///../outside.db", "not below the working folder"),
        ("sqlite:///data/../../outside.db", "not below the working folder"),
        ("sqlite:////etc/passwd", "not below the working folder"),
        ("sqlite:///link.db", "not below the working folder"),
        ("sqlite:///data/shop.db\0", "not below the working folder"),
        ("sqlite:///notes.txt", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(connection_string: str, why: str, folder: Path) -> None:
    (folder / "link.db").symlink_to(folder.parent / "outside.db")
    (folder / "notes.txt").write_text("no database at all, but longer than its header would be", encoding="utf-8")
    with pytest.raises(ValidationError, match=f"connection_string: .*{why}") as caught:
        introspect(connection_string)
    assert caught.value.outcome == "not_sent"


def test_a_name_that_would_change_the_uri_is_only_a_name(folder: Path) -> None:
    make(folder / "a?mode=rwc&x=%20#.db", "CREATE TABLE t (a)")
    assert [table.name for table in introspect("sqlite:///a?mode=rwc&x=%20#.db").tables] == ["t"]
