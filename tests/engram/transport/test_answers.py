"""What comes back of an exchange: answers, errors of every status and body, redirects, and no more than the limit."""

from __future__ import annotations

import pickle
from typing import Type

import pytest

from engram.errors import (
    AuthenticationError,
    ConflictError,
    EngramError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitError,
    ServerError,
    TooLargeError,
    ValidationError,
)
from engram.transport.retry import RetryPolicy
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    answer,
    answer_json,
    chunk,
    close,
    drip,
    head,
    reset,
    send,
    stall,
)

from .calling import FINE, HEADERS, Calling, refused
from .support import CHUNKED


def test_a_buffered_response_was_read_within_the_attempt() -> None:
    with Calling(FINE) as it:
        response = it.call()
        assert response.status == 200 and response.attempts == 1
        assert b"canary_body" in response.read() == response.read()
        assert it.call().read() and it.server.connections == 1


def test_a_streamed_response_is_unread() -> None:
    with Calling([send(head("200 OK", [("Transfer-Encoding", "chunked")]) + chunk(b"a")), stall]) as it:
        response = it.call(stream=True)
        assert next(iter(response)) == b"a"
        response.close()


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted"])
def test_every_2xx_is_success(status: str) -> None:
    with Calling([answer(b"{}", status)]) as it:
        assert it.call().status == int(status[:3])


STATUSES: "list[tuple[str, Type[EngramError], Outcome]]" = [
    ("400 Bad Request", ValidationError, "rejected"),
    ("401 Unauthorized", AuthenticationError, "rejected"),
    ("403 Forbidden", PermissionDeniedError, "rejected"),
    ("404 Not Found", NotFoundError, "rejected"),
    ("408 Request Timeout", EngramError, "unknown"),
    ("409 Conflict", ConflictError, "rejected"),
    ("412 Precondition Failed", PreconditionFailedError, "rejected"),
    ("413 Payload Too Large", TooLargeError, "rejected"),
    ("418 I'm a teapot", EngramError, "rejected"),
    ("422 Unprocessable", ValidationError, "rejected"),
    ("429 Too Many Requests", RateLimitError, "rejected"),
    ("500 Internal Server Error", ServerError, "unknown"),
    ("502 Bad Gateway", ServerError, "unknown"),
    ("503 Service Unavailable", ServerError, "rejected"),
    ("507 Insufficient Storage", ServerError, "rejected"),
]


@pytest.mark.parametrize(("status", "cls", "outcome"), STATUSES)
def test_a_status_becomes_its_error(status: str, cls: Type[EngramError], outcome: Outcome) -> None:
    none = RetryPolicy(max_retries=0, max_retries_on_429=0)
    with Calling([refused(status, error="Bucket not found")], policy=none) as it:
        error = it.error()
    assert type(error) is cls
    assert (error.status, error.code, error.outcome) == (int(status[:3]), "some_code", outcome)
    assert (error.attempts, error.request_id, error.idempotency_key) == (1, "req_told", "k1")
    assert error.body == {"error": "Bucket not found", "code": "some_code", "request_id": "req_told"}
    assert "Bucket not found" in str(error) and status[:3] in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls and str(again) == str(error) and vars(again) == vars(error)


STALLING: Script = [send(head("500 X", [("Content-Length", "99")]) + b"half"), stall]
DRIPPING: Script = [send(head("500 X", [("Content-Length", "99")])), drip(b"x" * 99, 0.02)]
# Bodies, as servers send them, and what of them the error tells.
BODIES: "list[tuple[Script, object, str]]" = [
    ([answer(b"upstream timeout", "500 X", "text/plain")], "upstream timeout", "HTTP 500: upstream timeout"),
    ([answer(b"<html>", "500 X", "text/html")], "<html>", "HTTP 500: <html>"),
    ([answer(b"", "500 X")], None, "HTTP 500: the server did not say why"),
    ([answer(b"null", "500 X")], None, "HTTP 500: the server did not say why"),
    ([answer_json({"error": {"message": "m"}}, "500 X")], {"error": {"message": "m"}}, "HTTP 500: m"),
    ([answer(b'{"error": "cut', "500 X")], '{"error": "cut', 'HTTP 500: {"error": "cut'),
    ([answer(b"\xff", "500 X")], "\ufffd", "HTTP 500: \ufffd"),
    ([answer(b"[" * 60_000, "500 X")], "[" * 60_000, "HTTP 500: " + "[" * 2_000),
    ([answer(b'{"request_id": 7}', "500 X")], {"request_id": 7}, "HTTP 500: {'request_id': 7}"),
    # The status counts, whatever becomes of the body.
    ([send(head("500 X", [("Content-Length", "99")]) + b"half"), close], "half", "HTTP 500: half"),
    ([send(head("500 X", [("Content-Length", "99")]) + b"half"), reset], "half", "HTTP 500: half"),
    (STALLING, "half", "HTTP 500: half"),
    ([send(head("500 X", CHUNKED) + chunk(b"half") + b"zz"), close], "half", "HTTP 500: half"),
    (DRIPPING, None, "HTTP 500: x"),
    ([send(head("500 X", [("Content-Encoding", "gzip"), ("Content-Length", "5")]) + b"nogip")], None, "HTTP 500: "),
]


@pytest.mark.parametrize(("script", "body", "message"), BODIES)
def test_any_error_body_will_do(script: Script, body: object, message: str) -> None:
    # Of what does not come to an end by itself, a second is enough for its beginning.
    endless = script is STALLING or script is DRIPPING
    with Calling(script, timeout_seconds=1.0 if endless else 10.0, policy=RetryPolicy(max_retries=0)) as it:
        error = it.error()
    assert type(error) is ServerError and error.status == 500
    assert str(error).startswith(message)
    assert error.body == body or body is None


def test_an_error_body_without_end_is_not_read_to_its_end() -> None:
    with Calling([send(head("500 X") + b"x" * 10_000_000)]) as it:
        error = it.error()
    assert isinstance(error.body, str) and len(error.body) == 64 * 1024


def test_the_request_id_of_the_header_wins_and_ours_will_do() -> None:
    with Calling([refused("404 X", ("X-Request-Id", "req_header"))], [close]) as it:
        assert it.error().request_id == "req_header"
        assert it.error(repeatable=False).request_id == "req_ours"
        error = it.error(repeatable=False, headers=HEADERS)
        assert error.request_id is None and error.idempotency_key is None


REDIRECTS = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "304 Not Modified"]


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_refused_and_the_key_stays_here(status: str) -> None:
    with ScriptedServer(FINE) as other:
        location = f"http://user:canary_password@{other.host}/v1/query?canary_token#x"
        with Calling([answer(b"", status, headers=[("Location", location)])]) as it:
            error = it.error()
            assert len(it.server.received) == 1
    assert type(error) is ProtocolError and error.status == int(status[:3])
    assert f"http://{other.host}/v1/query " in str(error) and "base_url" in str(error)
    assert "canary" not in str(error)
    assert other.connections == 0


@pytest.mark.parametrize("location", ["http://[::1", "", "/login"])
def test_a_redirect_to_nowhere(location: str) -> None:
    with Calling([answer(b"", "302 Found", headers=[("Location", location)])]) as it:
        assert type(it.error()) is ProtocolError


def test_a_response_over_the_limit_is_not_tried_again() -> None:
    with Calling([answer(b"x" * 100)], max_response_bytes=99) as it:
        error = it.error()
        assert type(error) is TooLargeError and error.attempts == 1
        assert "max_response_bytes" in str(error)
