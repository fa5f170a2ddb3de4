"""Entries become memories: what is recalled by query() follows what is imprinted.

Reading a text, which is most of the cost of a memory, is put off until somebody asks for memories: entries are
written again and again, and most of what agents write they recall as entries. What is put off is bounded (`Backlog`).
Before anything is asked of memories, `settle` makes them, and deletes those whose time is over; these go even if nobody
ever asks.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from itertools import count, groupby
from typing import Callable, Dict, List, NamedTuple

from ...storage import EntryRow, NewMemory, StorageError, Writer
from ..hosted.drafting import Given, draft
from ..hosted.profiles import forget_quotes
from ..scope import Scope
from . import changes
from .data import kept_data, readable

logger = logging.getLogger("engram_server")

# What one write makes or deletes: some 20 ms, for which other writes wait.
_CHUNK = 64
# Less than half a second of work for the first question after it, half a millisecond for each recall of a text.
MOST_BEHIND = 1_024
# Looking costs as much as a write of an entry; what comes in between is made good in one go.
_LOOK_EVERY = 64
# Twice what may have come since the last look.
_CHUNKS_AT_ONCE = 2

_Step = Callable[[Scope], Dict[str, int]]


class _Drafted(NamedTuple):
    row: EntryRow
    memory: NewMemory


def settle(scope: Scope) -> Dict[str, int]:
    """Make the memories of all entries of a tenant be as these are; return the buckets with how many that changed."""
    with scope.read() as reader:
        if not reader.is_due(scope.tenant_id, scope.now()):
            return {}
    return _until_done(scope, _forget_expired, _catch_up)


def forget_expired(scope: Scope) -> Dict[str, int]:
    """Delete the entries of a tenant whose time is over; return the buckets with how many these were."""
    with scope.read() as reader:
        if not reader.expired_entries(scope.tenant_id, scope.now(), 1):
            return {}
    return _until_done(scope, _forget_expired)


def _until_done(scope: Scope, *steps: _Step) -> Dict[str, int]:
    changed: Counter[str] = Counter()
    for step in steps:
        done = step(scope)
        while done:
            changed.update(done)
            done = step(scope)
    return changed


class Backlog:
    """Keeps what is put off within bounds."""

    def __init__(self) -> None:
        self._imprints = count(1)

    def after_imprint(self, scope: Scope) -> Dict[str, int]:
        """Delete some of what has expired, and catch up when too much is behind; return the buckets with how many.

        The imprint stands whatever comes of this: what fails now is tried again after others.
        """
        if next(self._imprints) % _LOOK_EVERY:
            return {}
        changed: Counter[str] = Counter()
        try:
            with scope.read() as reader:
                expired = bool(reader.expired_entries(scope.tenant_id, scope.now(), 1))
                too_many = reader.are_behind(scope.tenant_id, MOST_BEHIND)
            for _ in range(_CHUNKS_AT_ONCE):
                changed.update(_forget_expired(scope) if expired else {})
                changed.update(_catch_up(scope) if too_many else {})
        except StorageError:
            logger.warning("the memories of imprinted entries are behind, and could not be made now", exc_info=True)
        return changed


def _forget_expired(scope: Scope) -> Dict[str, int]:
    now = scope.now()

    def forget(writer: Writer) -> Dict[str, int]:
        rows = writer.expired_entries(scope.tenant_id, now, _CHUNK)
        for row in rows:
            changes.remove(writer, row, now, keep_history=False)
        return _named(writer, rows)

    return scope.store.write(forget)


def _catch_up(scope: Scope) -> Dict[str, int]:
    with scope.read() as reader:
        rows = reader.entries_behind(scope.tenant_id, _CHUNK)
    drafted = [_drafted(row) for row in rows]

    def catch_up(writer: Writer) -> Dict[str, int]:
        for space_id, group in groupby(drafted, key=lambda one: one.row.space_id):
            # What was written meanwhile is drafted anew the next time.
            _make(writer, space_id, [one for one in group if writer.entry(space_id, one.row.public_id) == one.row])
        return _named(writer, rows)

    return scope.store.write(catch_up) if drafted else {}


def _drafted(row: EntryRow) -> _Drafted:
    text = readable(kept_data(row.data, row.tags))
    metadata = None if row.merge_key is None else json.dumps({"merge_key": row.merge_key}, ensure_ascii=False)
    return _Drafted(row, draft(text, row.public_id, row.created_at, Given(metadata=metadata)))


def _make(writer: Writer, space_id: int, drafted: List[_Drafted]) -> None:
    fresh = []
    for row, new in drafted:
        memory = None if row.memory_id is None else writer.memory(space_id, row.public_id)
        if memory is None:
            fresh.append(new)
        else:
            forget_quotes(writer, memory, row.updated_at)
            writer.replace_memory(memory, new, row.updated_at)
    writer.add_memories(space_id, fresh, max((row.updated_at for row, _ in drafted), default=0))
    writer.have_caught_up(space_id, [row.public_id for row, _ in drafted])


def _named(writer: Writer, rows: List[EntryRow]) -> Dict[str, int]:
    changed = Counter(row.space_id for row in rows)
    return {name: changed[space_id] for space_id, name in writer.names_of_spaces(changed).items()}
