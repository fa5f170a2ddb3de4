"""The three places of a brain, each with a storage of the kind that a user makes, and tests that are coroutines."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Coroutine

from engram.brain.core import Brain, Neuron, NeuronType, Synapse, SynapseType
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage
from engram.testing import LiveServer

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
