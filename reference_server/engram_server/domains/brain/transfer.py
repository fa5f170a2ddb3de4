"""A brain as a whole: taken out as a snapshot, and put in under another id.

A snapshot holds the graph as the published client's does, and in its metadata all that this one's loses: states, how
far things have faded, and the texts. What is put in and taken out again is the same to the byte but for `brain_id`
and `exported_at`.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple, cast, get_args

from engram.types import JsonObject
from engram.types.brain import BrainSnapshotWire, BrainWire, NeuronKind, SynapseKind
from engram.types.brain_calls import NeuronInput, SynapseInput
from engram.types.brain_keeping import (
    BrainSnapshotInput,
    SnapshotFiber,
    SnapshotMemory,
    SnapshotNeuron,
    SnapshotState,
    SnapshotSynapse,
    TypedMemoryInput,
)

from ...clock import iso, iso_moment_of
from ...storage import MemoryRow, NewMemory, Reader, Writer, as_json
from ...storage.brain_rows import BrainRow, BrainSettings, NeuronRow, NeuronState, NewNeuron, TypedMemoryFilter
from ..errors import Malformed, Taken
from ..hosted import buckets
from ..hosted.drafting import Given, draft
from ..scope import Scope
from . import brains, drafts, fibers, shapes
from .brains import now
from .drafts import Stamp

VERSION = "0.1.0"
_VERSION = re.compile(r"(\d{1,9})\.\d{1,9}(?:\.\d{1,9})?")
_MAJOR = "0"

_NEURON_TYPES: FrozenSet[str] = frozenset(get_args(NeuronKind))
_SYNAPSE_TYPES: FrozenSet[str] = frozenset(get_args(SynapseKind))
_US_IN_MS = 1_000
_ALL = 2**62


# -- out


def exported(reader: Reader, scope: Scope, brain_id: str) -> BrainSnapshotWire:
    """Return a whole brain."""
    row = brains.require(reader, scope, brain_id)
    brain = shapes.brain(row)
    neurons, synapses = reader.all_neurons(row.space_id), reader.all_synapses(row.space_id)
    typed = reader.find_typed_memories(row.space_id, TypedMemoryFilter(), limit=_ALL)
    typed.sort(key=lambda one: one.public_id)
    extras: Dict[str, object] = {
        "typed_memories": [shapes.typed_memory(one) for one in typed],
        "projects": [shapes.project(one) for one in reader.projects(row.space_id, limit=_ALL)],
        "neuron_states": [_state(one) for one in neurons if one.encoded or one.state != NeuronState()],
        "synapse_fading": [
            {"synapse_id": one.public_id, "decayed_at": iso(one.decayed_at)}
            for one in synapses
            if one.decayed_at is not None
        ],
        "memories": [_memory(one) for one in reversed(reader.memories(row.space_id, limit=_ALL))],
        "brain": {name: brain[name] for name in ("owner_id", "is_public", "shared_with", "metadata")},
    }
    return {
        "brain_id": brain["id"],
        "brain_name": brain["name"],
        "exported_at": iso(now(scope)),
        "version": VERSION,
        "neurons": [shapes.neuron(one) for one in neurons],
        "synapses": [shapes.synapse(one) for one in synapses],
        "fibers": [shapes.fiber(one) for one in reader.all_fibers(row.space_id)],
        "config": brain["config"],
        "metadata": cast(JsonObject, extras),
    }


def _state(row: NeuronRow) -> SnapshotState:
    state = shapes.state(row)
    return {
        "neuron_id": state["neuron_id"],
        "activation_level": state["activation_level"],
        "access_frequency": state["access_frequency"],
        "last_activated": state["last_activated"],
        "decay_rate": state["decay_rate"],
        "firing_threshold": state["firing_threshold"],
        "refractory_until": state["refractory_until"],
        "refractory_period_ms": state["refractory_period_ms"],
        "homeostatic_target": state["homeostatic_target"],
        "decayed_at": None if row.decayed_at is None else iso(row.decayed_at),
        "encoded": bool(row.encoded),
    }


def _memory(row: MemoryRow) -> SnapshotMemory:
    return {
        "id": row.public_id,
        "content": row.content,
        "created_at": iso(row.created_at * _US_IN_MS),
        "speaker": row.speaker,
        "session": row.session,
        "occurred_at": None if row.occurred_at is None else iso(row.occurred_at * _US_IN_MS),
        "metadata": None if row.metadata is None else json.loads(row.metadata),
    }


# -- in


def imported(
    writer: Writer, scope: Scope, brain_id: str, snapshot: BrainSnapshotInput, *, replace: bool
) -> BrainWire:
    """Make a brain of a snapshot, whole or not at all.

    Raises:
        Taken: there is a bucket of that id, and it is not to be replaced.
        Malformed: the version is unknown, an id stands twice, or something leads to what is not there.
    """
    _check_version(snapshot["version"])
    if buckets.bucket_name(brain_id, "brain_id") != brain_id:
        raise Malformed("brain_id: must be in Unicode's normal form C", {"field": "brain_id"})
    old = writer.brain(scope.tenant_id, brain_id)
    if old is not None:
        if not replace:
            raise Taken(f"Brain already exists: {brain_id}", {"brain_id": brain_id})
        writer.remove_space(old.space_id)
    space = buckets.obtain(writer, scope, brain_id)
    writer.save_brain(space.id, _settings(scope, snapshot))
    brain = brains.require(writer, scope, brain_id)
    _put_neurons(writer, scope, brain, snapshot)
    _put_synapses(writer, scope, brain, snapshot)
    _put_fibers(writer, scope, brain, snapshot)
    _put_kept(writer, scope, brain, snapshot)
    return brains.get(writer, scope, brain_id)


def _check_version(version: str) -> None:
    match = _VERSION.fullmatch(version)
    if match is None or match.group(1) != _MAJOR:
        raise Malformed(
            f"version: this server reads snapshots of version {_MAJOR}.x, not {version!r:.40}",
            {"field": "version"},
            code="unknown_version",
        )


def _settings(scope: Scope, snapshot: BrainSnapshotInput) -> BrainSettings:
    told, moment = snapshot["metadata"].get("brain", {}), now(scope)
    return BrainSettings(
        name=snapshot["brain_name"],
        config=as_json(shapes.config(snapshot["config"])),
        owner_id=told.get("owner_id"),
        is_public=told.get("is_public", False),
        shared_with=as_json(told.get("shared_with", [])),
        metadata=as_json(told.get("metadata", {})),
        created_at=moment,
        updated_at=moment,
    )


def _put_neurons(writer: Writer, scope: Scope, brain: BrainRow, snapshot: BrainSnapshotInput) -> None:
    states = {one["neuron_id"]: one for one in snapshot["metadata"].get("neuron_states", [])}
    _refuse_twice("neurons", [given["id"] for given in snapshot["neurons"]])
    moment = now(scope)
    writer.add_neurons(
        brain.space_id, [_neuron(given, states.get(given["id"]), moment) for given in snapshot["neurons"]]
    )


def _neuron(given: SnapshotNeuron, told: Optional[SnapshotState], moment: int) -> NewNeuron:
    plain: NeuronInput = {"id": given["id"], "type": "concept", "content": given["content"]}
    if given["type"] in _NEURON_TYPES:
        plain["type"] = cast(NeuronKind, given["type"])
        plain["metadata"] = given.get("metadata", {})
    else:
        plain["metadata"] = {**given.get("metadata", {}), "original_type": given["type"]}
    if "created_at" in given:
        plain["created_at"] = given["created_at"]
    new = drafts.new_neuron(plain, Stamp(given["id"], moment))
    if told is None:
        return new
    decayed_at = told.get("decayed_at")
    state = drafts.restored_state(told)._replace(decayed_at=drafts.maybe_moment(decayed_at))
    return new._replace(state=state, encoded=told.get("encoded", False))


def _put_synapses(writer: Writer, scope: Scope, brain: BrainRow, snapshot: BrainSnapshotInput) -> None:
    given = snapshot["synapses"]
    faded = {one["synapse_id"]: one["decayed_at"] for one in snapshot["metadata"].get("synapse_fading", [])}
    _refuse_twice("synapses", [one["id"] for one in given])
    ends = writer.neurons(brain.space_id, [end for one in given for end in (one["source_id"], one["target_id"])])
    for place, one in enumerate(given):
        for side in (one["source_id"], one["target_id"]):
            if side not in ends:
                raise Malformed(f"synapses[{place}]: there is no neuron {side!r:.80}", {"field": f"synapses[{place}]"})
    moment, news = now(scope), []
    for one in given:
        new = drafts.new_synapse(_synapse(one), ends, Stamp(one["id"], moment))
        decayed_at = faded.get(one["id"])
        news.append(new if decayed_at is None else new._replace(decayed_at=iso_moment_of(decayed_at)))
    writer.add_synapses(brain.space_id, news)


def _synapse(given: SnapshotSynapse) -> SynapseInput:
    if given["type"] in _SYNAPSE_TYPES:
        return cast(SynapseInput, given)
    metadata = {**given.get("metadata", {}), "original_type": given["type"]}
    return cast(SynapseInput, {**given, "type": "related_to", "metadata": metadata})


def _put_fibers(writer: Writer, scope: Scope, brain: BrainRow, snapshot: BrainSnapshotInput) -> None:
    texts = list(snapshot["metadata"].get("memories", []))
    known = {one["id"] for one in texts}
    _refuse_twice("fibers", [one["id"] for one in snapshot["fibers"]])
    _refuse_twice("metadata.memories", [one["id"] for one in texts])
    texts += [_text(writer, brain, given) for given in snapshot["fibers"] if given["id"] not in known]
    rows: Dict[str, int] = {}
    for moment, batch in _drafted(texts, scope.now()):
        rows.update(zip([new.public_id for new in batch], writer.add_memories(brain.space_id, batch, moment)))
    moment_us = now(scope)
    writer.add_fibers(
        brain.space_id, [drafts.new_fiber(given, rows[given["id"]], moment_us) for given in snapshot["fibers"]]
    )


def _text(reader: Reader, brain: BrainRow, given: SnapshotFiber) -> SnapshotMemory:
    """Return the memory of a fiber that comes with none."""
    text: SnapshotMemory = {"id": given["id"], "content": fibers.text_of(reader, brain, given)}
    if "created_at" in given:
        text["created_at"] = given["created_at"]
    text["occurred_at"] = given.get("time_start")
    return text


def _drafted(texts: Sequence[SnapshotMemory], default: int) -> Iterator[Tuple[int, List[NewMemory]]]:
    """Yield memories in their order, by the moment at which they were stored."""

    def stored_at(one: SnapshotMemory) -> int:
        text = one.get("created_at")
        return default if text is None else iso_moment_of(text) // _US_IN_MS

    for moment, group in groupby(texts, stored_at):
        yield moment, [draft(one["content"], one["id"], moment, _given(one)) for one in group]


def _given(one: SnapshotMemory) -> Given:
    occurred_at, metadata = one.get("occurred_at"), one.get("metadata")
    return Given(
        one.get("speaker"),
        one.get("session"),
        None if occurred_at is None else iso_moment_of(occurred_at) // _US_IN_MS,
        None if metadata is None else as_json(metadata),
    )


def _put_kept(writer: Writer, scope: Scope, brain: BrainRow, snapshot: BrainSnapshotInput) -> None:
    extras, moment = snapshot["metadata"], now(scope)
    typed: Sequence[TypedMemoryInput] = extras.get("typed_memories", [])
    rows = writer.fibers(brain.space_id, [given["fiber_id"] for given in typed])
    for place, given in enumerate(typed):
        fiber = rows.get(given["fiber_id"])
        if fiber is None:
            field = f"metadata.typed_memories[{place}]"
            raise Malformed(f"{field}: there is no fiber {given['fiber_id']!r:.80}", {"field": field})
        writer.save_typed_memory(brain.space_id, drafts.new_typed_memory(given, fiber.id, moment))
    for project in extras.get("projects", []):
        writer.save_project(brain.space_id, drafts.new_project(project, Stamp(scope.ids.new("prj"), moment)))


def _refuse_twice(what: str, ids: Sequence[str]) -> None:
    seen = set()
    for place, one in enumerate(ids):
        if one in seen:
            raise Malformed(f"{what}[{place}]: the id {one!r:.80} stands twice", {"field": f"{what}[{place}].id"})
        seen.add(one)
