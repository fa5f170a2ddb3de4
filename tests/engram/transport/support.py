"""What the tests of the transport share."""

from __future__ import annotations

import time
from typing import Mapping, Optional

from engram.transport.base import Headers, Request
from engram.transport.deadline import Clock, Deadline
from engram.transport.http import HttpTransport
from tests.engram.faults.scripted import Script, ScriptedServer, chunk, head

KEY = "eng_test_canary_6f1d"
KEYED = {"Idempotency-Key": "k1"}
CHUNKED = [("Transfer-Encoding", "chunked")]


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


def in_chunks(*pieces: bytes) -> bytes:
    """Return a chunked answer; only with an empty piece at its end it is whole."""
    return head("200 OK", CHUNKED) + b"".join(chunk(piece) for piece in pieces)
