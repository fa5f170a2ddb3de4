"""Requests over real sockets: where they go, what is taken for an answer, and what becomes of all else."""

from __future__ import annotations

import gzip
import pickle
import socket
import threading
from typing import List, Type

import pytest

from engram.errors import (
    ConfigurationError,
    ConnectionFailedError,
    EngramError,
    ProtocolError,
    TooLargeError,
    ValidationError,
)
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import (
    Peer,
    Script,
    ScriptedServer,
    answer,
    close,
    echo,
    head,
    nobody_listens,
    reset,
    send,
    stall,
)

from .support import CHUNKED, KEY, Sending, in_chunks, request


# -- base URLs


@pytest.mark.parametrize("suffix", ["", "/", "///"])
@pytest.mark.parametrize(("prefix", "target"), [("", "/v1/buckets"), ("/a/b%20c", "/a/b%20c/v1/buckets")])
def test_a_path_in_front_is_kept_and_slashes_at_the_end_are_not(prefix: str, target: str, suffix: str) -> None:
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url + prefix + suffix)
        transport.send(request("/v1/buckets")).read()
        transport.close()
    assert [(r.target, r.headers["host"]) for r in server.received] == [(target, server.host)]


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "127.0.0.1:8377",
        "localhost",
        "//localhost",
        "file:///etc/passwd",
        "ftp://localhost",
        "ws://localhost",
        "http://",
        "http:///v1",
        "http://:80",
        "http://localhost:99999",
        "http://localhost:-1",
        "http://localhost:port",
        "http://[::1",
        "http://user:eng_test_canary_6f1d@localhost",
        "http://user@localhost",
        "http://localhost/?x=1",
        "http://localhost?",
        "http://localhost/#x",
        "http://localhost#",
        "http://local host",
        "http://localhost/a b",
        "http://localhost\n",
        "http://löcalhost",
        "http://localhost/ä",
    ],
)
def test_a_base_url_that_can_never_work_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        HttpTransport(base_url)
    assert isinstance(caught.value, ValueError)
    assert caught.value.outcome == "not_sent"
    assert KEY not in str(caught.value)


def test_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        try:
            listener.bind(("::1", 0))
        except OSError as error:
            pytest.skip(f"this machine has no IPv6 loopback: {error}")
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFailedError):
        HttpTransport(f"http://[::1]:{port}").send(request())


def test_settings_travel_in_a_pickle_and_connections_do_not() -> None:
    with Sending([echo]) as one:
        one.transport.send(request("/a")).read()
        other = pickle.loads(pickle.dumps(HttpTransport(one.server.url + "/x/", proxy={}, max_idle=7)))
        assert repr(other) == f"HttpTransport('{one.server.url}/x')"
        other.send(request("/b")).read()
        other.close()
        assert [r.target for r in one.server.received] == ["/a", "/x/b"]
        assert one.server.connections == 2


# -- one request


def test_a_request_goes_out_in_one_piece_and_a_status_is_no_error() -> None:
    with Sending([answer(b"no", "404 Not Found", "text/plain", [("X-Request-Id", "req_1")])]) as it:
        for _ in range(10):
            response = it.transport.send(request("/v1/query?a=b", "POST", {"X-A": "b"}, b"\x00" * 1_000))
            assert (response.status, response.read()) == (404, b"no")
            assert response.headers["x-request-id"] == "req_1"
    for received in it.server.received:
        assert (received.method, received.target, received.body) == ("POST", "/v1/query?a=b", b"\x00" * 1_000)
        assert received.headers["authorization"] == f"Bearer {KEY}"
        assert received.headers["x-a"] == "b"
        assert received.reads == 1


@pytest.mark.parametrize(
    "script",
    [
        [answer(b"hello")],
        [send(in_chunks(b"hel", b"lo", b""))],
        [send(head("200 OK") + b"hello"), close],
        [send(head("103 Early Hints", [("Link", "x")]) + head("100 Continue")), answer(b"hello")],
        [send(b"HTTP/1.1 200\nContent-Length: 5\n\nhello")],
        [send(b"HTTP/1.0 200 OK\r\n\r\nhello"), close],
        [answer(gzip.compress(b"hello"), headers=[("Content-Encoding", "GZIP")])],
        [answer(b"hello", headers=[("Content-Encoding", "identity")])],
    ],
)
def test_every_framing_is_read(script: Script) -> None:
    with Sending(script) as it:
        assert it.get() == b"hello"


def test_a_large_body_comes_whole() -> None:
    body = bytes(range(256)) * 40_000
    with Sending([answer(body)], [echo]) as it:
        assert it.get() == body
        assert it.get() != body
        assert it.server.connections == 1


def test_no_content_has_no_body() -> None:
    with Sending([send(head("204 No Content"))], [echo]) as it:
        assert it.get() == b""
        assert b"/b" in it.get("/b")
        assert it.server.connections == 1


def test_a_redirect_is_an_answer() -> None:
    with ScriptedServer([echo]) as other, Sending(
        [answer(b"", "302 Found", headers=[("Location", other.url)])]
    ) as it:
        response = it.transport.send(request())
        assert (response.status, response.read()) == (302, b"")
    assert other.connections == 0


# Scripts that are no response, and what becomes of them.
BROKEN: "List[tuple[str, Script, Type[EngramError]]]" = [
    ("empty", [close], ConnectionFailedError),
    ("reset", [reset], ConnectionFailedError),
    ("half a head", [send(b"HTTP/1.1 200 OK\r\nContent-Le"), close], ConnectionFailedError),
    ("reset in the head", [send(b"HTTP/1.1 200 OK\r\nContent-Le"), reset], ConnectionFailedError),
    ("garbage", [send(b"garbage\r\n\r\n"), stall], ProtocolError),
    ("a byte of garbage", [send(b"x"), stall], ProtocolError),
    ("another protocol", [send(b"SSH-2.0-OpenSSH_9.6\r\n"), stall], ProtocolError),
    ("TLS", [send(b"\x15\x03\x01\x00\x02\x02"), stall], ProtocolError),
    ("a head without end", [send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000), stall], ProtocolError),
    ("only interim heads", [send(head("103 Early Hints") * 20), stall], ProtocolError),
    ("another protocol from here on", [send(head("101 Switching Protocols")), stall], ProtocolError),
    ("an unknown coding", [answer(b"x", headers=[("Content-Encoding", "br")])], ProtocolError),
    ("a short body", [send(head("200 OK", [("Content-Length", "9")]) + b"hello"), close], ConnectionFailedError),
    ("reset in the body", [send(head("200 OK", [("Content-Length", "9")]) + b"hello"), reset], ConnectionFailedError),
    ("cut in a chunk", [send(head("200 OK", CHUNKED) + b"9\r\nhello"), close], ConnectionFailedError),
    ("cut between chunks", [send(in_chunks(b"hello")), close], ConnectionFailedError),
    ("cut in the last chunk", [send(head("200 OK", CHUNKED) + b"5\r\nhello\r\n0\r\n"), close], ConnectionFailedError),
    ("a bad chunk size", [send(head("200 OK", CHUNKED) + b"xyz\r\nhello\r\n"), close], ProtocolError),
    ("no gzip", [answer(b"hello", headers=[("Content-Encoding", "gzip")])], ProtocolError),
]


@pytest.mark.parametrize(("script", "error"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_is_no_response_is_an_error_and_its_connection_is_gone(script: Script, error: Type[EngramError]) -> None:
    with Sending(script, [echo]) as it:
        with pytest.raises(error) as caught:
            it.transport.send(request("/", "POST")).read()
        assert caught.value.outcome == "unknown"
        assert b"/b" in it.get("/b")
        assert [r.connection for r in it.server.received] == [1, 2]


def test_gzip_that_is_cut_short_is_an_error_although_http_is_content() -> None:
    with Sending([answer(gzip.compress(b"hello")[:-4], headers=[("Content-Encoding", "gzip")])]) as it:
        with pytest.raises(ProtocolError):
            it.get()


def test_nobody_listens() -> None:
    with nobody_listens() as host, pytest.raises(ConnectionFailedError) as caught:
        HttpTransport(f"http://{host}").send(request())
    assert caught.value.outcome == "not_sent"
    assert host in str(caught.value)


def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ConnectionFailedError) as caught:
        HttpTransport("http://nowhere.invalid").send(request())
    assert caught.value.outcome == "not_sent"


def test_a_label_that_no_name_can_have() -> None:
    with pytest.raises(ConnectionFailedError):
        HttpTransport(f"http://{'x' * 64}.invalid").send(request())


def test_a_header_that_http_cannot_carry_is_refused_before_anything_is_sent() -> None:
    with Sending([echo]) as it:
        with pytest.raises(ValidationError):
            it.transport.send(request(headers={"X-A": "a\r\nb: c"}))
        assert it.server.connections == 0


def test_a_body_over_the_limit_is_dropped() -> None:
    with Sending([answer(b"x" * 1_000)], [echo]) as it:
        response = it.transport.send(request())
        response.limit = 999
        with pytest.raises(TooLargeError):
            response.read()
        assert it.get()
        assert it.server.connections == 2


def test_a_server_that_refuses_before_it_has_read_all_is_heard() -> None:
    """413 and close while 64 MiB are still on their way: the answer, not the broken pipe, is what counts."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        sock, _ = listener.accept()
        with sock:
            sock.recv(1_000)
            sock.sendall(head("413 Payload Too Large", [("Content-Length", "3")]) + b"big")
            sock.shutdown(socket.SHUT_WR)
            # Read on for a while as servers do, so that no reset overtakes the answer, then leave.
            for _ in range(64):
                sock.recv(65536)

    server = threading.Thread(target=refuse)
    server.start()
    transport = HttpTransport("http://127.0.0.1:%d" % listener.getsockname()[1])
    try:
        response = transport.send(request("/", "POST", body=bytes(64 << 20)))
        assert response.status == 413
        response.close()
    finally:
        server.join()
        listener.close()
        transport.close()


def test_a_connection_that_breaks_while_sending_is_an_error() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def leave() -> None:
        sock, _ = listener.accept()
        sock.recv(1_000)
        reset(Peer(sock, threading.Event()))

    server = threading.Thread(target=leave)
    server.start()
    try:
        with pytest.raises(ConnectionFailedError) as caught:
            HttpTransport("http://127.0.0.1:%d" % listener.getsockname()[1]).send(
                request("/", "POST", body=bytes(64 << 20))
            )
        assert caught.value.outcome == "unknown"
    finally:
        server.join()
        listener.close()
