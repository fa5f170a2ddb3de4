"""May this file be our database? Answered before anything could write to it; a file that is refused is as it was.

First the header is read as plain bytes, because opening a database with SQLite may already change it. Then what the
header cannot tell is asked over a connection that only reads, which also finds what a killed process left in the
write-ahead log.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
from pathlib import Path
from typing import FrozenSet, Optional, Sequence, Tuple

from .errors import RefusedFileError, StorageError, storage_error
from .patience import BUSY_SECONDS
from .schema import APPLICATION_ID, MIGRATIONS, Migration, expected_objects, is_of_before, objects_of, version_of

# Some 50 ms of reading. Damage in a larger file is found when the damaged page is read.
QUICK_CHECK_MAX_BYTES = 16 * 1024 * 1024

_FOREIGN = "is the SQLite database of another application"
# Version and application of a database whose program gave it neither, as that of the layout before ours did.
_UNNAMED = (0, 0)
_DAMAGED_SCHEMA = "its schema is damaged"

_MAGIC = b"SQLite format 3\x00"
# Of the 100 bytes: the schema version and whose database it is.
_HEADER = struct.Struct(">60x i 4x i 28x")


def why_not(raw: bytes, log: int, newest: int) -> Optional[str]:
    """Return why a file whose first 100 bytes are `raw` cannot be our database, None when it can. Pure.

    `log` is the size of the write-ahead log beside it; `newest` the newest schema version that is known.
    """
    if not raw:
        return "is empty, but has a write-ahead log beside it: its content was lost" if log else None
    if len(raw) < _HEADER.size or not raw.startswith(_MAGIC):
        return "is not an Engram database, nor any SQLite database"
    version, application_id = _HEADER.unpack(raw)
    if application_id != APPLICATION_ID and (version, application_id) != _UNNAMED:
        return _FOREIGN
    return _why_not_version(version, newest)


def _why_not_version(version: int, newest: int) -> Optional[str]:
    if 0 <= version <= newest:
        return None
    return f"was made by a newer version (schema {version}, this one knows {newest}): upgrade engram-kit"


def inspect(path: str, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Refuse a file that is not a sound database of ours; an empty file is a database still to be made.

    Raises:
        RefusedFileError: in one line, what is wrong with it.
        StorageBusyError: another process holds it.
    """
    # Looked at in this order because another process may be creating the database now: the log comes last.
    log = log_size(path)
    raw = _first_bytes(path)
    reason = why_not(raw, log, len(migrations))
    if reason is None and raw:
        reason = _why_not_inside(path, migrations)
    if reason is not None:
        # SQLite quotes SQL of several lines where that is what is damaged.
        raise RefusedFileError(f"{path} {' '.join(reason.split())}")


def _first_bytes(path: str) -> bytes:
    try:
        # Asked first, because opening a pipe or a device could wait for ever.
        kind = os.stat(path).st_mode
        if not stat.S_ISREG(kind):
            raise RefusedFileError(f"{path} is a {'folder' if stat.S_ISDIR(kind) else 'device or pipe'}, not a file")
        # Opened for writing, though nothing is written, because that tells whether it could be.
        with open(path, "r+b", buffering=0) as file:
            raw = file.read(_HEADER.size)
    except OSError as error:
        raise RefusedFileError(f"cannot open {path}: {error.strerror}") from error
    folder = os.path.dirname(path)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RefusedFileError(f"cannot open {path}: its log must lie beside it, and {folder} is not writable")
    return raw


def log_size(path: str) -> int:
    """Return the size of the write-ahead log beside a database file, 0 when there is none."""
    try:
        return os.stat(path + "-wal").st_size
    except FileNotFoundError:
        return 0


def uri(path: str, mode: str) -> str:
    """Return the URI by which SQLite opens the file at an absolute path: `ro` or `rw`, never created."""
    return f"{Path(path).as_uri()}?mode={mode}"


def _why_not_inside(path: str, migrations: Sequence[Migration]) -> Optional[str]:
    try:
        connection = sqlite3.connect(uri(path, "ro"), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            return _why_not_read(connection, os.path.getsize(path) <= QUICK_CHECK_MAX_BYTES, migrations)
        finally:
            connection.close()
    except sqlite3.Error as error:
        ours = storage_error(error)
        if type(ours) is not StorageError:
            raise ours from error
        # On Python 3.9 an error whose own text is damaged comes with none.
        return f"cannot be read as a database: {str(error) or _DAMAGED_SCHEMA}"
    except UnicodeDecodeError:  # In place of sqlite3's own error, when what that quotes is damaged.
        return f"cannot be read as a database: {_DAMAGED_SCHEMA}"


def _why_not_read(connection: sqlite3.Connection, check_pages: bool, migrations: Sequence[Migration]) -> Optional[str]:
    # One state of it all: another process may be creating its tables at this moment.
    connection.execute("BEGIN")
    # The log may hold a newer number than the header.
    version = version_of(connection)
    reason = _why_not_version(version, len(migrations))
    if reason is not None:
        return reason
    # And it may hold our mark.
    if (version, int(connection.execute("PRAGMA application_id").fetchone()[0])) == _UNNAMED:
        reason = None if is_of_before(connection) else _FOREIGN
    else:
        reason = _why_not_objects(objects_of(connection), version, migrations)
    if reason is not None:
        return reason
    verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0]) if check_pages else "ok"
    return None if verdict == "ok" else f"is damaged: {verdict}"


def _why_not_objects(
    found: FrozenSet[Tuple[str, str, str]], version: int, migrations: Sequence[Migration]
) -> Optional[str]:
    if (version == 0 and found) or not expected_objects(version, migrations) <= found:
        return "is damaged: its tables are not those of its version"
    return None
