"""What the tests of the transport share."""

from __future__ import annotations

import time
from typing import Mapping, Optional

from engram.transport.base import Headers, Request
from engram.transport.deadline import Clock, Deadline

KEY = "eng_test_canary_6f1d"
KEYED = {"Idempotency-Key": "k1"}


def request(
    target: str = "/",
    method: str = "GET",
    headers: Optional[Mapping[str, str]] = None,
    body: Optional[bytes] = None,
    *,
    seconds: Optional[float] = 10.0,
    silence: Optional[float] = None,
    stream: bool = False,
    clock: Clock = time.monotonic,
) -> Request:
    """Return a request with an API key."""
    all_headers = Headers([("Authorization", f"Bearer {KEY}"), *(headers or {}).items()])
    return Request(method, target, all_headers, body, Deadline(seconds, clock), silence, stream)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now
