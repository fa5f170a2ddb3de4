"""The values of a brain. None of them reaches a store."""

from .alert import Alert, AlertSeverity, AlertStatus, AlertType
from .brain import Brain, BrainConfig, BrainSnapshot
from .fiber import Fiber
from .memory_types import Confidence, MemoryTier, MemoryType, Priority, Provenance, TypedMemory
from .neuron import Neuron, NeuronState, NeuronType
from .project import Project
from .recall_event import RecallEvent
from .synapse import Direction, Synapse, SynapseType
from .values import utcnow

__all__ = [
    "Alert",
    "AlertSeverity",
    "AlertStatus",
    "AlertType",
    "Brain",
    "BrainConfig",
    "BrainSnapshot",
    "Confidence",
    "Direction",
    "Fiber",
    "MemoryTier",
    "MemoryType",
    "Neuron",
    "NeuronState",
    "NeuronType",
    "Priority",
    "Project",
    "Provenance",
    "RecallEvent",
    "Synapse",
    "SynapseType",
    "TypedMemory",
    "utcnow",
]
