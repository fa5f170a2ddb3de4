"""Shared engrams between Dendrites, and what the event loop feels of it: its longest stall while an engram works.

    python -m tests.benchmarks agents
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Awaitable, Callable, Dict, List

from engram.engrams import Dendrite, InMemoryEngram, MemorySynapse, RemoteEngram, SqliteEngram
from engram.engrams.stored import StoredEngram

from .support import QUICK, client, percentile, server, table

ENTRIES = 1_000 if QUICK else 10_000
CALLS = 200
#: How many writes go on at once while the engram is filled.
AT_ONCE = 20
#: The longest that a loop may be held up, in milliseconds.
TARGET_STALL_MS = 20.0
_BEAT_SECONDS = 0.001


def run() -> None:
    """Print for each engram how long calls over the synapse take, and the longest stall of the loop meanwhile."""
    rows: List[List[object]] = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, server(Path(folder) / "remote.db") as running:
        with client(running.url) as engram:
            engrams: Dict[str, StoredEngram] = {
                "in memory": InMemoryEngram("bench"),
                "in a file": SqliteEngram("bench", path=Path(folder) / "bench.db"),
                "over HTTP": RemoteEngram("bench", client=engram),
            }
            for name, one in engrams.items():
                rows += asyncio.run(_of(name, one))
    rows.append(["to be reached", "", "", "", TARGET_STALL_MS])
    heads = ["engram", "call", "p50 ms", "p95 ms", "longest stall ms"]
    table(f"{ENTRIES:,} entries of about 200 characters, one caller", heads, rows)


async def _of(name: str, engram: StoredEngram) -> List[List[object]]:
    synapse = MemorySynapse()
    await synapse.connect()
    rows: List[List[object]] = []
    async with Dendrite(synapse) as host, Dendrite(synapse) as asker:
        host.attach_engram(engram)
        await _fill(asker)
        for what, call in _calls(asker).items():
            rows.append([name, what, *await _measured(call)])
    return rows


async def _fill(asker: Dendrite) -> None:
    for first in range(0, ENTRIES, AT_ONCE):
        entries = ({"text": f"This is word{n}x; {'and so on and on ' * 10}"} for n in range(first, first + AT_ONCE))
        await asyncio.gather(
            *(asker.imprint(engram_id="bench", op="append", entry=entry, await_ack=True) for entry in entries)
        )


def _calls(asker: Dendrite) -> Dict[str, Callable[[int], Awaitable[object]]]:
    def recall(**query: object) -> Awaitable[object]:
        return asker.recall(engram_id="bench", query=query)

    def upsert(n: int) -> Awaitable[object]:
        entry = {"text": f"state {n}"}
        return asker.imprint(engram_id="bench", op="upsert", entry=entry, merge_key=f"k{n % 50}", await_ack=True)

    return {
        "upsert": upsert,
        "recall by merge_key": lambda n: recall(merge_key=f"k{n % 50}"),
        "recall by text, one match": lambda n: recall(text=f"word{n}x"),
        "recall by text, all match, top 10": lambda n: recall(text="and so on", top_k=10),
    }


async def _measured(call: Callable[[int], Awaitable[object]]) -> List[float]:
    seconds = []
    async with _heartbeat() as stalls:
        for n in range(CALLS):
            start = time.perf_counter()
            await call(n)
            seconds.append(time.perf_counter() - start)
    return [percentile(seconds, 0.5) * 1e3, percentile(seconds, 0.95) * 1e3, max(stalls) * 1e3]


@asynccontextmanager
async def _heartbeat() -> AsyncIterator[List[float]]:
    """Wake every millisecond during the block; the list holds how much later than that it was, in seconds."""
    stalls: List[float] = []

    async def beat() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(_BEAT_SECONDS)
            stalls.append(time.perf_counter() - start - _BEAT_SECONDS)

    task = asyncio.get_running_loop().create_task(beat())
    try:
        yield stalls
    finally:
        task.cancel()
        await asyncio.wait({task})
