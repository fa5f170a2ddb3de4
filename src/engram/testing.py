"""Test against a real server: a pytest plugin, and the context manager beneath it. Installed with the wheel.

    def test_recall(engram_client):
        engram_client.store_memory("Ana has a cat.")
        assert "cat" in engram_client.query("What pet does Ana have?")["answer"]

`engram_server` is a live server on a free port of this machine with everything in memory, started once and emptied
between tests; `engram_client` talks to it. Nothing is patched and nothing of the server is imported until a test
asks for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

from .serving import LiveServer, serve

if TYPE_CHECKING:
    from .client import EngramClient

__all__ = ["LiveServer", "engram_client", "engram_server", "serve"]


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
