"""A call that nobody waits for any more ends at once: its connection is closed, its thread is free.

Each client here has one thread and waits for ever, so the call after the cancelled one shows that the thread is free.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
from typing import Iterator, List, Tuple

import pytest

from engram import AsyncEngramClient
from tests.engram.faults.scripted import Script, ScriptedServer, Step, answer_json, drip, head, send, stall
from tests.engram.transport.certificate import Certificate

from .support import BUCKETS, FOR_EVER_SECONDS, CrewThreads, buckets_or_nothing, cancel_when, patient_client, until

PAGE: Step = answer_json({"memories": [{"id": "m"}], "total": 5, "next_cursor": "c"})
LONG_HEAD = head("200 OK", [("Content-Type", "application/json"), ("Content-Length", "1000")])
BUSY: Step = answer_json({"error": "later"}, "503 Service Unavailable", [("Retry-After", "25")])


# -- one request


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([stall], id="no answer"),
        pytest.param([send(b"HTTP/1.1 200 OK\r\nContent-"), stall], id="half a head"),
        pytest.param([send(LONG_HEAD + b'{"buck'), stall], id="half a body"),
        pytest.param([drip(LONG_HEAD + b" " * 900, 0.001)], id="a body that drips"),
        pytest.param([send(head("500 Sorry", [("Content-Length", "9")])), stall], id="a refusal without its body"),
    ],
)
def test_a_call_that_waits_for_its_answer(script: Script) -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            task = asyncio.ensure_future(engram.list_buckets())
            await cancel_when(task, lambda: server.received)
            assert await engram.list_buckets() == []

    with ScriptedServer(script, [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()
        assert [received.connection for received in server.received] == [1, 2]


def test_a_kept_connection_is_closed_too_and_the_request_not_repeated() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            await engram.list_buckets()
            task = asyncio.ensure_future(engram.list_buckets())
            await cancel_when(task, lambda: len(server.received) == 2)
            assert await engram.list_buckets() == []

    with ScriptedServer([BUCKETS], [stall], [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()
        assert [received.connection for received in server.received] == [1, 1, 2]


def test_a_wait_with_a_timeout() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(engram.get_profile(), 0.01)
            assert await engram.list_buckets() == []

    with ScriptedServer([buckets_or_nothing]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()


def test_a_call_that_waits_for_its_next_try(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "engram")

    async def main() -> None:
        async with patient_client(server.url, retries=3) as engram:
            task = asyncio.ensure_future(engram.list_buckets())
            await cancel_when(task, lambda: "trying again" in caplog.text)
            assert await engram.list_buckets() == []

    with ScriptedServer([BUSY], [BUCKETS]) as server:
        asyncio.run(main())


def test_a_call_whose_request_nobody_reads(crew_threads: CrewThreads) -> None:
    """More than the buffers of two sockets hold."""
    accepted: List[socket.socket] = []

    async def main() -> None:
        async with patient_client(f"http://127.0.0.1:{listener.getsockname()[1]}") as engram:
            task = asyncio.ensure_future(engram.store_memory("x" * 50_000_000))
            await until(lambda: accepted)
            await cancel_when(task, crew_threads)
        assert crew_threads() == [] or all("end" in thread.name for thread in crew_threads())

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: accepted.append(listener.accept()[0]))
        thread.start()
        asyncio.run(main())
        thread.join()
        accepted[0].close()


def test_a_call_that_shakes_hands(certificate: Certificate) -> None:
    greeted: List[socket.socket] = []

    def greet() -> None:
        sock, _ = listener.accept()
        assert sock.recv(1)
        greeted.append(sock)
        while sock.recv(65536):
            pass
        sock.close()

    async def main() -> None:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        context = certificate.client_context()
        async with AsyncEngramClient(
            base_url=url, api_key="k", ssl_context=context, timeout_seconds=FOR_EVER_SECONDS, max_concurrency=1
        ) as engram:
            await cancel_when(asyncio.ensure_future(engram.list_buckets()), lambda: greeted)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet)
        thread.start()
        asyncio.run(main())
        thread.join()


def test_a_call_over_tls(certificate: Certificate) -> None:
    async def main() -> None:
        async with AsyncEngramClient(
            base_url=server.url, api_key="k", ssl_context=certificate.client_context(), timeout_seconds=None
        ) as engram:
            task = asyncio.ensure_future(engram.list_buckets())
            await cancel_when(task, lambda: server.received)
            assert await engram.list_buckets() == []

    with ScriptedServer([stall], [BUCKETS], ssl_context=certificate.server_context()) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()


@pytest.fixture
def full() -> Iterator[Tuple[str, int]]:
    """An address that takes no connection and refuses none."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


@pytest.mark.parametrize("begun", [False, True])
def test_a_call_that_connects(begun: bool, full: Tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    connecting, cancelled = threading.Event(), threading.Event()
    connect = socket.socket.connect

    def telling(sock: socket.socket, address: Tuple[str, int]) -> None:
        connecting.set()
        assert begun or cancelled.wait(FOR_EVER_SECONDS)
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", telling)

    async def main() -> None:
        async with patient_client(f"http://{full[0]}:{full[1]}") as engram:
            await cancel_when(asyncio.ensure_future(engram.list_buckets()), connecting.is_set)
            cancelled.set()

    asyncio.run(main())


def test_a_call_that_looks_up_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answered = threading.Event(), threading.Event()

    def resolve(*_: object, **kwargs: object) -> object:
        if kwargs.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        asked.set()
        answered.wait(FOR_EVER_SECONDS)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    async def main() -> None:
        async with patient_client("http://slow.test") as engram:
            await cancel_when(asyncio.ensure_future(engram.list_buckets()), asked.is_set)

    asyncio.run(main())
    answered.set()


def test_a_call_that_waits_for_its_turn_is_never_sent() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            first = asyncio.ensure_future(engram.list_buckets())
            await until(lambda: server.received)
            second = asyncio.ensure_future(engram.get_profile("never"))
            await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            await cancel_when(first, lambda: True)
            assert await engram.list_buckets() == []

    with ScriptedServer([stall], [BUCKETS]) as server:
        asyncio.run(main())
        assert [received.target for received in server.received] == ["/v1/buckets"] * 2


def test_a_raw_call_is_no_exception() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            task = asyncio.ensure_future(engram.with_raw_response.list_buckets())
            await cancel_when(task, lambda: server.received)
            assert await engram.list_buckets() == []

    with ScriptedServer([stall], [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()


# -- several requests


def test_many_that_are_stored() -> None:
    """However many there are: the contents below have no end."""

    async def main() -> None:
        async with patient_client(server.url) as engram:
            endless = (f"Line {number}." for number in itertools.count())
            task = asyncio.ensure_future(engram.store_many(endless, chunk_size=10, concurrency=3))
            await cancel_when(task, lambda: len(server.received) == 3)
            assert await engram.list_buckets() == []

    with ScriptedServer([stall], [stall], [stall], [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()
        assert len(server.received) == 4


def test_pages_that_are_read() -> None:
    async def main() -> None:
        async with patient_client(server.url) as engram:
            pages = engram.iter_memories(page_size=1)
            assert (await pages.__anext__())["id"] == "m"
            task = asyncio.ensure_future(pages.__anext__())
            await cancel_when(task, lambda: len(server.received) == 2)
            with pytest.raises(StopAsyncIteration):
                await pages.__anext__()
            assert await engram.list_buckets() == []

    with ScriptedServer([PAGE], [stall], [BUCKETS]) as server:
        asyncio.run(main())
        server.wait_for_closed_connections()
