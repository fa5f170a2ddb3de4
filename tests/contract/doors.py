"""The doors to one App, each behind the same two things: clients, and requests that no client would send.

The same test runs over each: HTTP, WSGI under the standard library's own server, and the process itself with the
memories in memory and in a file.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Callable, ContextManager, Dict, Iterator, List, Mapping, NamedTuple, Optional, Union
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from engram import EngramClient
from engram.transport.local import LocalTransport
from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer
from engram_server.doors.wsgi import WsgiApp
from engram_server.wire import Request, Stream

KEY = "eng_test_contract_first"
OTHER_KEY = "eng_test_contract_second"
TENANTS = (("first", KEY), ("second", OTHER_KEY))

START = 1_767_225_600.0
"""2026-01-01T00:00:00Z, where every test's clock stands at first."""

PATIENCE_SECONDS = 20.0
"""Long enough never to decide a test."""

Body = Union[bytes, str, Mapping[str, Any], List[Any], None]


class TestClock:
    """A clock that a test sets."""

    __test__ = False

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Answer(NamedTuple):
    """A response, its body whole; header names in lower case."""

    status: int
    headers: Dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        assert self.headers["content-type"] == "application/json", self
        return json.loads(self.body)


Ask = Callable[[str, str, Optional[bytes], Mapping[str, str]], Answer]
Connect = Callable[[str], EngramClient]


class Door:
    """One App behind one door."""

    def __init__(self, name: str, app: App, clock: TestClock, connect: Connect, ask: Ask) -> None:
        self.name = name
        self.app = app
        self.clock = clock
        self._connect = connect
        self._ask = ask
        self._clients: Dict[str, EngramClient] = {}

    def client(self, key: str = KEY) -> EngramClient:
        """Return the client of a key."""
        if key not in self._clients:
            self._clients[key] = self._connect(key)
        return self._clients[key]

    def request(
        self,
        method: str,
        target: str,
        body: Body = None,
        headers: Mapping[str, str] = {},
        key: Optional[str] = KEY,
    ) -> Answer:
        """Send any request; `key` None sends no `Authorization` of its own."""
        sent = {"Authorization": f"Bearer {key}"} if key is not None else {}
        if body is not None and not isinstance(body, bytes):
            body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return self._ask(method, target, body, {**sent, **headers})

    def reset(self) -> None:
        """Forget everything that is stored, and set the clock back."""
        self.app.reset()
        self.clock.now = START

    def close(self) -> None:
        """Close the clients but those that are the App itself."""
        for client in self._clients.values():
            if self.name in ("http", "wsgi"):
                client.close()


def _over_socket(url: str, port: int) -> "tuple[Connect, Ask]":
    def ask(method: str, target: str, body: Optional[bytes], headers: Mapping[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            # UTF-8, as a careless client would; HTTP itself knows Latin-1 at most.
            encoded: Any = {name: value.encode("utf-8") for name, value in headers.items()}
            connection.request(method, target, body, encoded)
            response = connection.getresponse()
            return Answer(response.status, {n.lower(): v for n, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    return lambda key: EngramClient(base_url=url, api_key=key), ask


@contextmanager
def _http(app: App, clock: TestClock) -> Iterator[Door]:
    with HttpServer(app.handle, "127.0.0.1", 0) as server:
        door = Door("http", app, clock, *_over_socket(server.url, server.port))
        yield door
        door.close()


class _QuietHandler(WSGIRequestHandler):
    def get_environ(self) -> Dict[str, Any]:
        # Where other WSGI servers put the raw target, without which `%2F` in a name is lost.
        return {**super().get_environ(), "REQUEST_URI": self.path}

    def log_message(self, format: str, *args: object) -> None:
        pass


class _WsgiServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def _wsgi(app: App, clock: TestClock) -> Iterator[Door]:
    with _WsgiServer(("127.0.0.1", 0), _QuietHandler) as server:
        server.set_app(WsgiApp(app.handle, lambda: "req_of_the_door"))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        port = server.server_port
        door = Door("wsgi", app, clock, *_over_socket(f"http://127.0.0.1:{port}", port))
        yield door
        door.close()
        server.shutdown()
        thread.join()


@contextmanager
def _local(name: str, app: App, clock: TestClock) -> Iterator[Door]:
    def ask(method: str, target: str, body: Optional[bytes], headers: Mapping[str, str]) -> Answer:
        path, _, query = target.partition("?")
        lowered = {name.lower(): value for name, value in headers.items()}
        response = app.handle(Request(method, path, query, lowered, body or b""))
        whole = b"".join(response.body) if isinstance(response.body, Stream) else response.body
        return Answer(response.status, {n.lower(): v for n, v in response.headers}, whole)

    transport = LocalTransport(app, None)
    yield Door(name, app, clock, lambda key: EngramClient(api_key=key, transport=transport), ask)


_OPENERS: Dict[str, Callable[[App, TestClock], ContextManager[Door]]] = {
    "http": _http,
    "wsgi": _wsgi,
    "memory": lambda app, clock: _local("memory", app, clock),
    "file": lambda app, clock: _local("file", app, clock),
}

DOORS = tuple(_OPENERS)


@contextmanager
def open_door(name: str, folder: Path, settings: Mapping[str, Any] = {}) -> Iterator[Door]:
    """Open a door to an App of its own; `settings` are what differs from two tenants and nothing else."""
    db = str(folder / "engram.db") if name == "file" else ":memory:"
    clock = TestClock()
    app = build_app(Settings(**{"db": db, "api_keys": TENANTS, **settings}), clock=clock)
    try:
        with _OPENERS[name](app, clock) as door:
            yield door
    finally:
        app.close()
