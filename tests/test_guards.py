"""The guards of the test run itself hold: a guard that lets everything through would pass every other test."""

from __future__ import annotations

import os
import random
import socket
import threading

import pytest

from tests.conftest import SEED, OutsideConnectionError, _is_loopback


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("198.51.100.7", 443)])
def test_no_socket_leaves_this_machine(address: "tuple[str, int]") -> None:
    with socket.socket() as outgoing, pytest.raises(OutsideConnectionError, match=address[0]):
        outgoing.connect(address)


def test_a_socket_reaches_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].close())
        thread.start()
        socket.create_connection(server.getsockname()).close()
        thread.join()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("localhost.example", False),
        ("example.com", False),
    ],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert _is_loopback(host) is expected


def test_the_environment_configures_nothing() -> None:
    assert [name for name in os.environ if name.startswith("ENGRAM_") or name.lower() == "http_proxy"] == []


def test_one_seed_gives_one_sequence(rng: random.Random, request: pytest.FixtureRequest) -> None:
    assert rng.random() == random.Random(f"{SEED} {request.node.nodeid}").random()
