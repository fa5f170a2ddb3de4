"""What the tests of the asynchronous client share."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Callable, List

import pytest

from engram import AsyncEngramClient
from tests.engram.faults.scripted import Peer, Step, answer_json, stall
from tests.engram.faults.verbs import KEY

#: Longer than any test may take: what waits for this long was not ended.
FOR_EVER_SECONDS = 300.0
#: Only a test that is about to fail waits for as long as this.
PATIENCE_SECONDS = 60.0
BUCKETS: Step = answer_json({"buckets": []})
CrewThreads = Callable[[], List[threading.Thread]]


def patient_client(base_url: str, *, max_concurrency: int = 1, retries: int = 0) -> AsyncEngramClient:
    """Return a client that ends no call by itself."""
    return AsyncEngramClient(
        base_url=base_url,
        api_key=KEY,
        timeout_seconds=FOR_EVER_SECONDS,
        stream_timeout_seconds=FOR_EVER_SECONDS,
        max_retries=retries,
        max_retries_on_429=retries,
        max_concurrency=max_concurrency,
    )


def buckets_or_nothing(peer: Peer) -> None:
    """Answer `list_buckets`, and nothing else: for calls that may be given up before they are sent."""
    (BUCKETS if peer.request.target == "/v1/buckets" else stall)(peer)


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something is true."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at
        await asyncio.sleep(0)


async def cancel_when(task: "asyncio.Task[object]", condition: Callable[[], object]) -> None:
    """Cancel a task as soon as something is true."""
    await until(condition)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
