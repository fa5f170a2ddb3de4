"""Questions about talk: who spoke, what stands beside what, and when it was said."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional, Set

from .asking import Asking, as_json
from .rows import ALL, Among, TurnRow, spoken


class Turns(Asking):
    """The questions about turns."""

    def turns_near(self, ids: Iterable[int], reach: int) -> List[TurnRow]:
        """Return the turns of these memories and of up to `reach` before and after each in its stretch, by row id."""
        found: Dict[int, TurnRow] = {}
        wanted = set(ids)
        for _ in range(reach + 1):
            rows = self._db.execute(
                "SELECT t.* FROM json_each(?) AS wanted CROSS JOIN turn_rows AS t ON t.id = wanted.value",
                (as_json(sorted(wanted)),),
            )
            reached = {row[0]: TurnRow._make(row) for row in rows}
            found.update(reached)
            beside = {neighbour for turn in reached.values() for neighbour in (turn.before_id, turn.after_id)}
            wanted = {neighbour for neighbour in beside if neighbour is not None and neighbour not in found}
        return [found[turn] for turn in sorted(found)]

    def newest(
        self,
        space_id: int,
        limit: int,
        *,
        as_of: Optional[int] = None,
        since: Optional[int] = None,
        until: Optional[int] = None,
        among: Among = ALL,
    ) -> List[int]:
        """Return the row ids of what was said last, newest first: nothing that was said after `as_of`.

        With `since` and `until` only what was said in that span of time, half-open, or tells of a part of it.
        """
        found = self._db.execute(
            "SELECT item_id FROM turns WHERE space_id = :space AND said_at <= COALESCE(:as_of, 9223372036854775807)"
            " AND ((said_at >= COALESCE(:since, said_at) AND said_at < COALESCE(:until, said_at + 1))"
            "   OR (since < COALESCE(:until, since + 1) AND until > COALESCE(:since, until - 1)))"
            " AND (item_id IN (SELECT value FROM json_each(:among))) = :listed"
            " ORDER BY said_at DESC, item_id DESC LIMIT :limit",
            {
                "space": space_id,
                "as_of": as_of,
                "since": since,
                "until": until,
                "limit": limit,
                "among": as_json(sorted(among.ids)),
                "listed": among.listed,
            },
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
            "SELECT named.key FROM json_each(:words) AS named"
            " WHERE EXISTS (SELECT 1 FROM postings AS p WHERE p.space_id = :space AND p.term = named.value)",
            {"space": space_id, "words": as_json({word: spoken(word) for word in words})},
        )
        return {word for (word,) in found}
