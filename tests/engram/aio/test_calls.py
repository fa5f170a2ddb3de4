"""Calls as a whole: deadlines that count every wait, what is left behind, and the end of the interpreter."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Dict, List

import pytest

from engram import AsyncEngramClient, Next, Request, Response
from engram.errors import EngramError, TimeoutExceededError
from engram.testing import LiveServer
from tests.engram.faults.scripted import Peer, ScriptedServer, Step, answer_json, echo, stall
from tests.engram.faults.verbs import impatient_client

from .support import BUCKETS, FOR_EVER_SECONDS, CrewThreads, buckets_or_nothing, patient_client, until

DESCRIPTORS = Path("/proc/self/fd")
STREAMED: Step = answer_json({"answer": "a", "usage": {}})

# -- deadlines

# What a machine that is busy may take between reading the clock and reading it again; the rest of it is counted.
WAITED_SECONDS = 0.3


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("of_client", [False, True])
def test_the_wait_for_a_turn_counts(raw: bool, of_client: bool) -> None:
    """The second request goes out when the first is answered, and is to be over as if it had gone out at once."""
    go = threading.Event()
    bounds: List[float] = []

    def note(request: Request, send: Next) -> Response:
        bounds.append(request.deadline.at)
        return send(request)

    def wait(_: Peer) -> None:
        assert go.wait(FOR_EVER_SECONDS)

    async def main() -> float:
        async with patient_client(server.url).with_options(hooks=[note]) as client:
            first = asyncio.ensure_future(client.list_buckets())
            await until(lambda: server.received)
            bounded = client.with_options(deadline_seconds=60.0) if of_client else client
            face = bounded.with_raw_response if raw else bounded
            second = asyncio.ensure_future(
                face.list_buckets() if of_client else face.list_buckets(deadline_seconds=60.0)
            )
            await asyncio.sleep(0)
            latest = time.monotonic() + WAITED_SECONDS
            await until(lambda: time.monotonic() > latest)
            go.set()
            await asyncio.gather(first, second)
            return latest

    with ScriptedServer([wait, BUCKETS], [BUCKETS]) as server:
        latest = asyncio.run(main())
    assert bounds[1] < latest + 60.0


def test_a_deadline_that_passes_while_others_go_first() -> None:
    async def main() -> None:
        async with patient_client(server.url) as client:
            first = asyncio.ensure_future(client.list_buckets())
            await until(lambda: server.received)
            for call in (
                client.query("never", deadline_seconds=0.0),
                client.query_stream("never", deadline_seconds=float("nan")),
                client.with_raw_response.query("never", deadline_seconds=0.0),
            ):
                with pytest.raises(TimeoutExceededError) as caught:
                    await call
                assert caught.value.outcome == "not_sent"
            first.cancel()

    with ScriptedServer([stall]) as server:
        asyncio.run(main())
        assert [received.target for received in server.received] == ["/v1/buckets"]


def test_a_deadline_that_passes_while_the_answer_is_waited_for() -> None:
    async def main() -> None:
        async with patient_client(server.url) as client:
            with pytest.raises(TimeoutExceededError):
                await client.get_profile(deadline_seconds=0.05)
            assert await client.list_buckets(deadline_seconds=float("inf")) == []

    with ScriptedServer([buckets_or_nothing]) as server:
        asyncio.run(main())


# -- many


def test_answers_go_to_who_asked(engram_server: LiveServer) -> None:
    async def main() -> None:
        async with AsyncEngramClient(base_url=engram_server.url, api_key=engram_server.api_key) as client:

            async def one(number: int) -> None:
                bucket = f"bucket-{number}"
                await client.store_memory(f"It is number {number}.", bucket)
                page = await client.list_memories(bucket)
                assert [memory["content"] for memory in page["memories"]] == [f"It is number {number}."]

            await asyncio.gather(*(one(number) for number in range(100)))

    asyncio.run(main())


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="this system does not list a process's descriptors")
def test_calls_that_are_cancelled_at_any_moment_leave_nothing_behind(
    rng: random.Random, crew_threads: CrewThreads
) -> None:
    """A cancelled call's connection is nobody else's: each answer tells what was asked."""

    async def one(client: AsyncEngramClient, number: int) -> None:
        with pytest.raises(asyncio.CancelledError):
            task = asyncio.ensure_future(client.get_memory(f"m{number}"))
            for _ in range(rng.randrange(60)):
                await asyncio.sleep(0)
            if not task.done():
                task.cancel()
            answer: Dict[str, object] = dict(await task)
            assert str(answer["target"]).endswith(f"/m{number}")
            raise asyncio.CancelledError

    async def main() -> None:
        async with patient_client(server.url, max_concurrency=8) as client:
            await asyncio.gather(*(one(client, number) for number in range(600)))
        await until(lambda: not crew_threads())

    with ScriptedServer([echo]) as server:
        before = len(os.listdir(DESCRIPTORS))
        asyncio.run(main())
        # The server takes connections in order, so after this one it knows of all.
        with impatient_client(server.url) as engram:
            engram.get_memory("last")
        server.wait_for_closed_connections()
        assert len(os.listdir(DESCRIPTORS)) - before <= 2


# -- ends

_ENDS: Dict[str, str] = {
    "closed": "async def main():\n    async with client: await client.list_buckets()\nasyncio.run(main())",
    "not closed": "asyncio.run(client.list_buckets())",
    "in the middle of a call": (
        "async def main():\n    task = asyncio.ensure_future(client.query('x'))\n    await asyncio.sleep(0.01)\n"
        "asyncio.run(main())"
    ),
    "never awaited a second time": (
        "async def main():\n    stream = await client.query_stream('x')\n    await stream.__anext__()\n"
        "asyncio.run(main())"
    ),
}


@pytest.mark.parametrize("ending", _ENDS.values(), ids=_ENDS)
def test_a_program_ends_quietly(ending: str) -> None:
    def answer(peer: Peer) -> None:
        (BUCKETS if peer.request.target.endswith("buckets") else _answer_or_wait)(peer)

    def _answer_or_wait(peer: Peer) -> None:
        (STREAMED if b'"stream"' in peer.request.body else stall)(peer)

    with ScriptedServer([answer]) as server:
        program = (
            "import asyncio, logging\nfrom engram import AsyncEngramClient\n"
            # That a step of the loop took long, which in this mode is told, is a matter of the machine.
            "logging.getLogger('asyncio').addFilter(lambda record: not record.msg.startswith('Executing '))\n"
            f"client = AsyncEngramClient(base_url={server.url!r}, api_key='k', timeout_seconds=None)\n{ending}\n"
        )
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_call_that_was_closed_under_is_finished() -> None:
    """The end of the client waits for its calls, and only begins no more."""

    async def main() -> None:
        client = patient_client(server.url)
        call = asyncio.ensure_future(client.list_buckets())
        await until(lambda: server.received)
        await client.aclose()
        assert await call == []
        with pytest.raises(EngramError, match="closed"):
            await client.list_buckets()

    with ScriptedServer([BUCKETS]) as server:
        asyncio.run(main())
