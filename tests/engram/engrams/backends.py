"""The engrams that store, each behind the same thing, so that every test runs over each."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import AsyncIterator, Coroutine, Iterator, Optional, TypeVar

from engram import EngramClient
from engram.engrams import Dendrite, Engram, InMemoryEngram, MemorySynapse, RemoteEngram, SqliteEngram
from engram.engrams.stored import StoredEngram
from tests.contract.doors import TestClock, open_door

T = TypeVar("T")

BACKENDS = ("memory", "sqlite", "remote")


class Backend:
    """A store, and engrams of it. Those in memory have a store each; all others share one."""

    def __init__(self, name: str, folder: Path, clock: TestClock, client: Optional[EngramClient] = None) -> None:
        self.name = name
        self.path = folder / "engrams.db"
        self.clock = clock
        self.client = client

    @property
    def shared(self) -> bool:
        """Whether several engrams can be of one store."""
        return self.name != "memory"

    def engram(self, engram_id: str = "ctx", engram_kind: Optional[str] = "context") -> StoredEngram:
        """Return a new engram of the store."""
        if self.name == "memory":
            return InMemoryEngram(engram_id, engram_kind, clock=self.clock)
        if self.name == "sqlite":
            return SqliteEngram(engram_id, engram_kind, path=self.path, clock=self.clock)
        return RemoteEngram(engram_id, engram_kind, client=self.client)


@contextmanager
def open_backend(name: str, folder: Path) -> Iterator[Backend]:
    """Open a store that nothing is in."""
    if name != "remote":
        yield Backend(name, folder, TestClock())
        return
    with open_door("http", folder) as door:
        yield Backend(name, folder, door.clock, door.client())


@asynccontextmanager
async def attached(*engrams: Engram) -> AsyncIterator[Dendrite]:
    """Host engrams on a Dendrite; yield another, which asks. After the block they are closed."""
    synapse = MemorySynapse()
    await synapse.connect()
    host, asker = Dendrite(synapse, "test", "host"), Dendrite(synapse, "test", "asker")
    for engram in engrams:
        host.attach_engram(engram)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(host)
        await stack.enter_async_context(asker)
        yield asker


def run(work: "Coroutine[object, None, T]") -> T:
    """Return what a coroutine returns, on a loop of its own."""
    return asyncio.run(work)
