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


def regenerate(writer: Writer, scope: Scope, bucket: str) -> Tuple[Space, Optional[ProfileRow]]:
    """Make the profile anew from the newest memories; an empty bucket has none."""
    space = buckets.require(writer, scope, bucket)
    contents = [row.content for row in writer.memories(space.id, limit=_READ_MEMORIES)]
    writer.save_profile(
        space.id,
        text=build_profile(contents),
        updated_at=scope.now(),
        memory_count=space.memory_count,
        source=SOURCE,
    )
    return space, writer.profile(space.id)
