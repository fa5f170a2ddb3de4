"""The face of the associative brain: typed memories, projects, alerts and snapshots as they are sent; lists of them."""

from __future__ import annotations

from typing import Annotated, List, Optional, TypedDict

from .brain import (
    AlertKind,
    AlertSeverity,
    AlertWire,
    BrainConfigInput,
    BrainTime,
    GraphId,
    GraphMetadata,
    GraphTags,
    MemoryKind,
    MemoryTier,
    NeuronText,
    ProjectWire,
    ProvenanceInput,
    Share,
    TypedMemoryWire,
)
from .brain_calls import BrainName, FiberParts, NeuronLevels, SynapseParts, UpdateBrainBody
from .hosted import Content, Metadata, Session, Speaker
from .limits import MAX_BATCH_ITEMS, MAX_DESCRIPTION_CHARS, Between, Items, Length

Description = Annotated[str, Length(0, MAX_DESCRIPTION_CHARS)]


# -- typed memories and projects


class _TypedMemoryRequired(TypedDict):
    fiber_id: GraphId
    memory_type: MemoryKind


class TypedMemoryInput(_TypedMemoryRequired, total=False):
    """What kind of memory a fiber is; an earlier one of the fiber is replaced.

    A priority snaps to 0, 2, 5, 7 or 10: up to 1, 3, 6, 8 and above.
    """

    priority: Annotated[int, Between(0, 10)]
    provenance: ProvenanceInput
    expires_at: Optional[BrainTime]
    project_id: Optional[GraphId]
    tags: GraphTags
    metadata: GraphMetadata
    trust_score: Optional[Share]
    source: Optional[Annotated[str, Length(0, 256)]]
    tier: MemoryTier
    created_at: BrainTime


class TypedMemoryList(TypedDict):
    """Typed memories: the highest priority first, then the newest."""

    typed_memories: List[TypedMemoryWire]
    count: int


class _ProjectRequired(TypedDict):
    name: BrainName


class ProjectInput(_ProjectRequired, total=False):
    """A project to add, or to put in place of what it was. It starts now where no start is given."""

    id: GraphId
    description: Description
    start_date: BrainTime
    end_date: Optional[BrainTime]
    tags: GraphTags
    priority: Annotated[float, Between(0, 1_000)]
    metadata: GraphMetadata
    created_at: BrainTime


class ProjectList(TypedDict):
    """Projects: the highest priority first, then those that started last."""

    projects: List[ProjectWire]
    count: int


# -- alerts


class _AlertRequired(TypedDict):
    alert_type: AlertKind
    severity: AlertSeverity
    message: Annotated[str, Length(1, MAX_DESCRIPTION_CHARS)]


class AlertInput(_AlertRequired, total=False):
    """`POST /memory/alerts`. Nothing is recorded while one of its type is open and under six hours old."""

    id: GraphId
    recommended_action: Description
    metadata: GraphMetadata


class RecordedAlert(TypedDict):
    """The id of a recorded alert, empty where one of its type stands already."""

    id: str


class AlertList(TypedDict):
    """Alerts: the most severe first, then the newest."""

    alerts: List[AlertWire]
    count: int


class AlertIdsBody(TypedDict):
    """`POST /memory/alerts/seen`."""

    alert_ids: Annotated[List[GraphId], Items(0, MAX_BATCH_ITEMS)]


class AlertTypesBody(TypedDict):
    """`POST /memory/alerts/resolve`: acknowledged alerts stay."""

    alert_types: Annotated[List[AlertKind], Items(0, MAX_BATCH_ITEMS)]


class Changed(TypedDict):
    """How many were changed."""

    changed: int


class Acknowledged(TypedDict):
    """Whether an alert was acknowledged by this call."""

    acknowledged: bool


# -- transfer


class _SnapshotNeuronRequired(TypedDict):
    id: GraphId
    type: str
    content: NeuronText


class SnapshotNeuron(_SnapshotNeuronRequired, total=False):
    """A neuron of a snapshot. A type that is unknown becomes `concept`; what it was is kept in the metadata."""

    metadata: GraphMetadata
    created_at: BrainTime


class _SnapshotSynapseRequired(TypedDict):
    id: GraphId
    source_id: GraphId
    target_id: GraphId
    type: str


class SnapshotSynapse(_SnapshotSynapseRequired, SynapseParts, total=False):
    """A synapse of a snapshot. A type that is unknown becomes `related_to`; what it was is kept in the metadata."""

    created_at: BrainTime


class _SnapshotFiberId(TypedDict):
    id: GraphId


class SnapshotFiber(FiberParts, _SnapshotFiberId):
    """A fiber of a snapshot."""


class _SnapshotStateId(TypedDict):
    neuron_id: GraphId


class SnapshotState(NeuronLevels, _SnapshotStateId, total=False):
    """The state of a neuron of a snapshot: up to when it has faded, and whether it was made from memories."""

    decayed_at: Optional[BrainTime]
    encoded: bool


class SnapshotFading(TypedDict):
    """Up to when a synapse of a snapshot has faded."""

    synapse_id: GraphId
    decayed_at: BrainTime


class _SnapshotMemoryRequired(TypedDict):
    id: GraphId
    content: Content


class SnapshotMemory(_SnapshotMemoryRequired, total=False):
    """A memory of the bucket: that of the fiber of its id, or one that has none."""

    created_at: BrainTime
    speaker: Optional[Speaker]
    session: Optional[Session]
    occurred_at: Optional[BrainTime]
    metadata: Optional[Metadata]


class SnapshotExtras(TypedDict, total=False):
    """What a snapshot holds beside the graph. The published client's has the first two."""

    typed_memories: List[TypedMemoryInput]
    projects: List[ProjectInput]
    neuron_states: List[SnapshotState]
    synapse_fading: List[SnapshotFading]
    memories: List[SnapshotMemory]
    brain: UpdateBrainBody


class BrainSnapshotInput(TypedDict):
    """`POST /brain/{brain_id}/import`: a snapshot, also of the published client. Unknown keys are passed over.

    One that is too large for a body comes in parts: each a snapshot with a part of the lists, sent with
    `?upload=<any id>&part=<from 1>&parts=<how many>`. Until the last has come the answer is `waiting`.
    """

    brain_id: str
    brain_name: BrainName
    exported_at: BrainTime
    version: str
    neurons: List[SnapshotNeuron]
    synapses: List[SnapshotSynapse]
    fibers: List[SnapshotFiber]
    config: BrainConfigInput
    metadata: SnapshotExtras
