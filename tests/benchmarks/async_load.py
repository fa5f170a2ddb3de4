"""Stores of one event loop against stores of threads: the same server, the same number of requests, rounds in turn.

    python -m tests.benchmarks async
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from pathlib import Path
from typing import List, Sequence

from engram import AsyncEngramClient
from engram_server.keys import DEVELOPMENT_KEY

from .support import QUICK, client, median, memories, server, table

THREADS = 16
TASKS = 100
WRITES = 400 if QUICK else 2_000
ROUNDS = 5
#: What 100 tasks must reach of what 16 threads do.
TARGET = 0.9


def run() -> None:
    """Print the stores/s of 16 threads on one client and of 100 tasks on one asynchronous client, and their ratio."""
    threads, tasks = [], []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, server(Path(folder) / "stores.db") as running:
        contents = memories(WRITES)
        for number in range(ROUNDS):
            # A bucket each, so that no round finds a fuller one than another.
            threads.append(_of_threads(running.url, f"threads-{number}", contents))
            tasks.append(asyncio.run(_of_tasks(running.url, f"tasks-{number}", contents)))
    ratios = [of_tasks / of_threads for of_tasks, of_threads in zip(tasks, threads)]
    rows: List[List[object]] = [
        [f"{THREADS} threads, one EngramClient", median(threads), 1.0],
        [f"{TASKS} tasks in one loop, one AsyncEngramClient", median(tasks), median(ratios)],
        ["to be reached", "", TARGET],
    ]
    table(f"Stores, one memory a request, median of {ROUNDS} rounds", ["what", "stores/s", "x threads"], rows)


def _of_threads(url: str, bucket: str, contents: Sequence[str]) -> float:
    with client(url) as engram:
        engram.store_memory("A first write makes the bucket.", bucket)

        def work(mine: Sequence[str]) -> None:
            for content in mine:
                engram.store_memory(content, bucket)

        workers = [threading.Thread(target=work, args=(contents[n::THREADS],)) for n in range(THREADS)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return len(contents) / (time.perf_counter() - start)


async def _of_tasks(url: str, bucket: str, contents: Sequence[str]) -> float:
    async with AsyncEngramClient(base_url=url, api_key=DEVELOPMENT_KEY) as engram:
        await engram.store_memory("A first write makes the bucket.", bucket)

        async def work(mine: Sequence[str]) -> None:
            for content in mine:
                await engram.store_memory(content, bucket)

        start = time.perf_counter()
        await asyncio.gather(*(work(contents[n::TASKS]) for n in range(TASKS)))
        return len(contents) / (time.perf_counter() - start)
