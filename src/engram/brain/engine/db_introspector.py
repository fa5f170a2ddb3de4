"""SchemaIntrospector: the schema of a SQLite database, read where the caller is and written nowhere.

A database is opened read-only, and only below the folder that the program works in: a connection string may come from
somebody else. The statements here are about the user's own database; Engram's are in its server.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import sqlite3
from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Tuple
from urllib.parse import quote

from ...errors import ValidationError
from ...types.brain_learning import ColumnWire, ForeignKeyWire, IndexWire, SchemaSnapshotWire, TableWire

_SCHEME = "sqlite:///"
_FINGERPRINT_CHARS = 16
# What needs no quotes in SQL. Other names are somebody's trick, or of no use in a sentence.
_SAFE_NAME = re.compile(r"[A-Za-z_]\w*")
# While another program writes.
_BUSY_SECONDS = 5.0


@dataclass(frozen=True)
class ColumnInfo:
    """A column of a table."""

    name: str
    data_type: str
    nullable: bool
    primary_key: bool
    default_value: Optional[str] = None

    def payload(self) -> ColumnWire:
        """Return it as it is sent."""
        return {
            "name": self.name,
            "data_type": self.data_type,
            "nullable": self.nullable,
            "primary_key": self.primary_key,
            "default_value": self.default_value,
        }


@dataclass(frozen=True)
class ForeignKeyInfo:
    """A column that leads to a column of another table."""

    column_name: str
    referenced_table: str
    referenced_column: str
    on_delete: Optional[str] = None
    on_update: Optional[str] = None

    def payload(self) -> ForeignKeyWire:
        """Return it as it is sent."""
        return {
            "column_name": self.column_name,
            "referenced_table": self.referenced_table,
            "referenced_column": self.referenced_column,
            "on_delete": self.on_delete,
            "on_update": self.on_update,
        }


@dataclass(frozen=True)
class IndexInfo:
    """An index of a table."""

    name: str
    columns: Tuple[str, ...]
    unique: bool

    def payload(self) -> IndexWire:
        """Return it as it is sent."""
        return {"name": self.name, "columns": list(self.columns), "unique": self.unique}


@dataclass(frozen=True)
class TableInfo:
    """A table. Its rows are as many as `ANALYZE` last counted, 0 where nobody ever ran it."""

    name: str
    columns: Tuple[ColumnInfo, ...]
    foreign_keys: Tuple[ForeignKeyInfo, ...] = ()
    indexes: Tuple[IndexInfo, ...] = ()
    row_count_estimate: int = 0

    def payload(self) -> TableWire:
        """Return it as it is sent."""
        return {
            "name": self.name,
            "columns": [column.payload() for column in self.columns],
            "foreign_keys": [key.payload() for key in self.foreign_keys],
            "indexes": [index.payload() for index in self.indexes],
            "row_count_estimate": self.row_count_estimate,
        }


@dataclass(frozen=True)
class SchemaSnapshot:
    """The schema of a database. The fingerprint is of its tables and columns, and of nothing else."""

    database_name: str
    dialect: str
    #: By name.
    tables: Tuple[TableInfo, ...]
    schema_fingerprint: str

    def payload(self) -> SchemaSnapshotWire:
        """Return it as it is sent."""
        return {
            "database_name": self.database_name,
            "dialect": self.dialect,
            "tables": [table.payload() for table in self.tables],
            "schema_fingerprint": self.schema_fingerprint,
        }


class SchemaIntrospector:
    """Reads the schemas of databases.

        snapshot = await SchemaIntrospector().introspect("sqlite:///data/app.db")
    """

    async def introspect(self, connection_string: str) -> SchemaSnapshot:
        """Return the schema of a database below the working folder. Nothing is read of its rows.

        Raises:
            ValidationError: it is no `sqlite:///` with a relative path, leads out of the folder, or cannot be read.
        """
        path = _path_in(connection_string)
        return await asyncio.get_running_loop().run_in_executor(None, _read, path)


def _path_in(connection_string: str) -> str:
    if not connection_string.startswith(_SCHEME):
        scheme = connection_string.partition(":")[0]
        raise _refused(f"only {_SCHEME}path/to.db can be read, not {scheme!r:.40}")
    path = connection_string[len(_SCHEME) :]
    folder = os.path.realpath(os.curdir)
    try:
        real = os.path.realpath(path)
        outside = "\0" in path or os.path.isabs(path) or os.path.commonpath([folder, real]) != folder
    except ValueError:
        # Another drive, or, in newer versions of Python, the null character.
        outside = True
    if outside:
        raise _refused(f"{path!r:.80} is not below the working folder; give a relative path in it")
    if not os.path.isfile(real):
        raise _refused(f"there is no file {path!r:.80}")
    return real


def _refused(why: str) -> ValidationError:
    return ValidationError(f"connection_string: {why}", outcome="not_sent")


def _read(path: str) -> SchemaSnapshot:
    uri = f"file:{quote(path)}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as database:
            tables = _tables(database)
    except sqlite3.Error as error:
        raise _refused(f"{os.path.basename(path)!r:.80} cannot be read: {error}") from error
    return SchemaSnapshot(os.path.basename(path), "sqlite", tables, fingerprint_of(tables))


def fingerprint_of(tables: Iterable[TableInfo]) -> str:
    """Return what tells one schema from another: the names of its tables, and of their columns in order."""
    ordered = sorted(tables, key=lambda table: table.name)
    told = (f"{table.name}:{','.join(column.name for column in table.columns)}" for table in ordered)
    return hashlib.sha256("|".join(told).encode("utf-8")).hexdigest()[:_FINGERPRINT_CHARS]


# -- what SQLite tells of itself


def _tables(database: sqlite3.Connection) -> Tuple[TableInfo, ...]:
    found = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    names = [name for (name,) in found if _SAFE_NAME.fullmatch(name)]
    rows = _analyzed(database)
    keys = {name: _primary_key(database, name) for name in names}
    return tuple(
        TableInfo(
            name,
            tuple(_columns(database, name)),
            tuple(_foreign_keys(database, name, keys)),
            tuple(_indexes(database, name)),
            rows.get(name, 0),
        )
        for name in names
    )


def _columns(database: sqlite3.Connection, table: str) -> List[ColumnInfo]:
    found = database.execute(
        'SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_info(?) ORDER BY cid', (table,)
    )
    return [ColumnInfo(name, kind, not must, bool(key), default) for name, kind, must, key, default in found]


def _primary_key(database: sqlite3.Connection, table: str) -> List[str]:
    found = database.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return [name for (name,) in found]


def _foreign_keys(
    database: sqlite3.Connection, table: str, primary_keys: Dict[str, List[str]]
) -> Iterable[ForeignKeyInfo]:
    found = database.execute(
        'SELECT seq, "from", "table", "to", on_delete, on_update FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq',
        (table,),
    )
    for place, column, other, referenced, on_delete, on_update in found.fetchall():
        # A key that names no column means the primary key.
        meant = referenced or next(iter(primary_keys.get(other, [])[place:]), "")
        yield ForeignKeyInfo(column, other, meant, on_delete, on_update)


def _indexes(database: sqlite3.Connection, table: str) -> Iterable[IndexInfo]:
    found = database.execute('SELECT name, "unique" FROM pragma_index_list(?) ORDER BY name', (table,))
    for name, unique in found.fetchall():
        columns = database.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (name,))
        yield IndexInfo(name, tuple(column or "" for (column,) in columns), bool(unique))


def _analyzed(database: sqlite3.Connection) -> Dict[str, int]:
    """Return how many rows the tables had when somebody last ran `ANALYZE`."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone() is None:
        return {}
    found = database.execute("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL")
    return {table: int(stat.split()[0]) for table, stat in found if stat[:1].isdigit()}
