"""The changes of shared engrams: entries, what their writes leave behind, and how they become memories."""

from __future__ import annotations

from operator import attrgetter
from typing import Iterable, NamedTuple, Optional, Sequence, Tuple

from .asking import as_json
from .engrams import MAKE_GRAMS, Entries, EntryRow, knows_grams

_ERASE = ("DELETE FROM entries", "DELETE FROM entry_changes", "DELETE FROM engrams")

# What is kept of an entry before a change, and what where there was none.
_KEPT = attrgetter(
    "merge_key", "sequence", "created_at", "updated_at", "expires_at", "trace_id", "author", "tags", "data"
)
_NOTHING = (None,) * 9


class NewEntry(NamedTuple):
    """What an entry is to be. `tags` and `data` are JSON, `labels` the tags one by one."""

    data: str
    folded: str
    tags: str
    labels: Sequence[str]
    updated_at: int
    version: int = 1
    expires_at: Optional[int] = None
    trace_id: Optional[str] = None
    author: Optional[str] = None


class NewChange(NamedTuple):
    """What a write leaves behind."""

    public_id: str
    op: str
    at: int
    trace_id: Optional[str]
    open: bool
    kept: bool
    version_before: int
    version_after: int
    before: Optional[EntryRow]


class EntryChanges(Entries):
    """The changes of engrams."""

    # -- engrams

    def ensure_engram(self, tenant_id: int, space_id: int) -> None:
        """Make a space an engram, if it is none."""
        self._db.execute(
            "INSERT INTO engrams (space_id, tenant_id) VALUES (?, ?) ON CONFLICT (space_id) DO NOTHING",
            (space_id, tenant_id),
        )

    def save_engram(self, tenant_id: int, space_id: int, kind: Optional[str]) -> None:
        """Make a space an engram; with a kind, of that."""
        self._db.execute(
            "INSERT INTO engrams (space_id, tenant_id, kind) VALUES (?, ?, ?)"
            " ON CONFLICT (space_id) DO UPDATE SET kind = COALESCE(excluded.kind, kind)",
            (space_id, tenant_id, kind),
        )

    # -- entries

    def add_entry(
        self,
        tenant_id: int,
        space_id: int,
        public_id: str,
        new: NewEntry,
        *,
        merge_key: Optional[str],
        sequence: Optional[int],
        created_at: int,
    ) -> None:
        """Add an entry, whose memory is to follow."""
        cursor = self._db.execute(
            "INSERT INTO entries (tenant_id, space_id, public_id, behind, merge_key, sequence, version, created_at,"
            " updated_at, expires_at, trace_id, author, tags, data, folded)"
            " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                tenant_id,
                space_id,
                public_id,
                merge_key,
                sequence,
                new.version,
                created_at,
                new.updated_at,
                new.expires_at,
                new.trace_id,
                new.author,
                new.tags,
                new.data,
                new.folded,
            ),
        )
        self._label(space_id, cursor.lastrowid or 0, new.labels)

    def change_entry(self, row: EntryRow, new: NewEntry) -> None:
        """Give an entry other data; its id, its key and its place stay. Its memory is to follow."""
        self._db.execute(
            "UPDATE entries SET behind = 1, version = ?, updated_at = ?, expires_at = ?, trace_id = ?, author = ?,"
            " tags = ?, data = ?, folded = ? WHERE id = ?",
            (
                new.version,
                new.updated_at,
                new.expires_at,
                new.trace_id,
                new.author,
                new.tags,
                new.data,
                new.folded,
                row.id,
            ),
        )
        if new.tags != row.tags:
            self._db.execute("DELETE FROM entry_tags WHERE entry_id = ?", (row.id,))
            self._label(row.space_id, row.id, new.labels)

    def remove_entry(self, row: EntryRow) -> None:
        """Delete an entry, but for its memory and what its writes left behind."""
        if self.has_grams():
            self._db.execute("DELETE FROM entry_grams WHERE rowid = ?", (row.id,))
        self._db.execute("DELETE FROM entries WHERE id = ?", (row.id,))

    def remove_entry_of(self, memory_id: int) -> None:
        """Delete the entry that a memory is, with its history; what can be rolled back stays until it is settled."""
        row = self._db.execute(
            "SELECT id, space_id, public_id FROM entries WHERE memory_id = ?", (memory_id,)
        ).fetchone()
        if row is None:
            return
        if self.has_grams():
            self._db.execute("DELETE FROM entry_grams WHERE rowid = ?", (row[0],))
        self._db.execute("DELETE FROM entries WHERE id = ?", (row[0],))
        self.forget_history(row[1], row[2])

    def remove_entries_of(self, space_id: int) -> None:
        """Delete every entry of a space and what their writes left behind."""
        if self._db.execute("SELECT 1 FROM entries WHERE space_id = ?", (space_id,)).fetchone() and self.has_grams():
            self._db.execute(
                "DELETE FROM entry_grams WHERE rowid IN (SELECT id FROM entries WHERE space_id = ?)", (space_id,)
            )
        self._db.execute("DELETE FROM entries WHERE space_id = ?", (space_id,))
        self._db.execute("DELETE FROM entry_changes WHERE space_id = ?", (space_id,))

    def remove_all_entries(self) -> None:
        """Delete every engram, every entry and what their writes left behind."""
        if self.has_grams():
            self._db.execute("DROP TABLE entry_grams")
        for statement in _ERASE:
            self._db.execute(statement)

    def _label(self, space_id: int, row_id: int, labels: Sequence[str]) -> None:
        if labels:
            self._db.executemany(
                "INSERT OR IGNORE INTO entry_tags (space_id, tag, entry_id) VALUES (?, ?, ?)",
                [(space_id, tag, row_id) for tag in labels],
            )

    # -- entries as memories

    def have_caught_up(self, space_id: int, public_ids: Iterable[str]) -> None:
        """Note that entries have memories of their ids that are as they are, and index what is searched of them."""
        ids = as_json(list(public_ids))
        self._db.execute(
            "UPDATE memories SET (version, created_at, updated_at) ="
            " (SELECT e.version, e.created_at, e.updated_at FROM entries AS e"
            "   WHERE e.space_id = memories.space_id AND e.public_id = memories.public_id)"
            " WHERE space_id = ? AND public_id IN (SELECT value FROM json_each(?))",
            (space_id, ids),
        )
        self._db.execute(
            "UPDATE entries SET behind = 0, memory_id = (SELECT m.id FROM memories AS m"
            "   WHERE m.space_id = entries.space_id AND m.public_id = entries.public_id)"
            " WHERE space_id = ? AND public_id IN (SELECT value FROM json_each(?))",
            (space_id, ids),
        )
        if self.has_grams():
            self._index(space_id, ids)
        elif knows_grams():
            self._db.execute(MAKE_GRAMS)
            self._db.execute("INSERT INTO entry_grams (rowid, folded) SELECT id, folded FROM entries WHERE behind = 0")

    def _index(self, space_id: int, ids: str) -> None:
        self._db.execute(
            "DELETE FROM entry_grams WHERE rowid IN"
            " (SELECT id FROM entries WHERE space_id = ? AND public_id IN (SELECT value FROM json_each(?)))",
            (space_id, ids),
        )
        self._db.execute(
            "INSERT INTO entry_grams (rowid, folded) SELECT id, folded FROM entries"
            " WHERE space_id = ? AND public_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (space_id, ids),
        )

    # -- what writes left behind

    def add_change(self, tenant_id: int, space_id: int, change: NewChange, *, most_versions: int) -> None:
        """Keep what a write leaves behind, and of older versions of the entry no more than so many."""
        *about, before = change
        self._db.execute(
            "INSERT INTO entry_changes (tenant_id, space_id, public_id, op, at, trace_id, open, kept, version_before,"
            " version_after, merge_key, sequence, created_at, updated_at, expires_at, written_in, author, tags, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (tenant_id, space_id, *about, *(_NOTHING if before is None else _KEPT(before))),
        )
        if change.version_after > most_versions:
            self._db.execute(
                "DELETE FROM entry_changes WHERE space_id = :space AND public_id = :id AND open = 0 AND id <="
                " (SELECT id FROM entry_changes WHERE space_id = :space AND public_id = :id"
                "   ORDER BY id DESC LIMIT 1 OFFSET :most)",
                {"space": space_id, "id": change.public_id, "most": most_versions},
            )

    def forget_history(self, space_id: int, public_id: str) -> None:
        """Forget the prior versions of an entry; those that can be rolled back go when that is settled."""
        self._db.execute(
            "UPDATE entry_changes SET kept = 0 WHERE space_id = ? AND public_id = ?", (space_id, public_id)
        )
        self._db.execute(
            "DELETE FROM entry_changes WHERE space_id = ? AND public_id = ? AND open = 0", (space_id, public_id)
        )

    def purge(self, space_id: int, public_id: Optional[str], before: int) -> int:
        """Forget the prior versions of one entry or of all that were replaced before a moment; return how many."""
        purged = self._db.execute(
            "UPDATE entry_changes SET kept = 0"
            " WHERE space_id = :space AND (:id IS NULL OR public_id = :id) AND at < :before AND kept = 1",
            {"space": space_id, "id": public_id, "before": before},
        ).rowcount
        self._db.execute("DELETE FROM entry_changes WHERE space_id = ? AND kept = 0 AND open = 0", (space_id,))
        return purged

    def settle_trace(self, tenant_id: int, trace_id: str) -> int:
        """Let nothing of a trace be rolled back any more; return how many writes that were."""
        of_trace: Tuple[int, str] = (tenant_id, trace_id)
        forgotten = self._db.execute(
            "DELETE FROM entry_changes WHERE tenant_id = ? AND trace_id = ? AND open = 1 AND kept = 0", of_trace
        ).rowcount
        return forgotten + self._db.execute(
            "UPDATE entry_changes SET open = 0 WHERE tenant_id = ? AND trace_id = ? AND open = 1", of_trace
        ).rowcount

    def settle_older(self, before: int) -> None:
        """Let nothing that was written before a moment be rolled back any more."""
        self._db.execute("DELETE FROM entry_changes WHERE open = 1 AND at < ? AND kept = 0", (before,))
        self._db.execute("UPDATE entry_changes SET open = 0 WHERE open = 1 AND at < ?", (before,))
