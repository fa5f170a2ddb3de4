"""Encoding: texts become memories, and around each a part of the graph.

All that can be told from a text alone is prepared before the write begins; inside it is found out what the brain knows
already. A neuron that is known is linked, a synapse that is known grows stronger, and a text that is known is counted.
"""

from __future__ import annotations

import json
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from engram.types.brain import FiberStage
from engram.types.brain_engine import EncodeResult, MemoryToEncode

from ....clock import iso
from ....storage import MemoryRow, NewMemory, Reader, Writer, as_json
from ....storage.brain_rows import BrainRow, FiberRow, NewFiber, NewNeuron, NewSynapse
from ...errors import Malformed
from ...hosted.drafting import Given, drafted
from ...scope import Scope
from .. import brains, shapes
from ..drafts import content_key, direction_of
from . import conflicts
from .reading import ANCHOR, PlannedNeuron, PlannedSynapse, Reading, mentioned, read_memory
from .repeating import store

_NEURON = "neu"
_MS = 1_000
_DAY_US = 86_400_000_000
# An anchor and the one before it have little to do with each other but for the time.
_NEIGHBOUR_WEIGHT = 0.3

# Under which other types a neuron may be known that is mentioned as one: "london" is the place that "London" is.
_KNOWN_AS: Dict[str, Tuple[str, ...]] = {
    "entity": ("entity", "spatial"),
    "spatial": ("spatial", "entity"),
    "concept": ("concept", "entity", "spatial"),
}


class Prepared(NamedTuple):
    """A text as far as it can be read without the brain."""

    memory: NewMemory
    reading: Reading
    #: The moment that it speaks from, in microseconds.
    moment: int
    stage: FiberStage
    metadata: str
    #: Whether it is to be held against what is known.
    compared: bool


class _Neuron:
    """A neuron of the brain, by its row number and its id. One that is new has no row until it is added."""

    __slots__ = ("maker", "public_id", "row", "type")

    def __init__(self, row: int, public_id: str, type_: str, maker: int = -1) -> None:
        self.row = row
        self.public_id = public_id
        self.type = type_
        #: The number of the text that it is new with; below zero where it was known.
        self.maker = maker


class _Anchored(NamedTuple):
    """The last anchor, and the moment that it speaks from."""

    neuron: _Neuron
    moment: int


def prepare(scope: Scope, given: MemoryToEncode, field: str = "content") -> Prepared:
    """Read a text, which came in a field.

    Raises:
        Malformed: it is blank.
    """
    content = given["content"]
    if not content.strip():
        raise Malformed(f"{field}: must not be blank", {"field": field})
    timestamp = given.get("timestamp")
    moment = brains.moment_or_now(scope, timestamp)
    said = Given(occurred_at=None if timestamp is None else moment // _MS)
    draft = drafted(content, scope.ids.new("mem"), scope.now(), said)
    memory = draft.memory
    if timestamp is None and memory.said_at is not None:
        moment = memory.said_at * _MS
    reading = read_memory(
        draft,
        moment // _MS,
        given.get("tags") or [],
        with_times=not given.get("skip_time_neurons", False),
        ceiling=float(given.get("salience_ceiling", 1.0)),
    )
    metadata = as_json(given.get("metadata") or {})
    compared = not given.get("skip_conflicts", False)
    return Prepared(memory, reading, moment, given.get("initial_stage", "stm"), metadata, compared)


def encode(
    writer: Writer, scope: Scope, brain: BrainRow, texts: Sequence[Prepared], *, return_graph: bool = False
) -> List[EncodeResult]:
    """Store texts with their graph, in order; one that repeats another is counted there."""
    ids = store(writer, scope, brain, [(text.memory, text.moment) for text in texts])
    rows = writer.rows_of_memories(brain.space_id, ids)
    known = set(writer.fibers_by_row(rows.values()))
    fresh: List[Tuple[int, Prepared]] = []
    again: List[int] = []
    for fiber_id, text in zip(ids, texts):
        row = rows[fiber_id]
        if row in known:
            again.append(row)
        else:
            known.add(row)
            fresh.append((row, text))
    encoding = _Encoding(writer, scope, brain)
    made = encoding.add(fresh)
    writer.count_uses(again)
    results = []
    for fiber_id in ids:
        result = made.pop(rows[fiber_id], None)
        results.append(_Made(fiber_id) if result is None else result._replace(fiber_id=fiber_id))
    return [_told(writer, brain, one, return_graph) for one in results]


def encode_again(writer: Writer, scope: Scope, brain_id: str, memory: MemoryRow) -> None:
    """Make the graph of a memory anew whose text was replaced, if it was encoded. What use made of its fiber stays."""
    fiber = writer.fibers_by_row([memory.id]).get(memory.id)
    if fiber is None:
        return
    brain = brains.require(writer, scope, brain_id)
    anchor = writer.neurons(brain.space_id, [fiber.anchor_id]).get(fiber.anchor_id)
    if anchor is None or not anchor.encoded or anchor.content == memory.content:
        return
    moment = fiber.time_start if memory.occurred_at is None else memory.occurred_at * _MS
    given: MemoryToEncode = {"content": memory.content, "tags": json.loads(fiber.agent_tags)}
    if moment is not None:
        given["timestamp"] = iso(moment)
    _Encoding(writer, scope, brain).again(fiber, prepare(scope, given))


class _Made(NamedTuple):
    """What came of one text: the fiber's id, and the ids of what was made and linked."""

    fiber_id: str
    neurons: Sequence[str] = ()
    linked: Sequence[str] = ()
    synapses: Sequence[str] = ()
    conflicts: int = 0
    #: 0 where the text was there already.
    size: int = 0


def _told(reader: Reader, brain: BrainRow, made: _Made, return_graph: bool) -> EncodeResult:
    result: EncodeResult = {
        "fiber_id": made.fiber_id,
        "neurons_created": len(made.neurons),
        "neurons_linked": len(made.linked),
        "synapses_created": len(made.synapses),
        "conflicts_detected": made.conflicts,
        "duplicate": not made.size,
    }
    if return_graph:
        space_id = brain.space_id
        fiber = reader.fibers(space_id, [made.fiber_id])[made.fiber_id]
        neurons, synapses = reader.neurons(space_id, made.neurons), reader.synapses(space_id, made.synapses)
        result["fiber"] = shapes.fiber(fiber)
        result["neurons"] = [shapes.neuron(neurons[one]) for one in made.neurons]
        result["linked_neuron_ids"] = list(made.linked)
        result["synapses"] = [shapes.synapse(synapses[one]) for one in made.synapses]
    return result


class _Encoding:
    """One write of texts that are new to the brain."""

    def __init__(self, writer: Writer, scope: Scope, brain: BrainRow) -> None:
        self._writer = writer
        self._new_id = scope.ids.new
        self._now = brains.now(scope)
        self._space_id = brain.space_id
        self._delta = shapes.config_of(brain)["reinforcement_delta"]

    def add(self, texts: Sequence[Tuple[int, Prepared]]) -> Dict[int, _Made]:
        """Store the graph of some texts, by the rows of their memories; return what came of each."""
        if not texts:
            return {}
        placed = self._neurons([text.reading for _, text in texts])
        last = self._last_anchor(texts[0][1].moment)
        synapses, made_ids = self._synapses([text for _, text in texts], placed, last)
        self._writer.add_synapses(self._space_id, synapses)
        fibers, made = [], {}
        for number, ((row, text), neurons, ids) in enumerate(zip(texts, placed, made_ids)):
            fibers.append(self._fiber(row, text, neurons, ids))
            created = list(dict.fromkeys(one.public_id for one in neurons if one.maker == number))
            linked = list(dict.fromkeys(one.public_id for one in neurons if one.maker != number))
            new_ids = [one for one, is_new in ids.items() if is_new]
            made[row] = _Made("", created, linked, new_ids, size=len(neurons))
        self._writer.add_fibers(self._space_id, fibers)
        for (row, text), neurons in zip(texts, placed):
            made[row] = self._contradict(row, text, neurons[ANCHOR], made[row])
        return made

    def again(self, old: FiberRow, text: Prepared) -> None:
        """Put the graph of a text in the place of a fiber's; with its old anchor goes what that was connected with."""
        (neurons,) = self._neurons([text.reading])
        synapses, (ids,) = self._synapses([text], [neurons], None)
        self._writer.add_synapses(self._space_id, synapses)
        new = self._fiber(old.id, text, neurons, ids)._replace(
            conductivity=old.conductivity,
            last_conducted=old.last_conducted,
            frequency=old.frequency,
            metadata=old.metadata,
            stage=old.stage,
            created_at=old.created_at,
        )
        self._writer.replace_fiber(self._space_id, new)
        self._contradict(old.id, text, neurons[ANCHOR], _Made(""))

    def _contradict(self, row: int, text: Prepared, anchor: _Neuron, made: _Made) -> _Made:
        """Connect a text with those that state otherwise; return what came of it."""
        rows = conflicts.contradicted(self._writer, self._space_id, text.memory, row) if text.compared else []
        if not rows:
            return made
        fibers = self._writer.fibers_by_row(rows)
        others = self._writer.neurons(self._space_id, (fiber.anchor_id for fiber in fibers.values()))
        new = [
            self._new_synapse(self._new_id("syn"), anchor.row, other.id, "contradicts", conflicts.WEIGHT, "{}")
            for other in others.values()
        ]
        self._writer.add_synapses(self._space_id, new)
        return made._replace(
            synapses=[*made.synapses, *(one.public_id for one in new)], conflicts=len(rows)
        )

    def _neurons(self, readings: Sequence[Reading]) -> List[List[_Neuron]]:
        """Return the neurons of each text in their places, those that are new added."""
        forms = {form for reading in readings for planned in reading.neurons[1:] for form in planned.forms}
        # By key and by type.
        known: Dict[str, Dict[str, _Neuron]] = {}
        for one in self._writer.named(self._space_id, forms):
            if not one.is_anchor:
                known.setdefault(one.key, {}).setdefault(one.type, _Neuron(one.row, one.public_id, one.type))
        made: List[_Neuron] = []
        new: List[NewNeuron] = []
        placed: List[List[_Neuron]] = []
        for number, reading in enumerate(readings):
            neurons: List[_Neuron] = []
            anchor_id = self._new_id(_NEURON)
            for place, planned in enumerate(reading.neurons):
                found = None if place == ANCHOR else _find(known, planned)
                if found is None:
                    # Unique as the anchor's is, and cheaper than an id of its own.
                    public_id = anchor_id if place == ANCHOR else f"{anchor_id}_{place}"
                    new.append(self._new_neuron(public_id, planned))
                    found = _Neuron(0, public_id, planned.type, number)
                    made.append(found)
                    if place != ANCHOR:
                        known.setdefault(planned.forms[0], {})[planned.type] = found
                neurons.append(found)
            placed.append(neurons)
        for neuron, row in zip(made, self._writer.add_neurons(self._space_id, new)):
            neuron.row = row
        return placed

    def _new_neuron(self, public_id: str, planned: PlannedNeuron) -> NewNeuron:
        since, until = planned.when or (None, None)
        return NewNeuron(
            public_id=public_id,
            type=planned.type,
            content=planned.content,
            name_key=planned.forms[0] if planned.forms else content_key(planned.content),
            metadata=as_json(planned.metadata) if planned.metadata else "{}",
            created_at=self._now,
            since=None if since is None else since * _MS,
            until=None if until is None else until * _MS,
            encoded=True,
        )

    def _synapses(
        self, texts: Sequence[Prepared], placed: Sequence[Sequence[_Neuron]], last: Optional[_Anchored]
    ) -> Tuple[List[NewSynapse], List[Dict[str, bool]]]:
        """Return the synapses to add, and for each text the ids of its synapses and whether they are new.

        The first text speaks from after the one of the `last` anchor.
        """
        pairs = {
            (neurons[one.source].row, neurons[one.target].row)
            for text, neurons in zip(texts, placed)
            for one in text.reading.synapses
            if one.source != ANCHOR
        }
        found = self._writer.synapses_between(pairs) if pairs else {}
        known = {key: public_id for key, (_, public_id) in found.items()}
        again: Set[int] = set()
        new: List[NewSynapse] = []
        ids: List[Dict[str, bool]] = []
        for text, neurons in zip(texts, placed):
            of_text: Dict[str, bool] = {}
            anchor = neurons[ANCHOR]
            # No other anchor has synapses of these ids, and making an id each would cost as much as storing them.
            prefix = f"syn{anchor.public_id[len(_NEURON):]}"
            for one in text.reading.synapses:
                type_, weight = _as_known(one, neurons[one.target].type)
                source, target = neurons[one.source].row, neurons[one.target].row
                key = (source, target, type_)
                if source == target:
                    continue
                if key not in known:
                    metadata = as_json(one.metadata) if one.metadata else "{}"
                    known[key] = public_id = f"{prefix}_{len(of_text)}"
                    new.append(self._new_synapse(public_id, source, target, type_, weight, metadata))
                    of_text[public_id] = True
                    continue
                of_text.setdefault(known[key], False)
                if key in found:
                    again.add(found[key][0])
            if last is not None and abs(text.moment - last.moment) <= _DAY_US:
                order = "after" if last.moment <= text.moment else "before"
                public_id = f"{prefix}_{len(of_text)}"
                new.append(self._new_synapse(public_id, anchor.row, last.neuron.row, order, _NEIGHBOUR_WEIGHT, "{}"))
                of_text[public_id] = True
            last = _Anchored(anchor, text.moment)
            ids.append(of_text)
        if again:
            self._writer.reinforce_synapses(again, self._delta, self._now)
        return new, ids

    def _new_synapse(
        self, public_id: str, source: int, target: int, type_: str, weight: float, metadata: str
    ) -> NewSynapse:
        return NewSynapse(public_id, source, target, type_, weight, direction_of(type_), metadata, self._now)

    def _last_anchor(self, moment: int) -> Optional[_Anchored]:
        """Return the anchor of the memory that speaks from just before a moment."""
        near = self._writer.fibers_near(self._space_id, moment - _DAY_US, moment, 1)
        if not near or near[0].time_start is None:
            return None
        neuron = self._writer.neurons(self._space_id, [near[0].anchor_id]).get(near[0].anchor_id)
        if neuron is None:
            return None
        return _Anchored(_Neuron(neuron.id, neuron.public_id, neuron.type), near[0].time_start)

    def _fiber(self, row: int, text: Prepared, neurons: Sequence[_Neuron], synapses: Dict[str, bool]) -> NewFiber:
        reading = text.reading
        return NewFiber(
            memory_id=row,
            anchor_id=neurons[ANCHOR].public_id,
            neuron_ids=sorted({one.public_id for one in neurons}),
            synapse_ids=as_json(sorted(synapses)),
            pathway=as_json([neurons[place].public_id for place in reading.pathway]),
            conductivity=1.0,
            last_conducted=None,
            time_start=text.moment,
            time_end=text.moment,
            coherence=reading.coherence,
            salience=reading.salience,
            frequency=1,
            summary=None,
            auto_tags=reading.auto_tags,
            agent_tags=reading.agent_tags,
            metadata=text.metadata,
            stage=text.stage,
            created_at=self._now,
        )


def _as_known(one: PlannedSynapse, target: str) -> Tuple[str, float]:
    """Return type and weight of a synapse, which may lead to a name that was taken for a concept: "zelda" is Zelda."""
    if one.type == "related_to" and one.source == ANCHOR and target != "concept":
        return "involves", mentioned(1)
    return one.type, one.weight


def _find(known: Dict[str, Dict[str, _Neuron]], planned: PlannedNeuron) -> Optional[_Neuron]:
    of_forms = [known[form] for form in planned.forms if form in known]
    if of_forms:
        for type_ in _KNOWN_AS.get(planned.type, (planned.type,)):
            for by_type in of_forms:
                if type_ in by_type:
                    return by_type[type_]
    return None
