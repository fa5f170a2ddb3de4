"""Activation over a brain's own graph: along the pathways of memories, and over synapses."""

from __future__ import annotations

import json
from typing import AbstractSet, Dict, Iterable, List, Mapping, Sequence

from ....recall.spreading import Pathway, Reached, freshness, spread, trail, unused
from ....storage import ALL, Among, Reader
from ....storage.brain_rows import FiberRow
from ....storage.brain_search import NearSynapse

# Of a hub the newest so many synapses are followed each way.
_EACH = 8
_HOUR_US = 3_600_000_000
#: What synapses add where pathways lead, as the published system weighs the two.
FILLING = 0.6
#: What was said one after the other has as little: it is followed where a question asks for what came next.
SEQUENCE = frozenset(("after",))
# What happened at one time has nothing else to do with each other: a moment leads on only where it was asked for.
_NEVER_CROSSED = frozenset(("happened_at", "during"))


class Synapses:
    """The synapses of a brain as they are asked for, each neuron's once."""

    def __init__(
        self,
        reader: Reader,
        space_id: int,
        *,
        each: int = _EACH,
        without: AbstractSet[str] = frozenset(),
        among: Among = ALL,
    ) -> None:
        self._reader = reader
        self._among = among
        self._without = without
        self._each = each
        self._space_id = space_id
        self._known: Dict[str, List[NearSynapse]] = {}

    def of(self, neurons: Sequence[str]) -> Mapping[str, Sequence[NearSynapse]]:
        """Return the synapses from and to each of some neurons: of a hub the newest.

        None leads to a neuron that only memories hold which are not among those meant.
        """
        missing: Dict[str, List[NearSynapse]] = {neuron: [] for neuron in neurons if neuron not in self._known}
        if missing:
            self._known.update(missing)
            found = self._reader.synapses_near(self._space_id, missing, each=self._each)
            apart = self._apart(found)
            for synapse in found:
                ends = {synapse.source, synapse.target}
                for end in ends if synapse.type not in self._without and apart.isdisjoint(ends) else ():
                    if end in missing:
                        missing[end].append(synapse)
        return self._known

    def _apart(self, synapses: Sequence[NearSynapse]) -> AbstractSet[str]:
        if self._among == ALL:
            return frozenset()
        ends = {end for one in synapses for end in (one.source, one.target)}
        return self._reader.neurons_apart(self._space_id, ends, self._among)


def over_synapses(synapses: Synapses, sets: Sequence[Mapping[str, float]], *, hops: int, floor: float) -> List[Reached]:
    """Spread from each set of anchors over synapses."""
    return spread(sets, synapses.of, hops=hops, floor=floor, never_crossed=_NEVER_CROSSED)


def along_pathways(
    sets: Sequence[Iterable[str]], fibers: Iterable[FiberRow], now: int, *, floor: float
) -> List[Reached]:
    """Spread from each set of anchors along the pathways of fibers, as well as these conduct at a moment."""
    pathways = [Pathway(json.loads(fiber.pathway), fiber.conductivity * fresh(fiber, now)) for fiber in fibers]
    return [trail(anchors, pathways, floor=floor) for anchors in sets]


def fresh(fiber: FiberRow, now: int) -> float:
    """Return how fresh a fiber is by when it was last conducted, from 0.1 to 1."""
    if fiber.last_conducted is None:
        return unused(fiber.salience)
    return freshness((now - fiber.last_conducted) / _HOUR_US)
