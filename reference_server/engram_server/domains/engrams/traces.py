"""Traces: all that was written under one is let stand, or taken back where nobody else has written since."""

from __future__ import annotations

from itertools import groupby
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from engram.types import RestoredEntry, RollbackConflict, TraceRolledBack

from ...storage import ChangeRow, EntryRow, Writer
from ..scope import Scope
from . import changes
from .changes import Act
from .data import kept_data


class Way(NamedTuple):
    """How far one entry can be taken back."""

    #: The last change to undo; None when there is none that can be.
    to: Optional[ChangeRow]
    #: The first that cannot.
    blocked: Optional[ChangeRow]


def way_back(version: int, written: Sequence[ChangeRow]) -> Way:
    """Return how far an entry of a version can be taken back through changes of it, the newest first. Pure.

    A change can be undone while the entry is at the version that the change left, or that a later one found.
    """
    to = None
    for change in written:
        if change.version_after != version:
            return Way(to, change)
        to, version = change, change.version_before
    return Way(to, None)


def commit(writer: Writer, scope: Scope, trace_id: str) -> int:
    """Let a trace stand; return how many writes it had that could have been taken back."""
    return writer.settle_trace(scope.tenant_id, trace_id)


def roll_back(writer: Writer, scope: Scope, trace_id: str) -> TraceRolledBack:
    """Take back what was written under a trace, each entry as far as nobody else has written it since."""
    found = writer.changes_of_trace(scope.tenant_id, trace_id)
    names = writer.names_of_spaces(change.space_id for change in found)
    act = Act("rollback", scope.now())
    restored: List[RestoredEntry] = []
    conflicts: List[RollbackConflict] = []
    for (space_id, public_id), written in _by_entry(found).items():
        row = writer.entry(space_id, public_id)
        version = 0 if row is None or row.is_over(act.now) else row.version
        way = way_back(version, written)
        if way.to is not None and not _is_held(writer, way.to, row):
            now_at = _restore(writer, scope, way.to, row, act)
            restored.append({"engram_id": names[space_id], "id": public_id, "version": now_at})
        elif way.to is not None:
            way = Way(None, way.to)
        if way.blocked is not None:
            conflicts.append(
                {
                    "engram_id": names[space_id],
                    "id": public_id,
                    "expected_version": way.blocked.version_after,
                    "version": version if way.to is None else way.to.version_before,
                }
            )
    writer.settle_trace(scope.tenant_id, trace_id)
    return {"trace_id": trace_id, "restored": restored, "conflicts": conflicts}


def _by_entry(found: Sequence[ChangeRow]) -> Dict[Tuple[int, str], List[ChangeRow]]:
    return {key: list(group) for key, group in groupby(found, key=lambda change: (change.space_id, change.public_id))}


def _is_held(writer: Writer, change: ChangeRow, row: Optional[EntryRow]) -> bool:
    """Return whether another entry, or a memory, has taken the place to which an entry that is gone would return."""
    before = change.before
    if before is None or row is not None:
        return False
    if writer.memory(before.space_id, before.public_id) is not None:
        return True
    if before.merge_key is None:
        return False
    return any(other.sequence == before.sequence for other in writer.entries_of_key(before.space_id, before.merge_key))


def _restore(
    writer: Writer, scope: Scope, change: ChangeRow, row: Optional[EntryRow], act: Act
) -> Optional[int]:
    """Bring an entry back to what it was before a change; return its version, None when it was not there."""
    before = change.before
    if before is None:
        if row is not None:
            changes.remove(writer, row, act.now, keep_history=False)
        return None
    # A version is never given out twice: whoever compares them would take the one for the other.
    version = 1 + max(before.version, row.version if row is not None else 0)
    new = changes.new_entry(
        kept_data(before.data, before.tags),
        Act(act.op, act.now, before.trace_id, before.author),
        version=version,
        updated_at=act.now if row is None else max(act.now, row.updated_at + 1),
        expires_at=before.expires_at,
    )
    if row is not None:
        changes.keep(writer, scope, row, act, version_after=version, kept=True)
        writer.change_entry(row, new)
        return version
    writer.add_entry(
        scope.tenant_id,
        before.space_id,
        before.public_id,
        new,
        merge_key=before.merge_key,
        sequence=before.sequence,
        created_at=before.created_at,
    )
    return version
