"""Everything that is asked of the database. One Reader sees one state of it, however long it asks.

Lists of terms, ids and weights go in as JSON, so that the SQL is constant: `json_each` is the outer loop, and each of
its rows is one search in the clustered postings. `CROSS JOIN` keeps SQLite from turning the loops round.
"""

from __future__ import annotations

import json
import zlib
from typing import Dict, Iterable, List, Mapping, Optional, Tuple

from .asking import as_json
from .brain_keeping import Kept
from .brain_search import BrainSearch
from .engrams import Entries
from .knowledge import Knowledge
from .leases import Leases
from .records import Records
from .rows import ALL, Among, MemoryRow, ProfileRow, ProviderRow, Recorded, Space
from .sessions import Sessions
from .turns import Turns
from .world import World

# Looking up one posting costs as much as reading this many that lie together.
_LOOKUP_COST = 4


class Reader(Turns, Knowledge, Records, Entries, Sessions, Leases, World, Kept, BrainSearch):
    """The questions. Each is answered at once and whole."""

    # -- tenants

    def tenant(self, name: str) -> Optional[int]:
        """Return the id of a tenant."""
        row = self._db.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def provider(self, tenant_id: int) -> Optional[ProviderRow]:
        """Return a tenant's own model provider."""
        row = self._db.execute(
            "SELECT base_url, model, api_key FROM providers WHERE tenant_id = ?", (tenant_id,)
        ).fetchone()
        return None if row is None else ProviderRow._make(row)

    def recorded(self, tenant_id: int, key: str, now: int) -> Optional[Recorded]:
        """Return the answer that was recorded for an idempotency key and has not expired."""
        row = self._db.execute(
            "SELECT fingerprint, status, body, compressed FROM recorded"
            " WHERE tenant_id = ? AND key = ? AND expires_at > ?",
            (tenant_id, key, now),
        ).fetchone()
        if row is None:
            return None
        fingerprint, status, body, compressed = row
        return Recorded(fingerprint, status, zlib.decompress(body) if compressed else body)

    # -- spaces

    def space(self, tenant_id: int, name: str) -> Optional[Space]:
        """Return a tenant's space by its name."""
        row = self._db.execute(
            "SELECT * FROM space_rows WHERE tenant_id = ? AND name = ?", (tenant_id, name)
        ).fetchone()
        return None if row is None else Space._make(row)

    def spaces(self, tenant_id: int, *, limit: int, offset: int = 0, after: int = 0) -> List[Space]:
        """Return a tenant's spaces in the order in which they were made. `after` is the last id of the page before."""
        found = self._db.execute(
            "SELECT * FROM space_rows WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ? OFFSET ?",
            (tenant_id, after, limit, offset),
        )
        return [Space._make(row) for row in found]

    def count_spaces(self, tenant_id: int) -> int:
        """Return how many spaces a tenant has."""
        return int(self._db.execute("SELECT COUNT(*) FROM spaces WHERE tenant_id = ?", (tenant_id,)).fetchone()[0])

    def profile(self, space_id: int) -> Optional[ProfileRow]:
        """Return the profile that was last saved for a space."""
        row = self._db.execute(
            "SELECT text, updated_at, memory_count, source FROM profiles WHERE space_id = ?", (space_id,)
        ).fetchone()
        return None if row is None else ProfileRow._make(row)

    # -- memories

    def memories(self, space_id: int, *, limit: int, offset: int = 0) -> List[MemoryRow]:
        """Return memories, newest first."""
        found = self._db.execute(
            "SELECT * FROM memory_rows WHERE space_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",
            (space_id, limit, offset),
        )
        return [MemoryRow._make(row) for row in found]

    def memories_before(self, space_id: int, before_id: int, limit: int) -> List[MemoryRow]:
        """Return the memories that are older than a row id, newest first."""
        found = self._db.execute(
            "SELECT * FROM memory_rows WHERE space_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
            (space_id, before_id, limit),
        )
        return [MemoryRow._make(row) for row in found]

    def memories_by_id(self, ids: Iterable[int]) -> List[MemoryRow]:
        """Return the memories of these row ids in their order; an id that is gone is left out."""
        found = self._db.execute(
            "SELECT m.* FROM json_each(?) AS wanted CROSS JOIN memory_rows AS m ON m.id = wanted.value"
            " ORDER BY wanted.key",
            (as_json(list(ids)),),
        )
        return [MemoryRow._make(row) for row in found]

    def memory(self, space_id: int, public_id: str) -> Optional[MemoryRow]:
        """Return a memory of a space by its public id."""
        row = self._db.execute(
            "SELECT * FROM memory_rows WHERE space_id = ? AND public_id = ?", (space_id, public_id)
        ).fetchone()
        return None if row is None else MemoryRow._make(row)

    def memories_near(
        self, space_id: int, near_key: bytes, content_hash: bytes, *, limit: int
    ) -> List[MemoryRow]:
        """Return up to `limit` memories of a near key, oldest first.

        The oldest of exactly this content, if there is one, is among them or comes on top of them.
        """
        found = self._db.execute(
            "SELECT * FROM memory_rows WHERE id IN ("
            "   SELECT MIN(id) FROM memories WHERE space_id = :space AND near_key = :near AND content_hash = :hash"
            "   UNION ALL"
            "   SELECT id FROM (SELECT id FROM memories WHERE space_id = :space AND near_key = :near LIMIT :limit))"
            " ORDER BY id",
            {"space": space_id, "near": near_key, "hash": content_hash, "limit": limit},
        )
        return [MemoryRow._make(row) for row in found]

    # -- the text index

    def document_frequencies(
        self, space_id: int, terms: Iterable[str], *, up_to: Optional[int] = None
    ) -> Dict[str, int]:
        """Return how many memories of a space hold each of the terms; 0 for a term that none holds.

        Counting stops at `up_to`, for callers who only want to know which terms are rare.
        """
        wanted = as_json(sorted(set(terms)))
        if up_to is None:
            found = self._db.execute(
                "SELECT wanted.value, (SELECT COUNT(*) FROM postings AS p WHERE p.space_id = ? AND p.term = wanted.value)"
                " FROM json_each(?) AS wanted",
                (space_id, wanted),
            )
        else:
            found = self._db.execute(
                "SELECT wanted.value,"
                " (SELECT COUNT(*) FROM"
                "   (SELECT 1 FROM postings AS p WHERE p.space_id = ? AND p.term = wanted.value LIMIT ?))"
                " FROM json_each(?) AS wanted",
                (space_id, up_to, wanted),
            )
        return dict(found.fetchall())

    def best(
        self,
        space_id: int,
        weights: Mapping[str, float],
        *,
        saturation: float,
        length_slope: float,
        limit: int,
        beside: Optional[Mapping[str, float]] = None,
        as_of: Optional[int] = None,
        among: Among = ALL,
    ) -> List[Tuple[int, float]]:
        """Return the row ids that score highest, with their scores; of equal ones the newest first.

        The score is the sum over the terms of `weight * tf / (tf + saturation + length_slope * length)`, which is
        BM25 when the weights are `idf * (k1 + 1)`, `saturation` is `k1 * (1 - b)` and `length_slope` is
        `k1 * b / average length`. The terms `beside` count as well, but find nothing by themselves: each is looked up
        for what the others found. What was said after `as_of` is passed over, and what is not `among` those meant.
        """
        found = self._db.execute(
            "WITH found (item_id, score) AS ("
            "   SELECT p.item_id, SUM(weight.value * p.tf / (p.tf + :saturation + :slope * p.length))"
            "   FROM json_each(:weights) AS weight"
            "   CROSS JOIN postings AS p ON p.space_id = :space AND p.term = weight.key"
            "   WHERE (:as_of IS NULL OR (SELECT t.said_at FROM turns AS t WHERE t.item_id = p.item_id) <= :as_of)"
            "   AND (:among IS NULL OR (p.item_id IN (SELECT value FROM json_each(:among))) = :listed)"
            "   GROUP BY p.item_id)"
            " SELECT item_id, score + ("
            "   SELECT COALESCE(SUM(beside.value * p.tf / (p.tf + :saturation + :slope * p.length)), 0)"
            "   FROM json_each(:beside) AS beside"
            "   CROSS JOIN postings AS p"
            "     ON p.space_id = :space AND p.term = beside.key AND p.item_id = found.item_id) AS whole"
            # Even all that the others could add does not bring in whoever lies further behind.
            " FROM found"
            " WHERE score >="
            "   (SELECT MIN(score) FROM (SELECT score FROM found ORDER BY score DESC LIMIT :limit)) - :most_beside"
            " ORDER BY whole DESC, item_id DESC LIMIT :limit",
            {
                "saturation": float(saturation),
                "slope": float(length_slope),
                "weights": as_json(dict(weights)),
                "space": space_id,
                "as_of": as_of,
                "limit": limit,
                "among": None if among == ALL else as_json(sorted(among.ids)),
                "listed": among.listed,
                "beside": as_json(dict(beside or {})),
                "most_beside": float(sum((beside or {}).values())),
            },
        )
        return found.fetchall()

    def term_counts(self, space_id: int, terms: Iterable[str], ids: Iterable[int]) -> List[Tuple[int, str, int]]:
        """Return row id, term and how often the memory holds it, for each of the memories and terms that meet."""
        found = self._db.execute(
            "SELECT p.item_id, p.term, p.tf"
            " FROM json_each(?) AS term CROSS JOIN json_each(?) AS item"
            " CROSS JOIN postings AS p ON p.space_id = ? AND p.term = term.value AND p.item_id = item.value"
            " ORDER BY p.item_id, p.term",
            (as_json(sorted(set(terms))), as_json(sorted(set(ids))), space_id),
        )
        return found.fetchall()

    def terms_of(self, ids: Iterable[int]) -> Dict[int, Dict[str, int]]:
        """Return how often each of these memories holds each of its terms."""
        found = self._db.execute(
            "SELECT m.id, m.terms FROM json_each(?) AS wanted CROSS JOIN memories AS m ON m.id = wanted.value",
            (as_json(sorted(set(ids))),),
        )
        return {memory_id: json.loads(terms) for memory_id, terms in found}

    def held(
        self, space_id: int, frequencies: Mapping[str, int], ids: Iterable[int]
    ) -> List[Tuple[int, str, int]]:
        """Return what `term_counts` does, in no order, for more memories and terms than it is made for.

        `frequencies` are those of the terms. A rare term's postings are read whole; of a common one only those of the
        memories are looked up.
        """
        wanted = sorted(set(ids))
        rare_up_to = len(wanted) * _LOOKUP_COST
        common = [term for term, count in frequencies.items() if count > rare_up_to]
        rare = [term for term, count in frequencies.items() if 0 < count <= rare_up_to]
        found = self._db.execute(
            "SELECT p.item_id, p.term, p.tf"
            " FROM json_each(?) AS term CROSS JOIN postings AS p ON p.space_id = ? AND p.term = term.value"
            " WHERE +p.item_id IN (SELECT value FROM json_each(?))",
            (as_json(rare), space_id, as_json(wanted)),
        )
        return found.fetchall() + (self.term_counts(space_id, common, wanted) if common else [])
