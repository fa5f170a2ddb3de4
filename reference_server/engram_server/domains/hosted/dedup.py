"""Deduplication: is this memory in the bucket, or in its own batch, already?

Whatever a memory may repeat has its near key, and is found by it: never by looking through the bucket.
"""

from __future__ import annotations

from itertools import islice
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from engram.types import DedupMode, MergeReason

from ...storage import MemoryRow, NewMemory, Reader, Space
from ...text.similarity import repetition

# The thresholds that the hosted API documents for its two modes.
_THRESHOLDS: Dict[DedupMode, float] = {"loose": 0.95, "strict": 0.99}

# Of one near key there are few, or many that are copies or noise ("aaaaaaa", "aaaaaaaa", ...): any of those will do,
# and each costs a comparison while all writers wait. One of the same bytes is found however many there are.
_COMPARED = 10

_Known = Union[MemoryRow, NewMemory]


class Merge(NamedTuple):
    """The memory that stays in place of a new one."""

    memory_id: str
    token_count: int
    similarity: float
    reason: MergeReason


class Accepted:
    """The memories of a batch that will be stored, findable as those of the bucket are."""

    def __init__(self) -> None:
        self.drafts: List[NewMemory] = []
        #: By near key and content hash.
        self._near: Dict[bytes, Dict[bytes, NewMemory]] = {}

    def add(self, new: NewMemory) -> None:
        """Take a memory in."""
        self.drafts.append(new)
        self._near.setdefault(new.near_key, {}).setdefault(new.content_hash, new)

    def near(self, new: NewMemory, *, limit: int) -> List[NewMemory]:
        """Return up to `limit` memories of the near key of a new one, or the one of the same bytes."""
        known = self._near.get(new.near_key, {})
        same = known.get(new.content_hash)
        return [same] if same else list(islice(known.values(), limit))


def find_original(
    reader: Reader, space: Space, accepted: Accepted, new: NewMemory, mode: DedupMode
) -> Optional[Merge]:
    """Return the memory that `new` repeats, or None: of several the closest, and of these the oldest."""
    known: List[_Known] = [
        *reader.memories_near(space.id, new.near_key, new.content_hash, limit=_COMPARED),
        *accepted.near(new, limit=_COMPARED),
    ]
    if not known:
        return None

    def closeness(one: _Known) -> Tuple[bool, float]:
        return one.content == new.content, repetition(one.content, new.content)

    best = max(known, key=closeness)
    is_same, likeness = closeness(best)
    if likeness < _THRESHOLDS[mode]:
        return None
    return Merge(best.public_id, best.token_count, likeness, "content_hash" if is_same else "embedding_similarity")
