"""What is sent of a graph, as it would be stored: ids made, defaults filled in, weights cut, tags folded. Pure."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, cast

from engram.types import JsonObject
from engram.types.brain import SynapseDirection
from engram.types.brain_calls import FiberParts, NeuronInput, NeuronLevels, SynapseInput, UpdateFiberBody
from engram.types.brain_keeping import ProjectInput, TypedMemoryInput

from ...clock import iso, iso_moment_of
from ...storage import as_json
from ...storage.brain_rows import (
    FiberRow,
    NeuronRow,
    NeuronState,
    NewFiber,
    NewNeuron,
    NewSynapse,
    NewTypedMemory,
    ProjectRow,
)
from ...text.entities import name_key
from ...text.times import times_in
from ...text.words import words
from ..errors import Malformed
from .shapes import fiber as fiber_shape

#: Names are shorter; what begins alike for so long is told apart by the rest of its words.
NAME_KEY_CHARS = 80
#: Synapses of these types lead both ways.
BOTH_WAYS: FrozenSet[str] = frozenset({"co_occurs", "related_to", "similar_to", "near", "used_with"})

# From where on a priority is one: up to 1, 3, 6 and 8, and above.
_PRIORITIES: Sequence[Tuple[int, int]] = ((1, 0), (3, 2), (6, 5), (8, 7))
_HIGHEST_PRIORITY = 10
_MS = 1_000
# Under these a neuron of time tells what it denotes; the second pair is the published client's.
_SPANS = (("start", "end"), ("absolute_start", "absolute_end"))
# What a fiber is worth that nothing is known of.
_DEFAULT_WEIGHT = 0.5


class Stamp(NamedTuple):
    """The id and the moment that something gets which brings none."""

    id: str
    now: int


def content_key(content: str) -> str:
    """Return the beginning of a folded content, under which a neuron is found by its name."""
    beginning = content[: 2 * NAME_KEY_CHARS]
    key = name_key(beginning) if beginning == content else " ".join(words(beginning))
    return key[:NAME_KEY_CHARS]


def new_neuron(given: NeuronInput, stamp: Stamp) -> NewNeuron:
    """Return a neuron.

    Raises:
        Malformed: its content is blank.
    """
    made_at = _moment(given.get("created_at"), stamp.now)
    return drafted_neuron(
        given.get("id", stamp.id), given["type"], given["content"], given.get("metadata", {}), made_at
    )


def drafted_neuron(public_id: str, type_: str, content: str, metadata: JsonObject, made_at: int) -> NewNeuron:
    """Return a neuron of these parts."""
    if not content.strip():
        raise Malformed("content: must not be blank", {"field": "content"})
    since, until = _denoted(content, metadata, made_at) if type_ == "time" else (None, None)
    return NewNeuron(
        public_id, type_, content, content_key(content), as_json(metadata), made_at, since=since, until=until
    )


def _denoted(content: str, metadata: JsonObject, made_at: int) -> Tuple[Optional[int], Optional[int]]:
    """Return what a neuron of time denotes, half-open: what its metadata says, or what its text says."""
    for first, last in _SPANS:
        start, end = metadata.get(first), metadata.get(last)
        if isinstance(start, str):
            try:
                since = iso_moment_of(start)
                until = iso_moment_of(end) if isinstance(end, str) else since
            except ValueError:
                continue
            return since, max(since + 1, until)
    told = times_in(content, made_at // _MS)
    if not told:
        return None, None
    return min(when.start for when in told) * _MS, max(when.end for when in told) * _MS


def changed_state(row: NeuronRow, given: NeuronLevels) -> NeuronState:
    """Return the state of a neuron with what is given in it. What fades, fades from its activation on."""
    old = row.state
    last_activated = moment_in(given, "last_activated", old.last_activated)
    level = float(given.get("activation_level", old.level))
    again = (level, last_activated) != (old.level, old.last_activated)
    return NeuronState(
        level=level,
        uses=given.get("access_frequency", old.uses),
        last_activated=last_activated,
        decayed_at=None if again else old.decayed_at,
        decay_rate=float(given.get("decay_rate", old.decay_rate)),
        firing_threshold=float(given.get("firing_threshold", old.firing_threshold)),
        refractory_until=moment_in(given, "refractory_until", old.refractory_until),
        refractory_ms=float(given.get("refractory_period_ms", old.refractory_ms)),
        target=float(given.get("homeostatic_target", old.target)),
    )


def restored_state(given: NeuronLevels) -> NeuronState:
    """Return a whole state: what is given, the rest as of a new neuron."""
    new = NeuronState()
    return NeuronState(
        level=float(given.get("activation_level", new.level)),
        uses=given.get("access_frequency", new.uses),
        last_activated=maybe_moment(given.get("last_activated")),
        decay_rate=float(given.get("decay_rate", new.decay_rate)),
        firing_threshold=float(given.get("firing_threshold", new.firing_threshold)),
        refractory_until=maybe_moment(given.get("refractory_until")),
        refractory_ms=float(given.get("refractory_period_ms", new.refractory_ms)),
        target=float(given.get("homeostatic_target", new.target)),
    )


def new_synapse(given: SynapseInput, ends: Mapping[str, NeuronRow], stamp: Stamp) -> NewSynapse:
    """Return a synapse between neurons that are there."""
    return NewSynapse(
        given.get("id", stamp.id),
        ends[given["source_id"]].id,
        ends[given["target_id"]].id,
        given["type"],
        share(given.get("weight", _DEFAULT_WEIGHT)),
        given.get("direction") or direction_of(given["type"]),
        as_json(given.get("metadata", {})),
        _moment(given.get("created_at"), stamp.now),
        given.get("reinforced_count", 0),
        maybe_moment(given.get("last_activated")),
    )


def direction_of(type_: str) -> SynapseDirection:
    """Return the direction of a synapse that none is given for."""
    return "bi" if type_ in BOTH_WAYS else "uni"


def share(number: float) -> float:
    """Return a number cut to 0..1."""
    return min(1.0, max(0.0, float(number)))


def new_fiber(given: FiberParts, memory_id: int, now: int) -> NewFiber:
    """Return a fiber beside a memory.

    Raises:
        Malformed: its anchor is none of its neurons.
    """
    anchor, neuron_ids = given["anchor_neuron_id"], sorted(set(given["neuron_ids"]))
    if anchor not in neuron_ids:
        raise Malformed(
            f"anchor_neuron_id: {anchor!r:.80} is none of the neurons of the fiber", {"field": "anchor_neuron_id"}
        )
    auto_tags = normal_tags(given.get("auto_tags", []))
    # What stands among all tags and not among the automatic ones, somebody has given.
    others = set(normal_tags(given.get("tags", []))) - set(auto_tags)
    return NewFiber(
        memory_id=memory_id,
        anchor_id=anchor,
        neuron_ids=neuron_ids,
        synapse_ids=as_json(sorted(set(given.get("synapse_ids", [])))),
        pathway=as_json(given.get("pathway") or [anchor]),
        conductivity=share(given.get("conductivity", 1.0)),
        last_conducted=maybe_moment(given.get("last_conducted")),
        time_start=maybe_moment(given.get("time_start")),
        time_end=maybe_moment(given.get("time_end")),
        coherence=share(given.get("coherence", 0.0)),
        salience=share(given.get("salience", 0.0)),
        frequency=given.get("frequency", 0),
        summary=given.get("summary"),
        auto_tags=auto_tags,
        agent_tags=sorted({*normal_tags(given.get("agent_tags", [])), *others}),
        metadata=as_json(given.get("metadata", {})),
        stage=given.get("stage", "stm"),
        created_at=_moment(given.get("created_at"), now),
    )


def changed_fiber(row: FiberRow, given: UpdateFiberBody) -> NewFiber:
    """Return a fiber with what is given in it."""
    known = fiber_shape(row)
    if "tags" in given and "agent_tags" not in given:
        # All tags anew: those that are gone are gone, whoever gave them.
        kept = set(normal_tags(given["tags"]))
        known["agent_tags"] = []
        known["auto_tags"] = [tag for tag in known["auto_tags"] if tag in kept]
    whole: Dict[str, object] = {**known, **given}
    if "tags" not in given:
        del whole["tags"]
    return new_fiber(cast(FiberParts, whole), row.id, row.created_at)


def new_typed_memory(given: TypedMemoryInput, fiber_id: int, now: int) -> NewTypedMemory:
    """Return what kind of memory a fiber is."""
    told = given.get("provenance", {})
    provenance = {
        "source": told.get("source", "user_input"),
        "confidence": told.get("confidence", "medium"),
        "verified": told.get("verified", False),
        "verified_at": _stamp(told.get("verified_at")),
        "created_by": told.get("created_by", "user"),
        "last_confirmed": _stamp(told.get("last_confirmed")),
    }
    trust = given.get("trust_score")
    return NewTypedMemory(
        fiber_id=fiber_id,
        memory_type=given["memory_type"],
        priority=snapped(given.get("priority", 5)),
        provenance=as_json(provenance),
        expires_at=maybe_moment(given.get("expires_at")),
        project_id=given.get("project_id"),
        tags=as_json(normal_tags(given.get("tags", []))),
        metadata=as_json(given.get("metadata", {})),
        trust_score=None if trust is None else float(trust),
        source=given.get("source"),
        tier=given.get("tier", "warm"),
        created_at=_moment(given.get("created_at"), now),
    )


def snapped(priority: int) -> int:
    """Return the step that a priority is nearest to."""
    return next((step for most, step in _PRIORITIES if priority <= most), _HIGHEST_PRIORITY)


def new_project(given: ProjectInput, stamp: Stamp) -> ProjectRow:
    """Return a project.

    Raises:
        Malformed: it ends before it starts.
    """
    start = _moment(given.get("start_date"), stamp.now)
    end = maybe_moment(given.get("end_date"))
    if end is not None and end < start:
        raise Malformed("end_date: must not lie before the start", {"field": "end_date"})
    return ProjectRow(
        public_id=given.get("id", stamp.id),
        name=given["name"],
        description=given.get("description", ""),
        start_date=start,
        end_date=end,
        tags=as_json(normal_tags(given.get("tags", []))),
        priority=float(given.get("priority", 1.0)),
        metadata=as_json(given.get("metadata", {})),
        created_at=_moment(given.get("created_at"), stamp.now),
    )


def normal_tags(given: Iterable[str]) -> List[str]:
    """Return tags as all are kept, each once: in lower case, with single spaces. A blank one is none."""
    return sorted({" ".join(tag.lower().split()) for tag in given} - {""})


def _moment(text: Optional[str], default: int) -> int:
    return default if text is None else iso_moment_of(text)


def maybe_moment(text: Optional[str]) -> Optional[int]:
    """Return the moment that a text gives, in microseconds."""
    return None if text is None else iso_moment_of(text)


def moment_in(given: Mapping[str, object], name: str, default: Optional[int]) -> Optional[int]:
    """Return the moment that is given under a name, or None there, else another."""
    return maybe_moment(cast(Optional[str], given[name])) if name in given else default


def _stamp(text: Optional[str]) -> Optional[str]:
    return None if text is None else iso(iso_moment_of(text))
