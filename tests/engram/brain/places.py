"""The three places of a brain, each with a storage of the kind that a user makes; tests that are coroutines, and what
they do with a brain."""

from __future__ import annotations

import asyncio
import functools
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Coroutine, List, Optional, Tuple

from engram.brain import MemoryEncoder, ReflexPipeline, RetrievalResult
from engram.brain.core import Brain, Neuron, NeuronType, Synapse, SynapseType
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage
from engram.testing import LiveServer

from .samples import NOON

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

PLACES = ("memory", "file", "server")
BRAIN_ID = "garden"


def storage_in(place: str, folder: Path, server: LiveServer) -> BrainStorage:
    """Return a storage of a place; its brain is not made yet."""
    if place == "server":
        return SharedStorage(server.url, BRAIN_ID, api_key=server.api_key)
    storage = InMemoryStorage() if place == "memory" else SQLiteStorage(folder / "brain.db")
    storage.set_brain(BRAIN_ID)
    return storage


def awaited(test: "Callable[P, Coroutine[object, object, None]]") -> "Callable[P, None]":
    """Return a coroutine as a test."""

    @functools.wraps(test)
    def run(*args: "P.args", **kwargs: "P.kwargs") -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def brain_of(brain_id: str = BRAIN_ID) -> Brain:
    """Return a brain whose id is known."""
    return Brain.create("Garden", brain_id=brain_id)


async def add_chain(storage: BrainStorage, *names: str, weight: float = 0.9) -> None:
    """Add neurons, each with a synapse to the next whose id is both names."""
    for name in names:
        await storage.add_neuron(Neuron(name, NeuronType.CONCEPT, f"the {name} of it"))
    for one, other in zip(names, names[1:]):
        await storage.add_synapse(Synapse(one + other, one, other, SynapseType.LEADS_TO, weight))


async def encode(storage: BrainStorage, *contents: str, at: Optional[datetime] = NOON) -> List[str]:
    """Encode texts that were said at a moment; return the ids of their fibers."""
    return [(await MemoryEncoder(storage).encode(content, at)).fiber.id for content in contents]


async def ask(storage: BrainStorage, question: str, **how: object) -> RetrievalResult:
    """Ask a question in one of the ways in which it can be asked."""
    return await ReflexPipeline(storage).query(question, **how)  # type: ignore[arg-type]  # a table of questions


async def counts(storage: BrainStorage) -> Tuple[int, int, int]:
    """Return how many neurons, synapses and fibers a brain says that it has."""
    brain = await storage.get_brain(BRAIN_ID)
    assert brain is not None
    return brain.neuron_count, brain.synapse_count, brain.fiber_count
