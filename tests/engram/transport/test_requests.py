"""The transport over a `requests` session: canned answers for what a server says, real sockets for how it breaks."""

from __future__ import annotations

import json
from typing import Iterator, List, Type

import pytest
import requests
import responses
from responses import matchers
from responses.registries import OrderedRegistry

from engram import EngramClient
from engram.errors import (
    ConfigurationError,
    ConnectionFailedError,
    EngramError,
    NotFoundError,
    ProtocolError,
    ServerError,
    StreamInterruptedError,
    TimeoutExceededError,
)
from engram.transport.requests import RequestsTransport
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    answer,
    chunk,
    close,
    drip,
    echo,
    head,
    reset,
    send,
    stall,
)
from tests.engram.faults.timing import in_time

from .support import KEY, request

BASE = "http://memory.test/base"
FRAMES = b'data: {"choices": [{"delta": {"content": "Hello"}}]}\n\ndata: {"usage": {}}\n\ndata: [DONE]\n\n'


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session as a team has it: with a header of its own and nothing from this machine's settings."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["X-Team"] = "memory"
        yield session


@pytest.fixture
def engram(session: requests.Session) -> Iterator[EngramClient]:
    with EngramClient(api_key=KEY, transport=RequestsTransport(session, BASE + "/"), max_retries=1) as engram:
        yield engram


# -- canned answers, as a team may use them to test its own code


@responses.activate
def test_a_call_and_what_it_sends(engram: EngramClient) -> None:
    responses.post(
        f"{BASE}/v1/buckets/user%2F1/memories",
        json={"id": "mem_1", "memory_id": "mem_1"},
        match=[
            matchers.header_matcher({"authorization": f"Bearer {KEY}", "X-Team": "memory"}),
            matchers.json_params_matcher({"content": "Ana has a cat."}),
        ],
    )
    assert engram.store_memory("Ana has a cat.", "user/1")["id"] == "mem_1"
    assert responses.calls[0].request.headers["Idempotency-Key"]


@responses.activate
def test_a_status_becomes_its_error(engram: EngramClient) -> None:
    body = {"error": "Bucket not found"}
    responses.get(f"{BASE}/v1/buckets", status=404, json=body, headers={"X-Request-Id": "req_1"})
    with pytest.raises(NotFoundError, match="Bucket not found") as caught:
        engram.list_buckets()
    assert caught.value.request_id == "req_1"


@responses.activate(registry=OrderedRegistry)
def test_what_passes_is_tried_again_with_the_same_key(engram: EngramClient) -> None:
    url = f"{BASE}/v1/buckets/default/memories"
    responses.post(url, status=503, headers={"Retry-After": "0"})
    responses.post(url, json={"id": "mem_1"})
    assert engram.store_memory("Ana has a cat.")["id"] == "mem_1"
    first, second = (call.request.headers["Idempotency-Key"] for call in list(responses.calls))
    assert first == second


@responses.activate
def test_a_redirect_is_not_followed(engram: EngramClient) -> None:
    responses.get(f"{BASE}/v1/buckets", status=302, headers={"Location": "http://elsewhere.test/"})
    with pytest.raises(ProtocolError, match="elsewhere"):
        engram.list_buckets()
    assert len(responses.calls) == 1


@responses.activate
def test_a_stream(engram: EngramClient) -> None:
    responses.post(f"{BASE}/v1/query", body=FRAMES, content_type="text/event-stream")
    assert [event["type"] for event in engram.query_stream("x")] == ["delta", "done"]


# What `requests` may raise, and what becomes of it.
RAISED: "List[tuple[Exception, Type[EngramError]]]" = [
    (requests.ConnectionError("refused"), ConnectionFailedError),
    (requests.exceptions.ProxyError("no proxy"), ConnectionFailedError),
    (requests.exceptions.SSLError("no trust"), ConnectionFailedError),
    (requests.ConnectTimeout("slow"), TimeoutExceededError),
    (requests.ReadTimeout("slow"), TimeoutExceededError),
    (requests.exceptions.InvalidHeader("bad header"), ConnectionFailedError),
    (OSError("disk"), ConnectionFailedError),
]


@responses.activate
@pytest.mark.parametrize(("raised", "error"), RAISED)
def test_nothing_else_escapes(raised: Exception, error: Type[EngramError], session: requests.Session) -> None:
    responses.get(f"{BASE}/", body=raised)
    with pytest.raises(error) as caught:
        RequestsTransport(session, BASE).send(request())
    assert caught.value.outcome == ("not_sent" if isinstance(raised, requests.ConnectTimeout) else "unknown")
    assert KEY not in str(caught.value)


# -- over real sockets

CHUNKED = [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")]
LONG = [("Content-Length", "999")]

BROKEN: "List[tuple[str, Script, Type[EngramError]]]" = [
    ("empty", [close], ConnectionFailedError),
    ("reset", [reset], ConnectionFailedError),
    ("garbage", [send(b"garbage\r\n\r\n"), close], ConnectionFailedError),
    ("stall", [stall], TimeoutExceededError),
    ("stall in the body", [send(head("200 OK", LONG) + b"{"), stall], TimeoutExceededError),
    ("drip", [send(head("200 OK", LONG)), drip(b"x" * 999, 0.02)], TimeoutExceededError),
    ("truncate", [send(head("200 OK", LONG) + b"{"), close], ConnectionFailedError),
    ("cut between chunks", [send(head("200 OK", CHUNKED) + chunk(b"{}")), close], ConnectionFailedError),
    ("no gzip", [answer(b"{}", headers=[("Content-Encoding", "gzip")])], ProtocolError),
    ("503", [answer(b"", "503 X")], ServerError),
]


@pytest.mark.parametrize(("script", "error"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_how_a_server_breaks(script: Script, error: Type[EngramError], session: requests.Session) -> None:
    with ScriptedServer(script) as server:
        transport = RequestsTransport(session, server.url)
        seconds = 0.2 if error is TimeoutExceededError else 10.0
        with EngramClient(api_key=KEY, transport=transport, max_retries=0, timeout_seconds=seconds) as engram:
            # One more timeout than asked for, as the class says.
            assert isinstance(in_time(lambda: engram.query("x"), 2 * seconds), error)
        session.close()


def test_a_stream_comes_piece_by_piece_and_may_break_off(session: requests.Session) -> None:
    half = [send(head("200 OK", CHUNKED) + chunk(FRAMES[: FRAMES.index(b"data", 4)])), stall]
    with ScriptedServer(half) as server:
        transport = RequestsTransport(session, server.url)
        with EngramClient(api_key=KEY, transport=transport, stream_timeout_seconds=1.0) as engram:
            stream = engram.query_stream("x")
            assert next(stream) == {"type": "delta", "content": "Hello"}
            with pytest.raises(StreamInterruptedError) as caught:
                next(stream)
        session.close()
    assert isinstance(caught.value.__cause__, TimeoutExceededError)
    assert caught.value.text == "Hello"


def test_a_deadline_that_has_passed_sends_nothing(session: requests.Session) -> None:
    with ScriptedServer([echo]) as server:
        with pytest.raises(TimeoutExceededError) as caught:
            RequestsTransport(session, server.url).send(request(seconds=-1.0))
        assert server.connections == 0
    assert caught.value.outcome == "not_sent"


def test_without_a_bound_and_a_session_that_stays_open(session: requests.Session) -> None:
    with ScriptedServer([echo]) as server:
        transport = RequestsTransport(session, server.url)
        for target in ("/a", "/b"):
            body = transport.send(request(target, seconds=None)).read()
            assert json.loads(body)["target"] == target
            transport.close()
        assert server.connections == 1
        session.close()


def test_a_base_url_that_can_never_work(session: requests.Session) -> None:
    with pytest.raises(ConfigurationError):
        RequestsTransport(session, "memory.test")


def test_its_repr_says_where_it_leads(session: requests.Session) -> None:
    assert repr(RequestsTransport(session, BASE)) == f"RequestsTransport('{BASE}')"
