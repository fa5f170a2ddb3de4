"""Profiles: the canonical summary of a bucket, made on request and after enough writes."""

from __future__ import annotations

import logging
import threading
from typing import Dict, Optional, Set, Tuple

from ...recall.passages import given_head
from ...recall.profile import build_profile, without
from ...storage import MemoryRow, ProfileRow, Reader, Space, StorageError, Writer
from ..errors import Unknown
from ..scope import Scope
from . import buckets

logger = logging.getLogger("engram_server")

SOURCE = "extractive"

# Enough to see what a bucket is about, little enough to be read in one go.
_READ_MEMORIES = 500
# A profile is made anew when so many memories came or went since, or so large a share of what there was. Making one
# takes as long as storing about thirty memories, so that storing many takes hardly longer.
_LEAST_CHANGE = 128
_LEAST_CHANGED_SHARE = 0.5
# Buckets of which it is remembered that nothing is due; beyond them it is forgotten of all, and looked up again.
_MAX_SPARED = 10_000


def get(reader: Reader, scope: Scope, bucket: str) -> Tuple[Space, Optional[ProfileRow]]:
    """Return the newest profile of a bucket, None before the first."""
    space = buckets.require(reader, scope, bucket)
    return space, reader.profile(space.id)


def compose(scope: Scope, bucket: str) -> str:
    """Return the text of a new profile, made from the newest memories; empty for an empty bucket.

    Apart from `save`, because it takes a while and the one writer has others waiting.
    """
    with scope.read() as reader:
        space = buckets.require(reader, scope, bucket)
        contents = [given_head(row) + row.content for row in reader.memories(space.id, limit=_READ_MEMORIES)]
    return build_profile(contents)


def save(writer: Writer, scope: Scope, bucket: str, text: str) -> Tuple[Space, Optional[ProfileRow]]:
    """Keep a profile as the newest of its bucket."""
    space = buckets.require(writer, scope, bucket)
    writer.save_profile(
        space.id, text=text, updated_at=scope.now(), memory_count=space.memory_count, source=SOURCE
    )
    return space, writer.profile(space.id)


def forget_quotes(writer: Writer, row: MemoryRow, now: int) -> None:
    """Take what the profile quotes of a memory out of it: what is gone must be gone everywhere."""
    profile = writer.profile(row.space_id)
    text = without(profile.text, given_head(row) + row.content) if profile else ""
    if profile and text != profile.text:
        writer.save_profile(
            row.space_id, text=text, updated_at=now, memory_count=profile.memory_count, source=profile.source
        )


class Upkeep:
    """Makes profiles anew after enough was written, in the thread of the request that wrote."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        #: The spaces whose profiles are being made: each by one request at a time.
        self._making: Set[int] = set()
        #: Tenant and bucket to how many more changes cannot make its profile due, so that most writes look up nothing.
        self._spared: Dict[Tuple[int, str], int] = {}

    def after_write(self, scope: Scope, bucket: str, changes: Optional[int] = None) -> None:
        """Make the profile of a bucket anew if that is due. To be called when the write is committed.

        `changes` is how many memories came or went at most, None when that is not known. What the storage refuses is
        only logged: the write stands, and a later one tries again.
        """
        if self._is_spared((scope.tenant_id, bucket), changes):
            return
        try:
            with scope.read() as reader:
                space, newest = get(reader, scope, bucket)
            left = changes_left(space.memory_count, newest)
            if left > 0:
                self._spare((scope.tenant_id, bucket), left)
            elif self._begin(space.id):
                try:
                    text = compose(scope, bucket)
                    scope.store.write(lambda writer: save(writer, scope, bucket, text))
                finally:
                    self._making.remove(space.id)
        except Unknown:
            pass  # The bucket is gone.
        except StorageError:
            logger.warning("a profile that was due could not be made", exc_info=True)

    def _is_spared(self, key: Tuple[int, str], changes: Optional[int]) -> bool:
        with self._mutex:
            left = self._spared.pop(key, 0)
            if changes is None or left <= changes:
                return False
            self._spared[key] = left - changes
            return True

    def _spare(self, key: Tuple[int, str], left: int) -> None:
        with self._mutex:
            if len(self._spared) >= _MAX_SPARED:
                self._spared.clear()
            self._spared[key] = left

    def _begin(self, space_id: int) -> bool:
        with self._mutex:
            if space_id in self._making:
                return False
            self._making.add(space_id)
            return True


def changes_left(memory_count: int, newest: Optional[ProfileRow]) -> int:
    """Return after how many more changes the profile of a bucket of so many memories is due; 0 when it is."""
    if newest is None:
        return max(0, _LEAST_CHANGE - memory_count)
    if not memory_count and newest.text:
        return 0
    needed = max(_LEAST_CHANGE, int(newest.memory_count * _LEAST_CHANGED_SHARE))
    return max(0, needed - abs(memory_count - newest.memory_count))
