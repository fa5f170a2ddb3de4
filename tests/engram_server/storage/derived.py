"""What follows from memories, read past the code under test, and made again from nothing to compare with."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from engram_server.storage import Entity, Indexing, MemoryRow, NewFact, NewMemory, open_store
from engram_server.storage.rows import ASKS, TELLS_TIME

from .samples import new_memory

MINUTE = 60_000

Row = Tuple[object, ...]

# Links are left out: what a deleted memory held together stays together, which no memory that is left tells of.
_DERIVED = (
    "SELECT space_id, term, item_id, tf, length FROM postings ORDER BY 1, 2, 3",
    "SELECT item_id, space_id, said_at, speaker, flags, since, until, length FROM turns ORDER BY 1",
    "SELECT space_id, session, last_id FROM threads ORDER BY 1, 2",
    "SELECT space_id, speaker, turns FROM voices ORDER BY 1, 2",
    "SELECT space_id, subject_key, predicate, object_key, item_id, subject, object FROM facts ORDER BY 1, 2, 3, 4, 5",
    "SELECT e.space_id, key, name, kind FROM entities AS e WHERE EXISTS (SELECT 1 FROM postings AS p"
    " WHERE p.space_id = e.space_id AND p.term = '@' || e.key) ORDER BY 1, 2",
    "SELECT w.space_id, word, key FROM entity_words AS w WHERE EXISTS (SELECT 1 FROM postings AS p"
    " WHERE p.space_id = w.space_id AND p.term = '@' || w.key) ORDER BY 1, 2, 3",
    "SELECT id, memory_count, term_total FROM spaces ORDER BY 1",
)

_SUMS = "SELECT id, ROUND(near_sum, 9), near_count, ROUND(far_sum, 9), far_count FROM spaces ORDER BY id"


def drafted(
    content: str,
    public_id: str,
    *,
    speaker: Optional[str] = None,
    session: Optional[str] = None,
    occurred_at: Optional[int] = None,
) -> NewMemory:
    """Return a memory that says more the more kinds of words it has: capitals are names, "is" states a fact."""
    words = content.split()
    names = [word for word in dict.fromkeys(words) if word[0].isupper()]
    stated = [(one, other) for one, verb, other in zip(words, words[1:], words[2:]) if verb == "is"]
    return new_memory(content, public_id)._replace(
        speaker=speaker,
        session=session,
        occurred_at=occurred_at,
        said_at=occurred_at,
        voice=(speaker or "").lower(),
        flags=ASKS * content.endswith("?") | TELLS_TIME * ("today" in words),
        since=occurred_at if "today" in words else None,
        until=occurred_at and occurred_at + MINUTE if "today" in words else None,
        entities=[Entity(name.lower(), name, "name") for name in names],
        facts=[NewFact(one, one.lower(), "is", other, other.lower()) for one, other in stated],
    )


def redrafted(row: MemoryRow) -> NewMemory:
    """Draft a stored memory as `drafted` did."""
    return drafted(
        row.content, row.public_id, speaker=row.speaker, session=row.session, occurred_at=row.occurred_at
    )


def derived(path: Path) -> List[List[Row]]:
    """Return all that follows from the memories of a file."""
    with closing(sqlite3.connect(path)) as db:
        return [db.execute(statement).fetchall() for statement in _DERIVED]


def sums(path: Path) -> List[Row]:
    """Return the running sums of each space."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(_SUMS).fetchall()


def made_again(path: Path, copy: Path) -> Path:
    """Return a copy of a file in which everything that follows from the memories was made anew."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("UPDATE indexing SET version = 0")
        target.execute("UPDATE memories SET terms = '{}', length = 0")
        target.commit()
    open_store(copy, indexing=Indexing(1, redrafted)).close()
    return copy


def stretches(path: Path) -> Dict[int, List[List[int]]]:
    """Return the stretches of talk of each space as lists of row ids, by their first; the links must be whole."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT item_id, space_id, previous_id, next_id, opens, closes FROM turns ORDER BY item_id")
        turns = {row[0]: row[1:] for row in rows}
        threads = db.execute("SELECT last_id FROM threads").fetchall()
    assert {last for (last,) in threads} == {turn for turn, (_, _, after, _, _) in turns.items() if after is None}
    found: Dict[int, List[List[int]]] = {}
    for turn, (space, before, after, opens, closes) in turns.items():
        assert before is None or (turns[before][2], bool(turns[before][4])) == (turn, bool(opens))
        assert after is None or (turns[after][1], bool(turns[after][3])) == (turn, bool(closes))
        assert opens or before is not None
        assert closes or after is not None
        if opens:
            stretch = [turn]
            while not turns[stretch[-1]][4]:
                stretch.append(turns[stretch[-1]][2])
            found.setdefault(space, []).append(stretch)
    return found


def assert_terms_are_posted(path: Path) -> None:
    """Assert that what is kept of a memory's terms is what is posted."""
    with closing(sqlite3.connect(path)) as db:
        kept = {
            (memory, term): tf
            for memory, terms in db.execute("SELECT id, terms FROM memories")
            for term, tf in json.loads(terms).items()
        }
        assert kept == {(row[0], row[1]): row[2] for row in db.execute("SELECT item_id, term, tf FROM postings")}
        voices = Counter(db.execute("SELECT space_id, speaker FROM turns WHERE speaker != ''").fetchall())
        assert voices == {(row[0], row[1]): row[2] for row in db.execute("SELECT space_id, speaker, turns FROM voices")}
