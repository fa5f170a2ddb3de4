"""The calls of the associative brain as lines of data, like those in `calls`. Nothing here sends anything.

Those under `/memory/` are about the brain that a header names.
"""

from __future__ import annotations

from .calls import Call
from .types.brain import (
    BrainSnapshotWire,
    BrainStats,
    BrainWire,
    FiberWire,
    NeuronStateWire,
    NeuronWire,
    ProjectWire,
    SynapseWire,
    TypedMemoryWire,
)
from .types.brain_calls import (
    BrainList,
    Done,
    FiberList,
    NeighborList,
    NeuronList,
    NeuronStateList,
    PathResult,
    SuggestionList,
    SynapseList,
)
from .types.brain_engine import (
    ActivateResult,
    BrainQueryResult,
    ContextPlanWire,
    DecayReport,
    EncodeBatchResult,
    EncodeResult,
    ReinforceResult,
)
from .types.brain_keeping import Acknowledged, AlertList, Changed, ProjectList, RecordedAlert, TypedMemoryList
from .types.brain_learning import (
    PatternReport,
    PatternSuggestions,
    RecallEventList,
    RecallEventWire,
    TrainResult,
)
from .types.wire import Health, JsonObject

ABOUT_A_BRAIN = "/memory/"
BRAIN_HEADER = "x-brain-id"

HEALTH: Call[Health] = Call("GET", "/readyz", writes=False)

_BRAIN = "/brain/{brain_id}"

LIST_BRAINS: Call[BrainList] = Call("GET", "/brain", writes=False, list_under="brains")
CREATE_BRAIN: Call[BrainWire] = Call("POST", "/brain/create", writes=True)
GET_BRAIN: Call[BrainWire] = Call("GET", _BRAIN, writes=False)
UPDATE_BRAIN: Call[BrainWire] = Call("PUT", _BRAIN, writes=True)
DELETE_BRAIN: Call[Done] = Call("DELETE", _BRAIN, writes=True)
GET_STATS: Call[BrainStats] = Call("GET", _BRAIN + "/stats", writes=False)
EXPORT_BRAIN: Call[BrainSnapshotWire] = Call("GET", _BRAIN + "/export", writes=False)
#: Of a part of a snapshot; what comes back is a brain only for the last.
IMPORT_BRAIN: Call[JsonObject] = Call("POST", _BRAIN + "/import", writes=True)

_NEURONS = "/memory/neurons"
_NEURON = _NEURONS + "/{neuron_id}"

LIST_NEURONS: Call[NeuronList] = Call("GET", _NEURONS, writes=False, list_under="neurons")
GET_NEURONS: Call[NeuronList] = Call("POST", _NEURONS + "/batch", writes=False, list_under="neurons")
GET_NEURON_STATES: Call[NeuronStateList] = Call("POST", "/memory/states/batch", writes=False, list_under="states")
ADD_NEURON: Call[NeuronWire] = Call("POST", _NEURONS, writes=True)
GET_NEURON: Call[NeuronWire] = Call("GET", _NEURON, writes=False)
UPDATE_NEURON: Call[NeuronWire] = Call("PUT", _NEURON, writes=True)
DELETE_NEURON: Call[Done] = Call("DELETE", _NEURON, writes=True)
GET_NEURON_STATE: Call[NeuronStateWire] = Call("GET", _NEURON + "/state", writes=False)
UPDATE_NEURON_STATE: Call[NeuronStateWire] = Call("PUT", _NEURON + "/state", writes=True)
LIST_NEIGHBORS: Call[NeighborList] = Call("GET", _NEURON + "/neighbors", writes=False, list_under="neighbors")
GET_PATH: Call[PathResult] = Call("GET", _NEURON + "/path", writes=False)
SUGGEST_NEURONS: Call[SuggestionList] = Call("GET", "/memory/suggest", writes=False, list_under="suggestions")

_SYNAPSES = "/memory/synapses"
_SYNAPSE = _SYNAPSES + "/{synapse_id}"

LIST_SYNAPSES: Call[SynapseList] = Call("GET", _SYNAPSES, writes=False, list_under="synapses")
ADD_SYNAPSE: Call[SynapseWire] = Call("POST", _SYNAPSES, writes=True)
GET_SYNAPSE: Call[SynapseWire] = Call("GET", _SYNAPSE, writes=False)
UPDATE_SYNAPSE: Call[SynapseWire] = Call("PUT", _SYNAPSE, writes=True)
DELETE_SYNAPSE: Call[Done] = Call("DELETE", _SYNAPSE, writes=True)

_FIBERS = "/memory/fibers"
_FIBER = _FIBERS + "/{fiber_id}"

LIST_FIBERS: Call[FiberList] = Call("GET", _FIBERS, writes=False, list_under="fibers")
FIND_FIBERS: Call[FiberList] = Call("POST", _FIBERS + "/batch", writes=False, list_under="fibers")
ADD_FIBER: Call[FiberWire] = Call("POST", _FIBERS, writes=True)
GET_FIBER: Call[FiberWire] = Call("GET", "/memory/fiber/{fiber_id}", writes=False)
UPDATE_FIBER: Call[FiberWire] = Call("PUT", _FIBER, writes=True)
DELETE_FIBER: Call[Done] = Call("DELETE", _FIBER, writes=True)

_TYPED = "/memory/typed-memories"
_TYPED_ONE = _TYPED + "/{fiber_id}"

LIST_TYPED_MEMORIES: Call[TypedMemoryList] = Call("GET", _TYPED, writes=False, list_under="typed_memories")
SAVE_TYPED_MEMORY: Call[TypedMemoryWire] = Call("POST", _TYPED, writes=True)
GET_TYPED_MEMORY: Call[TypedMemoryWire] = Call("GET", _TYPED_ONE, writes=False)
DELETE_TYPED_MEMORY: Call[Done] = Call("DELETE", _TYPED_ONE, writes=True)

_PROJECTS = "/memory/projects"
_PROJECT = _PROJECTS + "/{project_id}"

LIST_PROJECTS: Call[ProjectList] = Call("GET", _PROJECTS, writes=False, list_under="projects")
ADD_PROJECT: Call[ProjectWire] = Call("POST", _PROJECTS, writes=True)
GET_PROJECT: Call[ProjectWire] = Call("GET", _PROJECT, writes=False)
UPDATE_PROJECT: Call[ProjectWire] = Call("PUT", _PROJECT, writes=True)
DELETE_PROJECT: Call[Done] = Call("DELETE", _PROJECT, writes=True)
LIST_PROJECT_MEMORIES: Call[TypedMemoryList] = Call(
    "GET", _PROJECT + "/memories", writes=False, list_under="typed_memories"
)

_ALERTS = "/memory/alerts"

LIST_ALERTS: Call[AlertList] = Call("GET", _ALERTS, writes=False, list_under="alerts")
RECORD_ALERT: Call[RecordedAlert] = Call("POST", _ALERTS, writes=True)
MARK_ALERTS_SEEN: Call[Changed] = Call("POST", _ALERTS + "/seen", writes=True)
RESOLVE_ALERTS: Call[Changed] = Call("POST", _ALERTS + "/resolve", writes=True)
ACKNOWLEDGE_ALERT: Call[Acknowledged] = Call("POST", _ALERTS + "/{alert_id}/acknowledge", writes=True)

ENCODE: Call[EncodeResult] = Call("POST", "/memory/encode", writes=True)
ENCODE_BATCH: Call[EncodeBatchResult] = Call("POST", "/memory/encode/batch", writes=True, list_under="results")
#: What it strengthens is no loss where it is strengthened twice.
QUERY_BRAIN: Call[BrainQueryResult] = Call("POST", "/memory/query", writes=False)
ACTIVATE: Call[ActivateResult] = Call("POST", "/memory/activate", writes=False, list_under="activations")
DECAY: Call[DecayReport] = Call("POST", "/memory/decay", writes=True)
REINFORCE: Call[ReinforceResult] = Call("POST", "/memory/reinforce", writes=True)
OPTIMIZE_CONTEXT: Call[ContextPlanWire] = Call("POST", "/memory/context/optimize", writes=False, list_under="items")

LIST_RECALL_EVENTS: Call[RecallEventList] = Call("GET", "/memory/recall-events", writes=False, list_under="events")
RECORD_RECALL_EVENT: Call[RecallEventWire] = Call("POST", "/memory/recall-events", writes=True)
LEARN_PATTERNS: Call[PatternReport] = Call("POST", "/memory/patterns/learn", writes=True)
SUGGEST_PATTERNS: Call[PatternSuggestions] = Call(
    "POST", "/memory/patterns/suggest", writes=False, list_under="suggestions"
)

TRAIN: Call[TrainResult] = Call("POST", "/memory/train/db", writes=True)
