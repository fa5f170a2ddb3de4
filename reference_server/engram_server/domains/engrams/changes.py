"""What a write of an entry leaves behind: prior versions for its history, and the way back for its trace."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ...storage import EntryRow, NewChange, NewEntry, Writer
from ..hosted.profiles import forget_quotes
from ..scope import Scope
from .data import Data

#: For how long a trace that is neither committed nor rolled back can be; a day is longer than any task.
OPEN_MS = 24 * 60 * 60 * 1000
#: How many prior versions of an entry are kept.
MOST_VERSIONS = 100


class Act(NamedTuple):
    """One write: what it does and when, in which trace, and by whom."""

    op: str
    now: int
    trace_id: Optional[str] = None
    author: Optional[str] = None


def new_entry(data: Data, act: Act, *, version: int, updated_at: int, expires_at: Optional[int]) -> NewEntry:
    """Return an entry as it is to be kept."""
    return NewEntry(
        data=data.as_json(),
        folded=data.searched(),
        tags=data.tags_as_json(),
        labels=data.tags,
        updated_at=updated_at,
        version=version,
        expires_at=expires_at,
        trace_id=act.trace_id,
        author=act.author,
    )


def keep(writer: Writer, scope: Scope, row: EntryRow, act: Act, *, version_after: int, kept: bool) -> None:
    """Keep an entry as it is before a write: in its history when `kept`, and for as long as its trace is open."""
    if kept or act.trace_id is not None:
        change = _change(row.public_id, act, row.version, version_after, kept, row)
        writer.add_change(scope.tenant_id, row.space_id, change, most_versions=MOST_VERSIONS)


def keep_new(writer: Writer, scope: Scope, space_id: int, public_id: str, act: Act) -> None:
    """Note that there was no entry before a write, for as long as its trace is open."""
    if act.trace_id is not None:
        change = _change(public_id, act, 0, 1, False, None)
        writer.add_change(scope.tenant_id, space_id, change, most_versions=MOST_VERSIONS)


def _change(
    public_id: str, act: Act, version_before: int, version_after: int, kept: bool, before: Optional[EntryRow]
) -> NewChange:
    return NewChange(
        public_id=public_id,
        op=act.op,
        at=act.now,
        trace_id=act.trace_id,
        open=act.trace_id is not None,
        kept=kept,
        version_before=version_before,
        version_after=version_after,
        before=before,
    )


def remove(writer: Writer, row: EntryRow, now: int, *, keep_history: bool) -> None:
    """Delete an entry and the memory that it is; its history as well, unless that is to be kept."""
    writer.remove_entry(row)
    if not keep_history:
        writer.forget_history(row.space_id, row.public_id)
    for memory in writer.memories_by_id([] if row.memory_id is None else [row.memory_id]):
        forget_quotes(writer, memory, now)
        writer.remove_memory(memory)
