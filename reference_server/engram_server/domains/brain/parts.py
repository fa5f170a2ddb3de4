"""A snapshot that is larger than a body may be comes in parts: each is a snapshot with a part of the lists."""

from __future__ import annotations

import json
from functools import reduce
from typing import Dict, List, NamedTuple, Optional, cast

from engram.types.brain import BrainWire
from engram.types.brain_keeping import BrainSnapshotInput

from ...storage import Writer, as_json
from ..scope import Scope
from . import transfer
from .brains import now

# What has not become whole in a day never will.
_KEPT_US = 24 * 60 * 60 * 1_000_000

#: How many parts a snapshot may have: with the largest bodies, more than anybody's memory holds.
MOST_PARTS = 1_000


class Part(NamedTuple):
    """Which part of which snapshot, counted from 1."""

    upload: str
    number: int
    of: int


def received(
    writer: Writer, scope: Scope, brain_id: str, snapshot: BrainSnapshotInput, part: Part, *, replace: bool
) -> Optional[BrainWire]:
    """Keep a part; once all have come, in whatever order, make the brain. None while some are missing.

    Raises:
        Taken, Malformed: as of a whole snapshot. The parts before this one are kept, and it may come again.
    """
    writer.save_snapshot_part(scope.tenant_id, part.upload, part.number, as_json(snapshot), now(scope))
    bodies = writer.snapshot_parts(scope.tenant_id, part.upload)
    if len(bodies) < part.of:
        return None
    whole: Dict[str, object] = reduce(_joined, [json.loads(body) for body in bodies])
    brain = transfer.imported(writer, scope, brain_id, cast(BrainSnapshotInput, whole), replace=replace)
    writer.forget_snapshot_parts(scope.tenant_id, part.upload, now(scope) - _KEPT_US)
    return brain


def _joined(one: Dict[str, object], more: Dict[str, object]) -> Dict[str, object]:
    """Put two parts together: lists one after the other, objects key by key; of all else the first says it."""
    joined = {**more, **one}
    for key in one.keys() & more.keys():
        before, after = one[key], more[key]
        if isinstance(before, list):
            joined[key] = before + cast(List[object], after)
        elif isinstance(before, dict):
            joined[key] = _joined(before, cast(Dict[str, object], after))
    return joined
