"""Every vector against a live server: the answers, what was run, and what the connection is good for afterwards."""

from __future__ import annotations

from typing import Iterator, List

import pytest

from engram_server.doors.http import HttpServer
from tests.wire import vectors
from tests.wire.peer import Answer, Counter, Peer, assert_is_our_error, get
from tests.wire.vectors import Vector

# More would only take longer; what is longer is fed in larger pieces.
_MOST_SENDS = 500


@pytest.fixture(scope="module")
def counter() -> Counter:
    return Counter()


@pytest.fixture(scope="module")
def port(counter: Counter) -> Iterator[int]:
    with HttpServer(counter) as server:
        yield server.port


def _by_name(vector: Vector) -> str:
    return vector.name


@pytest.mark.parametrize("vector", vectors.ALL, ids=_by_name)
def test_vector_whole(vector: Vector, port: int, counter: Counter) -> None:
    _check(vector, port, counter, piece_size=0)


@pytest.mark.parametrize("vector", vectors.ALL, ids=_by_name)
def test_vector_byte_by_byte(vector: Vector, port: int, counter: Counter) -> None:
    _check(vector, port, counter, piece_size=1 + len(vector.sent) // _MOST_SENDS)


def test_there_are_enough_vectors_and_no_two_have_one_name() -> None:
    assert len(vectors.ALL) >= 150
    names: List[str] = [vector.name for vector in vectors.ALL]
    assert len(set(names)) == len(names)


def _check(vector: Vector, port: int, counter: Counter, piece_size: int) -> None:
    counter.take()
    with Peer(port) as peer:
        peer.send(vector.sent, piece_size)
        if vector.is_cut:
            peer.finish_sending()
        answers = [_final_answer(peer) for _ in vector.statuses]
        assert tuple(answer.status for answer in answers) == vector.statuses
        for answer in answers:
            assert answer.headers["server"].startswith("engram-reference/")
            assert answer.headers["date"].endswith(" GMT")
            if answer.status != 200:
                assert_is_our_error(answer)
                assert answer.headers["connection"] == "close"
        if vector.is_usable:
            assert "connection" not in answers[-1].headers
            peer.send(get("/one-more"))
            assert peer.read_answer().status == 200
        else:
            assert peer.is_closed()
    ran = counter.take()
    assert len(ran) == vector.executed + vector.is_usable
    assert not [request.path for request in ran if "smuggled" in request.path]


def _final_answer(peer: Peer) -> Answer:
    """Read past the go-ahead that a body gets which did not come at once."""
    answer = peer.read_answer()
    return peer.read_answer() if answer.status == 100 else answer
