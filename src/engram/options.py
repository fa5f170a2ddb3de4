"""What a client is set to: defaults, checks, the headers that every request carries. Nothing here sends anything."""

from __future__ import annotations

import os
import re
from enum import Enum
from typing import Iterable, Literal, Mapping, NamedTuple, Optional, Tuple

from .errors import ConfigurationError, ValidationError
from .transport.base import MAX_RESPONSE_BYTES, Headers, Hook
from .types.version import VERSION

# The defaults of the published client, so that moving over is one changed import.
DEFAULT_BASE_URL = "https://api.lumetra.io"
DEFAULT_TIMEOUT_SECONDS = 30.0
DEFAULT_STREAM_TIMEOUT_SECONDS = 300.0
DEFAULT_MAX_RETRIES_ON_429 = 3
# Two more tries get past a restart or a dropped connection; more would only hide an outage.
DEFAULT_MAX_RETRIES = 2

USER_AGENT = f"engram-kit/{VERSION}"

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Latin-1 is all that HTTP knows of text in a header.
_HEADER_VALUE = re.compile(r"[\t -~\xa0-\xff]*")


class _Sentinel(Enum):
    KEEP = "as it is"


Keep = Literal[_Sentinel.KEEP]
KEEP: Keep = _Sentinel.KEEP
"""Stands for "not given" where None means something."""


class ClientOptions(NamedTuple):
    """How a client behaves; where it connects to is the transport's."""

    #: One attempt, from connecting to the last byte of the body. None: no bound, here and below.
    timeout_seconds: Optional[float] = DEFAULT_TIMEOUT_SECONDS
    #: The longest silence in a stream.
    stream_timeout_seconds: Optional[float] = DEFAULT_STREAM_TIMEOUT_SECONDS
    #: The whole call: all attempts, the waits between them, the body.
    deadline_seconds: Optional[float] = None
    max_retries_on_429: int = DEFAULT_MAX_RETRIES_ON_429
    #: After 502, 503, 504, a dropped connection or a timeout, where repeating is safe.
    max_retries: int = DEFAULT_MAX_RETRIES
    max_response_bytes: int = MAX_RESPONSE_BYTES
    headers: Tuple[Tuple[str, str], ...] = ()
    hooks: Tuple[Hook, ...] = ()

    def changed(self, changes: Mapping[str, object]) -> ClientOptions:
        """Return these options with every change made that is not `KEEP`."""
        made = {name: value for name, value in changes.items() if value is not KEEP}
        return ClientOptions(**{**self._asdict(), **made}).checked()

    def checked(self) -> ClientOptions:
        """Return these options.

        Raises:
            ConfigurationError: a time is not a number of seconds, or a count is negative.
        """
        for name in ("timeout_seconds", "stream_timeout_seconds", "deadline_seconds"):
            seconds = getattr(self, name)
            if seconds is not None and not (isinstance(seconds, (int, float)) and seconds > 0):
                what = f"must be a positive number of seconds or None, not {seconds!r}"
                raise ConfigurationError(f"{name}: {what}", outcome="not_sent")
        for name in ("max_retries_on_429", "max_retries", "max_response_bytes"):
            count = getattr(self, name)
            if not isinstance(count, int) or count < 0:
                what = f"must be a whole number and not negative, not {count!r}"
                raise ConfigurationError(f"{name}: {what}", outcome="not_sent")
        return self


def time_left(deadline_seconds: float) -> float:
    """Return a call's own deadline. What is left of a caller's budget may be nothing, and NaN is nothing too.

    Raises:
        ValidationError: it is no number.
    """
    if not isinstance(deadline_seconds, (int, float)):
        raise ValidationError(
            f"deadline_seconds: must be a number of seconds, not {deadline_seconds!r}", outcome="not_sent"
        )
    return max(0.0, deadline_seconds)


def base_url_of(given: Optional[str]) -> str:
    """Return the base URL: the argument, else `ENGRAM_BASE_URL`, else the hosted API.

    Raises:
        ConfigurationError: it is no string.
    """
    _check_is_text("base_url", given)
    return given or os.environ.get("ENGRAM_BASE_URL") or DEFAULT_BASE_URL


def api_key_of(given: Optional[str]) -> str:
    """Return the API key: the argument, else `ENGRAM_API_KEY`.

    Raises:
        ConfigurationError: there is none, or it cannot stand in a header. The message does not show it.
    """
    _check_is_text("api_key", given)
    key = given or os.environ.get("ENGRAM_API_KEY")
    if not key:
        raise ConfigurationError(
            "api_key is required: pass it or set ENGRAM_API_KEY", outcome="not_sent"
        )
    if not all("!" <= char <= "~" for char in key):
        raise ConfigurationError(
            "api_key: must be visible ASCII; look for a newline or a space", outcome="not_sent"
        )
    return key


def _check_is_text(name: str, given: Optional[str]) -> None:
    if given is not None and not isinstance(given, str):
        raise ConfigurationError(f"{name}: must be a string, not {type(given).__name__}", outcome="not_sent")


def headers_of(api_key: str, extra: Iterable[Tuple[str, str]]) -> Headers:
    """Return the headers that every request carries.

    Raises:
        ConfigurationError: an extra header has characters that cannot stand in one.
    """
    headers = Headers(
        [
            ("Authorization", f"Bearer {api_key}"),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
            ("User-Agent", USER_AGENT),
            *extra,
        ]
    )
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError(f"headers: {name!r} cannot be sent", outcome="not_sent")
    return headers
