"""The routes of a brain's neurons, synapses and fibers."""

from __future__ import annotations

from typing import List, cast, get_args

from engram.types.brain import (
    FiberWire,
    NeighborDirection,
    NeuronKind,
    NeuronStateWire,
    NeuronWire,
    SynapseKind,
    SynapseWire,
    TagMode,
)
from engram.types.brain_calls import (
    ConductFiberBody,
    Done,
    FiberInput,
    FiberList,
    FindFibersBody,
    NeighborList,
    NeuronIdsBody,
    NeuronInput,
    NeuronList,
    NeuronStateInput,
    NeuronStateList,
    PathResult,
    SuggestionList,
    SynapseInput,
    SynapseList,
    UpdateFiberBody,
    UpdateNeuronBody,
    UpdateSynapseBody,
)
from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.brain import BrainRow, FiberFilter, SynapseFilter, drafts, fibers, graph, shapes
from ..domains.brain.graph import Wanted
from ..domains.errors import Malformed
from ..domains.scope import Reader
from ..wire import Response
from .base import Call, Route, Write
from .brain_base import (
    MOST_LISTED,
    changing,
    deleting,
    flag,
    listing,
    moment,
    number,
    one_of,
    part,
    reading,
    route,
    several,
)

_NEURON_KINDS = get_args(NeuronKind)
_SYNAPSE_KINDS = get_args(SynapseKind)
_DEFAULT_PAGE = 100
_DEFAULT_FIBERS_OF_A_NEURON = 10
_DEFAULT_SUGGESTIONS = 5
_DEFAULT_HOPS, _MOST_HOPS = 4, 10


# -- neurons


def find_neurons(call: Call) -> Response:
    contains = call.query.get("content_contains")
    limit, offset = part(call, _DEFAULT_PAGE, MAX_PAGE_ITEMS if contains else MOST_LISTED)
    wanted = Wanted(
        one_of(call, "type", _NEURON_KINDS),
        contains,
        call.query.get("content_exact"),
        moment(call, "time_start"),
        moment(call, "time_end"),
        moment(call, "created_before"),
    )
    return listing(
        call, "neurons", lambda reader, brain: graph.find_neurons(reader, brain, wanted, limit=limit, offset=offset)
    )


def add_neuron(call: Call) -> Write:
    body = cast(NeuronInput, call.body)
    return changing(call, lambda writer, brain: graph.add_neuron(writer, call.scope, brain, body))


def get_neurons(call: Call) -> Response:
    ids = cast(NeuronIdsBody, call.body)["neuron_ids"]
    return listing(
        call, "neurons", lambda reader, brain: [shapes.neuron(row) for row in graph.neurons(reader, brain, ids)]
    )


def get_neuron(call: Call) -> Response:
    neuron_id = call.path["neuron_id"]
    return reading(call, lambda reader, brain: shapes.neuron(graph.require_neuron(reader, brain, neuron_id)))


def update_neuron(call: Call) -> Write:
    neuron_id, body = call.path["neuron_id"], cast(UpdateNeuronBody, call.body)
    return changing(call, lambda writer, brain: graph.change_neuron(writer, brain, neuron_id, body))


def delete_neuron(call: Call) -> Write:
    return deleting(call, "neuron_id", graph.remove_neuron)


def get_neuron_state(call: Call) -> Response:
    neuron_id = call.path["neuron_id"]
    return reading(call, lambda reader, brain: shapes.state(graph.require_neuron(reader, brain, neuron_id)))


def get_neuron_states(call: Call) -> Response:
    ids = cast(NeuronIdsBody, call.body)["neuron_ids"]

    def ask(reader: Reader, brain: BrainRow) -> NeuronStateList:
        return {"states": [shapes.state(row) for row in graph.neurons(reader, brain, ids)]}

    return reading(call, ask)


def update_neuron_state(call: Call) -> Write:
    neuron_id, body = call.path["neuron_id"], cast(NeuronStateInput, call.body)
    return changing(call, lambda writer, brain: graph.change_state(writer, brain, neuron_id, body))


def get_neighbors(call: Call) -> Response:
    neuron_id, types = call.path["neuron_id"], several(call, "synapse_types")
    direction = cast(NeighborDirection, one_of(call, "direction", get_args(NeighborDirection), "both"))
    for kind in types or ():
        if kind not in _SYNAPSE_KINDS:
            raise Malformed(f"synapse_types: {kind!r:.40} is no type of a synapse", {"field": "synapse_types"})
    min_weight = number(call, "min_weight") or 0.0
    return listing(
        call,
        "neighbors",
        lambda reader, brain: graph.neighbors(
            reader, brain, neuron_id, direction=direction, types=types, min_weight=min_weight
        ),
    )


def get_path(call: Call) -> Response:
    source_id, target_id = call.path["neuron_id"], call.query.get("target_id")
    if not target_id:
        raise Malformed("target_id: is required", {"field": "target_id"})
    hops, both_ways = call.number("max_hops", _DEFAULT_HOPS, 1, _MOST_HOPS), flag(call, "bidirectional")

    def ask(reader: Reader, brain: BrainRow) -> PathResult:
        return {"path": graph.path(reader, brain, source_id, target_id, max_hops=hops, both_ways=both_ways)}

    return reading(call, ask)


def suggest_neurons(call: Call) -> Response:
    prefix, kind = call.query.get("prefix", ""), one_of(call, "type", _NEURON_KINDS)
    if not prefix.strip():
        raise Malformed("prefix: must not be blank", {"field": "prefix"})
    limit = call.number("limit", _DEFAULT_SUGGESTIONS, 1, _DEFAULT_PAGE)
    return listing(
        call, "suggestions", lambda reader, brain: graph.suggestions(reader, brain, prefix, kind, limit)
    )


# -- synapses


def find_synapses(call: Call) -> Response:
    limit, offset = part(call, MOST_LISTED, MOST_LISTED)
    wanted = SynapseFilter(
        call.query.get("source_id"),
        call.query.get("target_id"),
        one_of(call, "type", _SYNAPSE_KINDS),
        number(call, "min_weight"),
    )
    return listing(
        call, "synapses", lambda reader, brain: graph.find_synapses(reader, brain, wanted, limit=limit, offset=offset)
    )


def add_synapse(call: Call) -> Write:
    body = cast(SynapseInput, call.body)
    return changing(call, lambda writer, brain: graph.add_synapse(writer, call.scope, brain, body))


def get_synapse(call: Call) -> Response:
    synapse_id = call.path["synapse_id"]
    return reading(call, lambda reader, brain: shapes.synapse(graph.require_synapse(reader, brain, synapse_id)))


def update_synapse(call: Call) -> Write:
    synapse_id, body = call.path["synapse_id"], cast(UpdateSynapseBody, call.body)
    return changing(call, lambda writer, brain: graph.change_synapse(writer, brain, synapse_id, body))


def delete_synapse(call: Call) -> Write:
    return deleting(call, "synapse_id", graph.remove_synapse)


# -- fibers


def find_fibers(call: Call) -> Response:
    limit, offset = part(call, _DEFAULT_PAGE)
    tags = drafts.normal_tags(several(call, "tags") or [])
    mode = cast(TagMode, one_of(call, "tag_mode", get_args(TagMode), "and"))
    wanted = FiberFilter(
        call.query.get("contains_neuron"),
        moment(call, "time_start"),
        moment(call, "time_end"),
        tags,
        _least(tags, mode),
        number(call, "min_salience"),
        call.query.get("metadata_key") or None,
    )
    return listing(
        call, "fibers", lambda reader, brain: fibers.find(reader, brain, wanted, limit=limit, offset=offset)
    )


def _least(tags: List[str], mode: TagMode) -> int:
    """Return how many of some tags a fiber must have."""
    return len(tags) if mode == "and" else min(1, len(tags))


def find_fibers_of_neurons(call: Call) -> Response:
    body = cast(FindFibersBody, call.body)
    tags = drafts.normal_tags(body.get("tags", []))
    least, each = _least(tags, body.get("tag_mode", "and")), body.get("limit_per_neuron", _DEFAULT_FIBERS_OF_A_NEURON)
    return listing(
        call,
        "fibers",
        lambda reader, brain: fibers.of_neurons(
            reader, brain, body["neuron_ids"], each=each, tags=tags, least_tags=least
        ),
    )


def add_fiber(call: Call) -> Write:
    body = cast(FiberInput, call.body)
    return changing(call, lambda writer, brain: fibers.add(writer, call.scope, brain, body))


def get_fiber(call: Call) -> Response:
    fiber_id = call.path["fiber_id"]
    return reading(call, lambda reader, brain: shapes.fiber(fibers.require(reader, brain, fiber_id)))


def update_fiber(call: Call) -> Write:
    fiber_id, body = call.path["fiber_id"], cast(UpdateFiberBody, call.body)
    return changing(call, lambda writer, brain: fibers.change(writer, call.scope, brain, fiber_id, body))


def conduct_fiber(call: Call) -> Write:
    fiber_id, body = call.path["fiber_id"], cast(ConductFiberBody, call.body)
    return changing(call, lambda writer, brain: fibers.conduct(writer, call.scope, brain, fiber_id, body))


def delete_fiber(call: Call) -> Write:
    return deleting(
        call, "fiber_id", lambda writer, brain, fiber_id: fibers.remove(writer, call.scope, brain, fiber_id)
    )


_NEURONS, _NEURON = "/memory/neurons", "/memory/neurons/{neuron_id}"
_SYNAPSES, _SYNAPSE = "/memory/synapses", "/memory/synapses/{synapse_id}"
_FIBERS, _FIBER = "/memory/fibers", "/memory/fibers/{fiber_id}"
_SPAN = ("time_start", "time_end", "limit", "offset")
_FIND_NEURONS = ("type", "content_contains", "content_exact", "created_before", *_SPAN)
_FIND_SYNAPSES = ("source_id", "target_id", "type", "min_weight", "limit", "offset")
_FIND_FIBERS = ("contains_neuron", "tags", "tag_mode", "min_salience", "metadata_key", *_SPAN)
_SUGGEST = ("prefix", "type", "limit")
_NEIGHBORS = ("direction", "synapse_types", "min_weight")

ROUTES: List[Route] = [
    route("GET", _NEURONS, find_neurons, "Find neurons.", NeuronList, None, _FIND_NEURONS),
    route("POST", _NEURONS, add_neuron, "Add a neuron.", NeuronWire, NeuronInput),
    route("POST", _NEURONS + "/batch", get_neurons, "Read several neurons.", NeuronList, NeuronIdsBody, reads=True),
    route("GET", _NEURON, get_neuron, "Read a neuron.", NeuronWire),
    route("PUT", _NEURON, update_neuron, "Change a neuron.", NeuronWire, UpdateNeuronBody),
    route("DELETE", _NEURON, delete_neuron, "Delete a neuron with its synapses.", Done),
    route("GET", _NEURON + "/state", get_neuron_state, "Read the state of a neuron.", NeuronStateWire),
    route("PUT", _NEURON + "/state", update_neuron_state, "Change a state.", NeuronStateWire, NeuronStateInput),
    route("GET", _NEURON + "/neighbors", get_neighbors, "List neighbours.", NeighborList, None, _NEIGHBORS),
    route(
        "GET",
        _NEURON + "/path",
        get_path,
        "Find a shortest way to another neuron.",
        PathResult,
        None,
        ("target_id", "max_hops", "bidirectional"),
    ),
    route(
        "POST",
        "/memory/states/batch",
        get_neuron_states,
        "Read several states.",
        NeuronStateList,
        NeuronIdsBody,
        reads=True,
    ),
    route("GET", "/memory/suggest", suggest_neurons, "Complete a name.", SuggestionList, None, _SUGGEST),
    route("GET", _SYNAPSES, find_synapses, "Find synapses.", SynapseList, None, _FIND_SYNAPSES),
    route("POST", _SYNAPSES, add_synapse, "Add a synapse.", SynapseWire, SynapseInput),
    route("GET", _SYNAPSE, get_synapse, "Read a synapse.", SynapseWire),
    route("PUT", _SYNAPSE, update_synapse, "Change a synapse.", SynapseWire, UpdateSynapseBody),
    route("DELETE", _SYNAPSE, delete_synapse, "Delete a synapse.", Done),
    route("GET", _FIBERS, find_fibers, "Find fibers.", FiberList, None, _FIND_FIBERS),
    route("POST", _FIBERS, add_fiber, "Add a fiber, which is a memory.", FiberWire, FiberInput),
    route(
        "POST",
        _FIBERS + "/batch",
        find_fibers_of_neurons,
        "Find the fibers of several neurons.",
        FiberList,
        FindFibersBody,
        reads=True,
    ),
    route("GET", "/memory/fiber/{fiber_id}", get_fiber, "Read a fiber.", FiberWire),
    route("GET", _FIBER, get_fiber, "Read a fiber.", FiberWire),
    route("PUT", _FIBER, update_fiber, "Change a fiber.", FiberWire, UpdateFiberBody),
    route("POST", _FIBER + "/conduct", conduct_fiber, "Count a use of a fiber.", FiberWire, ConductFiberBody),
    route("DELETE", _FIBER, delete_fiber, "Delete a fiber and its memory.", Done),
]
