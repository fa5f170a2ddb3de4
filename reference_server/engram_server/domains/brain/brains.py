"""Brains: opening a bucket as one, saving, finding, deleting; figures."""

from __future__ import annotations

from typing import List, Optional, Tuple

from engram.types.brain import BrainConfigInput, BrainStats, BrainWire
from engram.types.brain_calls import CreateBrainBody, UpdateBrainBody

from ...clock import iso, iso_moment_of, microseconds
from ...storage import Reader, Writer, as_json
from ...storage.brain_rows import BrainRow, BrainSettings
from ..errors import Malformed, Taken, Unknown
from ..hosted import buckets
from ..scope import Scope
from . import shapes

# As many as anybody looks at.
_HOT_NEURONS = 10


def now(scope: Scope) -> int:
    """Return the present moment in microseconds."""
    return microseconds(scope.clock)


def moment_or_now(scope: Scope, text: Optional[str]) -> int:
    """Return the moment that a text gives, else the present one, in microseconds."""
    return now(scope) if text is None else iso_moment_of(text)


def require(reader: Reader, scope: Scope, brain_id: str) -> BrainRow:
    """Return the brain of an id: any bucket is one.

    Raises:
        Unknown: there is no such bucket.
    """
    row = reader.brain(scope.tenant_id, brain_id)
    if row is None:
        raise Unknown(f"Brain not found: {brain_id}", {"brain_id": brain_id}, code="brain_not_found")
    return row


def get(reader: Reader, scope: Scope, brain_id: str) -> BrainWire:
    """Return a brain."""
    return shapes.brain(require(reader, scope, brain_id))


def page(
    reader: Reader, scope: Scope, *, name: Optional[str], limit: int, offset: int
) -> Tuple[List[BrainWire], int]:
    """Return the brains that were saved, oldest first, and how many there are."""
    rows = reader.brains(scope.tenant_id, name=name, limit=limit, offset=offset)
    return [shapes.brain(row) for row in rows], reader.count_brains(scope.tenant_id, name)


def create(writer: Writer, scope: Scope, given: CreateBrainBody, meant_id: Optional[str]) -> BrainWire:
    """Make a brain, or save a bucket as one.

    Its id is the one given, else the one that the call is about if nothing has it, else the name.

    Raises:
        Taken: a brain of that id was saved.
        Malformed: the id cannot be a bucket's name, or a config key is unknown.
    """
    brain_id = given.get("id")
    if brain_id is None and meant_id and writer.brain(scope.tenant_id, meant_id) is None:
        brain_id = meant_id
    brain_id = given["name"] if brain_id is None else brain_id
    if buckets.bucket_name(brain_id, "id") != brain_id:
        raise Malformed("id: must be in Unicode's normal form C", {"field": "id"})
    known = writer.brain(scope.tenant_id, brain_id)
    if known is not None and known.config is not None:
        raise Taken(f"Brain already exists: {brain_id}", {"brain_id": brain_id})
    space = buckets.obtain(writer, scope, brain_id)
    moment = now(scope)
    created_at = given.get("created_at")
    _check_config(given.get("config", {}))
    writer.save_brain(
        space.id,
        BrainSettings(
            name=given["name"],
            config=as_json(shapes.config(given.get("config", {}))),
            owner_id=given.get("owner_id"),
            is_public=given.get("is_public", False),
            shared_with=as_json(given.get("shared_with", [])),
            metadata=as_json(given.get("metadata", {})),
            created_at=moment if created_at is None else iso_moment_of(created_at),
            updated_at=moment,
        ),
    )
    return get(writer, scope, brain_id)


def update(writer: Writer, scope: Scope, brain_id: str, given: UpdateBrainBody) -> BrainWire:
    """Change what a brain is called and how it behaves; nothing that it holds changes.

    Raises:
        Malformed: a config key is unknown.
    """
    row = require(writer, scope, brain_id)
    old = shapes.brain(row)
    _check_config(given.get("config", {}))
    writer.save_brain(
        row.space_id,
        BrainSettings(
            name=given.get("name", old["name"]),
            config=as_json(shapes.config(given.get("config", {}), old["config"])),
            owner_id=given.get("owner_id", old["owner_id"]),
            is_public=given.get("is_public", old["is_public"]),
            shared_with=as_json(given.get("shared_with", old["shared_with"])),
            metadata=as_json(given.get("metadata", old["metadata"])),
            created_at=iso_moment_of(old["created_at"]),
            updated_at=now(scope),
        ),
    )
    return get(writer, scope, brain_id)


def remove(writer: Writer, scope: Scope, brain_id: str) -> None:
    """Delete a brain: its bucket with everything in it."""
    writer.remove_space(require(writer, scope, brain_id).space_id)


def stats(reader: Reader, scope: Scope, brain_id: str) -> BrainStats:
    """Return what a brain holds."""
    row = require(reader, scope, brain_id)
    oldest, newest = reader.fiber_times(row.space_id)
    return {
        "brain_id": row.brain_id,
        "neuron_count": row.neurons,
        "synapse_count": row.synapses,
        "fiber_count": row.fibers,
        "typed_memory_count": reader.count_typed_memories(row.space_id),
        "project_count": reader.count_projects(row.space_id),
        "neuron_types": reader.neuron_types(row.space_id),
        "synapse_types": reader.synapse_types(row.space_id),
        "average_weight": reader.average_weight(row.space_id),
        "hot_neurons": [shapes.state(hot) for hot in reader.hot_neurons(row.space_id, _HOT_NEURONS)],
        "oldest_memory": None if oldest is None else iso(oldest),
        "newest_memory": None if newest is None else iso(newest),
    }


def _check_config(given: BrainConfigInput) -> None:
    unknown = sorted(set(given) - set(shapes.NEW_CONFIG))
    if unknown:
        known = ", ".join(shapes.NEW_CONFIG)
        raise Malformed(f"config.{unknown[0]}: must be one of {known}", {"field": f"config.{unknown[0]}"})
