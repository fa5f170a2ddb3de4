"""What the storage raises, and the one place where sqlite3's errors become these.

    StorageError                 it could not be done, and nothing of it was stored
     |- StorageBusyError         another process holds the database; trying again may help
     |- StorageFullError         no room is left on the disk
     |- RefusedFileError         the file is not one that this version can use; it was not touched
     `- UnsupportedSqliteError   the SQLite of this interpreter is too old
"""

from __future__ import annotations

import sqlite3
from typing import Tuple, Type


class StorageError(Exception):
    """The storage could not do what was asked, and stored nothing of it."""


class StorageBusyError(StorageError):
    """Another process held the database for too long."""


class StorageFullError(StorageError):
    """There is no room left for what was to be stored."""


class RefusedFileError(StorageError):
    """The file cannot be used as the database. Its message is one line; the file is as it was."""


class UnsupportedSqliteError(StorageError):
    """The SQLite library of this interpreter is too old."""


# By SQLite's fixed message texts, because sqlite3 tells no error codes before Python 3.11.
_BY_TEXT: Tuple[Tuple[str, Type[StorageError], str], ...] = (
    ("is locked", StorageBusyError, "the database is in use by another process; try again"),
    ("disk is full", StorageFullError, "the disk is full; free some space, then try again"),
    ("closed database", StorageError, "the store is closed"),
)


def storage_error(error: sqlite3.Error) -> StorageError:
    """Return the error of ours that stands for one of sqlite3's, which is its cause."""
    text = str(error)
    ours = StorageError(f"the database failed: {text}")
    for part, kind, message in _BY_TEXT:
        if part in text:
            ours = kind(message)
    ours.__cause__ = error
    return ours
