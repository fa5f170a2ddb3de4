"""Questions about what memories mention and state: entities and facts."""

from __future__ import annotations

from typing import Iterable, List, Optional

from .asking import Asking, as_json
from .rows import Entity, FactRow, mention


class Knowledge(Asking):
    """The questions about entities and facts."""

    def entities_of_words(
        self, space_id: int, words: Iterable[str], *, as_of: Optional[int] = None
    ) -> List[Entity]:
        """Return the entities with any of some folded words in their key that a memory mentions, by key.

        Of memories that were said after `as_of` nothing is known.
        """
        found = self._db.execute(
            "SELECT e.key, e.name, e.kind FROM entities AS e WHERE e.space_id = :space AND e.key IN"
            " (SELECT w.key FROM json_each(:words) AS wanted"
            "   CROSS JOIN entity_words AS w ON w.space_id = :space AND w.word = wanted.value)"
            " AND EXISTS (SELECT 1 FROM postings AS p WHERE p.space_id = :space AND p.term = :mention || e.key"
            "   AND (:as_of IS NULL OR (SELECT t.said_at FROM turns AS t WHERE t.item_id = p.item_id) <= :as_of))"
            " ORDER BY e.key",
            {"space": space_id, "words": as_json(sorted(set(words))), "mention": mention(""), "as_of": as_of},
        )
        return [Entity._make(row) for row in found]

    def facts_about(
        self, space_id: int, keys: Iterable[str], limit: int, *, as_of: Optional[int] = None
    ) -> List[FactRow]:
        """Return the facts whose subject or object has one of some keys, those said last first.

        Of each key those of the memories stored last are looked at, as many as `limit`.
        """
        found = self._db.execute(
            "WITH wanted (key) AS (SELECT value FROM json_each(:keys)),"
            " about (item_id, subject_key, predicate, object_key) AS ("
            "   SELECT f.item_id, f.subject_key, f.predicate, f.object_key"
            "   FROM wanted CROSS JOIN facts AS f ON f.space_id = :space AND f.subject_key = wanted.key"
            "     AND f.item_id >= COALESCE((SELECT g.item_id FROM facts AS g WHERE g.space_id = :space"
            "       AND g.subject_key = wanted.key"
            "       AND (:as_of IS NULL OR (SELECT t.said_at FROM turns AS t WHERE t.item_id = g.item_id) <= :as_of)"
            "       ORDER BY g.item_id DESC LIMIT 1 OFFSET :limit), 0)"
            "   UNION SELECT f.item_id, f.subject_key, f.predicate, f.object_key"
            "   FROM wanted CROSS JOIN facts AS f ON f.space_id = :space AND f.object_key = wanted.key"
            "     AND f.item_id >= COALESCE((SELECT g.item_id FROM facts AS g WHERE g.space_id = :space"
            "       AND g.object_key = wanted.key"
            "       AND (:as_of IS NULL OR (SELECT t.said_at FROM turns AS t WHERE t.item_id = g.item_id) <= :as_of)"
            "       ORDER BY g.item_id DESC LIMIT 1 OFFSET :limit), 0)),"
            " newest AS (SELECT about.* FROM about CROSS JOIN turns AS t ON t.item_id = about.item_id"
            "   WHERE :as_of IS NULL OR t.said_at <= :as_of"
            "   ORDER BY t.said_at DESC, t.item_id DESC, subject_key, predicate, object_key LIMIT :limit)"
            " SELECT f.* FROM newest CROSS JOIN fact_rows AS f ON f.item_id = newest.item_id"
            "   AND f.subject_key = newest.subject_key AND f.predicate = newest.predicate"
            "   AND f.object_key = newest.object_key"
            " ORDER BY f.said_at DESC, f.item_id DESC, f.subject_key, f.predicate, f.object_key",
            {"space": space_id, "keys": as_json(sorted(set(keys))), "as_of": as_of, "limit": limit},
        )
        return [FactRow._make(row) for row in found]

    def facts_in(self, item_ids: Iterable[int], keys: Iterable[str]) -> List[FactRow]:
        """Return the facts that these memories state whose subject or object has one of some keys, by row id."""
        found = self._db.execute(
            "WITH wanted (key) AS (SELECT value FROM json_each(:keys))"
            " SELECT f.* FROM json_each(:items) AS item CROSS JOIN fact_rows AS f ON f.item_id = item.value"
            " WHERE f.subject_key IN wanted OR f.object_key IN wanted"
            " ORDER BY f.item_id, f.subject_key, f.predicate, f.object_key",
            {"items": as_json(sorted(set(item_ids))), "keys": as_json(sorted(set(keys)))},
        )
        return [FactRow._make(row) for row in found]
