"""One deadline bounds connecting, TLS, sending, the head and the body, whatever the peer does meanwhile."""

from __future__ import annotations

import socket
import threading
from typing import Iterator, List, Optional, Tuple

import pytest

from engram.errors import ConnectionFailedError, TimeoutExceededError
from engram.transport.deadline import Deadline
from engram.transport.dial import dial
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    answer,
    chunk,
    drip,
    echo,
    head,
    nobody_listens,
    send,
    stall,
)
from tests.engram.faults.timing import in_time

from .support import CHUNKED, request

# Long enough for a busy machine to connect and to send a request.
SECONDS = 0.4
GAP = 0.02
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Load what the first request loads, so that the times below are those of the network."""
    with ScriptedServer([echo]) as server:
        HttpTransport(server.url).send(request()).read()


LENGTH = [("Content-Length", "1000")]

SLOW: List[Tuple[str, Script]] = [
    ("no answer", [stall]),
    ("half a head", [send(b"HTTP/1.1 200 OK\r\n"), stall]),
    ("a head that drips", [drip(head("200 OK", LENGTH), GAP)]),
    ("interim heads that drip", [drip(head("103 Early Hints") * 5, GAP)]),
    ("a body that stalls", [send(head("200 OK", LENGTH) + b"x" * 999), stall]),
    ("a body that drips", [send(head("200 OK", LENGTH)), drip(b"x" * 1000, GAP)]),
    ("chunks that drip", [send(head("200 OK", CHUNKED)), drip(chunk(b"x" * 1000), GAP)]),
    ("a body without end that drips", [send(head("200 OK")), drip(b"x" * 1000, GAP)]),
]


@pytest.mark.parametrize("script", [row[1] for row in SLOW], ids=[row[0] for row in SLOW])
def test_no_slowness_outlasts_the_deadline(script: Script) -> None:
    with ScriptedServer(script) as server:
        transport = HttpTransport(server.url)
        error = in_time(lambda: transport.send(request("/", "POST", seconds=SECONDS)).read(), SECONDS)
    assert isinstance(error, TimeoutExceededError)
    assert error.outcome == "unknown"
    assert "timeout_seconds" in str(error) and "deadline_seconds" in str(error)


@pytest.mark.parametrize("script", [SLOW[0][1], SLOW[1][1], SLOW[4][1]], ids=["no answer", "half a head", "body"])
def test_a_silence_is_bounded_by_itself(script: Script) -> None:
    with ScriptedServer(script) as server:
        transport = HttpTransport(server.url)
        error = in_time(lambda: transport.send(request(seconds=None, silence=SECONDS)).read(), SECONDS)
    assert isinstance(error, TimeoutExceededError)


def test_what_drips_is_not_silent() -> None:
    with ScriptedServer([send(head("200 OK", [("Content-Length", "75")])), drip(b"x" * 75, GAP)]) as server:
        assert HttpTransport(server.url).send(request(seconds=None, silence=50 * GAP)).read() == b"x" * 75


@pytest.mark.parametrize("seconds", [None, 1e7, 1e300, float("inf")])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_deadline_that_is_as_good_as_none(seconds: Optional[float], host: str) -> None:
    with ScriptedServer([answer(b"a")]) as server:
        url = server.url.replace("127.0.0.1", host)
        assert HttpTransport(url).send(request(seconds=seconds)).read() == b"a"


def test_a_deadline_that_has_passed_sends_nothing() -> None:
    with ScriptedServer([echo]) as server:
        transport = HttpTransport(server.url)
        transport.send(request()).read()
        for _ in range(2):
            error = in_time(lambda: transport.send(request("/", "POST", seconds=-1.0)), SECONDS)
            assert isinstance(error, TimeoutExceededError)
            assert error.outcome == "not_sent"
        assert len(server.received) == 1
        transport.close()


def test_a_peer_that_does_not_read_cannot_hold_up_a_large_request() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = HttpTransport("http://127.0.0.1:%d" % listener.getsockname()[1])
        error = in_time(lambda: transport.send(request("/", "POST", body=bytes(16 << 20), seconds=SECONDS)), SECONDS)
    assert isinstance(error, TimeoutExceededError)
    assert error.outcome == "unknown"


# -- connecting


@pytest.fixture
def _full() -> Iterator[Tuple[str, int]]:
    """A listener whose queue is full: a connection to it is neither made nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        try:
            for _ in range(8):
                waiting.append(socket.socket())
                waiting[-1].setblocking(False)
                waiting[-1].connect_ex(listener.getsockname())
            yield listener.getsockname()
        finally:
            for sock in waiting:
                sock.close()


@pytest.mark.parametrize(("seconds", "silence"), [(SECONDS, None), (None, SECONDS)])
def test_connecting_is_bounded(
    _full: Tuple[str, int], seconds: Optional[float], silence: Optional[float]
) -> None:
    transport = HttpTransport("http://%s:%d" % _full)
    error = in_time(lambda: transport.send(request(seconds=seconds, silence=silence)), SECONDS)
    assert isinstance(error, TimeoutExceededError)
    assert error.outcome == "not_sent"


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: Tuple[str, int]) -> None:
    original = socket.getaddrinfo

    def resolve(host: str, *args: object, **kwargs: object) -> object:
        if host != "many.test":
            return original(host, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        if kwargs.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_all_addresses_are_tried_within_the_deadline(
    monkeypatch: pytest.MonkeyPatch, _full: Tuple[str, int]
) -> None:
    """An address that answers nothing leaves time for the next one, which works."""
    with ScriptedServer([echo]) as server:
        name, _, port = server.host.partition(":")
        _resolving_to(monkeypatch, _full, (name, int(port)))
        assert HttpTransport("http://many.test").send(request(seconds=10 * SECONDS)).read()


def test_all_addresses_together_share_the_deadline(monkeypatch: pytest.MonkeyPatch, _full: Tuple[str, int]) -> None:
    _resolving_to(monkeypatch, *[_full] * 4)
    error = in_time(lambda: HttpTransport("http://many.test").send(request(seconds=SECONDS)), SECONDS)
    assert isinstance(error, TimeoutExceededError)


def test_a_name_without_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolving_to(monkeypatch)
    error = in_time(lambda: HttpTransport("http://many.test").send(request()), SECONDS)
    assert isinstance(error, ConnectionFailedError)
    assert error.outcome == "not_sent"


def test_a_name_is_looked_up_within_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver takes no timeout: it is left behind."""
    answered = threading.Event()

    def resolve(*_: object, **kwargs: object) -> object:
        if kwargs.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        answered.wait(PATIENCE_SECONDS)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    error = in_time(lambda: HttpTransport("http://slow.test").send(request(seconds=SECONDS)), SECONDS)
    answered.set()
    assert isinstance(error, TimeoutExceededError)
    assert error.outcome == "not_sent"


def test_where_no_thread_can_be_had_a_name_is_looked_up_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.12 on, no thread starts while the interpreter ends, when a last memory may still be stored."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        dial("localhost", listener.getsockname()[1], Deadline(5.0)).close()


def test_time_that_runs_out_between_two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    with nobody_listens() as host:
        name, _, port = host.partition(":")
        _resolving_to(monkeypatch, *[(name, int(port))] * 2)
        # Read when the deadline is made, before the look-up, before the first address and before the second.
        moments = iter([0.0, 0.0, 0.0, 2.0])
        with pytest.raises(socket.timeout):
            dial("many.test", 80, Deadline(1.0, lambda: next(moments)))
