"""What the tests of shared engrams share: an event loop whose time passes in no time, and engrams that take theirs."""

from __future__ import annotations

import asyncio
import selectors
from contextlib import AsyncExitStack, asynccontextmanager
from typing import AsyncIterator, Coroutine, Dict, List, Mapping, Optional, Tuple, TypeVar

from engram.engrams import Dendrite, Engram, MemorySynapse, ServedEngram
from engram.types.wire import JsonObject

T = TypeVar("T")


class StalledError(RuntimeError):
    """The loop waits for something that can never happen."""


class _Skipping(selectors.SelectSelector):
    """Does not wait: as nothing outside of the loop is waited for, the time is put forward instead."""

    now = 0.0

    def select(self, timeout: Optional[float] = None) -> "List[Tuple[selectors.SelectorKey, int]]":
        ready = super().select(0)
        if not ready and timeout is None:
            raise StalledError("everything waits for ever")
        self.now += timeout or 0.0
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a time of its own. For code that waits for timers and itself, and for no thread or socket."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Return the time of the loop, in seconds."""
        return self._skipping.now


def run(work: "Coroutine[object, None, T]") -> T:
    """Return what a coroutine returns, with waits that take no time. No task may be left, and no callback may raise."""
    loop = VirtualLoop()
    complaints: List[object] = []
    loop.set_exception_handler(lambda loop, context: complaints.append(context))
    try:
        result = loop.run_until_complete(work)
        loop.run_until_complete(asyncio.sleep(0))
        left = asyncio.all_tasks(loop)
        assert not left and not complaints, (left, complaints)
        return result
    finally:
        loop.close()


def elapsed_ms() -> float:
    """Return how long the running loop has run, in milliseconds."""
    return round(asyncio.get_running_loop().time() * 1000, 3)


def entry(entry_id: str, **more: object) -> JsonObject:
    """Return an entry as an engram shows it."""
    made: JsonObject = {"id": entry_id, "content": {"name": entry_id}, "version": 1, "updated_at": "2026-01-01T00:00:00Z"}
    made.update(more)  # type: ignore[arg-type]  # tests give JSON
    return made


def slow(engram_id: str, milliseconds: float, *entries: Mapping[str, object], kind: Optional[str] = None) -> ServedEngram:
    """Return an engram that answers, reads and writes, after a while."""
    engram = Engram.serve(engram_id=engram_id, engram_kind=kind)

    @engram.on_recall
    async def recall(query: JsonObject) -> List[Mapping[str, object]]:
        await asyncio.sleep(milliseconds / 1000)
        return list(entries)

    @engram.on_imprint
    async def imprint(op: str, entry: JsonObject) -> str:
        await asyncio.sleep(milliseconds / 1000)
        return f"{engram_id}-1"

    return engram


FOR_EVER_MS = 1e9


@asynccontextmanager
async def hosted(*engrams: Engram) -> AsyncIterator[Tuple[Dendrite, Dendrite]]:
    """Host engrams on one Dendrite; yield it and another that asks."""
    synapse = MemorySynapse()
    await synapse.connect()
    host, asker = Dendrite(synapse, "test", "host"), Dendrite(synapse, "test", "asker")
    for engram in engrams:
        host.attach_engram(engram)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(host)
        await stack.enter_async_context(asker)
        yield host, asker


class Log:
    """An engram that keeps in order what it is asked, each taking as long as its entry or query says."""

    def __init__(self, engram_id: str = "log") -> None:
        self.engram = Engram.serve(engram_id=engram_id)
        self.seen: List[str] = []
        self.metas: List[Dict[str, object]] = []
        self.engram.on_recall(self._recall)
        self.engram.on_imprint(self._imprint)

    async def _recall(self, query: JsonObject) -> List[JsonObject]:
        self.seen.append(f"recall {query['text']}")
        return []

    async def _imprint(self, op: str, entry: JsonObject, **options: object) -> bool:
        self.metas.append(options)
        takes = entry.get("takes_ms", 0)
        assert isinstance(takes, (int, float))
        await asyncio.sleep(takes / 1000)
        if entry.get("fails"):
            raise OSError("the disk is on fire")
        self.seen.append(f"imprint {entry['text']}")
        return True
