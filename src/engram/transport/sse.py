"""Server-sent events, by the book (HTML Living Standard, "Server-sent events"), one piece of bytes at a time. Pure.

    stream  = [bom] *event          line end = CRLF / LF / CR
    event   = *(comment / field) line end
    field   = name [":" [" "] value] line end

The events are the same wherever the bytes were split. An event that its stream breaks off is never delivered.
"""

from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple

from ..errors import ProtocolError, TooLargeError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# In UTF-8 none of these bytes is part of another character, so lines are found before anything is decoded.
_LINE_END = re.compile(rb"\r\n|\n|\r")


class ServerSentEvent(NamedTuple):
    """One event. `data` has its lines joined by `\\n`; `id` is the last one that the stream gave."""

    event: str
    data: str
    id: str


class SseParser:
    """Turns bytes into events."""

    def __init__(self, max_event_bytes: int) -> None:
        self._max_event_bytes = max_event_bytes
        self._first = True
        self._after_cr = False
        self._line: List[bytes] = []
        self._event = b""
        self._data: List[bytes] = []
        self._id = b""
        #: Bytes that `_line` and `_data` hold.
        self._held = 0

    def feed(self, data: bytes) -> Iterator[ServerSentEvent]:
        """Yield the events that `data` completes. To be read to its end before more is fed.

        Raises:
            ProtocolError: an event is not UTF-8. Only after the events before it.
            TooLargeError: an event is larger than allowed.
        """
        if not data:
            return
        if self._after_cr and data.startswith(b"\n"):
            # The CR has ended its line already; this is the other half of the same line end.
            data = data[1:]
        self._after_cr = data.endswith(b"\r")
        *ends, rest = _LINE_END.split(data)
        for end in ends:
            self._hold(end)
            line = b"".join(self._line)
            self._line.clear()
            if self._first:
                self._first = False
                line = line[len(_BYTE_ORDER_MARK) :] if line.startswith(_BYTE_ORDER_MARK) else line
            if line:
                self._take_field(line)
                continue
            if self._data:
                yield _event(self._event or b"message", b"\n".join(self._data), self._id)
            self._event, self._data, self._held = b"", [], 0
        self._hold(rest)

    def _hold(self, part: bytes) -> None:
        self._line.append(part)
        self._held += len(part)
        if self._held > self._max_event_bytes:
            raise TooLargeError(f"an event of the stream is larger than {self._max_event_bytes} bytes")

    def _take_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value[1:] if value.startswith(b" ") else value
        if name == b"data":
            self._data.append(value)
            return
        # What is not kept does not count.
        self._held -= len(line)
        if name == b"event":
            self._event = value
        elif name == b"id" and b"\0" not in value:
            self._id = value


def _event(name: bytes, data: bytes, last_id: bytes) -> ServerSentEvent:
    try:
        return ServerSentEvent(name.decode("utf-8"), data.decode("utf-8"), last_id.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProtocolError(f"the event stream is not UTF-8: {error.reason}") from None
