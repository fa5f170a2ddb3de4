"""What a brain's tables take and give. Plain tuples; no SQL, no rules.

Moments are microseconds since 1970. Metadata, configs and lists of ids or tags are JSON. `id` is a row's number,
`public_id` what the world knows it by; a fiber's row number is its memory's.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence


class BrainRow(NamedTuple):
    """A space as a brain. What nobody has saved is None."""

    space_id: int
    tenant_id: int
    brain_id: str
    #: When the space was made.
    made_at: int
    name: Optional[str]
    config: Optional[str]
    owner_id: Optional[str]
    is_public: Optional[int]
    shared_with: Optional[str]
    metadata: Optional[str]
    created_at: Optional[int]
    updated_at: Optional[int]
    neurons: int
    synapses: int
    fibers: int
    #: Changes since somebody looked at its health.
    unpulsed: int


class BrainSettings(NamedTuple):
    """What is saved of a brain itself."""

    name: str
    config: str
    owner_id: Optional[str]
    is_public: bool
    shared_with: str
    metadata: str
    created_at: int
    updated_at: int


class NeuronState(NamedTuple):
    """How active a neuron is."""

    level: float = 0.0
    uses: int = 0
    last_activated: Optional[int] = None
    #: Up to when the level has faded already.
    decayed_at: Optional[int] = None
    #: Per day.
    decay_rate: float = 0.1
    firing_threshold: float = 0.3
    refractory_until: Optional[int] = None
    refractory_ms: float = 500.0
    target: float = 0.5


class NewNeuron(NamedTuple):
    """A neuron to add."""

    public_id: str
    type: str
    content: str
    #: The beginning of its folded content.
    name_key: str
    metadata: str
    created_at: int
    #: What a neuron of time denotes, half-open.
    since: Optional[int] = None
    until: Optional[int] = None
    #: It was made from memories, and goes with the last fiber that holds it.
    encoded: bool = False
    state: NeuronState = NeuronState()


class NeuronRow(NamedTuple):
    """A neuron and its state."""

    id: int
    space_id: int
    public_id: str
    type: str
    content: str
    metadata: str
    created_at: int
    since: Optional[int]
    until: Optional[int]
    encoded: int
    level: float
    uses: int
    last_activated: Optional[int]
    decayed_at: Optional[int]
    decay_rate: float
    firing_threshold: float
    refractory_until: Optional[int]
    refractory_ms: float
    target: float

    @property
    def state(self) -> NeuronState:
        """Its state by itself."""
        return NeuronState(*self[10:])


class NeuronFilter(NamedTuple):
    """Which neurons are wanted; what is left out fits all."""

    type: Optional[str] = None
    #: Patterns of LIKE, one of which must fit the content, escaped with a backslash.
    patterns: Sequence[str] = ()
    #: The content, and the beginning of its folded form.
    exact: Optional[str] = None
    exact_key: Optional[str] = None
    #: The beginning of the folded content of those that come first.
    best_key: Optional[str] = None
    #: What they denote, or when they were made where they denote no time, meets this span; both ends included.
    low: Optional[int] = None
    high: Optional[int] = None
    #: They were made no later.
    made_by: Optional[int] = None


class NewSynapse(NamedTuple):
    """A synapse to add, between two neurons by their row numbers."""

    public_id: str
    source_id: int
    target_id: int
    type: str
    weight: float
    direction: str
    metadata: str
    created_at: int
    reinforced_count: int = 0
    last_activated: Optional[int] = None
    decayed_at: Optional[int] = None


class SynapseRow(NamedTuple):
    """A synapse. `source` and `target` are public ids."""

    id: int
    space_id: int
    public_id: str
    source_id: int
    target_id: int
    source: str
    target: str
    type: str
    weight: float
    direction: str
    metadata: str
    reinforced_count: int
    last_activated: Optional[int]
    decayed_at: Optional[int]
    created_at: int


class SynapseFilter(NamedTuple):
    """Which synapses are wanted; what is left out fits all. Ends are public ids."""

    source: Optional[str] = None
    target: Optional[str] = None
    type: Optional[str] = None
    min_weight: Optional[float] = None


class Edge(NamedTuple):
    """A synapse as it is crossed: from a neuron to its neighbour, by their row numbers."""

    from_id: int
    to_id: int
    synapse_id: int
    weight: float


class NewFiber(NamedTuple):
    """A fiber to add beside a memory, or to put in the place of what it was."""

    memory_id: int
    anchor_id: str
    #: Sorted.
    neuron_ids: Sequence[str]
    #: JSON, as the pathway is.
    synapse_ids: str
    pathway: str
    conductivity: float
    last_conducted: Optional[int]
    time_start: Optional[int]
    time_end: Optional[int]
    coherence: float
    salience: float
    frequency: int
    summary: Optional[str]
    auto_tags: Sequence[str]
    agent_tags: Sequence[str]
    metadata: str
    stage: str
    created_at: int


class FiberRow(NamedTuple):
    """A fiber. All lists are JSON."""

    id: int
    space_id: int
    public_id: str
    anchor_id: str
    neuron_ids: str
    synapse_ids: str
    pathway: str
    conductivity: float
    last_conducted: Optional[int]
    time_start: Optional[int]
    time_end: Optional[int]
    coherence: float
    salience: float
    frequency: int
    summary: Optional[str]
    auto_tags: str
    agent_tags: str
    metadata: str
    stage: str
    created_at: int


class FiberFilter(NamedTuple):
    """Which fibers are wanted; what is left out fits all."""

    #: A public id.
    neuron: Optional[str] = None
    #: Its time, or when it was made where it has none, meets this span; both ends included.
    low: Optional[int] = None
    high: Optional[int] = None
    tags: Sequence[str] = ()
    #: Of how many of the tags it must have, at least.
    least_tags: int = 0
    min_salience: Optional[float] = None
    #: Its metadata has this key, with any value but null.
    metadata_key: Optional[str] = None


class NewTypedMemory(NamedTuple):
    """What kind of memory a fiber is, by the fiber's row number."""

    fiber_id: int
    memory_type: str
    priority: int
    provenance: str
    expires_at: Optional[int]
    project_id: Optional[str]
    tags: str
    metadata: str
    trust_score: Optional[float]
    source: Optional[str]
    tier: str
    created_at: int


class TypedMemoryRow(NamedTuple):
    """What kind of memory a fiber is. `public_id` is the fiber's."""

    id: int
    space_id: int
    public_id: str
    memory_type: str
    priority: int
    provenance: str
    expires_at: Optional[int]
    project_id: Optional[str]
    tags: str
    metadata: str
    trust_score: Optional[float]
    source: Optional[str]
    tier: str
    created_at: int


class TypedMemoryFilter(NamedTuple):
    """Which typed memories are wanted; what is left out fits all."""

    memory_type: Optional[str] = None
    min_priority: int = 0
    project_id: Optional[str] = None
    #: All of these.
    tags: Sequence[str] = ()
    #: None that has expired by this moment.
    unexpired_at: Optional[int] = None


class ProjectRow(NamedTuple):
    """A project."""

    public_id: str
    name: str
    description: str
    start_date: int
    end_date: Optional[int]
    tags: str
    priority: float
    metadata: str
    created_at: int


class AlertRow(NamedTuple):
    """An alert."""

    public_id: str
    alert_type: str
    severity: str
    message: str
    recommended_action: str
    status: str
    created_at: int
    seen_at: Optional[int]
    acknowledged_at: Optional[int]
    resolved_at: Optional[int]
    metadata: str


class RecallEventRow(NamedTuple):
    """A question that was asked."""

    public_id: str
    session: str
    query: str
    topics: str
    asked_at: int
