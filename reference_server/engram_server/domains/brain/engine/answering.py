"""Answers that a list of memories does not give: why something was, what came of it, what happened in a time."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from ....storage import Reader
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


def chain_of(
    reader: Reader, space_id: int, signals: Signals, starts: Sequence[str], synapses: Synapses
) -> Optional[str]:
    """Return the chain that answers a question for a cause or an effect: of what is known, from what it is most about.

    `starts` are the neurons that it may begin at: those of the best memories, and those that the question names.
    """
    if signals.intent not in _CAUSES or not starts:
        return None
    forwards, backwards, joint = _CAUSES[signals.intent]

    def followed(neuron: str) -> List[str]:
        ways = []
        for edge in synapses.of([neuron])[neuron]:
            onwards = edge.type == forwards and edge.source == neuron
            if edge.weight >= _LEAST_WEIGHT and (onwards or (edge.type == backwards and edge.target == neuron)):
                ways.append((-edge.weight, edge.target if edge.source == neuron else edge.source))
        return [there for _, there in sorted(ways) if there != neuron]

    synapses.of(starts)
    begun = [neuron for neuron in starts if followed(neuron)]
    contents = {row.public_id: row.content for row in reader.neurons(space_id, begun).values()}
    asked = set(terms(" ".join(signals.keywords)))
    overlap = {neuron: len(asked.intersection(terms(contents[neuron]))) for neuron in contents}
    best = max(overlap, key=lambda neuron: (overlap[neuron], -len(contents[neuron]), neuron), default=None)
    if best is None or not overlap[best]:
        return None
    chain: List[str] = []
    there: Optional[str] = best
    while there is not None and len(chain) <= _MAX_STEPS:
        chain.append(there)
        there = next((neuron for neuron in followed(there) if neuron not in chain), None)
    told = reader.neurons(space_id, chain)
    return joint.join(told[neuron].content for neuron in chain)
