"""Training: what the schema of a database tells becomes memories of a brain, once for each schema.

Tables and patterns are encoded as texts are; then the tables are connected as their keys say.
"""

from __future__ import annotations

import itertools
import json
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from engram.types import JsonObject
from engram.types.brain import FiberStage, MemoryKind
from engram.types.brain_engine import MemoryToEncode
from engram.types.brain_learning import TrainBody, TrainResult

from ....storage import Writer, as_json
from ....storage.brain_rows import BrainRow, NewNeuron, NewSynapse, NewTypedMemory
from ...errors import Malformed
from ...scope import Scope
from .. import brains, shapes
from ..drafts import content_key, direction_of, new_typed_memory, normal_tags
from .encoding import Prepared, encode, prepare
from .schemas import ENTITY_CONFIDENCE, Knowledge, Relationship, knowledge_of

_DEFAULT_CEILING = 0.5
_DEFAULT_TABLES = 100
_CONTAINS = 0.8
# Tables that are described by the same word have a little to do with each other.
_ENRICHED = 0.3
_MAX_ENRICHED = 200
_TRAINED = "trained_schema"
_MAX_NAME_CHARS = 256


class _Text(NamedTuple):
    """A sentence about a table, and what kind of memory it is."""

    table: str
    sentence: str
    type: MemoryKind
    tags: List[str]


def train(writer: Writer, scope: Scope, brain: BrainRow, given: TrainBody) -> TrainResult:
    """Learn what a schema tells, unless it was learned before."""
    snapshot = given["snapshot"]
    if any(not 1 <= len(table["name"]) <= _MAX_NAME_CHARS for table in snapshot["tables"]):
        raise Malformed("snapshot.tables: a name must have 1 to 256 characters", {"field": "snapshot.tables"})
    knowledge = knowledge_of(
        snapshot,
        max_tables=given.get("max_tables", _DEFAULT_TABLES),
        relationships=given.get("include_relationships", True),
        patterns=given.get("include_patterns", True),
    )
    domain, fingerprint = given.get("domain_tag", "").strip(), snapshot["schema_fingerprint"]
    training = _Training(writer, scope, brain, domain)
    mark = training.mark(fingerprint, knowledge)
    result: TrainResult = {
        "tables_processed": knowledge.processed,
        "tables_skipped": knowledge.skipped,
        "columns_processed": knowledge.columns,
        "relationships_mapped": len(knowledge.relationships),
        "patterns_detected": len(knowledge.patterns),
        "neurons_created": 0,
        "synapses_created": 0,
        "enrichment_synapses": 0,
        "schema_fingerprint": fingerprint,
        "brain_name": shapes.brain(brain)["name"],
        "already_trained": mark is None,
    }
    if mark is not None:
        training.learn(knowledge, given.get("initial_stage", "episodic"), _ceiling(given))
        training.keep(mark)
        if given.get("consolidate", True):
            result["enrichment_synapses"] = training.enrich(knowledge)
        after = brains.require(writer, scope, brain.brain_id)
        result["neurons_created"] = after.neurons - brain.neurons
        result["synapses_created"] = after.synapses - brain.synapses
    return result


def _ceiling(given: TrainBody) -> float:
    return float(given.get("salience_ceiling", _DEFAULT_CEILING))


class _Mark(NamedTuple):
    """A neuron that tells how much of a schema was learned, and the row it is to replace, if any."""

    neuron: NewNeuron
    rows: List[int]


class _Training:
    """One schema on its way into a brain."""

    def __init__(self, writer: Writer, scope: Scope, brain: BrainRow, domain: str) -> None:
        self._writer = writer
        self._scope = scope
        self._brain = brain
        self._domain = domain
        self._now = brains.now(scope)
        #: By the name of a table: the row number of its neuron.
        self._tables: Dict[str, int] = {}

    def learn(self, knowledge: Knowledge, stage: FiberStage, ceiling: float) -> None:
        """Store what is told of tables, and how they hang together."""
        tags = [tag for tag in ("db_schema", self._domain) if tag]
        texts = [
            _Text(one.table, one.sentence, "reference", [*tags, one.table]) for one in knowledge.entities
        ]
        texts += [_Text(one.table, one.sentence, "insight", [*tags, one.name, one.table]) for one in knowledge.patterns]
        prepared = [self._prepared(text, stage, ceiling) for text in texts]
        results = encode(self._writer, self._scope, self._brain, prepared)
        fibers = self._writer.fibers(self._brain.space_id, (one["fiber_id"] for one in results))
        anchors = self._writer.neurons(self._brain.space_id, (fiber.anchor_id for fiber in fibers.values()))
        rows = [anchors[fibers[one["fiber_id"]].anchor_id].id for one in results]
        for text, result in zip(texts, results):
            fiber = fibers[result["fiber_id"]]
            self._writer.save_typed_memory(self._brain.space_id, self._typed(text, fiber.id, fiber.public_id))
        names = [*dict.fromkeys([*(text.table for text in texts), *_ends(knowledge.relationships)])]
        self._tables = dict(zip(names, self._add([self._neuron(name, {"table": name}) for name in names])))
        self._connect(texts, rows, knowledge)

    def _prepared(self, text: _Text, stage: FiberStage, ceiling: float) -> Prepared:
        given: MemoryToEncode = {
            "content": text.sentence,
            "tags": normal_tags(text.tags),
            "skip_time_neurons": True,
            "initial_stage": stage,
            "salience_ceiling": ceiling,
        }
        return prepare(self._scope, given)

    def _typed(self, text: _Text, row: int, fiber_id: str) -> NewTypedMemory:
        return new_typed_memory(
            {"fiber_id": fiber_id, "memory_type": text.type, "tags": text.tags, "source": "db_trainer"}, row, self._now
        )

    def _connect(self, texts: Sequence[_Text], anchors: Sequence[int], knowledge: Knowledge) -> None:
        ends: List[Tuple[int, int, str, float, JsonObject]] = []
        if self._domain:
            (domain,) = self._add([self._neuron(self._domain, {"domain": self._domain})])
            ends += [(domain, row, "contains", _CONTAINS, {}) for row in self._tables.values()]
        confidence = {one.sentence: one.confidence for one in knowledge.patterns}
        for text, anchor in zip(texts, anchors):
            weight = confidence.get(text.sentence)
            if weight is None:
                ends.append((anchor, self._tables[text.table], "involves", ENTITY_CONFIDENCE, {}))
            else:
                ends.append((self._tables[text.table], anchor, "has_property", weight, {}))
        for one in knowledge.relationships:
            source, target = self._tables[one.source], self._tables[one.target]
            metadata: JsonObject = {"columns": list(one.columns)}
            ends.append((source, target, one.type, one.confidence, metadata))
        self._link(ends)

    def enrich(self, knowledge: Knowledge) -> int:
        """Connect the tables that show the same pattern; return how many synapses that made."""
        by_pattern: Dict[str, List[str]] = {}
        for one in knowledge.patterns:
            by_pattern.setdefault(one.name, []).append(one.table)
        pairs = {pair for tables in by_pattern.values() for pair in itertools.combinations(sorted(set(tables)), 2)}
        chosen = sorted(pairs)[:_MAX_ENRICHED]
        self._link(
            [(self._tables[one], self._tables[other], "similar_to", _ENRICHED, {}) for one, other in chosen]
        )
        return len(chosen)

    def mark(self, fingerprint: str, knowledge: Knowledge) -> Optional[_Mark]:
        """Return what keeps that this much of a schema was learned: None where at least as much was before."""
        now: Dict[str, int] = {
            "tables": knowledge.processed,
            "relationships": len(knowledge.relationships),
            "patterns": len(knowledge.patterns),
        }
        key = content_key(f"schema {self._domain} {fingerprint}")
        named = [one.row for one in self._writer.named(self._brain.space_id, [key])]
        for row in self._writer.neurons_by_row(named).values():
            before: Dict[str, int] = json.loads(row.metadata)
            if all(before.get(name, most) >= most for name, most in now.items()):
                return None
            now = {name: max(most, before[name]) for name, most in now.items()}
        neuron = self._neuron(f"Schema {self._domain} {fingerprint}", {"trained": _TRAINED, **now})
        return _Mark(neuron._replace(type="schema", name_key=key), named)

    def keep(self, mark: _Mark) -> None:
        """Keep that as much of a schema as a mark says was learned."""
        for row in mark.rows:
            self._writer.replace_neuron(row, mark.neuron)
        if not mark.rows:
            self._writer.add_neurons(self._brain.space_id, [mark.neuron])

    def _neuron(self, content: str, metadata: JsonObject) -> NewNeuron:
        return NewNeuron(
            self._scope.ids.new("neu"),
            "concept",
            content,
            content_key(content),
            as_json(metadata),
            self._now,
        )

    def _add(self, neurons: Sequence[NewNeuron]) -> List[int]:
        """Return the row numbers of neurons; those that the brain has are not made again."""
        known = {
            (one.type, one.key): one.row
            for one in self._writer.named(self._brain.space_id, (neuron.name_key for neuron in neurons))
            if not one.is_anchor
        }
        new = [neuron for neuron in neurons if (neuron.type, neuron.name_key) not in known]
        rows = dict(zip((neuron.public_id for neuron in new), self._writer.add_neurons(self._brain.space_id, new)))
        return [rows.get(neuron.public_id) or known[neuron.type, neuron.name_key] for neuron in neurons]

    def _link(self, ends: Sequence[Tuple[int, int, str, float, JsonObject]]) -> None:
        """Connect neurons, unless they are connected so."""
        new = {(source, target, type_): (weight, metadata) for source, target, type_, weight, metadata in ends}
        known = self._writer.synapses_between((source, target) for source, target, _ in new)
        self._writer.add_synapses(
            self._brain.space_id,
            [
                NewSynapse(
                    self._scope.ids.new("syn"),
                    source,
                    target,
                    type_,
                    weight,
                    direction_of(type_),
                    as_json(metadata),
                    self._now,
                )
                for (source, target, type_), (weight, metadata) in new.items()
                if (source, target, type_) not in known
            ],
        )


def _ends(relationships: Sequence[Relationship]) -> List[str]:
    return [table for one in relationships for table in (one.source, one.target)]
