"""What a memory borrows from the talk around it. Pure.

A turn of talk seldom says all that it is about: "Yes, in May!" answers the question before it. So of each thing that a
question is about, a memory's part becomes the largest of its own and of what its neighbours' parts are worth to it.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, NamedTuple, Tuple

from ..storage import Space, TurnRow
from ..text.signs import ASKS
from .weights import Weights


# A space's sums start as if so many pairs had been seen, and by this the sum of neighbours' overlaps is ahead.
_SEEN_AT_START = 20
_SEEN_IN_TALK = 0.8


class Coherence(NamedTuple):
    """How much neighbours have to do with each other: 0 as strangers, 1 as in talk."""

    #: Where a turn has a speaker: as in talk, until what was stored tells otherwise.
    talk: float
    #: Where nobody is known to speak: as strangers, until what was stored tells otherwise.
    notes: float


def coherence(space: Space, weights: Weights) -> Coherence:
    """Return how much neighbours have to do with each other in a space."""
    far = space.far_sum / space.far_count

    def of(near: float) -> float:
        ratio = near / far if far else 1.0
        return min(1.0, max(0.0, (ratio - 1.0) / weights.coherence))

    # Alike they may be by being made alike: until strangers were seen too, nobody knows.
    strangers_seen = space.far_count > _SEEN_AT_START
    notes = of((space.near_sum - _SEEN_IN_TALK) / space.near_count) if strangers_seen else 0.0
    return Coherence(of(space.near_sum / space.near_count), notes)


class Surroundings:
    """A region of turns, and what each lends to those around it."""

    def __init__(self, turns: Mapping[int, TurnRow], flow: Coherence, weights: Weights) -> None:
        self._turns = turns
        self._flow = flow
        self._weights = weights
        self._lent: Dict[int, List[Tuple[int, float]]] = {}

    def spread(self, own: Mapping[int, float]) -> Dict[int, float]:
        """Return each memory's part for one concept: its own, or the best that a neighbour lends."""
        found = dict(own)
        lent = self._lent
        for memory_id, part in own.items():
            if memory_id not in lent:
                lent[memory_id] = [*self._to_later(memory_id), *self._to_earlier(memory_id)]
            for neighbour_id, share in lent[memory_id]:
                if part * share > found.get(neighbour_id, 0.0):
                    found[neighbour_id] = part * share
        return found

    def _to_later(self, memory_id: int) -> Iterator[Tuple[int, float]]:
        source = turn = self._turns[memory_id]
        flow = self._flow.talk if source.speaker else self._flow.notes
        share = self._weights.after * flow
        for _ in range(self._weights.reach):
            later = self._turns.get(turn.after_id or 0)
            if later is None:
                return
            if turn is source and source.flags & ASKS and later.speaker != source.speaker:
                yield later.id, min(1.0, share + self._weights.answer * flow)
            else:
                yield later.id, share
            share, turn = share * self._weights.fading, later

    def _to_earlier(self, memory_id: int) -> Iterator[Tuple[int, float]]:
        turn = self._turns[memory_id]
        share = self._weights.before * (self._flow.talk if turn.speaker else self._flow.notes)
        for _ in range(self._weights.reach):
            earlier = self._turns.get(turn.before_id or 0)
            if earlier is None:
                return
            yield earlier.id, share
            share, turn = share * self._weights.fading, earlier
