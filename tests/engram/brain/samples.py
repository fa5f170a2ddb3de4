"""One of each thing of a brain, with all that it can hold, and the moment at which it came to be."""

from __future__ import annotations

from datetime import datetime, timedelta

from engram.brain.core import (
    Alert,
    AlertSeverity,
    AlertStatus,
    AlertType,
    Brain,
    BrainConfig,
    Confidence,
    Direction,
    Fiber,
    MemoryTier,
    MemoryType,
    Neuron,
    NeuronState,
    NeuronType,
    Priority,
    Project,
    Provenance,
    Synapse,
    SynapseType,
    TypedMemory,
)
from engram.brain.storage import BrainStorage

NOON = datetime(2026, 5, 8, 12)
DAY = timedelta(days=1)

# Each with everything that it can hold, so that nothing is lost on the way.
NEURON = Neuron("n-1", NeuronType.ENTITY, "Alice", {"role": "developer"}, NOON)
STATE = NeuronState("n-1", 0.5, 3, NOON, 0.2, 0.4, NOON + DAY, 250.0, 0.6, NOON)
SYNAPSE = Synapse(
    "s-1", "n-1", "n-2", SynapseType.CAUSED_BY, 0.8, Direction.BIDIRECTIONAL, {"why": "told"}, 2, NOON, NOON
)
FIBER = Fiber(
    "f-1",
    frozenset({"n-1", "n-2"}),
    frozenset({"s-1"}),
    "n-1",
    ("n-1", "n-2"),
    0.9,
    NOON,
    NOON,
    NOON + DAY,
    0.4,
    0.7,
    3,
    "Ana met Alice at the coffee shop",
    frozenset({"alice"}),
    frozenset({"work"}),
    {"source": "chat"},
    "episodic",
    NOON,
)
PROVENANCE = Provenance("user_input", Confidence.HIGH, True, NOON, "mira", NOON)
TYPED = TypedMemory(
    "f-1",
    MemoryType.DECISION,
    Priority.HIGH,
    PROVENANCE,
    NOON + DAY,
    "p-1",
    frozenset({"auth"}),
    {"a": 1},
    NOON,
    0.8,
    "notes",
    MemoryTier.HOT,
)
PROJECT = Project("p-1", "Q1", "First", NOON, NOON + 14 * DAY, frozenset({"q1"}), 2.0, {"a": [1]}, NOON)
ALERT = Alert(
    "a-1",
    "brain",
    AlertType.STALE_FIBERS,
    AlertSeverity.LOW,
    "Some are stale",
    "Ask about them",
    AlertStatus.ACKNOWLEDGED,
    NOON,
    NOON,
    NOON,
    NOON,
    {"share": 0.5},
)
BRAIN = Brain("b-1", "work", BrainConfig(max_spread_hops=6), "ana", True, ("bo",), 3, 2, 1, {"a": None}, NOON, NOON)


async def add_everything(storage: BrainStorage) -> None:
    """Add one of each thing, with all that it can hold."""
    await storage.add_neuron(NEURON)
    await storage.add_neuron(Neuron("n-2", NeuronType.TIME, "May"))
    await storage.update_neuron_state(STATE)
    await storage.add_synapse(SYNAPSE)
    await storage.add_fiber(FIBER)
    await storage.add_project(PROJECT)
    await storage.add_typed_memory(TYPED)
