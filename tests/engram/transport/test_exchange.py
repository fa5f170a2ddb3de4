"""The attempt loop, over real sockets; sleeping, chance and the wall clock are the test's."""

from __future__ import annotations

import logging
import pickle
from typing import List, Optional, Sequence, Type

import pytest

from engram.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    EngramError,
    NotFoundError,
    Outcome,
    PermissionDeniedError,
    PreconditionFailedError,
    ProtocolError,
    RateLimitError,
    ServerError,
    TimeoutExceededError,
    TooLargeError,
    ValidationError,
)
from engram.transport.base import MAX_RESPONSE_BYTES, Headers, Hook, Next, Request, Response
from engram.transport.exchange import Exchange
from engram.transport.http import HttpTransport
from engram.transport.retry import RetryPolicy
from tests.engram.faults.scripted import (
    Script,
    ScriptedServer,
    Step,
    answer,
    answer_json,
    chunk,
    close,
    drip,
    echo,
    head,
    reset,
    send,
    stall,
)

from .support import KEY

# The date of the RFCs' examples.
NOW = 784111777.0
HEADERS = Headers([("Authorization", f"Bearer {KEY}")])
KEYED = Headers([*HEADERS.items(), ("Idempotency-Key", "k1"), ("X-Request-Id", "req_ours")])


class Calling:
    """A server with scripts and an exchange with it that remembers its waits instead of waiting."""

    def __init__(
        self,
        *scripts: Script,
        policy: RetryPolicy = RetryPolicy(),
        hooks: Sequence[Hook] = (),
        timeout_seconds: Optional[float] = 10.0,
        stream_timeout_seconds: Optional[float] = 10.0,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        chance: float = 0.0,
    ) -> None:
        self.server = ScriptedServer(*scripts)
        self.transport = HttpTransport(self.server.url)
        self.waits: List[float] = []
        self.exchange = Exchange(
            self.transport,
            policy=policy,
            hooks=hooks,
            timeout_seconds=timeout_seconds,
            stream_timeout_seconds=stream_timeout_seconds,
            max_response_bytes=max_response_bytes,
            wall_clock=lambda: NOW,
            sleep=self.waits.append,
            random=lambda: chance,
        )

    def __enter__(self) -> Calling:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()
        self.server.__exit__()

    def call(
        self,
        *,
        repeatable: bool = True,
        stream: bool = False,
        headers: Headers = KEYED,
        deadline_seconds: Optional[float] = None,
    ) -> Response:
        return self.exchange.send(
            "POST",
            "/v1/query",
            headers,
            b'{"query":"canary_body"}',
            repeatable=repeatable,
            stream=stream,
            deadline_seconds=deadline_seconds,
        )

    def error(
        self, *, repeatable: bool = True, headers: Headers = KEYED, deadline_seconds: Optional[float] = None
    ) -> EngramError:
        with pytest.raises(EngramError) as caught:
            self.call(repeatable=repeatable, headers=headers, deadline_seconds=deadline_seconds)
        return caught.value


def _refused(status: str, *headers: "tuple[str, str]", error: str = "no") -> Step:
    return answer_json({"error": error, "code": "some_code", "request_id": "req_told"}, status, headers)


FINE = [echo]
CHUNKED = [("Transfer-Encoding", "chunked")]


# -- what comes back


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
    with Calling([_refused(status, error="Bucket not found")], policy=none) as it:
        error = it.error()
    assert type(error) is cls
    assert (error.status, error.code, error.outcome) == (int(status[:3]), "some_code", outcome)
    assert (error.attempts, error.request_id, error.idempotency_key) == (1, "req_told", "k1")
    assert error.body == {"error": "Bucket not found", "code": "some_code", "request_id": "req_told"}
    assert "Bucket not found" in str(error) and status[:3] in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls and str(again) == str(error) and vars(again) == vars(error)


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
    ([send(head("500 X", [("Content-Length", "99")]) + b"half"), stall], "half", "HTTP 500: half"),
    ([send(head("500 X", CHUNKED) + chunk(b"half") + b"zz"), close], "half", "HTTP 500: half"),
    ([send(head("500 X", [("Content-Length", "99")])), drip(b"x" * 99, 0.02)], None, "HTTP 500: x"),
    ([send(head("500 X", [("Content-Encoding", "gzip"), ("Content-Length", "5")]) + b"nogip")], None, "HTTP 500: "),
]


@pytest.mark.parametrize(("script", "body", "message"), BODIES)
def test_any_error_body_will_do(script: Script, body: object, message: str) -> None:
    with Calling(script, timeout_seconds=0.2) as it:
        error = it.error()
    assert type(error) is ServerError and error.status == 500
    assert str(error).startswith(message)
    assert error.body == body or body is None


def test_an_error_body_without_end_is_not_read_to_its_end() -> None:
    with Calling([send(head("500 X") + b"x" * 10_000_000)]) as it:
        error = it.error()
    assert isinstance(error.body, str) and len(error.body) == 64 * 1024


def test_the_request_id_of_the_header_wins_and_ours_will_do() -> None:
    with Calling([_refused("404 X", ("X-Request-Id", "req_header"))], [close]) as it:
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


# -- retries

CUT = [send(head("200 OK", [("Content-Length", "9")]) + b"{"), close]
CUT_CHUNKS = [send(head("200 OK", [("Transfer-Encoding", "chunked")]) + chunk(b"{}")), close]
BUSY = [_refused("503 X", ("Retry-After", "1"))]
CROWDED = [_refused("429 X", ("Retry-After", "2"))]
# Scripts that another try gets past, the wait before it, and whether the server surely did nothing.
PASSING: "list[tuple[Script, float, bool]]" = [
    ([close], 0.05, False),
    ([reset], 0.05, False),
    ([stall], 0.05, False),
    ([_refused("502 X")], 0.05, False),
    ([_refused("504 X")], 0.05, False),
    (BUSY, 1.0, False),
    (CROWDED, 2.0, True),
    ([_refused("429 X", ("Retry-After", "2"), ("Retry-After-Ms", "70"))], 0.07, True),
    ([_refused("429 X", ("Retry-After", "Sun, 06 Nov 1994 08:49:42 GMT"))], 5.0, True),
    ([_refused("429 X", ("Retry-After", "-5"))], 0.05, True),
]
IN_THE_BODY: "list[tuple[Script, float, bool]]" = [(CUT, 0.05, False), (CUT_CHUNKS, 0.05, False)]


@pytest.mark.parametrize(
    ("script", "wait", "stream"),
    [(row[0], row[1], False) for row in PASSING + IN_THE_BODY] + [(row[0], row[1], True) for row in PASSING],
)
def test_what_passes_is_tried_again(script: Script, wait: float, stream: bool) -> None:
    with Calling(script, FINE, timeout_seconds=0.2, stream_timeout_seconds=0.2) as it:
        response = it.call(stream=stream)
        assert b"canary_body" in response.read()
        assert response.attempts == 2
        assert it.waits == [pytest.approx(wait)]
        first, second = it.server.received
        assert first.body == second.body and first.headers == second.headers


@pytest.mark.parametrize(("script", "safe"), [(row[0], row[2]) for row in PASSING + IN_THE_BODY])
def test_a_request_that_may_not_be_repeated_is_repeated_only_when_nothing_was_done(script: Script, safe: bool) -> None:
    with Calling(script, FINE, timeout_seconds=0.2) as it:
        attempts = it.call(repeatable=False).attempts if safe else it.error(repeatable=False).attempts
    assert attempts == (2 if safe else 1)


def test_a_connection_that_was_never_made_is_tried_again_whatever_was_to_be_sent() -> None:
    with Calling(FINE) as it:
        pass
    error = it.error(repeatable=False)
    assert type(error) is ConnectionFailedError
    assert (error.attempts, error.outcome, error.status) == (3, "not_sent", 0)


@pytest.mark.parametrize(
    ("script", "policy", "attempts"),
    [
        (CROWDED, RetryPolicy(), 4),
        (CROWDED, RetryPolicy(max_retries_on_429=0), 1),
        (CROWDED, RetryPolicy(max_retries_on_429=5), 6),
        (BUSY, RetryPolicy(), 3),
        (BUSY, RetryPolicy(max_retries=0), 1),
        (CUT, RetryPolicy(max_retries=1), 2),
    ],
)
def test_retries_end(script: Script, policy: RetryPolicy, attempts: int) -> None:
    with Calling(script, policy=policy) as it:
        assert it.error().attempts == attempts
        assert len(it.server.received) == attempts
        assert len(it.waits) == attempts - 1


@pytest.mark.parametrize(
    ("scripts", "outcome"),
    [
        ([[_refused("429 X")], [_refused("404 X")]], "rejected"),
        # An attempt of which nobody knows leaves a doubt that a later refusal does not remove.
        ([[close], [_refused("404 X")]], "unknown"),
        ([CUT, [_refused("503 X")], [_refused("503 X")]], "unknown"),
    ],
)
def test_the_outcome_is_that_of_the_worst_attempt(scripts: "list[Script]", outcome: Outcome) -> None:
    with Calling(*scripts) as it:
        assert it.error().outcome == outcome


# -- deadlines


@pytest.mark.parametrize(("deadline_seconds", "attempts"), [(5.0, 3), (2.5, 2), (1.0, 1)])
def test_no_wait_outlasts_the_deadline(deadline_seconds: float, attempts: int) -> None:
    """The clock stands still between attempts here, so each wait of 2 s is measured against what was left before."""
    moments = [0.0]
    with Calling(CROWDED) as it:
        exchange = Exchange(
            it.transport,
            clock=lambda: moments[-1],
            sleep=lambda seconds: moments.append(moments[-1] + seconds),
            random=lambda: 0.0,
        )
        with pytest.raises(RateLimitError) as caught:
            exchange.send("GET", "/", HEADERS, repeatable=True, deadline_seconds=deadline_seconds)
    assert caught.value.attempts == attempts
    assert moments[-1] <= deadline_seconds


def test_an_attempt_is_bounded_by_its_timeout_and_the_call_by_its_deadline() -> None:
    with Calling([stall], FINE, timeout_seconds=0.1) as it:
        assert it.call(deadline_seconds=5.0).attempts == 2
    with Calling([stall], FINE, timeout_seconds=5.0) as it:
        error = it.error(deadline_seconds=0.1)
        assert type(error) is TimeoutExceededError and error.attempts == 1


def test_a_stream_is_bounded_in_its_silences_and_by_the_deadline() -> None:
    dripping = [send(head("200 OK")), drip(b"x" * 50, 0.02), close]
    with Calling(dripping, stream_timeout_seconds=0.4) as it:
        assert it.call(stream=True).read() == b"x" * 50
        with pytest.raises(TimeoutExceededError):
            it.call(stream=True, deadline_seconds=0.2).read()


def test_no_timeout_at_all() -> None:
    with Calling(FINE, timeout_seconds=None, stream_timeout_seconds=None) as it:
        assert it.call().read() and it.call(stream=True).read()


# -- hooks


def test_hooks_wrap_each_attempt_the_first_one_outermost() -> None:
    told: List[str] = []

    def hook(name: str) -> Hook:
        def wrapped(request: Request, send: Next) -> Response:
            told.append(f"{name} {request.method}")
            response = send(request._replace(headers=Headers([*request.headers.items(), (f"x-{name}", "1")])))
            told.append(f"{name} {response.status}")
            return response

        return wrapped

    with Calling([_refused("503 X")], FINE, hooks=[hook("a"), hook("b")]) as it:
        it.call()
        assert all(r.headers["x-a"] == r.headers["x-b"] == "1" for r in it.server.received)
    assert told == ["a POST", "b POST", "b 503", "a 503", "a POST", "b POST", "b 200", "a 200"]


def test_a_hook_may_answer_by_itself_and_read_what_came() -> None:
    def answering(request: Request, send: Next) -> Response:
        return Response(200, Headers(), [b"mine"])

    def reading(request: Request, send: Next) -> Response:
        response = send(request)
        response.read()
        return response

    with Calling(FINE, hooks=[answering]) as it:
        assert it.call().read() == b"mine"
        assert it.server.received == []
    with Calling([_refused("404 X", error="Bucket not found")], hooks=[reading]) as it:
        assert "Bucket not found" in str(it.error())


def test_what_a_hook_raises_is_its_own() -> None:
    def raising(request: Request, send: Next) -> Response:
        raise KeyError("mine")

    with Calling(FINE, hooks=[raising]) as it, pytest.raises(KeyError):
        it.call()


# -- the log


def test_the_log_tells_of_attempts_and_retries(caplog: pytest.LogCaptureFixture) -> None:
    with Calling([close], [_refused("503 X", error="canary_words")], FINE) as it, caplog.at_level("DEBUG", "engram"):
        it.call()
    assert [record.levelname for record in caplog.records] == ["DEBUG", "INFO", "DEBUG", "INFO", "DEBUG"]
    text = caplog.text
    assert "attempt 1: failed" in text and "attempt 2: 503" in text and "attempt 3: 200" in text
    assert "ConnectionFailedError" in text and "ServerError" in text
    assert KEY not in text and "canary" not in text


def test_a_log_that_nobody_reads_is_not_written(caplog: pytest.LogCaptureFixture) -> None:
    with Calling([close], FINE) as it, caplog.at_level("WARNING", "engram"):
        it.call()
    assert caplog.records == []
    assert logging.getLogger("engram").level == logging.NOTSET
