"""The answer to a question while it is being written, for `async for`. How a stream ends is written in `stream`."""

from __future__ import annotations

import threading
from typing import AsyncIterator, List, Optional

from .aio_crew import Crew
from .errors import EngramError, StreamInterruptedError
from .stream import QueryStream
from .transport.stop import Stop
from .types import QueryStreamEvent


class AsyncQueryStream(AsyncIterator[QueryStreamEvent]):
    """The events of one answer: deltas, then exactly one `done`.

        async with await engram.query_stream("What is the plan?") as stream:
            async for event in stream:
                if event["type"] == "delta":
                    print(event["content"], end="")

    Leaving the loop or the `async with` block closes the connection, and so does a wait for an event that is
    cancelled. A stream can be read once. It takes one of the client's threads only while an event is waited for.

    Raises:
        StreamInterruptedError: while iterating, when the answer broke off; its `text` holds what had come.
    """

    def __init__(self, stream: QueryStream, crew: Crew, stop: Stop) -> None:
        self._stream = stream
        self._crew = crew
        self._stop = stop
        self._closed = False
        self._said: List[str] = []
        # Held by the thread that reads: the stream is closed by it, or when nobody reads.
        self._reading = threading.Lock()

    async def __aiter__(self) -> AsyncIterator[QueryStreamEvent]:
        # A generator, because leaving a loop ends it, while the stream itself may live on in a variable.
        try:
            while True:
                event = await self._next()
                if event is None:
                    return
                yield event
        finally:
            await self.aclose()

    async def __anext__(self) -> QueryStreamEvent:
        event = await self._next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """Close the connection; the server stops writing the answer. Safe to call again; it does not wait."""
        if self._closed:
            return
        self._closed = True
        # The peer is told now; the socket is closed by a thread or, after the client's end, when this is dropped.
        self._stop.request()
        self._crew.leave(self._close)

    async def __aenter__(self) -> AsyncQueryStream:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def _next(self) -> Optional[QueryStreamEvent]:
        if self._closed:
            return None
        try:
            event = await self._crew.run(self._read, self._stop)
        except EngramError:
            self._closed = True
            raise
        if event is None:
            self._closed = True
        elif event["type"] == "delta":
            self._said.append(event["content"])
        return event

    def _read(self) -> Optional[QueryStreamEvent]:
        try:
            with self._reading:
                if self._stop.requested:
                    raise StreamInterruptedError(
                        "the answer was given up: a wait for its next event was cancelled",
                        outcome="unknown",
                        text="".join(self._said),
                    )
                return next(self._stream, None)
        finally:
            if self._stop.requested:
                self._close()

    def _close(self) -> None:
        # Whoever reads looks once more when it has read, so that one of the two closes.
        if self._reading.acquire(blocking=False):
            try:
                self._stream.close()
            finally:
                self._reading.release()
