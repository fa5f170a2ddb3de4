"""The attempt loop, over real sockets; sleeping, chance and the wall clock are the test's."""

from __future__ import annotations

import logging
from typing import List

import pytest

from engram.errors import ConnectionFailedError, Outcome, RateLimitError, TimeoutExceededError
from engram.transport.base import Headers, Hook, Next, Request, Response
from engram.transport.exchange import Exchange
from engram.transport.retry import RetryPolicy
from tests.engram.faults.scripted import Script, chunk, close, drip, head, reset, send, stall

from .calling import FINE, HEADERS, Calling, hasty_with, refused
from .support import KEY


# -- retries


CUT = [send(head("200 OK", [("Content-Length", "9")]) + b"{"), close]
CUT_CHUNKS = [send(head("200 OK", [("Transfer-Encoding", "chunked")]) + chunk(b"{}")), close]
BUSY = [refused("503 X", ("Retry-After", "1"))]
CROWDED = [refused("429 X", ("Retry-After", "2"))]
# Scripts that another try gets past, the wait before it, and whether the server surely did nothing.
PASSING: "list[tuple[Script, float, bool]]" = [
    ([close], 0.05, False),
    ([reset], 0.05, False),
    ([stall], 0.05, False),
    ([refused("502 X")], 0.05, False),
    ([refused("504 X")], 0.05, False),
    (BUSY, 1.0, False),
    (CROWDED, 2.0, True),
    ([refused("429 X", ("Retry-After", "2"), ("Retry-After-Ms", "70"))], 0.07, True),
    ([refused("429 X", ("Retry-After", "Sun, 06 Nov 1994 08:49:42 GMT"))], 5.0, True),
    ([refused("429 X", ("Retry-After", "-5"))], 0.05, True),
]
IN_THE_BODY: "list[tuple[Script, float, bool]]" = [(CUT, 0.05, False), (CUT_CHUNKS, 0.05, False)]


@pytest.mark.parametrize(
    ("script", "wait", "stream"),
    [(row[0], row[1], False) for row in PASSING + IN_THE_BODY] + [(row[0], row[1], True) for row in PASSING],
)
def test_what_passes_is_tried_again(script: Script, wait: float, stream: bool) -> None:
    with Calling(script, FINE, hooks=[hasty_with(script)]) as it:
        response = it.call(stream=stream)
        assert b"canary_body" in response.read()
        assert response.attempts == 2
        assert it.waits == [pytest.approx(wait)]
        first, second = it.server.received
        assert first.body == second.body and first.headers == second.headers


@pytest.mark.parametrize(("script", "safe"), [(row[0], row[2]) for row in PASSING + IN_THE_BODY])
def test_a_request_that_may_not_be_repeated_is_repeated_only_when_nothing_was_done(script: Script, safe: bool) -> None:
    with Calling(script, FINE, hooks=[hasty_with(script)]) as it:
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
        ([[refused("429 X")], [refused("404 X")]], "rejected"),
        # An attempt of which nobody knows leaves a doubt that a later refusal does not remove.
        ([[close], [refused("404 X")]], "unknown"),
        ([CUT, [refused("503 X")], [refused("503 X")]], "unknown"),
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
    # More than two attempts where the machine is busy.
    with Calling([stall], FINE, timeout_seconds=0.1, policy=RetryPolicy(max_retries=99)) as it:
        assert it.call(deadline_seconds=60.0).attempts > 1
    with Calling([stall], FINE, timeout_seconds=5.0) as it:
        error = it.error(deadline_seconds=0.1)
        assert type(error) is TimeoutExceededError and error.attempts == 1


def test_a_stream_is_bounded_in_its_silences_and_by_the_deadline() -> None:
    dripping = [send(head("200 OK")), drip(b"x" * 50, 0.03), close]
    with Calling(dripping, stream_timeout_seconds=1.0) as it:
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

    with Calling([refused("503 X")], FINE, hooks=[hook("a"), hook("b")]) as it:
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
    with Calling([refused("404 X", error="Bucket not found")], hooks=[reading]) as it:
        assert "Bucket not found" in str(it.error())


def test_what_a_hook_raises_is_its_own() -> None:
    def raising(request: Request, send: Next) -> Response:
        raise KeyError("mine")

    with Calling(FINE, hooks=[raising]) as it, pytest.raises(KeyError):
        it.call()


# -- the log


def test_the_log_tells_of_attempts_and_retries(caplog: pytest.LogCaptureFixture) -> None:
    with Calling([close], [refused("503 X", error="canary_words")], FINE) as it, caplog.at_level("DEBUG", "engram"):
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
