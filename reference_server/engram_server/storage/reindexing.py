"""Making anew all that follows from memories, when the way in which texts are read has changed.

How texts are read is not known here: the layers above hand it in, with a number that grows whenever it changes.
"""

from __future__ import annotations

import sqlite3
from typing import Callable, Iterator, List, NamedTuple, Tuple

from .deriving import Deriving, length_of, terms_json
from .rows import MemoryRow, NewMemory
from .talk import Placed

# Some MB of rows and drafts at a time, however large the database is.
_BATCH = 500


class Indexing(NamedTuple):
    """How a stored memory is read, and the version of that."""

    version: int
    draft: Callable[[MemoryRow], NewMemory]


def is_behind(connection: sqlite3.Connection, indexing: Indexing) -> bool:
    """Return whether a database was indexed by an older version. One by a newer version is left alone."""
    return int(connection.execute("SELECT version FROM indexing").fetchone()[0]) < indexing.version


def reindex(connection: sqlite3.Connection, indexing: Indexing) -> None:
    """Draft every memory anew, space by space in the order of storing, inside the transaction that is open."""
    derived = Deriving(connection)
    derived.forget_everything()
    for (space_id,) in connection.execute("SELECT id FROM spaces ORDER BY id").fetchall():
        for rows in _batches(connection, space_id):
            batch = [Placed(row.id, row.created_at, indexing.draft(row)) for row in rows]
            connection.executemany(
                "UPDATE memories SET content_hash = ?, near_key = ?, token_count = ?, length = ?, terms = ?"
                " WHERE id = ?",
                [_columns(placed) for placed in batch],
            )
            derived.add(space_id, batch)
    connection.execute("UPDATE indexing SET version = ?", (indexing.version,))


def _batches(connection: sqlite3.Connection, space_id: int) -> Iterator[List[MemoryRow]]:
    after = 0
    while True:
        found = connection.execute(
            "SELECT * FROM memory_rows WHERE space_id = ? AND id > ? ORDER BY id LIMIT ?", (space_id, after, _BATCH)
        )
        rows = [MemoryRow._make(row) for row in found]
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _columns(placed: Placed) -> Tuple[bytes, bytes, int, int, str, int]:
    new = placed.new
    return new.content_hash, new.near_key, new.token_count, length_of(new), terms_json(new), placed.id
