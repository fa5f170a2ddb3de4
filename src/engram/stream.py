"""The answer to a question while it is being written: frames to events, and a clean end in every case.

A stream is whole when its last frame has come, the one without choices. Whatever else ends it (an error frame, bytes
that make no sense, a connection that breaks or falls silent, a polite end too soon) raises
`StreamInterruptedError` with the text so far: half an answer never passes for a whole one.
"""

from __future__ import annotations

from threading import get_ident
from typing import Iterator, List, Optional, cast

from .codec import decode
from .errors import EngramError, ProtocolError, StreamInterruptedError, words_of_body
from .transport.base import Response
from .transport.sse import ServerSentEvent, SseParser
from .types import DeltaEvent, DoneEvent, JsonObject, JsonValue, QueryStreamEvent

_EVENT_STREAM = "text/event-stream"
_JSON = "application/json"
_END = "[DONE]"
_SHOWN_BYTES = 120


class QueryStream(Iterator[QueryStreamEvent]):
    """The events of one answer: deltas, then exactly one `done`.

        with engram.query_stream("What is the plan?") as stream:
            for event in stream:
                if event["type"] == "delta":
                    print(event["content"], end="")

    Leaving the loop, the `with` block or the last reference closes the connection. A stream can be read once.

    Raises:
        StreamInterruptedError: while iterating, when the answer broke off or another thread closed the stream; its
            `text` holds what had come.
    """

    def __init__(self, response: Response) -> None:
        """Begin to read a 2xx response.

        Raises:
            ProtocolError: it is neither an event stream nor the JSON of a server that does not stream.
        """
        self._response = response
        #: The thread that closed it, None while it is open.
        self._closed_by: Optional[int] = None
        try:
            self._events = _opened(response)
        except EngramError as error:
            self.close()
            response.mark(error)
            raise

    def __iter__(self) -> Iterator[QueryStreamEvent]:
        # A generator, because leaving a loop ends it at once, while the stream itself may live on in a variable.
        try:
            while True:
                event = next(self, None)
                if event is None:
                    return
                yield event
        finally:
            self.close()

    def __next__(self) -> QueryStreamEvent:
        # Who closed it knows that it is over; to any other thread half an answer must not look whole.
        if self._closed_by == get_ident():
            raise StopIteration
        return next(self._events)

    def close(self) -> None:
        """Close the connection; the server stops writing the answer. Safe to call again."""
        self._closed_by = get_ident()
        self._response.close()

    def __enter__(self) -> QueryStream:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def _opened(response: Response) -> Iterator[QueryStreamEvent]:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _EVENT_STREAM:
        return _events(response)
    if kind == _JSON:
        return _whole(decode(response.read(), response.status, kind), response.status)
    shown = next(iter(response), b"")[:_SHOWN_BYTES].decode("utf-8", "replace")
    raise ProtocolError(
        f"HTTP {response.status} with {kind or 'no content type'} where an event stream was expected; "
        f"it begins {shown!r}",
        response.status,
        shown,
    )


def _events(response: Response) -> Iterator[QueryStreamEvent]:
    """Yield the events of an event stream. Knows no `QueryStream`, so that a dropped one is freed at once."""
    parser = SseParser(response.limit)
    deltas: List[str] = []
    try:
        for piece in response:
            for received in parser.feed(piece):
                event = _event(received, deltas)
                if event is None:
                    continue
                yield event
                if event["type"] == "done":
                    # What a server may still say after its last frame changes nothing.
                    response.leave()
                    return
                deltas.append(event["content"])
        raise ProtocolError("the connection ended before the last frame")
    except EngramError as error:
        raise _interrupted(error, response, "".join(deltas)) from error
    finally:
        response.close()


def _whole(answer: JsonValue, status: int) -> Iterator[QueryStreamEvent]:
    """Yield the answer of a server that ignored `stream` as a stream of one delta."""
    text = answer.get("answer") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(text, str):
        raise ProtocolError(f"HTTP {status} without an answer in its body", status, answer)
    delta: List[QueryStreamEvent] = [DeltaEvent(type="delta", content=text)] if text else []
    return iter([*delta, _done(answer, text)])


def _event(received: ServerSentEvent, deltas: List[str]) -> Optional[QueryStreamEvent]:
    """Return the event that a frame stands for, None when it says nothing."""
    if not received.data:
        return None
    if received.data == _END:
        raise ProtocolError("the server ended the stream before its last frame")
    frame = decode(received.data.encode("utf-8"), 200, _EVENT_STREAM)
    if not isinstance(frame, dict):
        raise ProtocolError("a frame is not an object", body=frame)
    if received.event == "error" or frame.get("error") is not None:
        words, code = words_of_body(frame)
        raise EngramError(words or "the server did not say why", body=frame, code=code)
    choices = frame.get("choices")
    if choices is None or choices == []:
        return _done(frame, "".join(deltas))
    content = _content(choices)
    return DeltaEvent(type="delta", content=content) if content else None


def _content(choices: JsonValue) -> str:
    """Return the text of a delta frame."""
    first = choices[0] if isinstance(choices, list) else None
    delta = first.get("delta") if isinstance(first, dict) else None
    if not isinstance(delta, dict):
        raise ProtocolError("a frame has choices without a delta", body=choices)
    content = delta.get("content")
    if content is None:
        return ""
    if not isinstance(content, str):
        raise ProtocolError("a frame has a delta whose content is not text", body=choices)
    return content


def _done(frame: JsonObject, text: str) -> DoneEvent:
    """Return the last event: the server's keys, the answer put together when it sent none, our `type`."""
    answer = frame.get("answer")
    if answer is None:
        answer = text
    if not isinstance(answer, str):
        raise ProtocolError("the last frame has an answer that is not text", body=frame)
    # The server's keys are checked as far as they are read here; a TypedDict promises no more.
    return cast(DoneEvent, {**frame, "answer": answer, "type": "done"})


def _interrupted(error: EngramError, response: Response, text: str) -> StreamInterruptedError:
    interrupted = StreamInterruptedError(
        f"the answer broke off: {error}", body=error.body, code=error.code, outcome="unknown", text=text
    )
    response.mark(interrupted)
    return interrupted
