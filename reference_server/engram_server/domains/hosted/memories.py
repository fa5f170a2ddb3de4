"""Memories: storing (one or many, with deduplication), reading, updating, deleting.

What can be worked out from the text alone (`drafting`) is done before the write begins, so that the one writer only
looks up and inserts. An update needs to know what it leaves as it was, and is drafted inside.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from engram.types import DedupMode

from ...storage import MemoryRow, NewMemory, Reader, Space, Writer
from ..errors import Taken, Unknown, Unmet
from ..scope import Scope
from . import buckets
from .dedup import Accepted, Merge, find_original
from .drafting import Given, draft, given_with
from .profiles import forget_quotes


class Stored(NamedTuple):
    """What became of one memory: the row that holds it, and the merge when it was there before."""

    memory_id: str
    token_count: int
    merge: Optional[Merge]


def store(
    writer: Writer, scope: Scope, bucket: str, drafts: Sequence[NewMemory], mode: DedupMode
) -> List[Stored]:
    """Store memories in order; make the bucket if need be. Of two that are alike the earlier one stays."""
    space = buckets.obtain(writer, scope, bucket)
    accepted = Accepted()
    outcomes = []
    for new in drafts:
        merge = None if mode == "off" else find_original(writer, space, accepted, new, mode)
        if merge is None:
            accepted.add(new)
            outcomes.append(Stored(new.public_id, new.token_count, None))
        else:
            outcomes.append(Stored(merge.memory_id, merge.token_count, merge))
    if accepted.drafts:
        writer.add_memories(space.id, accepted.drafts, scope.now())
    return outcomes


def page(
    reader: Reader, scope: Scope, bucket: str, *, limit: int, offset: int, before: Optional[int]
) -> Tuple[List[MemoryRow], int]:
    """Return memories, newest first, and how many the bucket holds. `before` is the last row id of the page before."""
    space = buckets.require(reader, scope, bucket)
    if before is not None:
        return reader.memories_before(space.id, before, limit), space.memory_count
    return reader.memories(space.id, limit=limit, offset=offset), space.memory_count


def get(reader: Reader, scope: Scope, bucket: str, memory_id: str) -> MemoryRow:
    """Return one memory.

    Raises:
        Unknown: there is no such bucket, or no such memory in it.
    """
    return _require(reader, buckets.require(reader, scope, bucket), memory_id)


def update(
    writer: Writer,
    scope: Scope,
    bucket: str,
    memory_id: str,
    content: str,
    given: Given,
    if_version: Optional[int],
) -> MemoryRow:
    """Replace the content of a memory, and what is given beside it; its ids and its place in the list stay.

    Raises:
        Unmet: the memory is not at `if_version`.
        Taken: it is an entry of an engram, whose data its content would no longer tell.
    """
    space = buckets.require(writer, scope, bucket)
    row = _require(writer, space, memory_id)
    if writer.is_entry(row.id):
        raise Taken(
            "The memory is an entry of an engram: imprint what is to become of it",
            {"memory_id": memory_id, "bucket": bucket},
            code="is_an_entry",
        )
    if if_version is not None and row.version != if_version:
        raise Unmet(
            f"if_version: the memory is at version {row.version}, not {if_version}; read it again",
            {"field": "if_version", "version": row.version},
            code="version_mismatch",
        )
    forget_quotes(writer, row, scope.now())
    kept = given_with(row)._replace(**{name: value for name, value in given._asdict().items() if value is not None})
    writer.replace_memory(row, draft(content, memory_id, row.created_at, kept), scope.now())
    return _require(writer, space, memory_id)


def remove(writer: Writer, scope: Scope, bucket: str, memory_id: str) -> None:
    """Delete one memory."""
    row = _require(writer, buckets.require(writer, scope, bucket), memory_id)
    forget_quotes(writer, row, scope.now())
    writer.remove_memory(row)


def clear(writer: Writer, scope: Scope, bucket: str) -> int:
    """Delete every memory of a bucket, keep the bucket, and return how many there were."""
    return writer.clear_space(buckets.require(writer, scope, bucket).id)


def _require(reader: Reader, space: Space, memory_id: str) -> MemoryRow:
    row = reader.memory(space.id, memory_id)
    if row is None:
        raise Unknown("Memory not found", {"memory_id": memory_id, "bucket": space.name}, code="memory_not_found")
    return row
