"""The associative brain: text becomes neurons, synapses and fibers, and a question spreads over them.

    from engram.brain import Brain, BrainConfig
    from engram.brain.storage import InMemoryStorage
    from engram.brain.engine.encoder import MemoryEncoder
    from engram.brain.engine.retrieval import ReflexPipeline

A brain is the graph of a bucket, and a fiber is one of its memories: what was encoded is also found by
`EngramClient.query(buckets=[brain.id])`. It is kept in memory, in a file or on a server, and is the same in all three.
"""

from .core import (
    Brain,
    BrainConfig,
    BrainSnapshot,
    Direction,
    Fiber,
    Neuron,
    NeuronState,
    NeuronType,
    Synapse,
    SynapseType,
    utcnow,
)
from .engine.encoder import EncodingResult, MemoryEncoder
from .engine.explanation import Explanation, PathStep
from .engine.reflex_activation import CoActivation, ReflexActivation
from .engine.retrieval import DepthLevel, ReflexPipeline, RetrievalResult

__all__ = [
    "Brain",
    "BrainConfig",
    "BrainSnapshot",
    "CoActivation",
    "DepthLevel",
    "Direction",
    "EncodingResult",
    "Explanation",
    "Fiber",
    "MemoryEncoder",
    "Neuron",
    "NeuronState",
    "NeuronType",
    "PathStep",
    "ReflexActivation",
    "ReflexPipeline",
    "RetrievalResult",
    "Synapse",
    "SynapseType",
    "utcnow",
]
