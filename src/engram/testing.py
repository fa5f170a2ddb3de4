"""Test against a real server: a pytest plugin, and the context manager beneath it. Installed with the wheel.

    def test_recall(engram_client):
        engram_client.store_memory("Ana has a cat.")
        assert "cat" in engram_client.query("What pet does Ana have?")["answer"]

`engram_server` is a live server on a free port of this machine with everything in memory, started once and emptied
between tests; `engram_client` talks to it. Nothing is patched and nothing of the server is imported until a test
asks for one.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator, Optional

import pytest

if TYPE_CHECKING:
    from engram import EngramClient
    from engram_server.app import App
    from engram_server.config import Settings


class LiveServer:
    """A running reference server."""

    def __init__(self, url: str, api_key: str, app: App) -> None:
        #: What to pass as `base_url`.
        self.url = url
        #: A key that the server takes.
        self.api_key = api_key
        self._app = app

    def client(self) -> EngramClient:
        """Return a new client of this server; close it when done."""
        from engram import EngramClient

        return EngramClient(base_url=self.url, api_key=self.api_key)

    def reset(self) -> None:
        """Delete everything that is stored."""
        self._app.reset()


@contextmanager
def serve(settings: Optional[Settings] = None) -> Iterator[LiveServer]:
    """Run a reference server on a free port until the block ends.

    Without `settings` everything is kept in memory; host and port of given ones are not used.

        with serve() as server, server.client() as engram:
            engram.store_memory("Ana has a cat.")
    """
    from engram_server.app import build_app
    from engram_server.config import Settings
    from engram_server.doors.http import HttpServer

    settings = settings or Settings(db=":memory:")
    app = build_app(settings)
    try:
        server = HttpServer(app.handle, "127.0.0.1", 0)
        server.start()
        try:
            yield LiveServer(server.url, settings.api_keys[0][1], app)
        finally:
            server.stop()
    finally:
        app.close()


@pytest.fixture(scope="session")
def _engram_session_server() -> Iterator[LiveServer]:
    with serve() as server:
        yield server


@pytest.fixture
def engram_server(_engram_session_server: LiveServer) -> Iterator[LiveServer]:
    """A live, empty reference server."""
    yield _engram_session_server
    _engram_session_server.reset()


@pytest.fixture
def engram_client(engram_server: LiveServer) -> Iterator[EngramClient]:
    """A client of `engram_server`."""
    with engram_server.client() as client:
        yield client
