"""Every exception that a call may raise.

    EngramError
     |- ConfigurationError        the client was made wrong: no key, no usable base URL (also a ValueError)
     |- ValidationError           400, 422, or refused here before anything was sent
     |- AuthenticationError       401
     |- PermissionDeniedError     403
     |- NotFoundError             404
     |- ConflictError             409
     |- PreconditionFailedError   412: no model provider key, or a stale version
     |- TooLargeError             413, or a response over the client's cap
     |- RateLimitError            429, after the retries
     |- ServerError               5xx, after the retries
     |- ConnectionFailedError     no connection, or it broke before the whole answer was read
     |- TimeoutExceededError      the attempt's timeout or the call's deadline passed
     |- ProtocolError             an answer that is not the API's: HTML, broken JSON, a redirect
     `- StreamInterruptedError    a stream that began and did not end; `text` holds what had come

Names end in what happened and shadow no builtin. Nothing else escapes a call. All of them pickle, and none ever
holds an API key.
"""

from __future__ import annotations

from typing import Dict, Literal, Optional, Tuple, Type

from .types.wire import JsonValue

Outcome = Literal["not_sent", "rejected", "unknown"]

_BODY_LIMIT_CHARS = 2_000


class EngramError(Exception):
    """A call that failed. Raised itself only for HTTP statuses with no class of their own."""

    #: The HTTP status, or 0 when there was no HTTP answer.
    status: int
    #: The parsed JSON body, its text when it was not JSON, None when there was none.
    body: JsonValue
    #: The server's stable word for the condition (`"bucket_not_found"`), `""` when it sent none.
    code: str
    #: What to quote to whoever runs the server.
    request_id: Optional[str]
    #: How many requests were sent, retries included.
    attempts: int
    #: Whether the server may have acted: `not_sent` and `rejected` say no, `unknown` says perhaps.
    outcome: Outcome
    #: The key a write was sent with; sending the same write with it again cannot store twice.
    idempotency_key: Optional[str]

    def __init__(
        self,
        message: str,
        status: int = 0,
        body: JsonValue = None,
        *,
        code: str = "",
        request_id: Optional[str] = None,
        attempts: int = 0,
        outcome: Outcome = "unknown",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = body
        self.code = code
        self.request_id = request_id
        self.attempts = attempts
        self.outcome = outcome
        self.idempotency_key = None


class ConfigurationError(EngramError, ValueError):
    """The client was given something that it can never work with."""


class ValidationError(EngramError, ValueError):
    """The request was refused: a field is missing, malformed or out of bounds. The message names it."""


class AuthenticationError(EngramError):
    """The API key is missing or unknown."""


class PermissionDeniedError(EngramError):
    """The API key may not do this."""


class NotFoundError(EngramError):
    """The bucket or the memory does not exist."""


class ConflictError(EngramError):
    """What is to be made exists already."""


class PreconditionFailedError(EngramError):
    """No model provider key is configured, or the memory changed since it was read."""


class TooLargeError(EngramError):
    """The request is over a limit of the server, or the response over `max_response_bytes`."""


class RateLimitError(EngramError):
    """Too many requests at once, and the retries did not help."""


class ServerError(EngramError):
    """The server failed."""


class ConnectionFailedError(EngramError):
    """There was no connection, or it broke before the whole answer was read."""


class TimeoutExceededError(EngramError):
    """The attempt's timeout or the call's deadline passed."""


class ProtocolError(EngramError):
    """The answer is not one of the Engram API: a login page, a proxy's page, broken JSON, a redirect."""


class StreamInterruptedError(EngramError):
    """A stream began and did not reach its last frame."""

    #: The part of the answer that had come.
    text: str

    def __init__(
        self,
        message: str,
        status: int = 0,
        body: JsonValue = None,
        *,
        code: str = "",
        request_id: Optional[str] = None,
        attempts: int = 0,
        outcome: Outcome = "unknown",
        text: str = "",
    ) -> None:
        super().__init__(
            message, status, body, code=code, request_id=request_id, attempts=attempts, outcome=outcome
        )
        self.text = text


_BY_STATUS: Dict[int, Type[EngramError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    412: PreconditionFailedError,
    413: TooLargeError,
    422: ValidationError,
    429: RateLimitError,
}

# The statuses after which a write may have happened all the same.
_UNKNOWN_OUTCOME = frozenset({408, 500, 502, 504})


def class_for_status(status: int) -> Type[EngramError]:
    """Return the class that stands for an HTTP status."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return ProtocolError
    return ServerError if status >= 500 else EngramError


def outcome_of_status(status: int) -> Outcome:
    """Say whether a server that answered `status` may have acted."""
    return "unknown" if status in _UNKNOWN_OUTCOME else "rejected"


def words_of_body(body: JsonValue) -> Tuple[str, str]:
    """Return the sentence and the code in an error body, whatever shape the server gave it."""
    if not isinstance(body, dict):
        return str(body or "")[:_BODY_LIMIT_CHARS].strip(), ""
    error, code = body.get("error", body), body.get("code")
    if isinstance(error, dict):
        code = code or error.get("code")
        error = error.get("message", error)
    return str(error)[:_BODY_LIMIT_CHARS], code if isinstance(code, str) else ""
