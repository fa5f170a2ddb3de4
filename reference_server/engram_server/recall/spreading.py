"""How activation runs through a graph: over its edges, and along paths that were taken before. Pure.

Spreading activation (Collins and Loftus, 1975; Anderson's ACT-R): what is active makes its neighbours active, less so
with each step. The edges are handed in hop by hop, so that no more of a graph is read than is reached. The trail
follows the pathways of memories instead, as well as these conduct. Several starts are run apart and then laid over
each other: what more than one of them reaches is what they have in common.
"""

from __future__ import annotations

import heapq
import math
from typing import AbstractSet, Callable, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..storage.brain_search import NearSynapse

# What is left of a level after a step over an edge of full weight. At 0.8 an edge of .75 carries over three steps
# before a floor of 0.2, and one of .9 over six; at one half the second step is lost already.
STEP = 0.8
_LEAST_WEIGHT = 0.1
# What has more connections than this gives less to each, by the root of how many more (the fan effect: Anderson, 1974).
_FAN = 8
# The strongest so many go on in each hop: what is weaker is hardly heard of again, and a hub must not cost its size.
_FRONTIER = 6
# A neuron that two starts reach gets the larger level and this share of the next.
_SECOND = 0.5

# Along a pathway each step loses this, and what conduction and age take.
_TRAIL_STEP = 0.85
_HALF_AS_FRESH_HOURS = 72.0
_FADING_HOURS = 36.0
_LEAST_FRESH = 0.1
_UNUSED, _SALIENT = 0.3, 0.4

# As many stay active beside each other as people keep in mind at once; the rest is turned down.
_ACTIVE = 10
_INHIBITED = 0.3

# Settling: so much is left each round, what is weaker goes, and the mean is drawn towards the middle.
_ROUNDS = 10
_LEFT = 0.85
_NOISE = 0.05
_MIDDLE = 0.5
_PULL = 0.3
_MOST_PULL = 3.0
_SETTLED = 0.01


class Activation(NamedTuple):
    """How strongly a neuron was reached, and how: from which anchor over which neurons."""

    level: float
    path: Tuple[str, ...]
    #: How active each of these was when it was passed.
    levels: Tuple[float, ...]
    #: Between them; none along a pathway.
    edges: Tuple[NearSynapse, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the way begins."""
        return self.path[0]

    @property
    def hops(self) -> int:
        """How many steps it has."""
        return len(self.path) - 1


class Pathway(NamedTuple):
    """The neurons of a memory in their order, and what is left of a level after each step along them."""

    neurons: Sequence[str]
    conduction: float


class CoActivation(NamedTuple):
    """Neurons that the same starts reached."""

    neurons: FrozenSet[str]
    #: How many starts did.
    sets: int
    #: The share of all starts that did.
    strength: float
    #: The anchors that they were reached from.
    anchors: Tuple[str, ...]


Reached = Dict[str, Activation]
EdgesOf = Callable[[Sequence[str]], Mapping[str, Sequence[NearSynapse]]]


def spread(
    sets: Sequence[Mapping[str, float]],
    edges_of: EdgesOf,
    *,
    hops: int,
    floor: float,
    never_crossed: AbstractSet[str] = frozenset(),
) -> List[Reached]:
    """Return for each set of neurons what is reached from it in so many steps, by its strongest way.

    What is weaker than `floor` is not reached. Edges of the types that are never crossed lead from a start and
    nowhere else. `edges_of` is asked once a step, for the edges of all neurons that go on.
    """
    waves = [_Wave(starts, floor, never_crossed) for starts in sets]
    for _ in range(hops):
        going = sorted({neuron for wave in waves for neuron in wave.going()})
        if not going:
            break
        edges = edges_of(going)
        for wave in waves:
            wave.step(edges)
    return [wave.reached for wave in waves]


class _Wave:
    """What is reached from one set of neurons so far."""

    def __init__(self, starts: Mapping[str, float], floor: float, never_crossed: AbstractSet[str]) -> None:
        self.reached: Reached = {
            neuron: Activation(level, (neuron,), (level,)) for neuron, level in starts.items() if level >= floor
        }
        self._starts = starts
        self._floor = floor
        self._never_crossed = never_crossed
        self._going = self._strongest(self.reached)

    def going(self) -> Sequence[str]:
        """Return the neurons that the next step is made from."""
        return self._going

    def step(self, edges: Mapping[str, Sequence[NearSynapse]]) -> None:
        """Go one step further."""
        found: Reached = {}
        for here in self._going:
            come = self.reached[here]
            ways = [
                edge
                for edge in edges.get(here, ())
                if edge.weight >= _LEAST_WEIGHT and (here in self._starts or edge.type not in self._never_crossed)
            ]
            left = come.level * STEP * min(1.0, math.sqrt(_FAN / max(1, len(ways))))
            for edge in ways:
                there = edge.target if edge.source == here else edge.source
                level = left * edge.weight
                known = found.get(there) or self.reached.get(there)
                if level >= self._floor and (known is None or level > known.level):
                    found[there] = Activation(
                        level, (*come.path, there), (*come.levels, level), (*come.edges, edge)
                    )
        self.reached.update(found)
        self._going = self._strongest(found)

    def _strongest(self, found: Reached) -> List[str]:
        return heapq.nsmallest(_FRONTIER, found, key=lambda neuron: (-found[neuron].level, neuron))


def trail(anchors: Iterable[str], pathways: Iterable[Pathway], *, floor: float) -> Reached:
    """Return what is reached from anchors along the pathways that hold them, both ways, no weaker than `floor`."""
    starts = dict.fromkeys(anchors)
    reached = {neuron: Activation(1.0, (neuron,), (1.0,)) for neuron in starts}
    for pathway in pathways:
        share = _TRAIL_STEP * pathway.conduction
        for at, neuron in enumerate(pathway.neurons):
            if neuron in starts:
                _walk(pathway.neurons[at:], share, floor, reached)
                _walk(pathway.neurons[at::-1], share, floor, reached)
    return reached


def _walk(way: Sequence[str], share: float, floor: float, reached: Reached) -> None:
    levels = [1.0]
    for length in range(2, len(way) + 1):
        level = levels[-1] * share
        if level < floor:
            return
        levels.append(level)
        neuron = way[length - 1]
        if neuron not in reached or level > reached[neuron].level:
            reached[neuron] = Activation(level, tuple(way[:length]), tuple(levels))


def freshness(idle_hours: float) -> float:
    """Return from 0.1 to 1 how fresh it is what was used so many hours ago: 0.88 for now, one half after three days."""
    # Beyond this, the logistic curve is as good as zero.
    beyond = (idle_hours - _HALF_AS_FRESH_HOURS) / _FADING_HOURS
    return max(_LEAST_FRESH, 1 / (1 + math.exp(min(beyond, 50.0))))


def unused(salience: float) -> float:
    """Return how fresh a memory counts that was never used."""
    return _UNUSED + _SALIENT * salience


def together(reaches: Sequence[Reached]) -> Tuple[Reached, List[CoActivation]]:
    """Lay what several starts reached over each other; return all of it, and what more than one of them reached.

    The neurons that the same starts reached are one group; the strongest group comes first.
    """
    by_neuron: Dict[str, List[int]] = {}
    for number, reach in enumerate(reaches):
        for neuron in reach:
            by_neuron.setdefault(neuron, []).append(number)
    merged: Reached = {}
    groups: Dict[Tuple[int, ...], List[str]] = {}
    for neuron, numbers in by_neuron.items():
        first, *rest = sorted((reaches[number][neuron] for number in numbers), key=lambda one: -one.level)
        level = min(1.0, first.level + _SECOND * rest[0].level) if rest else first.level
        merged[neuron] = first._replace(level=level)
        if rest:
            groups.setdefault(tuple(numbers), []).append(neuron)
    found = [
        CoActivation(
            neurons=frozenset(neurons),
            sets=len(numbers),
            strength=len(numbers) / len(reaches),
            anchors=tuple(dict.fromkeys(reaches[number][neuron].anchor for number in numbers for neuron in neurons)),
        )
        for numbers, neurons in groups.items()
    ]
    return merged, sorted(found, key=lambda one: (-one.sets, sorted(one.neurons)))


def fill(primary: Reached, other: Reached, share: float) -> Reached:
    """Return what was reached first, with what another way reached at a share of its level where that is more."""
    filled = dict(primary)
    for neuron, one in other.items():
        level = one.level * share
        if neuron not in filled or level > filled[neuron].level:
            filled[neuron] = one._replace(level=level)
    return filled


def inhibit(reached: Reached, *, floor: float) -> Reached:
    """Turn down all but the strongest of each anchor and of all; what falls below `floor` is gone."""
    if len(reached) <= _ACTIVE:
        return reached
    order = sorted(reached, key=lambda neuron: (-reached[neuron].level, neuron))
    anchors = {one.anchor for one in reached.values()}
    left = dict.fromkeys(anchors, -(-_ACTIVE // len(anchors)))
    kept = set(order[:_ACTIVE])
    for neuron in order:
        anchor = reached[neuron].anchor
        if left[anchor]:
            left[anchor] -= 1
            kept.add(neuron)
    turned_down = ((neuron, one.level * (1 if neuron in kept else _INHIBITED)) for neuron, one in reached.items())
    return {neuron: reached[neuron]._replace(level=level) for neuron, level in turned_down if level >= floor}


def settle(levels: Mapping[str, float]) -> Dict[str, float]:
    """Let levels come to rest: noise goes, and the mean comes near the middle. Their order stays."""
    now = dict(levels)
    for _ in range(_ROUNDS):
        kept = {neuron: level * _LEFT for neuron, level in now.items() if level >= _NOISE}
        if not kept:
            return {}
        mean = sum(kept.values()) / len(kept)
        pull = min(_MOST_PULL, 1 + _PULL * (_MIDDLE - mean) / mean)
        then = {neuron: min(1.0, level * pull) for neuron, level in kept.items()}
        moved = max(abs(level - now[neuron]) for neuron, level in then.items())
        still = len(then) == len(now) and moved <= _SETTLED
        now = then
        if still:
            break
    return now
