"""The loop goes on: nothing of the client that may wait runs in its thread, and its ticks come in time."""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import List, Set

import pytest

import engram
from engram import AsyncEngramClient, Next, NotFoundError, Request, Response
from engram.testing import LiveServer
from tests.engram.faults.scripted import Peer, ScriptedServer, answer_json, stall

from .support import FOR_EVER_SECONDS, patient_client, until

PACKAGE = str(Path(engram.__file__).parent)
#: What may run in the loop's thread: the asynchronous client, and making a client for one call.
IN_THE_LOOP = {"aio.py", "aio_crew.py", "aio_memory.py", "aio_stream.py"}
IN_THE_LOOP |= {"core.py", "options.py", "raw.py", "errors.py"}
IN_THE_LOOP |= {f"transport/{name}.py" for name in ("exchange", "deadline", "stop")}
#: Of these modules, what sends, waits and decodes.
NEVER = {("transport/exchange.py", "send"), ("transport/stop.py", "sleep"), ("core.py", "_call"), ("core.py", "_send")}
#: Of the others, what ends a call, and what is left to be done when the last reference to a stream is dropped.
LETTING_GO = {"_shut_down", "shut_down", "close", "hang_up", "let_go"}
LETTING_GO |= {"__del__", "flush", "_events", "pieces", "read_body"}
TICK_BOUND_SECONDS = 0.005
TICKS = 1_000


class _Watch:
    """Writes down which functions of the package are called in this thread, and collects no garbage of other tests."""

    def __init__(self) -> None:
        self.called: Set["tuple[str, str]"] = set()

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            self.called.add((Path(frame.f_code.co_filename).relative_to(PACKAGE).as_posix(), frame.f_code.co_name))

    def __enter__(self) -> Set["tuple[str, str]"]:
        gc.collect()
        gc.disable()
        sys.setprofile(self._see)
        return self.called

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        gc.enable()


def _offending(called: Set["tuple[str, str]"]) -> Set["tuple[str, str]"]:
    elsewhere = {call for call in called if call[0] not in IN_THE_LOOP and call[1] not in LETTING_GO}
    return elsewhere | called & NEVER


async def _everything(client: AsyncEngramClient) -> None:
    stored = await client.store_memory("Ana has a cat called Miso.", "b")
    await client.store_memories(["Ben has a dog."] * 3, "b", dedup="off")
    await client.store_many((f"Line {n} of a log." for n in range(20)), "b", dedup="off", chunk_size=5)
    assert len([memory async for memory in client.iter_memories("b", page_size=5)]) == 24
    await client.get_memory(stored["id"], "b", deadline_seconds=60.0)
    assert "Miso" in (await client.query("What is Ana's cat called?", buckets=["b"]))["answer"]
    async for _ in await client.query_stream("What is Ana's cat called?", buckets=["b"]):
        pass
    async for _ in await client.query_stream("What is Ana's cat called?", buckets=["b"]):
        break
    await client.with_raw_response.list_buckets()
    await client.with_options(deadline_seconds=60.0).clear_memories("b")
    with pytest.raises(NotFoundError):
        await client.get_memory(stored["id"], "b")


def test_no_request_is_carried_in_the_loops_thread(engram_server: LiveServer) -> None:
    async def main() -> None:
        client = AsyncEngramClient(base_url=engram_server.url, api_key=engram_server.api_key)
        with _Watch() as called:
            async with client:
                await _everything(client)
        assert ("aio_crew.py", "run") in called
        assert _offending(called) == set()

    asyncio.run(main())


def test_nor_is_one_that_is_cancelled() -> None:
    async def main() -> None:
        async with patient_client(server.url) as client:
            with _Watch() as called:
                task = asyncio.ensure_future(client.list_buckets())
                await until(lambda: server.received)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
        assert ("transport/wire.py", "_shut_down") in called
        assert _offending(called) == set()

    with ScriptedServer([stall]) as server:
        asyncio.run(main())


def test_nor_is_one_in_this_process() -> None:
    async def main() -> None:
        client = AsyncEngramClient.local()
        with _Watch() as called:
            async with client:
                await _everything(client)
        assert _offending(called) == set()

    asyncio.run(main())


def test_hooks_run_on_the_clients_threads(engram_server: LiveServer) -> None:
    idents: List[int] = []

    def note(request: Request, send: Next) -> Response:
        idents.append(threading.get_ident())
        return send(request)

    async def main() -> None:
        async with AsyncEngramClient(
            base_url=engram_server.url, api_key=engram_server.api_key, hooks=[note]
        ) as client:
            await _everything(client)

    asyncio.run(main())
    assert idents and threading.get_ident() not in idents


@pytest.mark.parametrize("call", ["list_buckets", "query", "query_stream"])
def test_the_loop_ticks_while_a_call_waits(call: str) -> None:
    """The server answers after a thousand ticks. What was between two of them is told by nine in ten: how long the
    machine itself keeps a thread waiting is not ours to say."""
    moments: List[float] = []
    ticked = threading.Event()

    def wait_for_the_ticks(_: Peer) -> None:
        assert ticked.wait(FOR_EVER_SECONDS)

    async def main() -> None:
        async with patient_client(server.url) as client:
            arguments = [] if call == "list_buckets" else ["x"]
            task = asyncio.ensure_future(getattr(client, call)(*arguments))
            await until(lambda: server.received)
            while len(moments) < TICKS:
                moments.append(time.perf_counter())
                await asyncio.sleep(0)
            assert not task.done()
            ticked.set()
            await task

    reply = {"answer": "", "buckets": [], "memories_found": 0, "usage": {}}
    with ScriptedServer([wait_for_the_ticks, answer_json(reply)]) as server:
        asyncio.run(main())
    gaps = [after - before for before, after in zip(moments, moments[1:])]
    assert statistics.quantiles(gaps, n=10)[-1] < TICK_BOUND_SECONDS
