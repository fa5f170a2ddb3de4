"""Neurons and synapses: adding, finding, changing, deleting; neighbours and ways from one to another."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence

from engram.types.brain import NeighborDirection, NeuronStateWire, NeuronWire, SynapseWire
from engram.types.brain_calls import (
    Neighbor,
    NeuronInput,
    NeuronStateInput,
    Suggestion,
    SynapseInput,
    UpdateNeuronBody,
    UpdateSynapseBody,
)

from ...storage import Reader, Writer, as_json
from ...storage.brain_rows import BrainRow, Edge, NeuronFilter, NeuronRow, SynapseFilter, SynapseRow
from ..errors import Taken, Unknown
from ..scope import Scope
from . import drafts, shapes
from .brains import now
from .drafts import Stamp

_LIKE_SIGNS = ("\\", "%", "_")


class Wanted(NamedTuple):
    """Which neurons a caller wants; what is left out fits all."""

    type: Optional[str] = None
    contains: Optional[str] = None
    exact: Optional[str] = None
    low: Optional[int] = None
    high: Optional[int] = None
    made_by: Optional[int] = None


# -- neurons


def add_neuron(writer: Writer, scope: Scope, brain: BrainRow, given: NeuronInput) -> NeuronWire:
    """Add a neuron.

    Raises:
        Taken: the brain has one of its id.
        Malformed: its content is blank.
    """
    new = drafts.new_neuron(given, Stamp(scope.ids.new("nrn"), now(scope)))
    if writer.neurons(brain.space_id, [new.public_id]):
        raise Taken(f"Neuron already exists: {new.public_id}", {"neuron_id": new.public_id})
    writer.add_neurons(brain.space_id, [new])
    return shapes.neuron(require_neuron(writer, brain, new.public_id))


def require_neuron(reader: Reader, brain: BrainRow, neuron_id: str) -> NeuronRow:
    """Return a neuron.

    Raises:
        Unknown: there is none of that id.
    """
    row = reader.neurons(brain.space_id, [neuron_id]).get(neuron_id)
    if row is None:
        raise _no_neuron(neuron_id)
    return row


def _no_neuron(neuron_id: str) -> Unknown:
    return Unknown(f"Neuron not found: {neuron_id}", {"neuron_id": neuron_id}, code="neuron_not_found")


def neurons(reader: Reader, brain: BrainRow, ids: Sequence[str]) -> List[NeuronRow]:
    """Return the neurons of these ids in their order; one that is unknown is left out."""
    found = reader.neurons(brain.space_id, ids)
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def find_neurons(reader: Reader, brain: BrainRow, wanted: Wanted, *, limit: int, offset: int) -> List[NeuronWire]:
    """Return neurons, those that fit `contains` best first, else in the order of adding."""
    contains = wanted.contains or None
    fit = NeuronFilter(
        type=wanted.type,
        patterns=[] if contains is None else patterns(contains),
        exact=wanted.exact,
        exact_key=None if wanted.exact is None else drafts.content_key(wanted.exact),
        best_key=None if contains is None else drafts.content_key(contains),
        low=wanted.low,
        high=wanted.high,
        made_by=wanted.made_by,
    )
    return [shapes.neuron(row) for row in reader.find_neurons(brain.space_id, fit, limit=limit, offset=offset)]


def patterns(contains: str) -> List[str]:
    """Return what a text that contains another is like, in its spellings with small and with large letters.

    The database itself tells small letters from large ones beyond ASCII.
    """
    escaped = contains
    for sign in _LIKE_SIGNS:
        escaped = escaped.replace(sign, "\\" + sign)
    spellings = [escaped, escaped.lower(), escaped.upper(), escaped.title(), escaped.capitalize()]
    return [f"%{spelling}%" for spelling in dict.fromkeys(spellings)]


def change_neuron(writer: Writer, brain: BrainRow, neuron_id: str, given: UpdateNeuronBody) -> NeuronWire:
    """Change what is given of a neuron.

    Raises:
        Malformed: its content is blank.
    """
    row = require_neuron(writer, brain, neuron_id)
    old = shapes.neuron(row)
    new = drafts.drafted_neuron(
        neuron_id,
        given.get("type", old["type"]),
        given.get("content", old["content"]),
        given.get("metadata", old["metadata"]),
        row.created_at,
    )
    writer.replace_neuron(row.id, new)
    return shapes.neuron(require_neuron(writer, brain, neuron_id))


def remove_neuron(writer: Writer, brain: BrainRow, neuron_id: str) -> None:
    """Delete a neuron with its synapses; what it was no anchor of goes on without it."""
    row = require_neuron(writer, brain, neuron_id)
    writer.forget_neuron(row)
    writer.remove_neuron(row)


def change_state(writer: Writer, brain: BrainRow, neuron_id: str, given: NeuronStateInput) -> NeuronStateWire:
    """Change what is given of the state of a neuron."""
    row = require_neuron(writer, brain, neuron_id)
    writer.save_states([(row.id, drafts.changed_state(row, given))])
    return shapes.state(require_neuron(writer, brain, neuron_id))


def suggestions(
    reader: Reader, brain: BrainRow, prefix: str, type_: Optional[str], limit: int
) -> List[Suggestion]:
    """Return neurons whose content begins so, the most used first."""
    key = drafts.content_key(prefix)
    rows = reader.neurons_beginning(brain.space_id, key, type_, limit) if key else []
    return [
        {
            "neuron_id": row.public_id,
            "content": row.content,
            "type": shapes.neuron(row)["type"],
            "access_frequency": row.uses,
            "activation_level": row.level,
            "score": row.uses + row.level,
        }
        for row in rows
    ]


# -- synapses


def add_synapse(writer: Writer, scope: Scope, brain: BrainRow, given: SynapseInput) -> SynapseWire:
    """Add a synapse.

    Raises:
        Unknown: one of its ends is not there.
        Taken: the brain has one of its id.
    """
    stamp = Stamp(scope.ids.new("syn"), now(scope))
    ends = writer.neurons(brain.space_id, [given["source_id"], given["target_id"]])
    for end in (given["source_id"], given["target_id"]):
        if end not in ends:
            raise _no_neuron(end)
    new = drafts.new_synapse(given, ends, stamp)
    if writer.synapses(brain.space_id, [new.public_id]):
        raise Taken(f"Synapse already exists: {new.public_id}", {"synapse_id": new.public_id})
    writer.add_synapses(brain.space_id, [new])
    return shapes.synapse(require_synapse(writer, brain, new.public_id))


def require_synapse(reader: Reader, brain: BrainRow, synapse_id: str) -> SynapseRow:
    """Return a synapse.

    Raises:
        Unknown: there is none of that id.
    """
    row = reader.synapses(brain.space_id, [synapse_id]).get(synapse_id)
    if row is None:
        raise Unknown(f"Synapse not found: {synapse_id}", {"synapse_id": synapse_id}, code="synapse_not_found")
    return row


def find_synapses(
    reader: Reader, brain: BrainRow, wanted: SynapseFilter, *, limit: int, offset: int
) -> List[SynapseWire]:
    """Return synapses in the order of adding."""
    return [shapes.synapse(row) for row in reader.find_synapses(brain.space_id, wanted, limit=limit, offset=offset)]


def change_synapse(writer: Writer, brain: BrainRow, synapse_id: str, given: UpdateSynapseBody) -> SynapseWire:
    """Change what is given of a synapse. What fades, fades from its last use on."""
    row = require_synapse(writer, brain, synapse_id)
    changed = row._replace(
        type=given.get("type", row.type),
        weight=drafts.share(given.get("weight", row.weight)),
        direction=given.get("direction", row.direction),
        metadata=as_json(given["metadata"]) if "metadata" in given else row.metadata,
        reinforced_count=given.get("reinforced_count", row.reinforced_count),
        last_activated=drafts.moment_in(given, "last_activated", row.last_activated),
    )
    if (changed.weight, changed.last_activated) != (row.weight, row.last_activated):
        changed = changed._replace(decayed_at=None)
    writer.save_synapse(changed)
    return shapes.synapse(require_synapse(writer, brain, synapse_id))


def remove_synapse(writer: Writer, brain: BrainRow, synapse_id: str) -> None:
    """Delete a synapse."""
    row = require_synapse(writer, brain, synapse_id)
    writer.forget_synapse(row)
    writer.remove_synapse(row)


# -- ways


def neighbors(
    reader: Reader,
    brain: BrainRow,
    neuron_id: str,
    *,
    direction: NeighborDirection,
    types: Optional[Sequence[str]],
    min_weight: float,
) -> List[Neighbor]:
    """Return the neighbours of a neuron, those over the strongest synapses first."""
    start = require_neuron(reader, brain, neuron_id)
    edges = reader.edges(
        [start.id], out=direction != "in", into=direction != "out", types=types, min_weight=min_weight
    )
    return _told(reader, edges)


def path(
    reader: Reader, brain: BrainRow, source_id: str, target_id: str, *, max_hops: int, both_ways: bool
) -> Optional[List[Neighbor]]:
    """Return a shortest way from a neuron to another, over the strongest synapses of each hop; None without one."""
    source = require_neuron(reader, brain, source_id)
    target = require_neuron(reader, brain, target_id)
    came_by: Dict[int, Optional[Edge]] = {source.id: None}
    frontier = [source.id]
    while frontier and target.id not in came_by and max_hops > 0:
        max_hops -= 1
        reached: Dict[int, Edge] = {}
        for edge in reader.edges(frontier, out=True, into=both_ways):
            if edge.to_id not in came_by:
                reached.setdefault(edge.to_id, edge)
        came_by.update(reached)
        frontier = list(reached)
    return _told(reader, _steps(came_by, target.id)) if target.id in came_by else None


def _steps(came_by: Mapping[int, Optional[Edge]], end: int) -> List[Edge]:
    steps = []
    edge = came_by[end]
    while edge is not None:
        steps.append(edge)
        edge = came_by[edge.from_id]
    return steps[::-1]


def _told(reader: Reader, edges: Iterable[Edge]) -> List[Neighbor]:
    crossed = list(edges)
    rows = reader.neurons_by_row(edge.to_id for edge in crossed)
    synapses = reader.synapses_by_row(edge.synapse_id for edge in crossed)
    return [
        {"neuron": shapes.neuron(rows[edge.to_id]), "synapse": shapes.synapse(synapses[edge.synapse_id])}
        for edge in crossed
    ]
