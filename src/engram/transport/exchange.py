"""One call from its first attempt to its result: attempts, waits between them, and the error in the end.

Every transport and every verb goes through here, so this is where a status becomes an exception, where hooks stand,
where a call's deadline is shared out and where its story is logged. What to do after a failure is decided in
`retry`; how bytes travel is the transport's affair; what they mean is the codec's.

The logger gets methods, targets, statuses and times. It never gets a header, a body or a key.
"""

from __future__ import annotations

import logging
import random as _random
import time
from typing import Callable, Dict, Optional, Sequence, Tuple
from urllib.parse import urlsplit, urlunsplit

from ..codec import decode
from ..errors import (
    ConnectionFailedError,
    EngramError,
    Outcome,
    ProtocolError,
    TimeoutExceededError,
    class_for_status,
    outcome_of_status,
    words_of_body,
)
from ..types.wire import JsonValue
from .base import MAX_RESPONSE_BYTES, Headers, Hook, Next, Request, Response, Transport
from .deadline import Clock, Deadline
from .retry import Failure, GiveUp, RetryPolicy, Wait, decide
from .stop import Stop

LOGGER = logging.getLogger("engram")

# An error body is a sentence or a proxy's page; what is beyond this is not worth the wait.
_ERROR_BODY_BYTES = 64 * 1024

_NO_HEADERS = Headers()

# How sure a caller can be that nothing happened; a call is as unsure as its worst attempt.
_DOUBT: Dict[Outcome, int] = {"not_sent": 0, "rejected": 1, "unknown": 2}


class Exchange:
    """Carries calls over a transport, with retries, a deadline and hooks.

    Args:
        policy: how often and how patiently to try again.
        hooks: wrapped around each attempt, the first one outermost. What a hook raises itself is not caught.
        timeout_seconds: bounds each attempt as a whole, body included. None: no bound.
        stream_timeout_seconds: bounds each silence where the answer is streamed, which may itself take longer.
        max_response_bytes: a buffered answer, or one event of a stream, may not be larger.
        clock, wall_clock, sleep, random: the outside world.
        stop: ends the calls of this exchange; `sleep` should end with it.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        policy: RetryPolicy = RetryPolicy(),
        hooks: Sequence[Hook] = (),
        timeout_seconds: Optional[float] = 30.0,
        stream_timeout_seconds: Optional[float] = 300.0,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        clock: Clock = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = _random.random,
        logger: logging.Logger = LOGGER,
        stop: Optional[Stop] = None,
    ) -> None:
        self._policy = policy
        self._timeout_seconds = timeout_seconds
        self._stream_timeout_seconds = stream_timeout_seconds
        self._max_response_bytes = max_response_bytes
        self._clock = clock
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._random = random
        self._logger = logger
        self._stop = stop
        self._send: Next = transport.send
        for hook in reversed(hooks):
            self._send = _hooked(hook, self._send)

    def send(
        self,
        method: str,
        target: str,
        headers: Headers,
        body: Optional[bytes] = None,
        *,
        repeatable: bool,
        stream: bool = False,
        deadline_seconds: Optional[float] = None,
    ) -> Response:
        """Make one call; return its 2xx response: read whole already, or unread for a stream.

        Args:
            repeatable: whether sending it twice does no harm: it reads, or it carries an `Idempotency-Key`.
            deadline_seconds: bounds the whole call: attempts, waits and the body.

        Raises:
            EngramError: the class that stands for what went wrong in the last attempt.
        """
        deadline = Deadline(deadline_seconds, self._clock, self._stop)
        silence = self._stream_timeout_seconds if stream else self._timeout_seconds
        worst: Outcome = "not_sent"
        attempt = 0
        while True:
            attempt += 1
            if self._stop is not None:
                self._stop.check()
            bound = deadline if stream else deadline.within(self._timeout_seconds)
            request = Request(method, target, headers, body, bound, silence, stream)
            hints = _NO_HEADERS
            try:
                response = self._attempt(request, attempt)
                hints = response.headers
                if 200 <= response.status < 300:
                    response.attempts, response.limit = attempt, self._max_response_bytes
                    if not stream:
                        response.read()
                    return response
                raise _refusal(response)
            except EngramError as error:
                worst = max(worst, error.outcome, key=_DOUBT.__getitem__)
                verdict = decide(
                    self._policy,
                    attempt,
                    _failure(error, hints),
                    repeatable=repeatable,
                    now_wall=self._wall_clock(),
                    remaining=deadline.remaining(),
                    random=self._random,
                )
                if isinstance(verdict, GiveUp):
                    error.attempts = attempt
                    error.outcome = worst
                    error.idempotency_key = headers.get("idempotency-key")
                    error.request_id = error.request_id or hints.get("x-request-id") or headers.get("x-request-id")
                    raise
                self._log_retry(request, attempt, error, verdict)
            self._sleep(verdict.seconds)

    def _attempt(self, request: Request, attempt: int) -> Response:
        if not self._logger.isEnabledFor(logging.DEBUG):
            return self._send(request)
        began, ending = self._clock(), "failed"
        try:
            response = self._send(request)
            ending = str(response.status)
            return response
        finally:
            self._logger.debug(
                "%s %s: attempt %d: %s after %.1f ms",
                request.method,
                request.target,
                attempt,
                ending,
                (self._clock() - began) * 1_000,
            )

    def _log_retry(self, request: Request, attempt: int, error: EngramError, wait: Wait) -> None:
        self._logger.info(
            "%s %s: attempt %d ended with %s (status %d), trying again in %.2f s",
            request.method,
            request.target,
            attempt,
            type(error).__name__,
            error.status,
            wait.seconds,
        )


def _hooked(hook: Hook, send: Next) -> Next:
    return lambda request: hook(request, send)


def _failure(error: EngramError, hints: Headers) -> Failure:
    """Return what the retry policy needs to know of an error and the headers that came with it."""
    not_sent = error.outcome == "not_sent"
    if isinstance(error, ConnectionFailedError):
        return Failure("broken", not_sent=not_sent)
    if isinstance(error, TimeoutExceededError):
        return Failure("timeout", not_sent=not_sent)
    if not error.status:
        return Failure("final")
    return Failure("answered", error.status, False, hints.get("retry-after"), hints.get("retry-after-ms"))


def _refusal(response: Response) -> EngramError:
    """Return the error that a response stands for. Its status counts, whatever becomes of its body."""
    status, headers = response.status, response.headers
    body, words, code = _words(response)
    if 300 <= status < 400:
        words = (
            f"redirect to {_shown(headers.get('location', ''))} refused: following it could hand the API key to "
            "another host; if the API lives there, set base_url to it"
        )
    told_id = body.get("request_id") if isinstance(body, dict) else None
    return class_for_status(status)(
        f"HTTP {status}: {words or 'the server did not say why'}",
        status,
        body,
        code=code,
        request_id=headers.get("x-request-id") or (told_id if isinstance(told_id, str) else None),
        outcome=outcome_of_status(status),
    )


def _words(response: Response) -> Tuple[JsonValue, str, str]:
    """Return an error's body, and the sentence and the code in it."""
    pieces, size = [], 0
    try:
        for piece in response:
            pieces.append(piece)
            size += len(piece)
            if size >= _ERROR_BODY_BYTES:
                break
    except EngramError:
        # Cut short or stalled: what has come must do, for the status is known.
        pass
    finally:
        response.close()
    content = b"".join(pieces)[:_ERROR_BODY_BYTES]
    body: JsonValue = None
    if content:
        try:
            body = decode(content, response.status, response.headers.get("content-type", ""))
        except ProtocolError:
            body = content.decode("utf-8", "replace")
    return (body, *words_of_body(body))


def _shown(location: str) -> str:
    """Return a URL without what may be secret in it."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "a place that is no URL"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")) or "nowhere"
