"""Memories of every kind behind one set of blocking verbs: in the process, over HTTP, and each of these awaited."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import Callable, ContextManager, Coroutine, Dict, Iterator, List, NamedTuple

from engram import AsyncEngramClient, AsyncMemory, EngramClient, Memory
from engram.aio_memory import AsyncMemoryVerbs
from engram.memory_verbs import MemoryVerbs
from engram.transport.local import LocalTransport
from engram.types import ScopeInput
from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer
from tests.contract.doors import START, TestClock

KEY = "eng_test_memory"
SCOPE: ScopeInput = {
    "tenant_id": "acme",
    "user_id": "mira",
    "agent_id": "travel-bot",
    "session_id": "s-42",
    "run_id": "r-7",
}


def verbs_of(kind: type) -> List[str]:
    """Return the names of the verbs of a class."""
    return sorted(name for name, value in vars(kind).items() if callable(value) and not name.startswith("_"))


class Awaited(MemoryVerbs):
    """The verbs of an `AsyncMemory`, each waited for in one loop."""

    def __init__(self, memory: AsyncMemory, loop: asyncio.AbstractEventLoop) -> None:
        for name in verbs_of(AsyncMemoryVerbs):
            setattr(self, name, _waiting(getattr(memory, name), loop))


def _waiting(
    verb: Callable[..., Coroutine[object, object, object]], loop: asyncio.AbstractEventLoop
) -> Callable[..., object]:
    def wait(*args: object, **kwargs: object) -> object:
        return loop.run_until_complete(verb(*args, **kwargs))

    return wait


@contextmanager
def _in_process(app: App) -> Iterator[MemoryVerbs]:
    with Memory(client=EngramClient(api_key=KEY, transport=LocalTransport(app, None))) as memory:
        yield memory


@contextmanager
def _over_http(app: App) -> Iterator[MemoryVerbs]:
    with HttpServer(app.handle, "127.0.0.1", 0) as server, Memory(base_url=server.url, api_key=KEY) as memory:
        yield memory


@contextmanager
def _in_process_awaited(app: App) -> Iterator[MemoryVerbs]:
    client = AsyncEngramClient(api_key=KEY, transport=LocalTransport(app, None))
    with _in_a_loop(AsyncMemory(client=client), client.aclose) as memory:
        yield memory


@contextmanager
def _over_http_awaited(app: App) -> Iterator[MemoryVerbs]:
    with HttpServer(app.handle, "127.0.0.1", 0) as server:
        memory = AsyncMemory(base_url=server.url, api_key=KEY)
        with _in_a_loop(memory, memory.aclose) as awaited:
            yield awaited


@contextmanager
def _in_a_loop(
    memory: AsyncMemory, close: Callable[[], Coroutine[object, object, None]]
) -> Iterator[MemoryVerbs]:
    loop = asyncio.new_event_loop()
    try:
        yield Awaited(memory, loop)
        loop.run_until_complete(close())
    finally:
        loop.close()


_OPENERS: Dict[str, Callable[[App], ContextManager[MemoryVerbs]]] = {
    "process": _in_process,
    "http": _over_http,
    "process-async": _in_process_awaited,
    "http-async": _over_http_awaited,
}

DOORS = tuple(_OPENERS)


class Door(NamedTuple):
    """An App with a clock that a test sets, and a memory in front of it."""

    name: str
    memory: MemoryVerbs
    app: App
    clock: TestClock

    def reset(self) -> None:
        """Forget everything, and set the clock back."""
        self.app.reset()
        self.clock.now = START


@contextmanager
def open_door(name: str) -> Iterator[Door]:
    """Open a door to an App of its own."""
    clock = TestClock()
    app = build_app(Settings(db=":memory:", api_keys=(("default", KEY),)), clock=clock)
    try:
        with _OPENERS[name](app) as memory:
            yield Door(name, memory, app, clock)
    finally:
        app.close()
