"""One connection of the HTTP door, on live sockets: framing, streams, deadlines, logs. What it refuses: tests/wire."""

from __future__ import annotations

import logging
import select
import socket
import struct
import threading
from typing import Iterator, List

import pytest

from engram.types import VERSION
from engram_server.doors.http import DoorLimits, HttpServer
from engram_server.wire import Request, Response, Stream
from tests.engram_server.doors.stage import Script, Stage
from tests.wire.peer import PATIENCE_SECONDS, Peer, assert_is_our_error, get, post, request

SHORT_SECONDS = 0.1


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def port(stage: Stage) -> Iterator[int]:
    with HttpServer(stage) as server:
        yield server.port


def _is_readable(peer: Peer, seconds: float) -> bool:
    return bool(select.select([peer.sock], [], [], seconds)[0])


# -- responses


def test_a_response_is_framed_named_and_dated(stage: Stage, port: int) -> None:
    stage.answers["/x"] = lambda asked: Response(201, [("X-Request-Id", "req_1"), ("Allow", "GET")], b"body")
    with Peer(port) as peer:
        peer.send(get("/x"))
        answer = peer.read_answer()
    assert (answer.status, answer.body) == (201, b"body")
    assert answer.headers.pop("date").endswith(" GMT")
    assert answer.headers == {
        "server": f"engram-reference/{VERSION}",
        "x-request-id": "req_1",
        "allow": "GET",
        "content-length": "4",
    }


def test_head_and_body_leave_in_one_send(stage: Stage, port: int) -> None:
    with Peer(port) as peer:
        for _ in range(20):
            peer.send(get("/x"))
            assert peer.sock.recv(65536).endswith(b'\r\n\r\n"/x"')


def test_a_large_response_comes_whole(stage: Stage, port: int) -> None:
    body = bytes(range(256)) * 40_000
    stage.answers["/x"] = lambda asked: Response(200, [], body)
    with Peer(port) as peer:
        peer.send(get("/x") * 2)
        assert [peer.read_answer().body for _ in range(2)] == [body, body]


def test_a_body_reaches_the_handler_as_it_was_sent(stage: Stage, port: int) -> None:
    stage.answers["/x"] = lambda asked: Response(200, [], asked.body)
    body = bytes(range(256)) * 8_000
    with Peer(port) as peer:
        sender = threading.Thread(target=peer.send, args=(post("/x", body) + post("/x", b"z"),))
        sender.start()
        assert [peer.read_answer().body for _ in range(2)] == [body, b"z"]
        sender.join()


def test_head_is_answered_like_get_without_a_body(stage: Stage, port: int) -> None:
    methods: List[str] = []

    def answer(asked: Request) -> Response:
        methods.append(asked.method)
        return Response(200, [], b"body")

    stage.answers["/x"] = answer
    with Peer(port) as peer:
        peer.send(request("HEAD", "/x") + get("/x"))
        assert peer.read_answer(is_bodiless=True).headers["content-length"] == "4"
        assert peer.read_answer().body == b"body"
    assert methods == ["GET", "GET"]


def test_no_content_has_no_length(stage: Stage, port: int) -> None:
    stage.answers["/x"] = lambda asked: Response(204, [], b"")
    with Peer(port) as peer:
        peer.send(get("/x") + get("/y"))
        assert "content-length" not in peer.read_answer().headers
        assert peer.read_answer().body == b'"/y"'


def test_a_header_cannot_end_its_line(stage: Stage, port: int) -> None:
    stage.answers["/x"] = lambda asked: Response(299, [("X-Echo", "a\r\nX-Evil: b\x00\x1b\u2028é")], b"")
    with Peer(port) as peer:
        peer.send(get("/x"))
        head = peer.read_to(b"\r\n\r\n")
    assert b"X-Echo: a  X-Evil: b  ?\xe9\r\n" in head
    assert head.startswith(b"HTTP/1.1 299 \r\n")


def test_a_peer_may_wait_before_its_body(stage: Stage, port: int) -> None:
    with Peer(port) as peer:
        peer.send(request("POST", "/x", "Content-Length: 4", "Expect: 100-continue"))
        assert peer.read_answer().status == 100
        peer.send(b"body")
        assert peer.read_answer().status == 200


def test_a_peer_that_waits_is_told_no_at_once(stage: Stage, port: int) -> None:
    with Peer(port) as peer:
        peer.send(request("POST", "/x", "Content-Length: 99999999", "Expect: 100-continue"))
        assert peer.read_answer().status == 413


def test_a_refusal_reaches_a_peer_that_is_still_sending(stage: Stage, port: int) -> None:
    """To close over unread bytes would reset the connection, and the peer would never see why."""
    with Peer(port) as peer:
        peer.send(request("POST", "/x", "Content-Length: 99999999") + bytes(20_000_000))
        assert_is_our_error(peer.read_answer())
        assert peer.is_closed()


def test_a_failing_handler_costs_only_its_connection(
    stage: Stage, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answers["/x"] = lambda asked: Response(1 // len(asked.query), [], b"")
    with Peer(port) as peer, Peer(port) as other:
        peer.send(get("/x"))
        assert peer.is_closed()
        other.send(get("/y"))
        assert other.read_answer().status == 200
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ZeroDivisionError" in caplog.text


# -- streams


def test_each_piece_of_a_stream_leaves_at_once(stage: Stage, port: int) -> None:
    script = Script(b"one", b"", b"two")
    stage.answers["/x"] = script.respond
    with Peer(port) as peer:
        peer.send(get("/x") + get("/y"))
        assert b"Transfer-Encoding: chunked" in peer.read_to(b"\r\n\r\n")
        chunks = peer.read_chunks()
        for release, piece in ((1, b"one"), (2, b"two")):
            script.release(release)
            assert next(chunks) == piece
        assert list(chunks) == []
        assert script.is_closed.wait(PATIENCE_SECONDS)
        assert peer.read_answer().body == b'"/y"'


def test_a_stream_to_an_old_peer_ends_with_the_connection(stage: Stage, port: int) -> None:
    script = Script(b"one", b"two")
    stage.answers["/x"] = script.respond
    script.release(2)
    with Peer(port) as peer:
        peer.send(b"GET /x HTTP/1.0\r\n\r\n")
        answer = peer.read_answer()
    assert answer.body == b"onetwo"
    assert answer.headers["connection"] == "close"
    assert "transfer-encoding" not in answer.headers


def test_a_stream_that_nobody_wants_to_read_is_closed(stage: Stage, port: int) -> None:
    script = Script(b"one")
    stage.answers["/x"] = script.respond
    with Peer(port) as peer:
        peer.send(request("HEAD", "/x") + get("/y"))
        assert peer.read_answer(is_bodiless=True).headers["transfer-encoding"] == "chunked"
        assert peer.read_answer().body == b'"/y"'
    assert script.is_closed.is_set()


@pytest.mark.parametrize("is_reset", [False, True])
def test_a_stream_is_closed_when_its_peer_leaves(
    stage: Stage, port: int, caplog: pytest.LogCaptureFixture, is_reset: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    script = Script(b"one", b"two", b"three")
    stage.answers["/x"] = script.respond
    with Peer(port) as peer:
        peer.send(get("/x"))
        script.release()
        peer.read_to(b"\r\n\r\n")
        assert next(peer.read_chunks()) == b"one"
        if is_reset:
            peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The producer is slow, so the peer was long gone when the next piece comes; there is no third.
    script.release()
    assert script.is_closed.wait(PATIENCE_SECONDS)
    assert {record.levelname for record in caplog.records} <= {"DEBUG", "INFO"}


def test_a_stream_is_closed_when_its_peer_reads_no_more(stage: Stage) -> None:
    closed = threading.Event()

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    stage.answers["/x"] = lambda asked: Response(200, [], Stream(endless(), closed.set))
    with HttpServer(stage, limits=DoorLimits(write_seconds=SHORT_SECONDS)) as server, Peer(server.port) as peer:
        peer.send(get("/x"))
        assert closed.wait(PATIENCE_SECONDS)


def test_a_stream_that_fails_does_not_look_whole(stage: Stage, port: int, caplog: pytest.LogCaptureFixture) -> None:
    closed = threading.Event()

    def failing() -> Iterator[bytes]:
        yield b"one"
        raise ConnectionResetError("of something behind the handler, not of the peer")

    stage.answers["/x"] = lambda asked: Response(200, [], Stream(failing(), closed.set))
    with Peer(port) as peer:
        peer.send(get("/x"))
        peer.read_to(b"\r\n\r\n")
        assert peer.read_to_end() == b"3\r\none\r\n"
    assert closed.is_set()
    assert "of something behind the handler" in caplog.text


# -- deadlines


@pytest.fixture
def hasty_port(stage: Stage) -> Iterator[int]:
    """A server that waits for the rest of a request, and after a refusal, only so long; for a first byte, for long."""
    limits = DoorLimits(header_seconds=SHORT_SECONDS, body_seconds=SHORT_SECONDS, linger_seconds=SHORT_SECONDS)
    with HttpServer(stage, limits=limits) as server:
        yield server.port


@pytest.mark.parametrize(
    "part",
    [get("/x")[:-2], b"G", b"\r\n", post("/x", b"body")[:-1], request("POST", "/x", "Content-Length: 4")],
)
def test_half_a_request_is_given_up(part: bytes, hasty_port: int) -> None:
    with Peer(hasty_port) as peer:
        peer.send(part)
        answer = peer.read_answer()
        assert answer.status == 408
        assert_is_our_error(answer)
        assert peer.is_closed()


@pytest.mark.parametrize("start", [get("/x")[:-2] + b"X: ", request("POST", "/x", "Content-Length: 9999")])
def test_a_drip_does_not_extend_the_deadline(start: bytes, hasty_port: int) -> None:
    with Peer(hasty_port) as peer:
        peer.send(start)
        while not _is_readable(peer, SHORT_SECONDS / 10):
            peer.send(b"a")
        assert peer.read_answer().status == 408


@pytest.mark.parametrize("before", [b"", get("/x")])
def test_an_idle_connection_is_closed_without_a_word(before: bytes, stage: Stage) -> None:
    server = HttpServer(stage, limits=DoorLimits(idle_seconds=SHORT_SECONDS))
    # What is sent is there when the connection is taken in.
    with Peer(server.port) as peer:
        peer.send(before)
        with server:
            if before:
                assert peer.read_answer().status == 200
            assert peer.is_closed()


def test_a_refused_peer_that_goes_on_for_ever_is_cut_off(stage: Stage) -> None:
    limits = DoorLimits(linger_seconds=SHORT_SECONDS)
    with HttpServer(stage, limits=limits) as server, Peer(server.port) as peer:
        peer.send(b"GARBAGE\r\n")
        assert peer.read_answer().status == 400
        assert peer.is_closed()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while True:
                peer.sock.sendall(bytes(10_000))


# -- logs


def test_one_line_tells_of_a_request_and_no_secret(
    stage: Stage, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "engram_server.access")
    stage.answers["/v1/a%0Ab"] = lambda asked: Response(404, [("X-Request-Id", "req_7")], b"{}")
    with Peer(port) as peer:
        peer.send(request("HEAD", "/v1/a%0Ab?query=secret", "Authorization: Bearer secret", "X: \xff\x85"))
        peer.send(b"GARBAGE secret\r\n")
        peer.read_answer(is_bodiless=True)
        refused = peer.read_answer()
        assert peer.is_closed()
    told, of_refusal = (record.getMessage() for record in caplog.records)
    assert told.startswith("HEAD /v1/a%0Ab 404 ")
    assert told.endswith(" ms req_7")
    assert of_refusal.startswith("- - 400 ")
    assert of_refusal.endswith(refused.headers["x-request-id"])
    assert "secret" not in caplog.text
