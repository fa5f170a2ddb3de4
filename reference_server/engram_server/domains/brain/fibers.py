"""Fibers: each is a memory of the bucket, with the neurons and synapses that it goes through."""

from __future__ import annotations

from typing import List, Optional, Sequence

from engram.types.brain import FiberWire
from engram.types.brain_calls import ConductFiberBody, FiberInput, FiberParts, UpdateFiberBody

from ...storage import Reader, Writer
from ...storage.brain_rows import BrainRow, FiberFilter, FiberRow
from ..errors import Taken, Unknown
from ..hosted import memories
from ..hosted.drafting import Given, draft
from ..scope import Scope
from . import drafts, shapes
from .brains import moment_or_now, now

#: What conducting adds.
CONDUCTION = 0.02

_US_IN_MS = 1_000
_NOTHING_GIVEN = Given()


def add(writer: Writer, scope: Scope, brain: BrainRow, given: FiberInput) -> FiberWire:
    """Add a fiber, and the memory that it is: its summary, or else the text of its anchor.

    Raises:
        Taken: the bucket has a memory of its id.
        Malformed: its anchor is none of its neurons.
    """
    fiber_id = given.get("id") or scope.ids.new("mem")
    if writer.memory(brain.space_id, fiber_id) is not None:
        raise Taken(f"Fiber already exists: {fiber_id}", {"fiber_id": fiber_id})
    # Checked before the memory is stored: its row number is not known yet.
    fiber = drafts.new_fiber(given, 0, now(scope))
    memory = draft(text_of(writer, brain, given), fiber_id, scope.now(), _said(fiber.time_start))
    (memory_id,) = writer.add_memories(brain.space_id, [memory], scope.now())
    writer.add_fibers(brain.space_id, [fiber._replace(memory_id=memory_id)])
    return shapes.fiber(require(writer, brain, fiber_id))


def _said(moment: Optional[int]) -> Given:
    return _NOTHING_GIVEN if moment is None else Given(occurred_at=moment // _US_IN_MS)


def text_of(reader: Reader, brain: BrainRow, given: FiberParts) -> str:
    """Return the words that a fiber is remembered by, of whatever there is."""
    pathway = given.get("pathway") or []
    known = reader.neurons(brain.space_id, [given["anchor_neuron_id"], *pathway])
    anchor = known.get(given["anchor_neuron_id"])
    on_the_way = "; ".join(known[one].content for one in pathway if one in known)
    summary = (given.get("summary") or "").strip()
    return summary or (anchor.content if anchor else "") or on_the_way or given["anchor_neuron_id"]


def require(reader: Reader, brain: BrainRow, fiber_id: str) -> FiberRow:
    """Return a fiber.

    Raises:
        Unknown: there is none of that id.
    """
    row = reader.fibers(brain.space_id, [fiber_id]).get(fiber_id)
    if row is None:
        raise Unknown(f"Fiber not found: {fiber_id}", {"fiber_id": fiber_id}, code="fiber_not_found")
    return row


def change(writer: Writer, scope: Scope, brain: BrainRow, fiber_id: str, given: UpdateFiberBody) -> FiberWire:
    """Change what is given of a fiber. A memory that was its summary becomes the new one.

    Raises:
        Malformed: its anchor is none of its neurons.
    """
    row = require(writer, brain, fiber_id)
    new = drafts.changed_fiber(row, given)
    writer.replace_fiber(brain.space_id, new)
    summary = (new.summary or "").strip()
    if summary and summary != row.summary:
        memory = memories.get(writer, scope, brain.brain_id, fiber_id)
        if memory.content == row.summary:
            memories.update(writer, scope, brain.brain_id, fiber_id, summary, _NOTHING_GIVEN, None)
    return shapes.fiber(require(writer, brain, fiber_id))


def conduct(writer: Writer, scope: Scope, brain: BrainRow, fiber_id: str, given: ConductFiberBody) -> FiberWire:
    """Count a use of a fiber; reinforcing makes it conduct better."""
    row = require(writer, brain, fiber_id)
    moment = moment_or_now(scope, given.get("conducted_at"))
    writer.conduct_fibers([row.id], CONDUCTION if given.get("reinforce", True) else 0.0, moment)
    return shapes.fiber(require(writer, brain, fiber_id))


def remove(writer: Writer, scope: Scope, brain: BrainRow, fiber_id: str) -> None:
    """Delete a fiber and the memory that it is, with the neurons that were made from no other."""
    require(writer, brain, fiber_id)
    memories.remove(writer, scope, brain.brain_id, fiber_id)


def find(reader: Reader, brain: BrainRow, wanted: FiberFilter, *, limit: int, offset: int) -> List[FiberWire]:
    """Return fibers, the most salient first."""
    return [shapes.fiber(row) for row in reader.find_fibers(brain.space_id, wanted, limit=limit, offset=offset)]


def of_neurons(
    reader: Reader, brain: BrainRow, neuron_ids: Sequence[str], *, each: int, tags: Sequence[str], least_tags: int
) -> List[FiberWire]:
    """Return the fibers that hold one of some neurons, the most salient first."""
    rows = reader.fibers_of(brain.space_id, neuron_ids, each=each, tags=tags, least_tags=least_tags)
    return [shapes.fiber(row) for row in rows]
