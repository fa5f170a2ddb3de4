"""The attempt loop over a real socket, as the tests of exchanges call it: nothing waits, nothing is left to chance."""

from __future__ import annotations

import itertools
from typing import List, Optional, Sequence

import pytest

from engram.errors import EngramError
from engram.transport.base import MAX_RESPONSE_BYTES, Headers, Hook, Next, Request, Response
from engram.transport.exchange import Exchange
from engram.transport.http import HttpTransport
from engram.transport.retry import RetryPolicy
from tests.engram.faults.scripted import Script, ScriptedServer, Step, answer_json, echo, stall

from .support import KEY

# The date of the RFCs' examples.
NOW = 784111777.0
HEADERS = Headers([("Authorization", f"Bearer {KEY}")])
KEYED = Headers([*HEADERS.items(), ("Idempotency-Key", "k1"), ("X-Request-Id", "req_ours")])
FINE = [echo]


def hasty_with(script: Script) -> Hook:
    """Return a hook by which the first attempt gives up soon where `script` stalls, and none does otherwise."""
    attempts = itertools.count(1)

    def hook(request: Request, send: Next) -> Response:
        is_hasty = next(attempts) == 1 and stall in script
        return send(request._replace(deadline=request.deadline.within(0.1)) if is_hasty else request)

    return hook


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


def refused(status: str, *headers: "tuple[str, str]", error: str = "no") -> Step:
    """Answer with an error as servers of ours tell it."""
    return answer_json({"error": error, "code": "some_code", "request_id": "req_told"}, status, headers)
