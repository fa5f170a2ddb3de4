"""The face of the associative brain: typed memories, projects, alerts and snapshots as they are sent, and their lists."""

from __future__ import annotations

from typing import Annotated, List, Optional, TypedDict

from .brain import (
    AlertKind,
    AlertSeverity,
    AlertWire,
    BrainTime,
    GraphId,
    GraphMetadata,
    GraphTags,
    MemoryKind,
    MemoryTier,
    ProjectWire,
    ProvenanceInput,
    Share,
    TypedMemoryWire,
)
from .brain_calls import BrainName
from .limits import MAX_BATCH_ITEMS, MAX_DESCRIPTION_CHARS, Between, Items, Length
from .wire import JsonObject

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


class BrainSnapshotInput(TypedDict):
    """`POST /brain/{brain_id}/import`: a snapshot, also of the published client.

    Keys of the config that are unknown are passed over; a type that is unknown becomes `concept` or `related_to`, and
    what it was is kept in the metadata. Any other row that cannot be is refused with its place, and with it the whole.
    """

    brain_id: str
    brain_name: str
    exported_at: str
    version: str
    neurons: List[JsonObject]
    synapses: List[JsonObject]
    fibers: List[JsonObject]
    config: JsonObject
    metadata: JsonObject
