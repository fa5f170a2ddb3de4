"""Profiles: the canonical summary of a bucket, made on request from its memories."""

from __future__ import annotations

from typing import Optional, Tuple

from ...recall.profile import build_profile
from ...storage import ProfileRow, Reader, Space, Writer
from ..scope import Scope
from . import buckets

SOURCE = "extractive"

# Enough to see what a bucket is about, little enough to be read in one go.
_READ_MEMORIES = 1_000


def get(reader: Reader, scope: Scope, bucket: str) -> Tuple[Space, Optional[ProfileRow]]:
    """Return the newest profile of a bucket, None before the first."""
    space = buckets.require(reader, scope, bucket)
    return space, reader.profile(space.id)


def compose(reader: Reader, scope: Scope, bucket: str) -> str:
    """Return the text of a new profile, made from the newest memories; empty for an empty bucket.

    Apart from `save`, because it takes a while and the one writer has others waiting.
    """
    space = buckets.require(reader, scope, bucket)
    return build_profile([row.content for row in reader.memories(space.id, limit=_READ_MEMORIES)])


def save(writer: Writer, scope: Scope, bucket: str, text: str) -> Tuple[Space, Optional[ProfileRow]]:
    """Keep a profile as the newest of its bucket."""
    space = buckets.require(writer, scope, bucket)
    writer.save_profile(
        space.id, text=text, updated_at=scope.now(), memory_count=space.memory_count, source=SOURCE
    )
    return space, writer.profile(space.id)
