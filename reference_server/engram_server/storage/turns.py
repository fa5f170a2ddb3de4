"""Questions about talk: who spoke, what stands beside what, and when it was said."""

from __future__ import annotations

from typing import Iterable, List, Optional, Set

from .asking import Asking, as_json
from .rows import TurnRow, spoken


class Turns(Asking):
    """The questions about turns."""

    def turns_near(self, ids: Iterable[int], reach: int) -> List[TurnRow]:
        """Return the turns of these memories and of up to `reach` before and after each in its stretch, by row id."""
        found = self._db.execute(
            "WITH RECURSIVE"
            " back (id, left) AS ("
            "   SELECT value, ?1 FROM json_each(?2)"
            "   UNION SELECT t.before_id, back.left - 1 FROM back CROSS JOIN turn_rows AS t ON t.id = back.id"
            "   WHERE back.left > 0 AND t.before_id IS NOT NULL),"
            " forth (id, left) AS ("
            "   SELECT value, ?1 FROM json_each(?2)"
            "   UNION SELECT t.after_id, forth.left - 1 FROM forth CROSS JOIN turn_rows AS t ON t.id = forth.id"
            "   WHERE forth.left > 0 AND t.after_id IS NOT NULL),"
            " near (id) AS (SELECT id FROM back UNION SELECT id FROM forth)"
            " SELECT t.* FROM near CROSS JOIN turn_rows AS t ON t.id = near.id ORDER BY t.id",
            (reach, as_json(sorted(set(ids)))),
        )
        return [TurnRow._make(row) for row in found]

    def newest(
        self,
        space_id: int,
        limit: int,
        *,
        as_of: Optional[int] = None,
        since: Optional[int] = None,
        until: Optional[int] = None,
    ) -> List[int]:
        """Return the row ids of what was said last, newest first: nothing that was said after `as_of`.

        With `since` and `until` only what was said in that span of time, half-open, or tells of a part of it.
        """
        found = self._db.execute(
            "SELECT item_id FROM turns WHERE space_id = ?1 AND said_at <= COALESCE(?2, 9223372036854775807)"
            " AND ((said_at >= COALESCE(?3, said_at) AND said_at < COALESCE(?4, said_at + 1))"
            "   OR (since < COALESCE(?4, since + 1) AND until > COALESCE(?3, until - 1)))"
            " ORDER BY said_at DESC, item_id DESC LIMIT ?5",
            (space_id, as_of, since, until, limit),
        )
        return [int(row[0]) for row in found]

    def voice_count(self, space_id: int, up_to: int) -> int:
        """Return how many speakers a space has; counting stops at `up_to`."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM (SELECT 1 FROM voices WHERE space_id = ? LIMIT ?)", (space_id, up_to)
        ).fetchone()
        return int(row[0])

    def voices(self, space_id: int, words: Iterable[str]) -> Set[str]:
        """Return those of some folded words that stand in a speaker's name."""
        found = self._db.execute(
            "SELECT named.key FROM json_each(?2) AS named"
            " WHERE EXISTS (SELECT 1 FROM postings AS p WHERE p.space_id = ?1 AND p.term = named.value)",
            (space_id, as_json({word: spoken(word) for word in words})),
        )
        return {word for (word,) in found}
