"""A stream that nobody reads any more ends at once, in whichever way it is left.

Each client here has one thread and waits for ever, so the call after the stream shows that the thread is free.
"""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Dict, List

import pytest

from engram import AsyncEngramClient
from engram.errors import StreamInterruptedError
from tests.engram.faults.scripted import Peer, Script, ScriptedServer, chunk, send, stall
from tests.engram.faults.test_streams import CHUNKED, HALF

from .support import BUCKETS, cancel_when, patient_client, until

STREAMING: Script = [send(CHUNKED + chunk(HALF)), stall]

Use = Callable[[AsyncEngramClient], Awaitable[object]]


def test_a_stream_that_is_opened() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            task = asyncio.ensure_future(engram.query_stream("x"))
            await cancel_when(task, lambda: server.received)
            assert await engram.list_buckets() == []

    with ScriptedServer([stall], [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()


def test_a_stream_that_is_read() -> None:
    """What came after the cancelled wait is lost, so the rest must not pass for a whole answer."""

    async def main() -> None:
        async with patient_client(server.url) as engram:
            stream = await engram.query_stream("x")
            assert [(await stream.__anext__())["type"] for _ in range(2)] == ["delta"] * 2
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(stream.__anext__(), 0.01)
            with pytest.raises(StreamInterruptedError, match="cancelled") as caught:
                await stream.__anext__()
            assert caught.value.text == "Hello"
            with pytest.raises(StopAsyncIteration):
                await stream.__anext__()
            assert await engram.list_buckets() == []

    with ScriptedServer(STREAMING, [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()


async def _leaves_the_loop(engram: AsyncEngramClient) -> None:
    stream = await engram.query_stream("x")
    async for _ in stream:
        break
    await asyncio.sleep(0)


async def _raises_in_the_loop(engram: AsyncEngramClient) -> None:
    with pytest.raises(KeyError):
        async for _ in await engram.query_stream("x"):
            raise KeyError


async def _leaves_the_block(engram: AsyncEngramClient) -> None:
    async with await engram.query_stream("x") as stream:
        await stream.__anext__()


async def _closes_it(engram: AsyncEngramClient) -> None:
    stream = await engram.query_stream("x")
    await stream.aclose()
    await stream.aclose()
    assert [event async for event in stream] == []


async def _drops_it_unread(engram: AsyncEngramClient) -> None:
    await engram.query_stream("x")


async def _drops_it_half_read(engram: AsyncEngramClient) -> None:
    await (await engram.query_stream("x")).__anext__()


async def _cancels_the_reader(engram: AsyncEngramClient) -> None:
    events = []

    async def read() -> None:
        async for event in await engram.query_stream("x"):
            events.append(event)

    await cancel_when(asyncio.ensure_future(read()), lambda: len(events) == 2)


async def _closes_it_under_a_reader(engram: AsyncEngramClient) -> None:
    stream = await engram.query_stream("x")
    first, second = await stream.__anext__(), await stream.__anext__()
    assert (first["type"], second["type"]) == ("delta", "delta")
    reading = asyncio.ensure_future(stream.__anext__())
    await asyncio.sleep(0)
    await stream.aclose()
    with pytest.raises((StreamInterruptedError, StopAsyncIteration)):
        await reading


USES: Dict[str, Use] = {
    use.__name__.strip("_"): use
    for use in (
        _leaves_the_loop,
        _raises_in_the_loop,
        _leaves_the_block,
        _closes_it,
        _drops_it_unread,
        _drops_it_half_read,
        _cancels_the_reader,
        _closes_it_under_a_reader,
    )
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_stream_that_is_left(use: Use) -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            for _ in range(10):
                await use(engram)
            await until(lambda: len(closed) == 10)

    closed: List[Peer] = []

    def tell(peer: Peer) -> None:
        stall(peer)
        closed.append(peer)

    with ScriptedServer([*STREAMING[:1], tell]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()
        assert server.connections == 10
