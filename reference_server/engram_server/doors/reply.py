"""The head of a response as bytes. Pure but for the clock that `DateHeader` is handed.

Every head is written here, so that no response can leave without its framing, its date and our name, and none can
carry a line that its App did not mean to send.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus
from typing import Dict, List, Optional, Tuple

from engram.types import VERSION

from ..clock import Clock

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

_SERVER = f"Server: engram-reference/{VERSION}\r\n"
_STATUSES: Dict[int, str] = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# A control character in a header would end its line and begin another; a space can do no harm.
_SAFE = {code: " " for code in (*range(0x20), 0x7F)}
_BODILESS = frozenset({204, 304})


class DateHeader:
    """The `Date` line, formatted once a second."""

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock
        self._now = (-1, "")

    def line(self) -> str:
        """Return the line of this second."""
        second = int(self._clock())
        made, line = self._now
        if made != second:
            line = f"Date: {formatdate(second, usegmt=True)}\r\n"
            self._now = (second, line)
        return line


def status_text(status: int) -> str:
    """Return a status with its words: `404 Not Found`."""
    return _STATUSES.get(status) or f"{status} "


def has_length(status: int) -> bool:
    """Say whether a response of this status tells the length of its body."""
    return status not in _BODILESS


def head(
    status: int,
    headers: List[Tuple[str, str]],
    date_line: str,
    *,
    length: Optional[int],
    is_chunked: bool,
    is_last: bool,
) -> bytes:
    """Return the head of a response, its empty line included.

    A body with no `length` comes in chunks or, to a peer that knows none, ends with the connection.
    """
    lines = [f"HTTP/1.1 {status_text(status)}\r\n", _SERVER, date_line]
    for name, value in headers:
        lines.append(f"{name}: {value.translate(_SAFE)}\r\n")
    if length is not None and has_length(status):
        lines.append(f"Content-Length: {length}\r\n")
    if is_chunked:
        lines.append("Transfer-Encoding: chunked\r\n")
    if is_last:
        lines.append("Connection: close\r\n")
    lines.append("\r\n")
    return "".join(lines).encode("latin-1", "replace")


def chunk(piece: bytes) -> bytes:
    """Return one piece of a body as a chunk. An empty piece would end the body: do not send one."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)
