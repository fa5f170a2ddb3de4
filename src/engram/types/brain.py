"""The face of the associative brain: what a brain is made of, as it passes on the wire.

A brain is the graph of a bucket, and its id is the bucket's name; a fiber is a memory of that bucket. The names are
those of the published client. Moments come back in UTC without an offset, as that client reads them, and are taken
with any offset or, where there is none, as UTC.
"""

from __future__ import annotations

from typing import Annotated, Dict, List, Literal, Optional, TypedDict

from .limits import (
    MAX_BUCKET_NAME_CHARS,
    MAX_ENTRY_TAGS,
    MAX_FIBER_NEURONS,
    MAX_GRAPH_ID_CHARS,
    MAX_MEMORY_BYTES,
    MAX_METADATA_BYTES,
    MAX_TAG_CHARS,
    Between,
    IsoMoment,
    Items,
    JsonSize,
    Length,
    Plain,
    Utf8Size,
)
from .wire import JsonObject

NeuronKind = Literal[
    "time",
    "spatial",
    "entity",
    "action",
    "state",
    "concept",
    "sensory",
    "intent",
    "hypothesis",
    "prediction",
    "schema",
]
SynapseKind = Literal[
    "happened_at",
    "before",
    "after",
    "during",
    "caused_by",
    "leads_to",
    "enables",
    "prevents",
    "co_occurs",
    "related_to",
    "similar_to",
    "is_a",
    "has_property",
    "involves",
    "at_location",
    "contains",
    "near",
    "felt",
    "evokes",
    "contradicts",
    "resolved_by",
    "effective_for",
    "used_with",
    "alias",
    "evidence_for",
    "evidence_against",
    "predicted",
    "verified_by",
    "falsified_by",
    "has_value",
    "measured_at",
    "regulates",
    "in_row",
    "in_column",
    "source_of",
    "stored_by",
    "verified_at",
    "approved_by",
    "supersedes",
    "derived_from",
    "evolves_from",
    "subgoal_of",
    "imports",
    "calls",
    "depends_on",
    "inherits",
    "implements",
    "defined_in",
    "raises",
]
"""Whatever the published client may send; encoding and training make some of those up to `contradicts`."""
SynapseDirection = Literal["uni", "bi"]
NeighborDirection = Literal["out", "in", "both"]
MemoryKind = Literal[
    "fact",
    "decision",
    "preference",
    "todo",
    "insight",
    "context",
    "instruction",
    "error",
    "workflow",
    "reference",
    "tool",
    "hypothesis",
    "prediction",
    "schema",
    "boundary",
]
ConfidenceLevel = Literal["verified", "high", "medium", "low", "inferred"]
MemoryTier = Literal["hot", "warm", "cold"]
FiberStage = Literal["stm", "working", "episodic", "semantic"]
AlertKind = Literal[
    "high_neuron_count",
    "high_fiber_count",
    "high_synapse_count",
    "low_connectivity",
    "high_orphan_ratio",
    "expired_memories",
    "stale_fibers",
]
AlertSeverity = Literal["low", "medium", "high", "critical"]
AlertState = Literal["active", "seen", "acknowledged", "resolved"]
TagMode = Literal["and", "or"]

BrainId = Annotated[str, Length(1, MAX_BUCKET_NAME_CHARS)]
GraphId = Annotated[str, Length(1, MAX_GRAPH_ID_CHARS), Plain()]
GraphIds = Annotated[List[GraphId], Items(0, MAX_FIBER_NEURONS)]
BrainTime = Annotated[str, IsoMoment()]
NeuronText = Annotated[str, Utf8Size(MAX_MEMORY_BYTES), Length(1, MAX_MEMORY_BYTES)]
Share = Annotated[float, Between(0, 1)]
Uses = Annotated[int, Between(0, 2**53)]
GraphMetadata = Annotated[JsonObject, JsonSize(MAX_METADATA_BYTES)]
GraphTags = Annotated[List[Annotated[str, Length(1, MAX_TAG_CHARS)]], Items(0, MAX_ENTRY_TAGS)]


# -- brains


class BrainConfigInput(TypedDict, total=False):
    """How a brain behaves; what is absent is as in a new one. Any other key is refused."""

    #: Per day, 0.1.
    decay_rate: Share
    #: 0.05, added to a level or a weight on each use.
    reinforcement_delta: Annotated[float, Between(0, 0.5)]
    #: 0.2; what is less active is not reached.
    activation_threshold: Share
    #: 4, how far the deepest search goes.
    max_spread_hops: Annotated[int, Between(1, 10)]
    #: 1500, in estimated tokens.
    max_context_tokens: Annotated[int, Between(100, 10_000)]


class BrainConfigWire(TypedDict):
    """How a brain behaves."""

    decay_rate: float
    reinforcement_delta: float
    activation_threshold: float
    max_spread_hops: int
    max_context_tokens: int


class BrainWire(TypedDict):
    """A brain with its counts. A bucket that was never saved as a brain is one with defaults and the bucket's name."""

    id: str
    name: str
    config: BrainConfigWire
    owner_id: Optional[str]
    is_public: bool
    shared_with: List[str]
    neuron_count: int
    synapse_count: int
    fiber_count: int
    metadata: JsonObject
    created_at: str
    updated_at: str


# -- neurons and synapses


class NeuronWire(TypedDict):
    """A unit of information."""

    id: str
    type: NeuronKind
    content: str
    metadata: JsonObject
    created_at: str


class NeuronStateWire(TypedDict):
    """How active a neuron is. `decay_rate` is per day."""

    neuron_id: str
    activation_level: float
    access_frequency: int
    last_activated: Optional[str]
    decay_rate: float
    firing_threshold: float
    refractory_until: Optional[str]
    refractory_period_ms: float
    homeostatic_target: float
    created_at: str


class SynapseWire(TypedDict):
    """A connection between two neurons."""

    id: str
    source_id: str
    target_id: str
    type: SynapseKind
    weight: float
    direction: SynapseDirection
    metadata: JsonObject
    reinforced_count: int
    last_activated: Optional[str]
    created_at: str


# -- fibers


class FiberWire(TypedDict):
    """A memory: the neurons and synapses it goes through. `tags` are those of `auto_tags` and `agent_tags`."""

    id: str
    neuron_ids: List[str]
    synapse_ids: List[str]
    anchor_neuron_id: str
    pathway: List[str]
    conductivity: float
    last_conducted: Optional[str]
    time_start: Optional[str]
    time_end: Optional[str]
    coherence: float
    salience: float
    frequency: int
    summary: Optional[str]
    tags: List[str]
    auto_tags: List[str]
    agent_tags: List[str]
    metadata: JsonObject
    stage: FiberStage
    created_at: str


# -- typed memories and projects


class ProvenanceInput(TypedDict, total=False):
    """Where a memory comes from: `user_input`, medium confidence and created by `user` where nothing is said."""

    source: Annotated[str, Length(0, MAX_GRAPH_ID_CHARS)]
    confidence: ConfidenceLevel
    verified: bool
    verified_at: Optional[BrainTime]
    created_by: Annotated[str, Length(0, MAX_GRAPH_ID_CHARS)]
    last_confirmed: Optional[BrainTime]


class ProvenanceWire(TypedDict):
    """Where a memory comes from."""

    source: str
    confidence: ConfidenceLevel
    verified: bool
    verified_at: Optional[str]
    created_by: str
    last_confirmed: Optional[str]


class TypedMemoryWire(TypedDict):
    """What kind of memory a fiber is. `priority` is one of 0, 2, 5, 7 and 10."""

    fiber_id: str
    memory_type: MemoryKind
    priority: int
    provenance: ProvenanceWire
    expires_at: Optional[str]
    project_id: Optional[str]
    tags: List[str]
    metadata: JsonObject
    trust_score: Optional[float]
    source: Optional[str]
    tier: MemoryTier
    created_at: str


class ProjectWire(TypedDict):
    """A stretch of time that memories belong to; one without an end is ongoing."""

    id: str
    name: str
    description: str
    start_date: str
    end_date: Optional[str]
    tags: List[str]
    priority: float
    metadata: JsonObject
    created_at: str


# -- alerts


class AlertWire(TypedDict):
    """Something about a brain that somebody should look at."""

    id: str
    brain_id: str
    alert_type: AlertKind
    severity: AlertSeverity
    message: str
    recommended_action: str
    status: AlertState
    created_at: str
    seen_at: Optional[str]
    acknowledged_at: Optional[str]
    resolved_at: Optional[str]
    metadata: JsonObject


# -- transfer


class BrainSnapshotWire(TypedDict):
    """A whole brain. Two exports of one state differ in `exported_at` alone.

    `metadata` holds all that is no graph (see `SnapshotExtras`): typed memories, projects, states, and the texts.
    """

    brain_id: str
    brain_name: str
    exported_at: str
    version: str
    neurons: List[NeuronWire]
    synapses: List[SynapseWire]
    fibers: List[FiberWire]
    config: BrainConfigWire
    metadata: JsonObject


class BrainStats(TypedDict):
    """What a brain holds. The hot neurons are those used most often."""

    brain_id: str
    neuron_count: int
    synapse_count: int
    fiber_count: int
    typed_memory_count: int
    project_count: int
    neuron_types: Dict[str, int]
    synapse_types: Dict[str, int]
    average_weight: Optional[float]
    hot_neurons: List[NeuronStateWire]
    oldest_memory: Optional[str]
    newest_memory: Optional[str]
