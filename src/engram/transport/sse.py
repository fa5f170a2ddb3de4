"""Server-sent events, by the book (HTML Living Standard, "Server-sent events"), one piece of bytes at a time. Pure.

    stream  = [bom] *event          line end = CRLF / LF / CR
    event   = *(comment / field) line end
    field   = name [":" [" "] value] line end

The events are the same wherever the bytes were split. An event that its stream breaks off is never delivered.
"""

from __future__ import annotations

import codecs
import re
from typing import List, NamedTuple

from ..errors import ProtocolError, TooLargeError
from .base import MAX_RESPONSE_BYTES

_LINE_END = re.compile(r"\r\n|\n|\r")


class ServerSentEvent(NamedTuple):
    """One event. `data` has its lines joined by `\\n`; `id` is the last one that the stream gave."""

    event: str
    data: str
    id: str


class SseParser:
    """Turns bytes into events."""

    def __init__(self, max_event_chars: int = MAX_RESPONSE_BYTES) -> None:
        self._max_event_chars = max_event_chars
        # It takes the byte order mark off by itself, and keeps half a character until the other half comes.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self._after_cr = False
        self._line: List[str] = []
        self._event = ""
        self._data: List[str] = []
        self._id = ""
        #: Characters in `_line` and `_data`.
        self._held = 0

    def feed(self, data: bytes) -> List[ServerSentEvent]:
        """Return the events that `data` completes.

        Raises:
            ProtocolError: it is not UTF-8.
            TooLargeError: an event is larger than allowed.
        """
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError as error:
            raise ProtocolError(f"the event stream is not UTF-8: {error.reason}") from None
        if self._after_cr and text.startswith("\n"):
            # The CR has ended its line already; this is the other half of the same line end.
            text = text[1:]
        self._after_cr = text.endswith("\r") or (self._after_cr and not data)
        events = []
        *lines, rest = _LINE_END.split(text)
        for line in lines:
            self._hold(line)
            whole = "".join(self._line)
            self._line.clear()
            if whole:
                self._take_field(whole)
                continue
            if self._data:
                events.append(ServerSentEvent(self._event or "message", "\n".join(self._data), self._id))
            self._event, self._data, self._held = "", [], 0
        self._hold(rest)
        return events

    def _hold(self, part: str) -> None:
        self._line.append(part)
        self._held += len(part)
        if self._held > self._max_event_chars:
            raise TooLargeError(f"an event of the stream is larger than {self._max_event_chars} characters")

    def _take_field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            self._data.append(value)
            return
        self._held -= len(line)
        if name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
