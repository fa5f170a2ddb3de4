"""Answers that a list of memories does not give: why something was, what came of it, what happened in a time."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ....storage import Reader
from ....storage.brain_search import NearSynapse
from ....text.terms import terms
from .activating import Synapses
from .asked import Intent, Signals

# As far as a chain of causes is followed, and the weakest link that it may have.
_MAX_STEPS = 5
_LEAST_WEIGHT = 0.1
# What a link says, read from its source to its target and the other way round.
_CAUSES: Dict[Intent, Tuple[str, str, str]] = {
    Intent.CAUSE: ("caused_by", "leads_to", " because "),
    Intent.EFFECT: ("leads_to", "caused_by", " leads to "),
}


class Chain(NamedTuple):
    """What leads from what was asked about to its cause, or to what came of it."""

    neurons: List[str]
    edges: List[NearSynapse]
    text: str
    #: The geometric mean of its weights: a long chain is no less sure than its links.
    strength: float


def chain_of(
    reader: Reader, space_id: int, signals: Signals, starts: Sequence[str], synapses: Synapses
) -> Optional[Chain]:
    """Return the chain that answers a question for a cause or an effect: of what is known, from what it is most about.

    `starts` are the neurons that it may begin at: those of the best memories, and those that the question names.
    """
    if signals.intent not in _CAUSES or not starts:
        return None
    forwards, backwards, joint = _CAUSES[signals.intent]

    def followed(neuron: str) -> List[Tuple[NearSynapse, str]]:
        ways = []
        for edge in synapses.of([neuron])[neuron]:
            onwards = edge.type == forwards and edge.source == neuron
            if edge.weight >= _LEAST_WEIGHT and (onwards or (edge.type == backwards and edge.target == neuron)):
                ways.append((edge, edge.target if edge.source == neuron else edge.source))
        return sorted(ways, key=lambda way: (-way[0].weight, way[1]))

    synapses.of(starts)
    begun = {neuron: ways for neuron in starts for ways in [followed(neuron)] if ways}
    contents = {row.public_id: row.content for row in reader.neurons(space_id, begun).values()}
    asked = set(terms(" ".join(signals.keywords)))
    overlap = {neuron: len(asked.intersection(terms(contents[neuron]))) for neuron in contents}
    best = max(overlap, key=lambda neuron: (overlap[neuron], -len(contents[neuron]), neuron), default=None)
    if best is None or not overlap[best]:
        return None
    neurons: List[str] = [best]
    edges: List[NearSynapse] = []
    while len(edges) < _MAX_STEPS:
        ways = [(edge, there) for edge, there in followed(neurons[-1]) if there not in neurons]
        if not ways:
            break
        edges.append(ways[0][0])
        neurons.append(ways[0][1])
    told = reader.neurons(space_id, neurons)
    product = 1.0
    for edge in edges:
        product *= edge.weight
    return Chain(
        neurons, edges, joint.join(told[neuron].content for neuron in neurons), product ** (1 / len(edges))
    )
