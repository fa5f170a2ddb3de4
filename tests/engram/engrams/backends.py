"""The engrams that store, each behind the same thing, so that every test runs over each; and calls of them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import AsyncIterator, Coroutine, Iterator, List, Optional, TypeVar

import pytest

from engram import EngramClient
from engram.engrams import (
    Dendrite,
    Engram,
    EngramRefused,
    ImprintReceipt,
    InMemoryEngram,
    RecallResult,
    RemoteEngram,
    SqliteEngram,
)
from engram.engrams.stored import StoredEngram
from engram.types.wire import JsonObject, JsonValue
from tests.contract.doors import TestClock, open_door

from .support import hosted

T = TypeVar("T")

# Longer than any test may take.
PATIENCE_MS = 60_000

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
    async with hosted(*engrams) as (_, asker):
        yield asker


def run(work: "Coroutine[object, None, T]") -> T:
    """Return what a coroutine returns, on a loop of its own."""
    return asyncio.run(work)


async def write(
    asker: Dendrite, op: str, entry: JsonObject, engram_id: str = "ctx", **options: object
) -> ImprintReceipt:
    """Write to one engram; return what it says of that."""
    given = {"engram_id": engram_id, "op": op, "entry": entry, "await_ack": True, "deadline_ms": PATIENCE_MS, **options}
    receipt = await asker.imprint(**given)  # type: ignore[call-overload]  # tests give each
    assert isinstance(receipt, ImprintReceipt) and receipt.engram_id == engram_id and receipt.op == op
    return receipt


async def find(
    asker: Dendrite, engram_id: str = "ctx", filters: Optional[JsonObject] = None, **query: JsonValue
) -> RecallResult:
    """Ask one engram."""
    return await asker.recall(engram_id=engram_id, query=query, filters=filters, deadline_ms=PATIENCE_MS)


async def contents(asker: Dendrite, **query: JsonValue) -> List[JsonValue]:
    """Return what is found, as it was written."""
    return [hit.content for hit in await find(asker, "ctx", None, **query)]


def assert_refused(receipt: ImprintReceipt, code: str) -> None:
    """Assert that a write was refused, and that its receipt raises the same."""
    assert not receipt.ok and receipt.error_code == code and receipt.error
    with pytest.raises(EngramRefused) as caught:
        receipt.raise_for_error()
    assert caught.value.code == code
