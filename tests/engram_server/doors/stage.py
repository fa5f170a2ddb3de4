"""Handlers whose answers a test writes and whose time it controls."""

from __future__ import annotations

import threading
from typing import Callable, Dict, Iterator

from engram_server.wire import Request, Response, Stream, json_response
from tests.wire.peer import PATIENCE_SECONDS


class Stage:
    """A handler whose answers a test writes, path by path; any other path answers 200 with its name."""

    def __init__(self) -> None:
        self.answers: Dict[str, Callable[[Request], Response]] = {}

    def __call__(self, asked: Request) -> Response:
        answer = self.answers.get(asked.path)
        return answer(asked) if answer else json_response(200, asked.path)


class Script:
    """A stream whose pieces a test releases one by one, and which tells when it is closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self._ready = threading.Semaphore(0)
        self.is_closed = threading.Event()

    def respond(self, asked: Request) -> Response:
        return Response(200, [("Content-Type", "text/event-stream")], Stream(self._produce(), self.is_closed.set))

    def release(self, pieces: int = 1) -> None:
        for _ in range(pieces):
            self._ready.release()

    def _produce(self) -> Iterator[bytes]:
        for piece in self._pieces:
            assert self._ready.acquire(timeout=PATIENCE_SECONDS)
            yield piece


class Pause:
    """An answer that waits until a test lets it go."""

    def __init__(self) -> None:
        self.has_begun = threading.Semaphore(0)
        self.may_end = threading.Event()

    def respond(self, asked: Request) -> Response:
        self.has_begun.release()
        assert self.may_end.wait(PATIENCE_SECONDS)
        return json_response(200, "at last")

    def wait_for(self, requests: int) -> None:
        """Wait until so many requests are in the handler."""
        for _ in range(requests):
            assert self.has_begun.acquire(timeout=PATIENCE_SECONDS)
