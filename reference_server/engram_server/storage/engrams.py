"""Shared engrams: entries by id, by merge key, by what their data says, and what their writes left behind.

Candidates for a text come from an index of the trigrams of what is searched, where this SQLite has FTS5, and are then
compared letter by letter; without it every entry is. The index is made by the first process that can.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .asking import Asking, as_json

EARLIEST = -(2**62)
LATEST = 2**62

MAKE_GRAMS = """
    CREATE VIRTUAL TABLE entry_grams
        USING fts5 (folded, tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)
"""

GRAM_CHARS = 3
# More trigrams of one text hardly leave fewer candidates.
_MOST_GRAMS = 48

_COLUMNS = (
    "SELECT id, space_id, public_id, memory_id, behind, merge_key, sequence, version, created_at, updated_at,"
    " expires_at, trace_id, author, tags, data, folded FROM entries"
)
_ABOUT = (
    "SELECT s.id, s.name, e.kind, s.created_at, s.last_write_at,"
    " (SELECT n.updated_at FROM entries AS n WHERE n.space_id = s.id AND n.behind = 0"
    "   ORDER BY n.updated_at DESC LIMIT 1),"
    " (SELECT n.updated_at FROM entries AS n WHERE n.tenant_id = s.tenant_id AND n.space_id = s.id AND n.behind = 1"
    "   ORDER BY n.updated_at DESC LIMIT 1)"
)
_ENGRAM = (
    _ABOUT
    + " FROM spaces AS s LEFT JOIN engrams AS e ON e.space_id = s.id WHERE s.tenant_id = ? AND s.name = ?"
)
_ENGRAMS = (
    _ABOUT
    + " FROM engrams AS e CROSS JOIN spaces AS s ON s.id = e.space_id"
    " WHERE e.tenant_id = :tenant AND (:kind IS NULL OR e.kind = :kind) AND e.space_id > :after"
    " ORDER BY e.space_id LIMIT :limit"
)
_FITTING = (
    " AND +updated_at BETWEEN :since AND :until"
    " AND (expires_at IS NULL OR expires_at > :now)"
    " AND (:public_id IS NULL OR public_id = :public_id)"
    " AND (:tag IS NULL OR id IN (SELECT entry_id FROM entry_tags WHERE space_id = :space AND tag = :tag))"
    " AND (:tags IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(:tags) AS wanted WHERE NOT EXISTS"
    "   (SELECT 1 FROM entry_tags AS t"
    "     WHERE t.space_id = :space AND t.tag = wanted.value AND t.entry_id = entries.id)))"
)
_BY_ID = _COLUMNS + " WHERE space_id = ? AND public_id = ?"
_NEWEST_OF_KEY = _COLUMNS + " WHERE space_id = ? AND merge_key = ? ORDER BY sequence DESC, id DESC LIMIT 1"
_OF_ONE_KEY = _COLUMNS + " WHERE space_id = ? AND merge_key = ?"
_BY_ROW_ID = _COLUMNS + " WHERE id IN (SELECT value FROM json_each(?))"
_EXPIRED = _COLUMNS + " WHERE tenant_id = ? AND expires_at <= ? LIMIT ?"
_BEHIND = _COLUMNS + " WHERE tenant_id = ? AND behind = 1 ORDER BY space_id LIMIT ?"

_OF_KEY = " AND merge_key = :merge_key"
_OF_ANY_KEY = " AND (:merge_key IS NULL OR merge_key = :merge_key)"
# Few hold the longest; the others are looked for in those.
_HOLDING = (
    " AND instr(folded, :needle)"
    " AND (:needles IS NULL"
    "   OR NOT EXISTS (SELECT 1 FROM json_each(:needles) AS needle WHERE instr(folded, needle.value) = 0))"
)

_FROM_PLACE = " AND updated_at <= :place AND (updated_at < :place OR public_id > :after_id)"
# Two indexes in the same order, which are merged as they are read.
_IN_TIME = (
    _COLUMNS
    + " WHERE space_id = :space AND behind = 0"
    + _FITTING
    + _FROM_PLACE
    + " UNION ALL "
    + _COLUMNS
    + " WHERE tenant_id = :tenant AND space_id = :space AND behind = 1"
    + _FITTING
    + _FROM_PLACE
    + " ORDER BY updated_at DESC, public_id"
)
_IN_SEQUENCE = (
    _COLUMNS
    + " WHERE space_id = :space"
    + _OF_KEY
    + _FITTING
    + " AND (COALESCE(sequence, 0) > :place OR (COALESCE(sequence, 0) = :place AND public_id > :after_id))"
    + " ORDER BY COALESCE(sequence, 0), public_id"
)
_CANDIDATES = "SELECT id, public_id, COALESCE(sequence, 0), updated_at, folded FROM entries"
_ANY_HOLDING = _CANDIDATES + " WHERE space_id = :space" + _OF_ANY_KEY + _FITTING + _HOLDING
_BEHIND_HOLDING = (
    _CANDIDATES
    + " WHERE tenant_id = :tenant AND space_id = :space AND behind = 1"
    + _OF_ANY_KEY
    + _FITTING
    + _HOLDING
)
_INDEXED_HOLDING = (
    "SELECT e.id, e.public_id, COALESCE(e.sequence, 0), e.updated_at, e.folded"
    " FROM entry_grams CROSS JOIN entries AS e ON e.id = entry_grams.rowid"
    " WHERE entry_grams MATCH :grams AND e.space_id = :space AND e.behind = 0"
    " AND (:merge_key IS NULL OR e.merge_key = :merge_key)"
    " AND +e.updated_at BETWEEN :since AND :until AND (e.expires_at IS NULL OR e.expires_at > :now)"
    " AND (:public_id IS NULL OR e.public_id = :public_id)"
    " AND (:tag IS NULL OR e.id IN (SELECT entry_id FROM entry_tags WHERE space_id = :space AND tag = :tag))"
    " AND (:tags IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(:tags) AS wanted WHERE NOT EXISTS"
    "   (SELECT 1 FROM entry_tags AS t WHERE t.space_id = :space AND t.tag = wanted.value AND t.entry_id = e.id)))"
    " AND instr(e.folded, :needle)"
    " AND (:needles IS NULL"
    "   OR NOT EXISTS (SELECT 1 FROM json_each(:needles) AS needle WHERE instr(e.folded, needle.value) = 0))"
)
_CHANGES = (
    "SELECT space_id, public_id, id, op, at, trace_id, version_before, version_after,"
    # The entry before.
    " 0, space_id, public_id, NULL, 0, merge_key, sequence, version_before, created_at, updated_at,"
    " expires_at, written_in, author, tags, data, '' FROM entry_changes"
)
_HISTORY = _CHANGES + " WHERE space_id = ? AND public_id = ? AND kept = 1 ORDER BY id DESC"
_OF_TRACE = (
    _CHANGES + " WHERE tenant_id = ? AND trace_id = ? AND open = 1 ORDER BY space_id, public_id, id DESC"
)


class EngramRow(NamedTuple):
    """An engram: its space, and its kind."""

    space_id: int
    name: str
    kind: Optional[str]
    created_at: int
    #: When a memory of it was last written, an entry, and an entry whose memory is behind.
    memory_written_at: Optional[int]
    entry_written_at: Optional[int]
    behind_written_at: Optional[int]

    @property
    def last_write_at(self) -> Optional[int]:
        """When it was last written."""
        written = (self.memory_written_at, self.entry_written_at, self.behind_written_at)
        return max(filter(None, written), default=None)


class EntryRow(NamedTuple):
    """A stored entry. `tags` and `data` are JSON."""

    #: 0 for one as it was before a change, of which neither its memory nor what is searched is kept.
    id: int
    space_id: int
    public_id: str
    #: The memory that it is; None until that was made.
    memory_id: Optional[int]
    behind: int
    merge_key: Optional[str]
    sequence: Optional[int]
    version: int
    created_at: int
    updated_at: int
    expires_at: Optional[int]
    trace_id: Optional[str]
    author: Optional[str]
    tags: str
    data: str
    folded: str

    def is_over(self, now: int) -> bool:
        """Return whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


class Candidate(NamedTuple):
    """What of an entry tells how well it matches, and where it stands among those that do."""

    id: int
    public_id: str
    #: 0 for one that was not appended.
    sequence: int
    updated_at: int
    folded: str


class ChangeRow(NamedTuple):
    """What a write left behind. `before` is the entry that it changed, None where there was none."""

    space_id: int
    public_id: str
    #: Grows from one to the next.
    number: int
    op: str
    at: int
    trace_id: Optional[str]
    version_before: int
    version_after: int
    before: Optional[EntryRow]


class Fit(NamedTuple):
    """Which entries of a space are wanted; what is left out fits all."""

    now: int
    public_id: Optional[str] = None
    merge_key: Optional[str] = None
    #: All of them.
    tags: Sequence[str] = ()
    #: Last written within this span, both ends included.
    since: int = EARLIEST
    until: int = LATEST


Parameters = Dict[str, Union[int, str, None]]


class Entries(Asking):
    """The questions about engrams."""

    # -- engrams

    def engram(self, tenant_id: int, name: str) -> Optional[EngramRow]:
        """Return a tenant's engram by its name: any space of that name, whose kind is None until it is given one."""
        row = self._db.execute(_ENGRAM, (tenant_id, name)).fetchone()
        return None if row is None else EngramRow._make(row)

    def engrams(self, tenant_id: int, *, kind: Optional[str], limit: int, after: int = 0) -> List[EngramRow]:
        """Return a tenant's engrams of a kind, or of all, in the order in which they were made."""
        found = self._db.execute(_ENGRAMS, {"tenant": tenant_id, "kind": kind, "after": after, "limit": limit})
        return [EngramRow._make(row) for row in found]

    def count_entries(self, space_id: int, now: int) -> int:
        """Return how many entries of a space have not expired."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM entries WHERE space_id = ? AND (expires_at IS NULL OR expires_at > ?)",
            (space_id, now),
        ).fetchone()
        return int(row[0])

    # -- one entry

    def entry(self, space_id: int, public_id: str) -> Optional[EntryRow]:
        """Return an entry by its id, expired or not."""
        return _one(self._db.execute(_BY_ID, (space_id, public_id)))

    def newest_of_key(self, space_id: int, merge_key: str) -> Optional[EntryRow]:
        """Return the entry of a merge key that came last, expired or not."""
        return _one(self._db.execute(_NEWEST_OF_KEY, (space_id, merge_key)))

    def entries_of_key(self, space_id: int, merge_key: str) -> List[EntryRow]:
        """Return every entry of a merge key, expired or not."""
        return _rows(self._db.execute(_OF_ONE_KEY, (space_id, merge_key)))

    def is_entry(self, memory_id: int) -> bool:
        """Return whether a memory is an entry."""
        row = self._db.execute("SELECT 1 FROM entries WHERE memory_id = ?", (memory_id,)).fetchone()
        return row is not None

    # -- many entries

    def entries_in_time(
        self, tenant_id: int, space_id: int, fit: Fit, after: Optional[Tuple[int, str]] = None
    ) -> Iterator[EntryRow]:
        """Yield entries, the last written first and then by id, from behind a pair of moment and id."""
        asked = _parameters(space_id, fit)
        asked["tenant"] = tenant_id
        asked["place"], asked["after_id"] = after or (LATEST, "")
        return map(EntryRow._make, self._db.execute(_IN_TIME, asked))

    def entries_in_sequence(
        self, space_id: int, fit: Fit, after: Optional[Tuple[int, str]] = None
    ) -> Iterator[EntryRow]:
        """Yield the entries of the merge key of `fit` in the order of their sequence, from behind a pair of both."""
        asked = _parameters(space_id, fit)
        asked["place"], asked["after_id"] = after or (EARLIEST, "")
        return map(EntryRow._make, self._db.execute(_IN_SEQUENCE, asked))

    def entries_holding(self, tenant_id: int, space_id: int, fit: Fit, needles: Sequence[str]) -> Iterator[Candidate]:
        """Yield the entries whose searched text holds each of the needles, of which there is one, in no order."""
        asked = _parameters(space_id, fit)
        asked["needle"], *others = sorted(needles, key=len, reverse=True)
        asked["needles"] = as_json(others) if others else None
        asked["tenant"] = tenant_id
        asked["grams"] = _grams(needles)
        if not asked["grams"] or not self.has_grams():
            yield from map(Candidate._make, self._db.execute(_ANY_HOLDING, asked))
            return
        yield from map(Candidate._make, self._db.execute(_INDEXED_HOLDING, asked))
        yield from map(Candidate._make, self._db.execute(_BEHIND_HOLDING, asked))

    def entries_by_id(self, ids: Iterable[int]) -> Dict[int, EntryRow]:
        """Return entries by their row ids."""
        found = self._db.execute(_BY_ROW_ID, (as_json(sorted(set(ids))),))
        return {row.id: row for row in _rows(found)}

    def has_grams(self) -> bool:
        """Return whether there is an index of trigrams that this SQLite can ask."""
        found = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry_grams'").fetchone()
        return found is not None and knows_grams()

    # -- what is due

    def is_due(self, tenant_id: int, now: int) -> bool:
        """Return whether a tenant has entries that have expired, or whose memories are behind."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM entries WHERE tenant_id = :tenant AND behind = 1)"
            " OR EXISTS (SELECT 1 FROM entries WHERE tenant_id = :tenant AND expires_at <= :now)",
            {"tenant": tenant_id, "now": now},
        ).fetchone()
        return bool(row[0])

    def expired_entries(self, tenant_id: int, now: int, limit: int) -> List[EntryRow]:
        """Return entries of a tenant that have expired."""
        return _rows(self._db.execute(_EXPIRED, (tenant_id, now, limit)))

    def entries_behind(self, tenant_id: int, limit: int) -> List[EntryRow]:
        """Return entries of a tenant whose memories are behind, those of one space together."""
        return _rows(self._db.execute(_BEHIND, (tenant_id, limit)))

    def are_behind(self, tenant_id: int, count: int) -> bool:
        """Return whether more than so many entries of a tenant are behind."""
        row = self._db.execute(
            "SELECT 1 FROM entries WHERE tenant_id = ? AND behind = 1 LIMIT 1 OFFSET ?", (tenant_id, count)
        ).fetchone()
        return row is not None

    # -- what writes left behind

    def history(self, space_id: int, public_id: str) -> List[ChangeRow]:
        """Return the changes of an entry that are kept, the newest first."""
        return _changes(self._db.execute(_HISTORY, (space_id, public_id)))

    def changes_of_trace(self, tenant_id: int, trace_id: str) -> List[ChangeRow]:
        """Return what can be rolled back with a trace: by entry, of each the newest first."""
        return _changes(self._db.execute(_OF_TRACE, (tenant_id, trace_id)))

    def names_of_spaces(self, ids: Iterable[int]) -> Dict[int, str]:
        """Return the names of spaces by their row ids."""
        found = self._db.execute(
            "SELECT s.id, s.name FROM json_each(?) AS wanted CROSS JOIN spaces AS s ON s.id = wanted.value",
            (as_json(sorted(set(ids))),),
        )
        return dict(found.fetchall())


@lru_cache(maxsize=None)
def knows_grams() -> bool:
    """Return whether this SQLite can index trigrams."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute(MAKE_GRAMS)
        except sqlite3.OperationalError:
            return False
    return True


def _one(found: sqlite3.Cursor) -> Optional[EntryRow]:
    row = found.fetchone()
    return None if row is None else EntryRow._make(row)


def _rows(found: sqlite3.Cursor) -> List[EntryRow]:
    return [EntryRow._make(row) for row in found]


def _changes(found: sqlite3.Cursor) -> List[ChangeRow]:
    size = len(ChangeRow._fields) - 1
    changes = (ChangeRow._make((*row[:size], EntryRow._make(row[size:]))) for row in found)
    # Version 0 is no entry.
    return [change if change.version_before else change._replace(before=None) for change in changes]


def _parameters(space_id: int, fit: Fit) -> Parameters:
    wanted = sorted(set(fit.tags))
    return {
        "space": space_id,
        "now": fit.now,
        "public_id": fit.public_id,
        "merge_key": fit.merge_key,
        "tag": wanted[0] if wanted else None,
        "tags": as_json(wanted[1:]) if wanted[1:] else None,
        "since": fit.since,
        "until": fit.until,
    }


def _grams(needles: Sequence[str]) -> str:
    """Return the question for what holds the trigrams of the needles, side by side; empty when there are none."""
    found: Dict[str, None] = {}
    for needle in needles:
        last = len(needle) - GRAM_CHARS
        if last >= 0:
            starts = [*range(0, last, GRAM_CHARS), last]
            found.update(dict.fromkeys(needle[start : start + GRAM_CHARS] for start in starts))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in list(found)[:_MOST_GRAMS])
