"""The one door to the storage: a Store reads and writes a database, whatever it is kept in."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import Callable, Iterator, Optional, TypeVar, Union

from .commit import GroupCommit
from .database import Database, Durability, FileDatabase, MemoryDatabase
from .errors import StorageError, UnsupportedSqliteError, storage_error
from .reader import Reader
from .reindexing import Indexing
from .writer import Writer

T = TypeVar("T")

# The oldest that the SQL here was tried with, and what the oldest supported systems ship.
OLDEST_SQLITE = (3, 34, 0)


class Store:
    """Reads that each see one committed state, and writes that are on the disk when they return.

    Safe to call from many threads, and many processes may open the same file; but a process that is forked from one
    that has a store must open its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._commits = GroupCommit(database.writing)
        self._process = os.getpid()

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Lend a Reader, for as short as can be: the log of what was written since cannot be emptied meanwhile.

        Raises:
            StorageError: the database failed, even where the Reader was asked.
        """
        self._refuse_forks()
        try:
            with self._database.reading() as connection:
                yield Reader(connection)
        except sqlite3.Error as error:
            raise storage_error(error) from error

    def write(self, op: Callable[[Writer], T]) -> T:
        """Run `op` and return its result when what it wrote is committed: all of it, or nothing when it raises.

        `op` may run in another thread that writes at the same time, and must neither block nor call `write`.

        Raises:
            StorageError: the database failed, and nothing was stored.
        """
        self._refuse_forks()
        return self._commits.run(op)

    def close(self) -> None:
        """Close the database. Safe to call again; what is called after it raises StorageError."""
        self._database.close()

    def _refuse_forks(self) -> None:
        # SQLite's locks do not survive a fork, and its connections would corrupt the file without them.
        if os.getpid() != self._process:
            raise StorageError("the store was opened before this process was forked: open it in each process")


def open_store(
    path: Union[str, "os.PathLike[str]", None],
    *,
    durability: Durability = "full",
    indexing: Optional[Indexing] = None,
) -> Store:
    """Open the database at `path`, made if there is none; None and ":memory:" keep it in memory.

    With `durability` "full" an acknowledged write survives a power failure. With "normal" it survives the death of
    the process, but the last ones before a power failure may be lost; the database stays sound either way.

    A file that an older version wrote is brought up to date, and its memories are indexed anew as `indexing` says.

    Raises:
        RefusedFileError: the file is corrupt, foreign, newer or cannot be written. It was not touched.
        UnsupportedSqliteError: the interpreter's SQLite is too old.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise UnsupportedSqliteError(f"SQLite {needed} or newer is needed; this Python has {sqlite3.sqlite_version}")
    try:
        if path is None or os.fspath(path) == ":memory:":
            return Store(MemoryDatabase())
        return Store(FileDatabase(os.path.realpath(path), durability, indexing=indexing))
    except sqlite3.Error as error:
        raise storage_error(error) from error
