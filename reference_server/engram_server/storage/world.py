"""The world state and other documents: every version of each.

What another program knows is one row, `world_state`: the newest version of one of the documents. Whatever it writes
there becomes a version, by a trigger.
"""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Tuple

from .asking import Asking, legible

#: The owner and the document of which `world_state` has the newest version.
SHARED_OWNER = 0
SHARED_DOCUMENT = ""


class WorldRow(NamedTuple):
    """A version of a document, without its content."""

    owner: int
    document: str
    version: int
    #: Milliseconds; None where another program wrote a time that cannot be read.
    at: Optional[int]
    written_at: str
    updated_by: Optional[str]
    digest: str
    size: int


# As bytes what another program may have written.
_VERSIONS = (
    "SELECT owner, document, version, at, CAST(written_at AS BLOB), CAST(updated_by AS BLOB), digest, size,"
    " CAST(content AS BLOB) FROM world_versions"
)
_VERSION = _VERSIONS + " WHERE owner = ? AND document = ? AND version = ?"


def _version(row: Tuple[Any, ...]) -> WorldRow:
    return WorldRow._make((*row[:4], *map(legible, row[4:6]), *row[6:8]))


class World(Asking):
    """The questions about documents."""

    def newest_version(self, owner: int, document: str) -> int:
        """Return the number of the newest version, 0 when there is none."""
        found = self._db.execute(
            "SELECT COALESCE(MAX(version), 0) FROM world_versions WHERE owner = ? AND document = ?", (owner, document)
        )
        return int(found.fetchone()[0])

    def world_version(self, owner: int, document: str, version: int) -> Optional[Tuple[WorldRow, str]]:
        """Return a version of a document with its content."""
        row = self._db.execute(_VERSION, (owner, document, version)).fetchone()
        return None if row is None else (_version(row), legible(row[-1]) or "")

    def world_versions_before(self, owner: int, document: str, version: int, limit: int) -> List[WorldRow]:
        """Return versions under a number, the newest first."""
        found = self._db.execute(
            "SELECT owner, document, version, at, CAST(written_at AS BLOB), CAST(updated_by AS BLOB), digest, size"
            " FROM world_rows WHERE owner = ? AND document = ? AND version < ? ORDER BY version DESC LIMIT ?",
            (owner, document, version, limit),
        )
        return [_version(row) for row in found]

    def unread_world_versions(self) -> List[Tuple[int, str, str]]:
        """Return row id, time as written and content of the versions that another program has written."""
        found = self._db.execute(
            "SELECT id, CAST(written_at AS BLOB), CAST(content AS BLOB) FROM world_versions WHERE unread = 1"
            " ORDER BY id"
        )
        return [(row_id, legible(at) or "", legible(content) or "") for row_id, at, content in found]


class WorldChanges(World):
    """The changes of documents."""

    def add_world_version(self, row: WorldRow, content: str) -> None:
        """Append a version. Its number must be the next."""
        self._db.execute(
            "INSERT INTO world_versions (owner, document, version, at, written_at, updated_by, digest, size, content,"
            " unread) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (*row, content),
        )
        if (row.owner, row.document) == (SHARED_OWNER, SHARED_DOCUMENT):
            self._db.execute(
                "INSERT INTO world_state (id, updated_at, updated_by, content) VALUES (1, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at,"
                " updated_by = excluded.updated_by, content = excluded.content",
                (row.written_at, row.updated_by, content),
            )

    def note_world_read(self, row_id: int, at: Optional[int], digest: str, size: int) -> None:
        """Keep what was found out about a version that another program has written."""
        self._db.execute(
            "UPDATE world_versions SET at = ?, digest = ?, size = ?, unread = 0 WHERE id = ?",
            (at, digest, size, row_id),
        )

    def remove_world_versions(self, owner: int, document: str, up_to: int) -> None:
        """Forget the versions up to a number."""
        self._db.execute(
            "DELETE FROM world_versions WHERE owner = ? AND document = ? AND version <= ?", (owner, document, up_to)
        )
