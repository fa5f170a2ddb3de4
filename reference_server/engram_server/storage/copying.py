"""A copy of a database file that may be in use, and what is wrong in one. For a process that has no store of it open."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import List

from .errors import RefusedFileError, storage_error
from .inspection import inspect, uri
from .patience import BUSY_SECONDS


def copy_database(path: str, to: str) -> None:
    """Copy a database to a new file that its owner alone can read: all that was committed when it began, or no file.

    Raises:
        RefusedFileError: the one is no sound database of ours, or the other cannot be made.
        StorageError: it could not be copied.
    """
    source = _inspected(path)
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise RefusedFileError(f"cannot create {to}: {error.strerror}") from error
    try:
        with closing(_opened(source)) as db, closing(_opened(os.path.realpath(to))) as copy:
            db.backup(copy)
    except sqlite3.Error as error:
        os.unlink(to)
        raise storage_error(error) from error


def check_database(path: str) -> List[str]:
    """Read the whole of a database, and return what is wrong with it.

    Raises:
        RefusedFileError: it is none of ours, or cannot even be opened.
        StorageError: it could not be read.
    """
    source = _inspected(path)
    try:
        with closing(_opened(source)) as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise storage_error(error) from error
    return [] if found == ["ok"] else found


def _inspected(path: str) -> str:
    found = os.path.realpath(path)
    inspect(found)
    return found


def _opened(path: str) -> sqlite3.Connection:
    # Though nothing is written: whoever only reads leaves an empty log behind.
    return sqlite3.connect(uri(path, "rw"), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
