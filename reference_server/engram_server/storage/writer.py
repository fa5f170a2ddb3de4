"""Everything that changes the database. A Writer works inside the one transaction that `commit` opened.

Memories and all that follows from them (see `deriving`) change together or not at all. What the statistics lose is
read from the database and not from what the caller holds, so that a stale row cannot spoil them.
"""

from __future__ import annotations

import sqlite3
import zlib
from typing import List, Optional, Sequence

from .brain_keeping import KeptChanges
from .brain_search import BrainUse
from .coordination_schema import ERASE_COORDINATION
from .deriving import Deriving, length_of, terms_json
from .imprints import EntryChanges
from .leases import LeaseChanges
from .reader import Reader
from .records import RecordChanges
from .rows import MemoryRow, NewMemory, Recorded, Space
from .sessions import SessionChanges
from .talk import Placed
from .world import WorldChanges

# What an index page of 4 KiB keeps without an overflow page. Batches' answers are longer, and repeat themselves.
_COMPRESS_ABOVE_BYTES = 1_000
_FASTEST = 1

# From the children to the parents, as foreign keys want it.
_ERASE = (
    "DELETE FROM record_labels",
    "DELETE FROM records",
    "DELETE FROM partitions",
    "DELETE FROM memories",
    "DELETE FROM profiles",
    "DELETE FROM spaces",
    "DELETE FROM recorded",
    "DELETE FROM providers",
    "DELETE FROM tenants",
)


class Writer(Reader, RecordChanges, EntryChanges, SessionChanges, LeaseChanges, WorldChanges, KeptChanges, BrainUse):
    """The changes, and the questions as they stand after them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._derived = Deriving(connection)

    # -- tenants

    def ensure_tenant(self, name: str, now: int) -> int:
        """Return the id of a tenant, made if need be."""
        self._db.execute(
            "INSERT INTO tenants (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, now)
        )
        return int(self._db.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()[0])

    def save_provider(self, tenant_id: int, *, base_url: str, model: str, api_key: Optional[str]) -> None:
        """Set a tenant's model provider in place of an earlier one."""
        self._db.execute(
            "INSERT OR REPLACE INTO providers (tenant_id, base_url, model, api_key) VALUES (?, ?, ?, ?)",
            (tenant_id, base_url, model, api_key),
        )

    def remove_provider(self, tenant_id: int) -> None:
        """Forget a tenant's model provider, if there is one."""
        self._db.execute("DELETE FROM providers WHERE tenant_id = ?", (tenant_id,))

    def record(self, tenant_id: int, key: str, answer: Recorded, expires_at: int) -> None:
        """Keep the answer to an idempotency key until it expires, in place of an earlier one."""
        body, compressed = answer.body, len(answer.body) > _COMPRESS_ABOVE_BYTES
        if compressed:
            body = zlib.compress(body, _FASTEST)
        self._db.execute(
            "INSERT OR REPLACE INTO recorded (tenant_id, key, fingerprint, status, compressed, body, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (tenant_id, key, answer.fingerprint, answer.status, compressed, body, expires_at),
        )

    def forget_records(self, before: int) -> None:
        """Delete the answers that expire before a moment, up to the oldest that does not."""
        # Reads no more than it deletes, and one.
        self._db.execute(
            "DELETE FROM recorded WHERE id < COALESCE("
            "(SELECT id FROM recorded WHERE id > 0 AND expires_at >= ? ORDER BY id LIMIT 1),"
            " (SELECT MAX(id) + 1 FROM recorded))",
            (before,),
        )

    # -- spaces

    def add_space(self, tenant_id: int, *, name: str, public_id: str, description: Optional[str], now: int) -> Space:
        """Make an empty space. The tenant must have none of this name."""
        cursor = self._db.execute(
            "INSERT INTO spaces (public_id, tenant_id, name, description, created_at) VALUES (?, ?, ?, ?, ?)",
            (public_id, tenant_id, name, description, now),
        )
        return Space(cursor.lastrowid or 0, public_id, tenant_id, name, description, now, None, 0, 0)

    def remove_space(self, space_id: int) -> None:
        """Delete a space with its memories, all that follows from them, and its profile."""
        self._derived.forget_space(space_id)
        self.remove_entries_of(space_id)
        self._db.execute("DELETE FROM spaces WHERE id = ?", (space_id,))

    def clear_space(self, space_id: int) -> int:
        """Delete all memories of a space and return how many there were. The space and its profile stay."""
        self._derived.forget_space(space_id)
        self.remove_entries_of(space_id)
        removed = self._db.execute("DELETE FROM memories WHERE space_id = ?", (space_id,)).rowcount
        self._db.execute("UPDATE spaces SET memory_count = 0 WHERE id = ?", (space_id,))
        return removed

    def save_profile(self, space_id: int, *, text: str, updated_at: int, memory_count: int, source: str) -> None:
        """Set the profile of a space in place of an earlier one."""
        self._db.execute(
            "INSERT OR REPLACE INTO profiles (space_id, text, updated_at, memory_count, source)"
            " VALUES (?, ?, ?, ?, ?)",
            (space_id, text, updated_at, memory_count, source),
        )

    # -- memories

    def add_memories(self, space_id: int, memories: Sequence[NewMemory], now: int) -> List[int]:
        """Store memories and return their row ids, which grow in the order given."""
        if not memories:
            return []
        self._db.executemany(
            "INSERT INTO memories (public_id, space_id, content, token_count, length, version, created_at, updated_at,"
            " content_hash, near_key, terms, speaker, session, occurred_at, metadata)"
            " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    new.public_id,
                    space_id,
                    new.content,
                    new.token_count,
                    length_of(new),
                    now,
                    now,
                    new.content_hash,
                    new.near_key,
                    terms_json(new),
                    new.speaker,
                    new.session,
                    new.occurred_at,
                    new.metadata,
                )
                for new in memories
            ],
        )
        # AUTOINCREMENT gives out consecutive ids inside one transaction, since nobody else writes meanwhile.
        last = int(self._db.execute("SELECT last_insert_rowid()").fetchone()[0])
        ids = list(range(last - len(memories) + 1, last + 1))
        self._derived.add(space_id, [Placed(row_id, now, new) for row_id, new in zip(ids, memories)])
        self._db.execute(
            "UPDATE spaces SET memory_count = memory_count + ?, last_write_at = ? WHERE id = ?",
            (len(memories), now, space_id),
        )
        return ids

    def replace_memory(self, row: MemoryRow, new: NewMemory, now: int) -> None:
        """Give a memory new content and the next version. Its ids, its session and its place among the others stay."""
        self._derived.before_change(row.id)
        found = self._db.execute(
            "UPDATE memories SET content = ?, token_count = ?, length = ?, version = version + 1, updated_at = ?,"
            " content_hash = ?, near_key = ?, terms = ?, speaker = ?, occurred_at = ?, metadata = ? WHERE id = ?",
            (
                new.content,
                new.token_count,
                length_of(new),
                now,
                new.content_hash,
                new.near_key,
                terms_json(new),
                new.speaker,
                new.occurred_at,
                new.metadata,
                row.id,
            ),
        ).rowcount
        if found:
            self._derived.after_change(row.space_id, Placed(row.id, row.created_at, new))
            self._db.execute("UPDATE spaces SET last_write_at = ? WHERE id = ?", (now, row.space_id))

    def remove_memory(self, row: MemoryRow) -> None:
        """Delete a memory."""
        self._derived.forget(row.id)
        self.remove_entry_of(row.id)
        removed = self._db.execute("DELETE FROM memories WHERE id = ?", (row.id,)).rowcount
        self._db.execute("UPDATE spaces SET memory_count = memory_count - ? WHERE id = ?", (removed, row.space_id))

    def erase(self) -> None:
        """Delete everything of every tenant. Ids are not given out again even so."""
        self._derived.forget_everything()
        self.remove_all_entries()
        for statement in _ERASE:
            self._db.execute(statement)
        for statement in ERASE_COORDINATION:
            self._db.execute(statement)
