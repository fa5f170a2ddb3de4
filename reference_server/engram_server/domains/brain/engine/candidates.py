"""Which memories may answer a question, in which order: by their texts first, lifted by what activation reaches."""

from __future__ import annotations

import heapq
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

from ....recall.rank import Ranked
from ....recall.spreading import Activation, Reached
from ....storage import Among, MemoryRow, Reader
from ....storage.brain_rows import FiberRow
from .activating import lasting_conduction

# What is reached with a level of 1 counts so much against the best text; where nothing has the words, against 1.
_ACTIVATION = 0.25
# What conducts counts whole, and what does not this much.
_LEAST_CONDUCTED = 0.7
# What is reached by something else that a memory holds than the whole of it.
BY_PART = 0.8
# The strongest that is reached leads to memories, unless so many hold it that it tells none from another.
_LEADING = 24
_MOST_HELD = 8
_MOST_FOUND = 20
# Scores are whole multiples of this, so that their parts add up to them exactly (as in `recall.region`).
_QUANTUM = 2.0**-30


class Candidate(NamedTuple):
    """A memory that may be told: for its text, for what reached it, or both."""

    memory: MemoryRow
    #: None where it was stored without a graph.
    fiber: Optional[FiberRow]
    ranked: Optional[Ranked]
    reached: Optional[Activation]
    #: What being reached adds to its score.
    lift: float

    @property
    def score(self) -> float:
        """What it is told for."""
        return (self.ranked.raw_score if self.ranked else 0.0) + self.lift


def gather(
    reader: Reader,
    space_id: int,
    ranked: Sequence[Ranked],
    fibers: Mapping[int, FiberRow],
    among: Among,
    reached: Reached,
) -> List[Candidate]:
    """Return the memories that were ranked or reached, best first."""
    ways = _ways(reader, space_id, reached)
    found = reader.fibers_by_row([row for row in ways if row not in fibers and among.means(row)][:_MOST_FOUND])
    known = {**fibers, **found}
    by_text = {one.memory.id: one for one in ranked}
    memories = {one.memory.id: one.memory for one in ranked}
    memories.update((row.id, row) for row in reader.memories_by_id(found))
    best = max((one.raw_score for one in ranked), default=1.0)
    candidates = []
    for row, memory in memories.items():
        fiber = known.get(row)
        way = None if fiber is None else _way(fiber, reached, ways.get(row))
        lift = 0.0 if fiber is None or way is None else _lift(fiber, way) * best
        one = Candidate(memory, fiber, by_text.get(row), way, round(lift / _QUANTUM) * _QUANTUM)
        if one.score > 0:
            candidates.append(one)
    return sorted(candidates, key=lambda one: (-one.score, -one.memory.id))


def _ways(reader: Reader, space_id: int, reached: Reached) -> Dict[int, Activation]:
    """Return by row number the memories that the strongest of what was reached leads to, and how each was reached."""
    strongest = heapq.nsmallest(_LEADING, reached, key=lambda neuron: (-reached[neuron].level, neuron))
    # Of a time that was reached by the way, many memories tell that have nothing else to do with each other.
    moments = reader.moments_among(space_id, (neuron for neuron in strongest if reached[neuron].hops))
    leading = [neuron for neuron in strongest if neuron not in moments]
    held = reader.fibers_holding(space_id, leading, up_to=_MOST_HELD + 1)
    ways: Dict[int, Activation] = {}
    for neuron in leading:
        for row in held[neuron] if len(held[neuron]) <= _MOST_HELD else ():
            ways.setdefault(row, reached[neuron])
    return ways


def _way(fiber: FiberRow, reached: Reached, part: Optional[Activation]) -> Optional[Activation]:
    """Return how a fiber was reached: as a whole, or by a part that leads to it."""
    whole = reached.get(fiber.anchor_id)
    if whole is None or (part is not None and part.level * BY_PART > whole.level):
        return part
    return whole


def _lift(fiber: FiberRow, way: Activation) -> float:
    by = 1.0 if way.path[-1] == fiber.anchor_id else BY_PART
    lasting = lasting_conduction(fiber.conductivity, fiber.salience)
    conducted = _LEAST_CONDUCTED + (1 - _LEAST_CONDUCTED) * lasting
    return _ACTIVATION * way.level * by * conducted
