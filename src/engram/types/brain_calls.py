"""The face of the associative brain: the bodies of the calls about brains and their graphs, and what comes back."""

from __future__ import annotations

from typing import Annotated, List, Optional, TypedDict

from .brain import (
    BrainConfigInput,
    BrainId,
    BrainTime,
    BrainWire,
    FiberStage,
    FiberWire,
    GraphId,
    GraphIds,
    GraphMetadata,
    GraphTags,
    NeuronKind,
    NeuronStateWire,
    NeuronText,
    NeuronWire,
    Share,
    SynapseDirection,
    SynapseKind,
    SynapseWire,
    TagMode,
    Uses,
)
from .limits import MAX_BATCH_ITEMS, MAX_FIBER_NEURONS, MAX_MEMORY_BYTES, Between, Items, Length

BrainName = Annotated[str, Length(1, 256)]
Milliseconds = Annotated[float, Between(0, 2**53)]
Summary = Annotated[str, Length(0, MAX_MEMORY_BYTES)]
Weight = Annotated[float, Between(-1e12, 1e12)]
"""A weight that is cut to 0..1."""


# -- brains


class UpdateBrainBody(TypedDict, total=False):
    """`PUT /brain/{brain_id}`: what is absent stays; so do the neurons, synapses and fibers."""

    name: BrainName
    config: BrainConfigInput
    owner_id: Optional[BrainName]
    is_public: bool
    shared_with: Annotated[List[BrainName], Items(0, MAX_BATCH_ITEMS)]
    metadata: GraphMetadata


class _BrainNamed(TypedDict):
    name: BrainName


class CreateBrainBody(_BrainNamed, total=False):
    """`POST /brain/create`. Without an id it is that of `X-Brain-ID`, if no brain has it; else the name."""

    id: BrainId
    config: BrainConfigInput
    owner_id: Optional[BrainName]
    is_public: bool
    shared_with: Annotated[List[BrainName], Items(0, MAX_BATCH_ITEMS)]
    metadata: GraphMetadata
    created_at: BrainTime


class BrainList(TypedDict):
    """Brains, oldest first."""

    brains: List[BrainWire]
    total: int


class Done(TypedDict):
    """The answer to a change that there is nothing more to tell of."""

    status: str
    id: str


# -- neurons


class _NeuronRequired(TypedDict):
    type: NeuronKind
    content: NeuronText


class NeuronInput(_NeuronRequired, total=False):
    """A neuron to add; an id is made where none is given."""

    id: GraphId
    metadata: GraphMetadata
    created_at: BrainTime


class UpdateNeuronBody(TypedDict, total=False):
    """`PUT /memory/neurons/{neuron_id}`: what is absent stays."""

    type: NeuronKind
    content: NeuronText
    metadata: GraphMetadata


class NeuronList(TypedDict):
    """Neurons, and how many are listed here."""

    neurons: List[NeuronWire]
    count: int


class NeuronIdsBody(TypedDict):
    """Several neurons by id. One that is unknown is left out of the answer."""

    neuron_ids: Annotated[List[GraphId], Items(0, MAX_FIBER_NEURONS)]


class NeuronLevels(TypedDict, total=False):
    """What there is to a state."""

    activation_level: Share
    access_frequency: Uses
    last_activated: Optional[BrainTime]
    decay_rate: Annotated[float, Between(0, 1_000)]
    firing_threshold: Share
    refractory_until: Optional[BrainTime]
    refractory_period_ms: Milliseconds
    homeostatic_target: Share


class NeuronStateInput(NeuronLevels, total=False):
    """`PUT /memory/neurons/{neuron_id}/state`: what is absent stays. The id is that of the path."""

    neuron_id: GraphId


class NeuronStateList(TypedDict):
    """States, in the order of the neurons asked for."""

    states: List[NeuronStateWire]


class Neighbor(TypedDict):
    """A neuron and the synapse that leads to it."""

    neuron: NeuronWire
    synapse: SynapseWire


class NeighborList(TypedDict):
    """Neighbours, the strongest first."""

    neighbors: List[Neighbor]
    count: int


class PathResult(TypedDict):
    """A shortest way, each neuron with the synapse that leads to it; null where there is none."""

    path: Optional[List[Neighbor]]


class Suggestion(TypedDict):
    """A neuron whose content begins as asked; `score` grows with use."""

    neuron_id: str
    content: str
    type: NeuronKind
    access_frequency: int
    activation_level: float
    score: float


class SuggestionList(TypedDict):
    """Completions, the most used first."""

    suggestions: List[Suggestion]
    count: int


# -- synapses


class _SynapseRequired(TypedDict):
    source_id: GraphId
    target_id: GraphId
    type: SynapseKind


class SynapseParts(TypedDict, total=False):
    """What may be said of a synapse. The weight is 0.5 where none is given, and cut to 0..1."""

    weight: Weight
    direction: SynapseDirection
    metadata: GraphMetadata
    reinforced_count: Uses
    last_activated: Optional[BrainTime]


class SynapseInput(_SynapseRequired, SynapseParts, total=False):
    """A synapse to add; an id is made, and the direction follows from the type, where they are not given."""

    id: GraphId
    created_at: BrainTime


class UpdateSynapseBody(SynapseParts, total=False):
    """`PUT /memory/synapses/{synapse_id}`: what is absent stays."""

    type: SynapseKind


class SynapseList(TypedDict):
    """Synapses, and how many are listed here."""

    synapses: List[SynapseWire]
    count: int


# -- fibers


class _FiberRequired(TypedDict):
    neuron_ids: GraphIds
    anchor_neuron_id: GraphId


class _FiberParts(TypedDict, total=False):
    synapse_ids: GraphIds
    pathway: GraphIds
    conductivity: Weight
    last_conducted: Optional[BrainTime]
    time_start: Optional[BrainTime]
    time_end: Optional[BrainTime]
    coherence: Share
    salience: Weight
    frequency: Uses
    summary: Optional[Summary]
    tags: GraphTags
    auto_tags: GraphTags
    agent_tags: GraphTags
    metadata: GraphMetadata
    stage: FiberStage


class FiberParts(_FiberRequired, _FiberParts, total=False):
    """What there is to a fiber. The anchor is one of the neurons; the pathway is the anchor alone where none is given.

    Tags that stand in `tags` alone are agent tags.
    """

    created_at: BrainTime


class FiberInput(FiberParts, total=False):
    """A fiber to add; an id is made where none is given."""

    id: GraphId


class UpdateFiberBody(_FiberParts, total=False):
    """`PUT /memory/fibers/{fiber_id}`: what is absent stays."""

    neuron_ids: GraphIds
    anchor_neuron_id: GraphId


class ConductFiberBody(TypedDict, total=False):
    """`POST /memory/fibers/{fiber_id}/conduct`: now, and reinforcing, where nothing else is said."""

    conducted_at: Optional[BrainTime]
    reinforce: bool


class FiberList(TypedDict):
    """Fibers, and how many are listed here."""

    fibers: List[FiberWire]
    count: int


class _FindFibersRequired(TypedDict):
    neuron_ids: Annotated[List[GraphId], Items(0, MAX_FIBER_NEURONS)]


class FindFibersBody(_FindFibersRequired, total=False):
    """`POST /memory/fibers/batch`: fibers that hold one of some neurons, each once."""

    limit_per_neuron: Annotated[int, Between(1, MAX_BATCH_ITEMS)]
    tags: GraphTags
    tag_mode: TagMode
