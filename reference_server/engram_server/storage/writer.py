"""Everything that changes the database. A Writer works inside the one transaction that `commit` opened.

Three things change together or not at all: the memories, their postings, and their space's statistics. What the
statistics lose is read from the database and not from what the caller holds, so that a stale row cannot spoil them.
"""

from __future__ import annotations

import zlib
from typing import List, Optional, Sequence

from .reader import Reader, as_json
from .rows import MemoryRow, NewMemory, Recorded, Space

# What an index page of 4 KiB keeps without an overflow page. Batches' answers are longer, and repeat themselves.
_COMPRESS_ABOVE_BYTES = 1_000
_FASTEST = 1

# From the children to the parents, as foreign keys want it.
_ERASE = (
    "DELETE FROM postings",
    "DELETE FROM memories",
    "DELETE FROM profiles",
    "DELETE FROM spaces",
    "DELETE FROM recorded",
    "DELETE FROM providers",
    "DELETE FROM tenants",
)


class Writer(Reader):
    """The changes, and the questions as they stand after them."""

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
        """Delete the answers that expire before a moment."""
        self._db.execute("DELETE FROM recorded WHERE expires_at < ?", (before,))

    # -- spaces

    def add_space(self, tenant_id: int, *, name: str, public_id: str, description: Optional[str], now: int) -> Space:
        """Make an empty space. The tenant must have none of this name."""
        cursor = self._db.execute(
            "INSERT INTO spaces (public_id, tenant_id, name, description, created_at) VALUES (?, ?, ?, ?, ?)",
            (public_id, tenant_id, name, description, now),
        )
        return Space(cursor.lastrowid or 0, public_id, tenant_id, name, description, now, None, 0, 0)

    def remove_space(self, space_id: int) -> None:
        """Delete a space with its memories, postings and profile."""
        self._db.execute("DELETE FROM postings WHERE space_id = ?", (space_id,))
        self._db.execute("DELETE FROM spaces WHERE id = ?", (space_id,))

    def clear_space(self, space_id: int) -> int:
        """Delete all memories of a space and return how many there were. The space and its profile stay."""
        self._db.execute("DELETE FROM postings WHERE space_id = ?", (space_id,))
        removed = self._db.execute("DELETE FROM memories WHERE space_id = ?", (space_id,)).rowcount
        self._db.execute("UPDATE spaces SET memory_count = 0, term_total = 0 WHERE id = ?", (space_id,))
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
        lengths = [sum(memory.terms.values()) for memory in memories]
        self._db.executemany(
            "INSERT INTO memories (public_id, space_id, content, token_count, length, version, created_at,"
            " updated_at, content_hash, fingerprint, terms) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            [
                (
                    new.public_id,
                    space_id,
                    new.content,
                    new.token_count,
                    length,
                    now,
                    now,
                    new.content_hash,
                    new.fingerprint,
                    as_json(dict(new.terms)),
                )
                for new, length in zip(memories, lengths)
            ],
        )
        # AUTOINCREMENT gives out consecutive ids inside one transaction, since nobody else writes meanwhile.
        last = int(self._db.execute("SELECT last_insert_rowid()").fetchone()[0])
        first = last - len(memories) + 1
        self._index(first, last)
        self._db.execute(
            "UPDATE spaces SET memory_count = memory_count + ?, term_total = term_total + ?, last_write_at = ?"
            " WHERE id = ?",
            (len(memories), sum(lengths), now, space_id),
        )
        return list(range(first, last + 1))

    def replace_memory(self, row: MemoryRow, new: NewMemory, now: int) -> None:
        """Give a memory new content and the next version. Its ids and its place among the others stay."""
        length = sum(new.terms.values())
        self._unindex(row.id)
        self._db.execute(
            "UPDATE spaces SET last_write_at = ?,"
            " term_total = term_total + ? - (SELECT length FROM memories WHERE id = ?)"
            " WHERE id = (SELECT space_id FROM memories WHERE id = ?)",
            (now, length, row.id, row.id),
        )
        self._db.execute(
            "UPDATE memories SET content = ?, token_count = ?, length = ?, version = version + 1, updated_at = ?,"
            " content_hash = ?, fingerprint = ?, terms = ? WHERE id = ?",
            (
                new.content,
                new.token_count,
                length,
                now,
                new.content_hash,
                new.fingerprint,
                as_json(dict(new.terms)),
                row.id,
            ),
        )
        self._index(row.id, row.id)

    def remove_memory(self, row: MemoryRow) -> None:
        """Delete a memory."""
        self._unindex(row.id)
        self._db.execute(
            "UPDATE spaces SET memory_count = memory_count - 1,"
            " term_total = term_total - (SELECT length FROM memories WHERE id = ?)"
            " WHERE id = (SELECT space_id FROM memories WHERE id = ?)",
            (row.id, row.id),
        )
        self._db.execute("DELETE FROM memories WHERE id = ?", (row.id,))

    def erase(self) -> None:
        """Delete everything of every tenant. Ids are not given out again even so."""
        for statement in _ERASE:
            self._db.execute(statement)

    def _index(self, first_id: int, last_id: int) -> None:
        """Make the postings of a range of memories, in the order in which they lie on the disk.

        One statement however many they are: each statement lets other threads run and must then wait for its turn.
        """
        self._db.execute(
            "INSERT INTO postings (space_id, term, item_id, tf, length)"
            " SELECT m.space_id, held.key, m.id, held.value, m.length"
            " FROM memories AS m CROSS JOIN json_each(m.terms) AS held"
            " WHERE m.id BETWEEN ? AND ? ORDER BY held.key, m.id",
            (first_id, last_id),
        )

    def _unindex(self, memory_id: int) -> None:
        """Delete the postings of one memory, found by the terms that they were made from."""
        self._db.execute(
            "DELETE FROM postings"
            " WHERE space_id = (SELECT space_id FROM memories WHERE id = ?1) AND item_id = ?1"
            " AND term IN (SELECT key FROM json_each((SELECT terms FROM memories WHERE id = ?1)))",
            (memory_id,),
        )
