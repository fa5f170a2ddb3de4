"""The pytest plugin: users' tests get a live server, empty each time, and pay nothing when they ask for none."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import List

import pytest

from engram import EngramClient
from engram.errors import AuthenticationError, ConnectionFailedError
from engram.testing import LiveServer, serve
from engram_server.config import Settings

_SEEN: List[str] = []


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_begins_with_an_empty_server(turn: int, engram_client: EngramClient) -> None:
    assert engram_client.list_buckets() == []
    engram_client.store_memory("Ana has a cat.", "b")
    assert engram_client.list_memories("b")["total"] == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_the_server_is_started_once(turn: int, engram_server: LiveServer) -> None:
    _SEEN.append(engram_server.url)
    assert len(set(_SEEN)) == 1
    assert engram_server.url.startswith("http://127.0.0.1:")


def test_the_client_is_of_the_server(engram_server: LiveServer, engram_client: EngramClient) -> None:
    engram_client.store_memory("Ana has a cat.")
    own = EngramClient(base_url=engram_server.url, api_key=engram_server.api_key)
    with engram_server.client() as another, own:
        assert another.list_memories()["total"] == own.list_memories()["total"] == 1
        engram_server.reset()
        assert own.list_buckets() == []


def test_a_server_of_ones_own_has_its_own_settings(tmp_path: Path) -> None:
    settings = Settings(db=str(tmp_path / "x.db"), api_keys=(("one", "key-of-one"), ("two", "key-of-two")))
    with serve(settings) as server:
        assert server.api_key == "key-of-one"
        with server.client() as engram:
            engram.store_memory("kept")
        with EngramClient(base_url=server.url, api_key="nobody") as stranger, pytest.raises(AuthenticationError):
            stranger.list_buckets()
    with serve(settings) as server, server.client() as engram:
        assert engram.list_memories()["total"] == 1


def test_many_servers_live_side_by_side() -> None:
    with serve() as first, serve() as second:
        assert first.url != second.url
        with first.client() as engram:
            engram.store_memory("x")
        with second.client() as engram:
            assert engram.list_buckets() == []


def test_a_server_is_gone_after_its_block_also_when_it_fails() -> None:
    before = set(threading.enumerate())
    with pytest.raises(LookupError):
        with serve() as server:
            url = server.url
            raise LookupError
    assert set(threading.enumerate()) <= before
    with EngramClient(base_url=url, api_key="x", max_retries=0) as client, pytest.raises(ConnectionFailedError):
        client.list_buckets()


USERS_TEST = """
import sys

def test_without_the_fixtures():
    assert not any(name.startswith("engram_server") for name in sys.modules)

def test_recall(engram_client):
    engram_client.store_memory("Ana has a cat.")
    assert "cat" in engram_client.query("What pet does Ana have?")["answer"]

def test_empty_again(engram_server, engram_client):
    assert engram_client.list_buckets() == []
"""


def test_the_plugin_is_there_once_the_wheel_is(tmp_path: Path) -> None:
    """A user's project has nothing but a test file: no conftest, no import."""
    (tmp_path / "test_users.py").write_text(USERS_TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
