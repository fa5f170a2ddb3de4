from __future__ import annotations

import gzip
import pickle
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import List, Mapping, Type

import pytest

from engram.errors import (
    ConfigurationError,
    ConnectionFailedError,
    EngramError,
    ProtocolError,
    TimeoutExceededError,
    TooLargeError,
    ValidationError,
)
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import (
    Peer,
    Script,
    ScriptedServer,
    Step,
    answer,
    chunk,
    close,
    echo,
    head,
    reset,
    send,
    stall,
)

from .support import KEY, KEYED, ManualClock, request

CHUNKED = [("Transfer-Encoding", "chunked")]


class Sending:
    """A server with scripts and a transport to it."""

    def __init__(self, *scripts: Script, max_idle: int = 32) -> None:
        self.clock = ManualClock()
        self.server = ScriptedServer(*scripts)
        self.transport = HttpTransport(self.server.url, max_idle=max_idle, clock=self.clock)

    def __enter__(self) -> Sending:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()
        self.server.__exit__()

    def get(self, target: str = "/") -> bytes:
        return self.transport.send(request(target)).read()


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


def _chunks(*pieces: bytes) -> bytes:
    return head("200 OK", CHUNKED) + b"".join(chunk(piece) for piece in pieces)


@pytest.mark.parametrize(
    "script",
    [
        [answer(b"hello")],
        [send(_chunks(b"hel", b"lo", b""))],
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
    ("cut between chunks", [send(_chunks(b"hello")), close], ConnectionFailedError),
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
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFailedError) as caught:
        HttpTransport(f"http://127.0.0.1:{port}").send(request())
    assert caught.value.outcome == "not_sent"
    assert f"127.0.0.1:{port}" in str(caught.value)


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


# -- kept connections


def test_calls_in_a_row_share_a_connection() -> None:
    with Sending([echo]) as it:
        for number in range(5):
            assert f"/{number}".encode() in it.get(f"/{number}")
        assert it.server.connections == 1


@pytest.mark.parametrize(
    "script",
    [
        [answer(b"", headers=[("Connection", "close")])],
        [send(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")],
        [send(head("200 OK", [("Content-Length", "0"), *CHUNKED]) + chunk(b""))],
        # Bytes that nobody asked for would be taken for the next answer.
        [send(head("200 OK", [("Content-Length", "0")]) + b"HTTP/1.1 200 OK")],
        [send(_chunks(b"a", b"") + b"x")],
    ],
)
def test_a_connection_that_may_be_out_of_step_is_not_kept(script: Script) -> None:
    with Sending(script, [echo]) as it:
        it.get()
        assert b"/b" in it.get("/b")
        assert [r.connection for r in it.server.received] == [1, 2]


def test_a_response_that_is_not_read_to_its_end_costs_its_connection() -> None:
    with Sending([send(_chunks(b"a")), stall], [echo]) as it:
        response = it.transport.send(request(stream=True))
        assert next(iter(response)) == b"a"
        response.close()
        response.close()
        with pytest.raises(EngramError):
            response.read()
        it.get()
        assert it.server.connections == 2


def test_a_closed_response_does_not_look_like_an_empty_one() -> None:
    with Sending([answer(b"abc")]) as it:
        response = it.transport.send(request())
        response.close()
        with pytest.raises(ConnectionFailedError):
            response.read()


def _wait_until_closed(it: Sending) -> None:
    """Wait until the server's close has arrived here; nothing else tells when that is."""
    opener = it.transport._opener
    assert opener is not None
    (stack,) = opener._pool._idle.values()
    until = time.monotonic() + 5
    while stack[0].reusable() and time.monotonic() < until:
        pass


def test_a_kept_connection_that_the_server_closed_is_noticed_before_it_is_used() -> None:
    with Sending([answer(b"a"), close], [echo]) as it:
        it.get()
        _wait_until_closed(it)
        # Even a write without a key goes through: nothing had been sent.
        assert it.transport.send(request("/b", "POST")).read()
        assert [r.connection for r in it.server.received] == [1, 2]


@pytest.mark.parametrize("fault", [close, reset])
@pytest.mark.parametrize(
    ("method", "headers", "replaced"),
    [
        ("GET", {}, True),
        ("HEAD", {}, True),
        ("POST", KEYED, True),
        ("DELETE", KEYED, True),
        ("POST", {}, False),
        ("PATCH", {}, False),
        ("DELETE", {}, False),
    ],
)
def test_a_kept_connection_that_dies_under_a_request_is_replaced_if_that_is_safe(
    method: str, headers: Mapping[str, str], replaced: bool, fault: Step
) -> None:
    with Sending([answer(b"a")], [fault], [answer(b"")]) as it:
        it.get()
        if replaced:
            assert it.transport.send(request("/", method, headers)).read() == b""
        else:
            with pytest.raises(ConnectionFailedError) as caught:
                it.transport.send(request("/", method, headers))
            assert caught.value.outcome == "unknown"
        assert [r.connection for r in it.server.received] == [1, 1, 2][: 2 + replaced]


def test_only_one_replacement_is_tried() -> None:
    with Sending([answer(b"a")], [close]) as it:
        it.get()
        with pytest.raises(ConnectionFailedError):
            it.get()
        assert [r.connection for r in it.server.received] == [1, 1, 2]


def test_a_kept_connection_that_has_begun_to_answer_is_not_replaced() -> None:
    with Sending([answer(b"a")], [send(b"HTTP/1.1 2"), close]) as it:
        it.get()
        with pytest.raises(ConnectionFailedError):
            it.get()
        assert it.server.connections == 1


def test_a_kept_connection_that_falls_silent_is_not_replaced() -> None:
    with Sending([answer(b"a")], [stall]) as it:
        it.get()
        with pytest.raises(TimeoutExceededError):
            it.transport.send(request(seconds=0.05))
        assert it.server.connections == 1


@pytest.mark.parametrize(("seconds", "connections"), [(24.0, 1), (26.0, 2)])
def test_a_connection_grows_too_old_to_be_kept(seconds: float, connections: int) -> None:
    with Sending([echo]) as it:
        it.get()
        it.clock.now += seconds
        it.get()
        assert it.server.connections == connections


def _held(it: Sending, count: int) -> None:
    """Have `count` responses open at once, then read them all."""
    responses = [it.transport.send(request()) for _ in range(count)]
    for response in responses:
        response.read()


@pytest.mark.parametrize(("max_idle", "kept"), [(0, 0), (2, 2), (5, 3)])
def test_so_many_are_kept(max_idle: int, kept: int) -> None:
    with Sending([echo], max_idle=max_idle) as it:
        _held(it, 3)
        _held(it, 3)
        assert it.server.connections == 6 - kept


def test_the_last_one_given_back_is_the_first_one_used_and_the_rest_grow_old() -> None:
    with Sending([echo]) as it:
        _held(it, 3)
        for _ in range(3):
            it.clock.now += 20.0
            it.get()
        # Two have been idle for 60 s by now; each call that gives one back lets go of one that is too old.
        it.get()
        _held(it, 3)
        assert it.server.connections == 5


def test_close_lets_go_and_may_be_repeated() -> None:
    with Sending([echo]) as it:
        it.transport.close()
        it.get()
        it.transport.close()
        it.transport.close()
        it.get()
        it.get()
        assert [r.connection for r in it.server.received] == [1, 2, 3]


def test_a_transport_that_is_dropped_closes_what_it_kept() -> None:
    """Without that, every program that forgets `close()` gets a ResourceWarning a connection."""
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        transport.send(request()).read()
        del transport


def test_32_threads_get_their_own_answers() -> None:
    with Sending([echo]) as it:
        with ThreadPoolExecutor(32) as pool:
            targets = [f"/{number}" for number in range(3_200)]
            mixed = sum(f'"{t}"'.encode() not in body for t, body in zip(targets, pool.map(it.get, targets)))
        assert mixed == 0
        assert it.server.connections <= 64
