"""The face of the associative brain: encoding, asking, activation, forgetting, choosing for a context."""

from __future__ import annotations

from typing import Annotated, Dict, List, Literal, Optional, TypedDict

from .brain import (
    BrainTime,
    FiberStage,
    FiberWire,
    GraphId,
    GraphIds,
    GraphMetadata,
    GraphTags,
    NeuronWire,
    Share,
    SynapseKind,
    SynapseWire,
    TagMode,
    Uses,
)
from .brain_calls import Summary
from .hosted import Content
from .limits import (
    MAX_BATCH_ITEMS,
    MAX_FIBER_NEURONS,
    MAX_QUESTION_CHARS,
    Between,
    Items,
    Length,
)
from .wire import JsonObject

SynthesisMethod = Literal["none", "memory", "causal", "temporal", "facts"]
Question = Annotated[str, Length(1, MAX_QUESTION_CHARS)]
Depth = Annotated[int, Between(0, 3)]
"""0 instant, 1 context, 2 habit, 3 deep."""
Tokens = Annotated[int, Between(1, 1_000_000)]
SessionName = Annotated[str, Length(0, 256)]


# -- encode


class _MemoryToEncode(TypedDict):
    content: Content


class MemoryToEncode(_MemoryToEncode, total=False):
    """A text to encode. The moment that it speaks from is `timestamp`, else now; `tags` are agent tags.

    `skip_conflicts` leaves out the comparison with older memories, `skip_time_neurons` neurons of time;
    `salience_ceiling` caps the salience of the fiber.
    """

    timestamp: Optional[BrainTime]
    metadata: Optional[GraphMetadata]
    tags: Optional[GraphTags]
    language: Optional[Annotated[str, Length(0, 32)]]
    skip_conflicts: bool
    skip_time_neurons: bool
    initial_stage: FiberStage
    salience_ceiling: Share


class EncodeBody(MemoryToEncode, total=False):
    """`POST /memory/encode`. With `return_graph` what was made is returned, and not only counted."""

    return_graph: bool


class _EncodeBatchRequired(TypedDict):
    memories: Annotated[List[MemoryToEncode], Items(1, MAX_BATCH_ITEMS)]


class EncodeBatchBody(_EncodeBatchRequired, total=False):
    """`POST /memory/encode/batch`: all of it or nothing."""

    return_graph: bool


class _EncodeCounts(TypedDict):
    fiber_id: str
    neurons_created: int
    neurons_linked: int
    synapses_created: int
    conflicts_detected: int
    #: The memory was there already: nothing but the frequency of its fiber changed.
    duplicate: bool


class EncodeResult(_EncodeCounts, total=False):
    """What became of a text. The keys that may be absent come with `return_graph`."""

    fiber: FiberWire
    neurons: List[NeuronWire]
    linked_neuron_ids: List[str]
    synapses: List[SynapseWire]


class EncodeBatchResult(TypedDict):
    """What became of each text, in order."""

    results: List[EncodeResult]


# -- query


class _QueryRequired(TypedDict):
    query: Question


class BrainQueryBody(_QueryRequired, total=False):
    """`POST /memory/query`. Without a depth it follows from the question.

    `session_id` has the question recorded, so that patterns can be learned from it; `reinforce` (true) has what
    answered it strengthened, which tells in answers from an hour later on.
    """

    depth: Optional[Depth]
    max_tokens: Optional[Tokens]
    include_subgraph: bool
    reference_time: Optional[BrainTime]
    tags: Optional[GraphTags]
    tag_mode: TagMode
    use_reflex: bool
    reinforce: bool
    session_id: Optional[SessionName]


class CoActivationWire(TypedDict):
    """Neurons that several sets of anchors reached. `binding_strength` is the share of the sets that did."""

    neuron_ids: List[str]
    temporal_window_ms: int
    co_fire_count: int
    binding_strength: float
    source_anchors: List[str]


class PathStep(TypedDict):
    """A neuron on the way to a memory. No synapse led to the first, nor where only a pathway leads."""

    neuron_id: str
    content: str
    synapse_id: Optional[str]
    synapse_type: Optional[SynapseKind]
    weight: Optional[float]
    level: float


class FiberExplanation(TypedDict):
    """Why a memory is in the context: the parts of its score, which add up to it, and the way that reached it."""

    fiber_id: str
    score: float
    parts: Dict[str, float]
    path: List[PathStep]
    why: str


class SubgraphWire(TypedDict):
    """What was active: up to 50 neurons, the synapses between them, and where it began."""

    neuron_ids: List[str]
    synapse_ids: List[str]
    anchor_ids: List[str]


class BrainQueryResult(TypedDict):
    """What a brain answers. `context` is made of the texts of `fibers_matched` and never over `max_tokens`."""

    answer: Optional[str]
    confidence: float
    depth_used: int
    neurons_activated: int
    fibers_matched: List[str]
    context: str
    latency_ms: float
    tokens_used: int
    co_activations: List[CoActivationWire]
    contributing_neurons: List[str]
    score_breakdown: Dict[str, float]
    synthesis_method: SynthesisMethod
    explanations: List[FiberExplanation]
    subgraph: Optional[SubgraphWire]
    metadata: JsonObject


# -- activation


class _FiberMeant(TypedDict):
    id: GraphId


class FiberMeant(_FiberMeant, total=False):
    """A fiber, stored or not. What is absent is as it is stored, or else as in a new one."""

    anchor_neuron_id: GraphId
    pathway: GraphIds
    conductivity: Share
    last_conducted: Optional[BrainTime]
    salience: Share
    frequency: Uses
    summary: Optional[Summary]
    created_at: BrainTime


FibersMeant = Annotated[List[FiberMeant], Items(0, MAX_FIBER_NEURONS)]


class _ActivateRequired(TypedDict):
    anchor_sets: Annotated[List[GraphIds], Items(1, 100)]


class ActivateBody(_ActivateRequired, total=False):
    """`POST /memory/activate`: spread from each set of anchors.

    Along the pathways of the fibers (without them, those that hold an anchor), or with `trail` false over synapses,
    `max_hops` far.
    """

    fibers: Optional[FibersMeant]
    trail: bool
    max_hops: Optional[Annotated[int, Between(1, 10)]]
    activation_threshold: Optional[Share]
    reference_time: Optional[BrainTime]


class ActivationWire(TypedDict):
    """How strongly, over which way and from which anchor a neuron was reached."""

    neuron_id: str
    activation_level: float
    hop_distance: int
    path: List[str]
    source_anchor: str


class ActivateResult(TypedDict):
    """Activations, the strongest first, and the neurons that several sets reached."""

    activations: List[ActivationWire]
    co_activations: List[CoActivationWire]


# -- decay and reinforcement


class DecayBody(TypedDict, total=False):
    """`POST /memory/decay`. Applied again for the same moment it changes nothing.

    `decay_rate` is per day: where none is given that of the brain's config, or of a neuron whose state has another.
    """

    decay_rate: Optional[Annotated[float, Between(0, 1_000)]]
    prune_threshold: Share
    min_age_days: Annotated[float, Between(0, 1_000_000)]
    reference_time: Optional[BrainTime]
    dry_run: bool


class DecayReport(TypedDict):
    """What fades at a moment; in a dry run, what would."""

    neurons_processed: int
    neurons_decayed: int
    neurons_pruned: int
    synapses_processed: int
    synapses_decayed: int
    synapses_pruned: int
    duration_ms: float
    reference_time: str
    dry_run: bool


class ReinforceBody(TypedDict, total=False):
    """`POST /memory/reinforce`. Without a delta it is that of the brain."""

    neuron_ids: GraphIds
    synapse_ids: GraphIds
    reinforcement_delta: Optional[Share]
    reference_time: Optional[BrainTime]


class ReinforceResult(TypedDict):
    """How many were strengthened; ids that are unknown are passed over."""

    neurons_reinforced: int
    synapses_reinforced: int


# -- context


class _OptimizeRequired(TypedDict):
    fibers: FibersMeant


class OptimizeContextBody(_OptimizeRequired, total=False):
    """`POST /memory/context/optimize`: which of these memories go into `max_tokens` (4000)."""

    max_tokens: Tokens
    reference_time: Optional[BrainTime]


class ContextItemWire(TypedDict):
    """A memory that was taken in."""

    fiber_id: str
    content: str
    score: float
    token_count: int
    truncated: bool


class ContextPlanWire(TypedDict):
    """The best memories that fit, best first. Dropped are those that repeat a better one, or did not fit."""

    items: List[ContextItemWire]
    total_tokens: int
    dropped_count: int
