"""What follows from memories, kept right with them: postings, turns, voices, entities, facts, figures of the space.

Everything in here can be made again from the memories (see `reindexing`), so nothing in here is ever asked of a caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import AbstractSet, Dict, List, NamedTuple, Optional, Sequence

from .asking import as_json
from .rows import NewMemory, body_of, posted
from .talk import FAR, Last, Placed, chain, far_overlaps

_FORGET_SPACE = (
    "DELETE FROM postings WHERE space_id = ?",
    "DELETE FROM turns WHERE space_id = ?",
    "DELETE FROM threads WHERE space_id = ?",
    "DELETE FROM voices WHERE space_id = ?",
    "DELETE FROM entities WHERE space_id = ?",
    "DELETE FROM entity_words WHERE space_id = ?",
    "DELETE FROM facts WHERE space_id = ?",
    "UPDATE spaces SET term_total = 0, near_sum = 1.6, near_count = 20, far_sum = 0.8, far_count = 20 WHERE id = ?",
)

_FORGET_EVERYTHING = (
    "DELETE FROM postings",
    "DELETE FROM turns",
    "DELETE FROM threads",
    "DELETE FROM voices",
    "DELETE FROM entities",
    "DELETE FROM entity_words",
    "DELETE FROM facts",
    "UPDATE spaces SET term_total = 0, near_sum = 1.6, near_count = 20, far_sum = 0.8, far_count = 20",
)


class _Turn(NamedTuple):
    space_id: int
    previous_id: Optional[int]
    next_id: Optional[int]
    opens: int
    closes: int
    speaker: str
    length: int


def terms_json(new: NewMemory) -> str:
    """Return what is kept of a memory's postings, so that they can be found again."""
    return as_json(posted(new))


class Deriving:
    """Changes what follows from memories, inside the transaction of whoever changes the memories."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, space_id: int, batch: Sequence[Placed]) -> None:
        """Take in memories of one space that were just stored, in the order of their ids, which leave no gap of it."""
        self._post(space_id, batch[0].id, batch[-1].id)
        near = self._hang(space_id, batch)
        far = far_overlaps(batch, self._terms_far_before(space_id, batch))
        voices = Counter(placed.new.voice for placed in batch if placed.new.voice)
        self._add_voices(space_id, voices)
        self._add_knowledge(space_id, batch)
        self._db.execute(
            "UPDATE spaces SET term_total = term_total + ?, near_sum = near_sum + ?, near_count = near_count + ?,"
            " far_sum = far_sum + ?, far_count = far_count + ? WHERE id = ?",
            (sum(_lengths(batch)), sum(near), len(near), sum(far), len(far), space_id),
        )

    def forget(self, memory_id: int) -> None:
        """Undo what follows from one memory, which is still there. Its neighbours become each other's."""
        turn = self._forget_text(memory_id)
        if turn is not None:
            self._close_up(memory_id, turn)
            self._db.execute("DELETE FROM turns WHERE item_id = ?", (memory_id,))

    def before_change(self, memory_id: int) -> None:
        """Undo what follows from the text of one memory, before that is replaced. Its place among the others stays."""
        self._forget_text(memory_id)

    def after_change(self, space_id: int, placed: Placed) -> None:
        """Take in the new text of a memory."""
        new = placed.new
        self._post(space_id, placed.id, placed.id)
        self._db.execute(
            "UPDATE turns SET said_at = ?, speaker = ?, flags = ?, since = ?, until = ?, length = ?,"
            " body_terms = ?, said_by = ? WHERE item_id = ?",
            (
                placed.said_at,
                new.voice,
                placed.flags,
                new.since,
                new.until,
                length_of(new),
                placed.body_terms,
                new.said_by,
                placed.id,
            ),
        )
        self._add_voices(space_id, {new.voice: 1} if new.voice else {})
        self._add_knowledge(space_id, [placed])
        self._db.execute(
            "UPDATE spaces SET term_total = term_total + ? WHERE id = ?", (length_of(new), space_id)
        )

    def forget_space(self, space_id: int) -> None:
        """Undo what follows from all memories of a space."""
        for statement in _FORGET_SPACE:
            self._db.execute(statement, (space_id,))

    def forget_everything(self) -> None:
        """Undo what follows from all memories there are."""
        for statement in _FORGET_EVERYTHING:
            self._db.execute(statement)

    def _forget_text(self, memory_id: int) -> Optional[_Turn]:
        """Undo all that follows from the text of one memory; return its turn, None when it is gone already."""
        turn = self._turn(memory_id)
        if turn is not None:
            self._unpost(memory_id)
            self._remove_voice(turn)
            self._db.execute("DELETE FROM facts WHERE item_id = ?", (memory_id,))
            self._db.execute(
                "UPDATE spaces SET term_total = term_total - ? WHERE id = ?", (turn.length, turn.space_id)
            )
        return turn

    # -- postings

    def _post(self, space_id: int, first_id: int, last_id: int) -> None:
        """Make the postings of a range of memories, in the order in which they lie on the disk.

        One statement however many they are: each statement lets other threads run and must then wait for its turn.
        """
        self._db.execute(
            "INSERT INTO postings (space_id, term, item_id, tf, length)"
            " SELECT m.space_id, held.key, m.id, held.value, m.length"
            " FROM memories AS m CROSS JOIN json_each(m.terms) AS held"
            " WHERE m.space_id = ? AND m.id BETWEEN ? AND ? ORDER BY held.key, m.id",
            (space_id, first_id, last_id),
        )

    def _unpost(self, memory_id: int) -> None:
        """Delete the postings of one memory, found by the terms that they were made from."""
        self._db.execute(
            "DELETE FROM postings"
            " WHERE space_id = (SELECT space_id FROM memories WHERE id = :id) AND item_id = :id"
            " AND term IN (SELECT key FROM json_each((SELECT terms FROM memories WHERE id = :id)))",
            {"id": memory_id},
        )

    # -- turns

    def _hang(self, space_id: int, batch: Sequence[Placed]) -> List[float]:
        """Hang new turns on those before them; return how much those of one stretch overlap."""
        sessions = {placed.new.session or "" for placed in batch}
        chained = chain(batch, self._last(space_id, sessions))
        here = {placed.id for placed in batch}
        rows = []
        for placed, length in zip(batch, _lengths(batch)):
            new, previous, following = placed.new, chained.previous.get(placed.id), chained.following.get(placed.id)
            opens = previous is None or chained.following[previous].opens
            closes = following is None or following.opens
            place = (placed.id, space_id, previous, following and following.id, opens, closes)
            told = (placed.said_at, new.voice, placed.flags, new.since, new.until)
            rows.append((*place, *told, length, placed.body_terms, new.said_by))
        self._db.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.executemany(
            "UPDATE turns SET next_id = ?, closes = ? WHERE item_id = ?",
            [(link.id, link.opens, turn) for turn, link in chained.following.items() if turn not in here],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO threads (space_id, session, last_id) VALUES (?, ?, ?)",
            [(space_id, session, last.id) for session, last in chained.last.items()],
        )
        return chained.overlaps

    def _last(self, space_id: int, sessions: AbstractSet[str]) -> Dict[str, Last]:
        found = self._db.execute(
            "SELECT s.session, t.item_id, t.said_at, t.flags, m.terms, t.body_terms"
            " FROM json_each(?) AS wanted"
            " CROSS JOIN threads AS s ON s.space_id = ? AND s.session = wanted.value"
            " CROSS JOIN turns AS t ON t.item_id = s.last_id"
            " CROSS JOIN memories AS m ON m.id = s.last_id",
            (as_json(sorted(sessions)), space_id),
        )
        return {row[0]: Last(row[1], row[2], row[3], body_of(json.loads(row[4]), row[5])) for row in found}

    def _terms_far_before(self, space_id: int, batch: Sequence[Placed]) -> List[AbstractSet[str]]:
        """Return the terms of what was stored so long before the batch as `far_overlaps` wants it, oldest first."""
        count = min(FAR, len(batch))
        found = self._db.execute(
            "SELECT m.terms, t.body_terms FROM memories AS m CROSS JOIN turns AS t ON t.item_id = m.id WHERE m.id IN"
            " (SELECT id FROM memories WHERE space_id = ? AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?) ORDER BY m.id",
            (space_id, batch[0].id, count, FAR - count),
        )
        return [body_of(json.loads(terms), body_terms) for terms, body_terms in found]

    def _turn(self, memory_id: int) -> Optional[_Turn]:
        row = self._db.execute(
            "SELECT space_id, previous_id, next_id, opens, closes, speaker, length FROM turns WHERE item_id = ?",
            (memory_id,),
        ).fetchone()
        return None if row is None else _Turn._make(row)

    def _close_up(self, memory_id: int, turn: _Turn) -> None:
        """Make the neighbours of a turn each other's; what it held together stays together."""
        apart = turn.opens or turn.closes
        self._db.execute(
            "UPDATE turns SET next_id = ?, closes = ? WHERE item_id = ?", (turn.next_id, apart, turn.previous_id)
        )
        self._db.execute(
            "UPDATE turns SET previous_id = ?, opens = ? WHERE item_id = ?", (turn.previous_id, apart, turn.next_id)
        )
        if turn.next_id is None:
            if turn.previous_id is None:
                self._db.execute(
                    "DELETE FROM threads WHERE space_id = ?"
                    " AND session = (SELECT COALESCE(session, '') FROM memories WHERE id = ?)",
                    (turn.space_id, memory_id),
                )
            else:
                self._db.execute(
                    "UPDATE threads SET last_id = ? WHERE space_id = ?"
                    " AND session = (SELECT COALESCE(session, '') FROM memories WHERE id = ?)",
                    (turn.previous_id, turn.space_id, memory_id),
                )

    # -- voices and knowledge

    def _add_voices(self, space_id: int, voices: Dict[str, int]) -> None:
        self._db.executemany(
            "INSERT INTO voices (space_id, speaker, turns) VALUES (?, ?, ?)"
            " ON CONFLICT (space_id, speaker) DO UPDATE SET turns = turns + excluded.turns",
            [(space_id, speaker, turns) for speaker, turns in voices.items()],
        )

    def _remove_voice(self, turn: _Turn) -> None:
        voice = (turn.space_id, turn.speaker)
        self._db.execute("UPDATE voices SET turns = turns - 1 WHERE space_id = ? AND speaker = ?", voice)
        self._db.execute("DELETE FROM voices WHERE space_id = ? AND speaker = ? AND turns = 0", voice)

    def _add_knowledge(self, space_id: int, batch: Sequence[Placed]) -> None:
        entities = {entity.key: entity for placed in batch for entity in placed.new.entities}
        self._db.executemany(
            "INSERT OR IGNORE INTO entities (space_id, key, name, kind) VALUES (?, ?, ?, ?)",
            [(space_id, *entity) for entity in entities.values()],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO entity_words (space_id, word, key) VALUES (?, ?, ?)",
            [(space_id, word, key) for key in entities for word in key.split()],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO facts (space_id, item_id, subject, subject_key, predicate, object, object_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(space_id, placed.id, *fact) for placed in batch for fact in placed.new.facts],
        )


def length_of(new: NewMemory) -> int:
    """Return how many index terms a memory has, each as often as it occurs."""
    return sum(new.terms.values())


def _lengths(batch: Sequence[Placed]) -> List[int]:
    return [length_of(placed.new) for placed in batch]
