"""Where the connections live: one that writes and a pool of those that read, on a file or in memory.

Nothing that was read from the database is kept in the process from one transaction to the next, so that any number
of processes can share a file.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from typing import Iterator, List, Literal, Optional, Protocol, Sequence, Tuple

from .errors import RefusedFileError, StorageError
from .inspection import inspect, log_size, uri
from .patience import BUSY_SECONDS, patiently
from .reindexing import Indexing
from .schema import MARK, MIGRATIONS, Migration, migrate

Durability = Literal["full", "normal"]

# In milliseconds, one attempt of the writer; `commit` makes many, for BUSY_SECONDS. SQLite asks ever more seldom the
# longer it waits, so that one long wait starves against a process that writes without a pause (1 write to its 5).
_PATIENCE_WHEN_WRITING = "PRAGMA busy_timeout = 20"

# The log is emptied by force above this, which new reads do not notice, and for which writes wait so long (ms) until
# the reads that run have ended. Well above what SQLite lets it grow to when nothing holds it up.
MAX_LOG_BYTES = 128 * 1024 * 1024
_PATIENCE_WHEN_EMPTYING = "PRAGMA busy_timeout = 1000"
# Its size is looked at once in so many writes: looking takes as long as writing two pages, and it grows slowly.
_WRITES_A_LOOK = 8

# More readers at once than this are served all the same, by connections that are closed after use.
_MAX_IDLE_READERS = 16

# Sorting and savepoints in memory; 16 MiB of pages a connection, enough for the postings of a large space's query.
_EVERY_CONNECTION = ("PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -16384")
# Pages that are written again and again (indexes are) go to the file once in 32 MiB of log, which makes large spaces
# grow a tenth faster than 16 MiB do. A log that one large write blew up is cut back to as much.
_WRITER = ("PRAGMA wal_autocheckpoint = 8192", "PRAGMA journal_size_limit = 33554432")

# The files that this process has open. Closing any descriptor of a file drops the POSIX locks of the whole process
# on it, so a file that a store of this process holds must not be opened for inspection.
_opening = threading.Lock()
_open_here: "Counter[Tuple[int, int]]" = Counter()


class Database(Protocol):
    """What a store needs of its database."""

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees one committed state until it is given back."""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection that writes; one thread has it at a time."""

    def close(self) -> None:
        """Close what is open. Safe to call again; whoever still reads finishes."""


class MemoryDatabase:
    """A database with no file: one connection, which readers and the writer take turns with."""

    def __init__(self) -> None:
        # The same thread may read inside of its own read or write, as it may on a file.
        self._turn = threading.RLock()
        self._connection = _set_up(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
        migrate(self._connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection."""
        with self._turn:
            yield self._connection

    writing = reading

    def close(self) -> None:
        """Close the connection; its content is gone."""
        with self._turn:
            self._connection.close()


class FileDatabase:
    """A database file in WAL mode: readers never wait for the writer."""

    def __init__(
        self,
        path: str,
        durability: Durability,
        migrations: Sequence[Migration] = MIGRATIONS,
        indexing: Optional[Indexing] = None,
    ) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._idle: List[sqlite3.Connection] = []
        self._closed = False
        self._log_bound = MAX_LOG_BYTES
        self._writes = itertools.count(1)
        with _opening:
            _create_if_missing(path)
            if not _open_here[_identity(path)]:
                inspect(path, migrations)
            self._writer = self._open_writer(durability)
            self._bring_up_to_date(migrations, indexing)
            self._file = _identity(path)
            _open_here[self._file] += 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction of its own. The last one given back is the first one lent."""
        connection = self._take()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection that writes."""
        with self._turn:
            self._bound_log()
            yield self._writer

    def close(self) -> None:
        """Close the connections; the last one moves the log into the file."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for connection in self._idle:
            connection.close()
        with self._turn:
            self._writer.close()
        with _opening:
            _open_here[self._file] -= 1

    def _bound_log(self) -> None:
        """Empty a log that has grown too long: while readers overlap without a gap, SQLite never starts it anew."""
        if next(self._writes) % _WRITES_A_LOOK:
            return
        size = log_size(self._path)
        if size <= self._log_bound:
            return
        # Where emptying fails, the write that follows tells why.
        with suppress(sqlite3.Error):
            self._writer.execute(_PATIENCE_WHEN_EMPTYING)
            blocked = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self._writer.execute(_PATIENCE_WHEN_WRITING)
            self._log_bound = MAX_LOG_BYTES + (size if blocked else 0)

    def _open_writer(self, durability: Durability) -> sqlite3.Connection:
        connection = self._connect()
        try:
            if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
                connection.execute(MARK)
            # The one statement that does not wait for its lock by itself.
            mode = patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
            if mode != "wal":
                raise RefusedFileError(f"cannot open {self._path}: its file system has no shared memory (it is {mode})")
            connection.execute("PRAGMA synchronous = FULL" if durability == "full" else "PRAGMA synchronous = NORMAL")
            for statement in _WRITER:
                connection.execute(statement)
        except (sqlite3.Error, StorageError):
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, migrations: Sequence[Migration], indexing: Optional[Indexing]) -> None:
        ready = False
        try:
            migrate(self._writer, migrations, indexing)
            self._writer.execute(_PATIENCE_WHEN_WRITING)
            ready = True
        finally:
            if not ready:
                self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        return _set_up(
            sqlite3.connect(
                uri(self._path, "rw"),
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        )

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise StorageError("the store is closed")
            if self._idle:
                return self._idle.pop()
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._lock:
            if not self._closed and len(self._idle) < _MAX_IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()


def _set_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    for statement in _EVERY_CONNECTION:
        connection.execute(statement)
    return connection


def _create_if_missing(path: str) -> None:
    """Make an empty file that its owner alone can read, since it may come to hold a provider's key."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except FileNotFoundError as error:
        raise RefusedFileError(f"cannot create {path}: the folder {os.path.dirname(path)} does not exist") from error
    except OSError as error:
        raise RefusedFileError(f"cannot create {path}: {error.strerror}") from error


def _identity(path: str) -> Tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino
