"""The head of a response, read strictly: lines in, a head or an `HTTPException` out. No socket here.

http.client reads a head with the parser of e-mails, which repairs what it does not understand and takes most of the
time of a small call. Here whatever leaves doubt about what a head says, or about where its body ends, is refused.
"""

from __future__ import annotations

import http.client
import re
from typing import Callable, NamedTuple, Optional

from .base import Headers

# As http.client has them.
_MAX_LINE_BYTES = 65_536
_MAX_FIELDS = 100

#: How every response begins.
FIRST_BYTES = b"HTTP/1."
_STATUS_LINE = re.compile(r"HTTP/1\.([0-9])[ \t]+([1-9][0-9][0-9])(?:[ \t].*)?")
# No folded lines, and no line break or NUL in a value: in a log it must not look like another line.
_FIELD = re.compile(r"([!-9;-~]+):([^\0\r\n]*)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_NO_BODY = frozenset({204, 304})


class Head(NamedTuple):
    """What a head says."""

    status: int
    fields: Headers
    #: How many bytes of body follow, None where chunks or the end of the connection tell.
    length: Optional[int]
    chunked: bool
    #: Whether the connection can carry another request once the body was read.
    keep_alive: bool


def read_head(readline: Callable[[int], bytes], *, of_head: bool = False) -> Head:
    """Read a head from its first line to the empty one; `of_head` says that HEAD was asked.

    Raises:
        IncompleteRead: it ends too soon.
        HTTPException: it is too large, malformed, or says in two ways where its body ends.
    """
    match = _STATUS_LINE.fullmatch(_line(readline, FIRST_BYTES))
    if match is None:
        raise http.client.HTTPException("the first line is no status line of HTTP/1")
    minor, status = match[1], int(match[2])
    fields = _fields(readline)
    chunked, announced = "transfer-encoding" in fields, fields.get("content-length")
    if chunked and fields["transfer-encoding"].lower() != "chunked":
        coding = fields["transfer-encoding"]
        raise http.client.HTTPException(f"the transfer coding {coding[:40]!r}, where only chunked is understood")
    if announced is not None and not _LENGTH.fullmatch(announced):
        raise http.client.HTTPException(f"a Content-Length that is no number, {announced[:40]!r}")
    length = None if chunked or announced is None else int(announced)
    if of_head or status in _NO_BODY:
        length = 0
    options = fields.get("connection", "").lower()
    stays = "keep-alive" in options if minor == "0" else "close" not in options
    # With both a coding and a length the chunks count, but whoever sent both may have a third opinion.
    is_clear = announced is None if chunked else length is not None
    return Head(status, fields, length, chunked, stays and is_clear)


def _fields(readline: Callable[[int], bytes]) -> Headers:
    fields = Headers()
    for _ in range(_MAX_FIELDS + 1):
        line = _line(readline)
        if not line:
            return fields
        match = _FIELD.fullmatch(line)
        if match is None:
            raise http.client.HTTPException("a malformed header line")
        name, value = match[1].lower(), match[2].strip(" \t")
        # As RFC 9110 joins them; of Content-Length that makes no number, so that two are refused.
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    raise http.client.HTTPException(f"more than {_MAX_FIELDS} header lines")


def _line(readline: Callable[[int], bytes], start: bytes = b"") -> str:
    line = readline(_MAX_LINE_BYTES + 1)
    # First of all, so that what another protocol says is that, however it came and wherever it ended.
    if not start.startswith(line[: len(start)]):
        raise http.client.HTTPException(f"it begins with {line[: len(start)]!r}")
    if len(line) > _MAX_LINE_BYTES:
        raise http.client.HTTPException(f"a line of the head is longer than {_MAX_LINE_BYTES} bytes")
    if not line.endswith(b"\n"):
        raise http.client.IncompleteRead(line)
    return line[: -2 if line.endswith(b"\r\n") else -1].decode("latin-1")
