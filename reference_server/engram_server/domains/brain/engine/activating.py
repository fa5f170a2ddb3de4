"""Activation over a brain's own graph: along the pathways of memories, and over synapses."""

from __future__ import annotations

from typing import AbstractSet, Dict, Iterable, List, Mapping, Optional, Sequence

from ....recall.spreading import Pathway, Reached, freshness, spread, trail, unused
from ....storage import ALL, Among, Reader
from ....storage.brain_search import AS_THEY_ARE, NearSynapse, Settled

# Of a hub the newest so many synapses are followed each way.
_EACH = 8
_HOUR_US = 3_600_000_000
#: What synapses add where pathways lead, as the published system weighs the two.
FILLING = 0.6
#: What is used once more within an hour of the last time belongs to the same sitting. Use tells from the next one on:
#: what it does to weights at once would put the same answers into another order when the same is asked again.
SITTING_US = _HOUR_US
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
        weights: Settled = AS_THEY_ARE,
    ) -> None:
        self._reader = reader
        self._among = among
        self._weights = weights
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
            found = self._reader.synapses_near(self._space_id, missing, self._weights, each=self._each)
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


def along_pathways(sets: Sequence[Iterable[str]], pathways: Sequence[Pathway], *, floor: float) -> List[Reached]:
    """Spread from each set of anchors along pathways, as well as these conduct."""
    return [trail(anchors, pathways, floor=floor) for anchors in sets]


def conduction_at(now: int, conductivity: float, last_conducted: Optional[int], salience: float) -> float:
    """Return how well a fiber conducts at a moment: what was conducted lately does so better."""
    if last_conducted is None:
        return lasting_conduction(conductivity, salience)
    return conductivity * freshness((now - last_conducted) / _HOUR_US)


def lasting_conduction(conductivity: float, salience: float) -> float:
    """Return how well a fiber conducts whenever it was used, so that a question that is asked again finds the same."""
    return conductivity * unused(salience)
