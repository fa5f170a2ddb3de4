"""HTTP/1.1 as bytes: compose a request, understand the head of a response, take the chunks off a body.

No socket and no clock in here: bytes in, values out, or a `ProtocolError`. Where RFC 9112 lets a client choose, this
one takes what harms nobody (a bare LF, a missing reason) and refuses what would leave doubt about where a response
ends (two lengths, a length that is no number, an unknown transfer coding): doubt there is how one caller comes to
read another's answer.
"""

from __future__ import annotations

import re
from typing import Iterator, List, Mapping, NamedTuple, Optional

from ..errors import ProtocolError, ValidationError
from .base import Headers

# The head of a whole response; http.client takes 100 lines of 64 KiB, common servers 8 to 32 KiB.
MAX_HEAD_BYTES = 64 * 1024
# A chunk-size line or all trailers together. No server of ours sends either a tenth as long.
_MAX_CHUNK_LINE_BYTES = 8 * 1024

# A request line and its header lines, joined by LF: nothing that passes can smuggle a second header or request.
_REQUEST_HEAD = re.compile(
    r"(?:[A-Z]+ (?:https?:/)?/[!-~]*|CONNECT [!-~]+) HTTP/1\.1"
    r"(?:\n[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*)+"
)
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?")

# The connection's own affair: it knows better than a caller or a hook.
_FRAMING_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_STATUSES_WITHOUT_BODY = frozenset({204, 304})


class Head(NamedTuple):
    """The head of a response and how its body is framed."""

    status: int
    headers: Headers
    #: The size of the body in bytes. None: it is chunked, or it ends when the connection does.
    length: Optional[int]
    chunked: bool
    #: Whether the connection can carry another request once the body was read.
    keep_alive: bool


def compose_request(
    method: str, target: str, host: str, headers: Mapping[str, str], body: Optional[bytes]
) -> memoryview:
    """Return a whole request, ready to be sent at once: as a view, whose repr does not show the API key.

    Raises:
        ValidationError: something in it cannot stand in an HTTP head. The message never quotes a header's value.
    """
    request = _composed(method, target, host, headers, body)
    if request is None:
        raise ValidationError(
            "the request line or a header holds a line break or another character that HTTP cannot carry: "
            "check the API key and every header that you added",
            outcome="not_sent",
        )
    return request


def _composed(
    method: str, target: str, host: str, headers: Mapping[str, str], body: Optional[bytes]
) -> Optional[memoryview]:
    # Apart from its caller, which raises: a traceback that shows locals would show the key among these.
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name not in _FRAMING_HEADERS]
    if "accept-encoding" not in headers:
        lines.append("accept-encoding: identity")
    if body is not None or method in _METHODS_WITH_BODY:
        lines.append(f"content-length: {len(body or b'')}")
    head = "\n".join(lines)
    if not _REQUEST_HEAD.fullmatch(head):
        return None
    return memoryview(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + (body or b""))


def parse_head(data: bytes, method: str) -> Head:
    """Understand the head of the response to a `method` request."""
    start, *lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    status_line = _STATUS_LINE.fullmatch(start)
    if status_line is None:
        raise ProtocolError(f"the server does not speak HTTP/1: its answer begins with {start[:40]!r}")
    status, headers = int(status_line[2]), _parse_headers(lines)
    length = _body_length(status, headers, method)
    chunked = length is None and "transfer-encoding" in headers
    connection = headers.get("connection", "").lower()
    keep_alive = "close" not in connection if status_line[1] == "1" else "keep-alive" in connection
    # With both a coding and a length the chunks count, but whoever sent both may have a third opinion.
    doubtful = "transfer-encoding" in headers and "content-length" in headers
    ends_by_itself = chunked or length is not None
    return Head(status, headers, length, chunked, keep_alive and ends_by_itself and not doubtful)


def _parse_headers(lines: List[str]) -> Headers:
    headers = Headers()
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name.strip() != name or not name or "\r" in value or "\0" in value:
            raise ProtocolError(f"the response has a malformed header line: {name[:40]!r}")
        name, value = name.lower(), value.strip(" \t")
        # As RFC 9110 joins them; of Content-Length that makes no number, so that two are refused.
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _body_length(status: int, headers: Headers, method: str) -> Optional[int]:
    if method == "HEAD" or status < 200 or status in _STATUSES_WITHOUT_BODY:
        return 0
    coding = headers.get("transfer-encoding")
    if coding is not None:
        if coding.lower() != "chunked":
            raise ProtocolError(f"the response has the transfer coding {coding[:40]!r}; only chunked is understood")
        return None
    length = headers.get("content-length")
    if length is None:
        return None
    if not _LENGTH.fullmatch(length):
        raise ProtocolError(f"the response has a Content-Length that is no number: {length[:40]!r}")
    return int(length)


class ChunkedBody:
    """Takes the chunks off a body, wherever the pieces that are fed to it were split."""

    __slots__ = ("_between", "_left", "_trailers", "ended", "rest")

    def __init__(self) -> None:
        #: Whether the last chunk and the trailers have come.
        self.ended = False
        #: What was fed and is not yet used; after the end, what does not belong to this body.
        self.rest = b""
        self._left = 0
        self._between = False
        self._trailers: Optional[int] = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what of the body `data` brings. To be read to its end before more is fed.

        Raises:
            ProtocolError: a chunk's size is no number, or a chunk does not end where it said. Only after what was
                still in order.
        """
        data, position = self.rest + data, 0
        while not self.ended and position < len(data):
            if self._left:
                piece = data[position : position + self._left]
                position += len(piece)
                self._left -= len(piece)
                self._between = not self._left
                yield piece
                continue
            end = data.find(b"\n", position)
            if (end if end >= 0 else len(data)) - position > _MAX_CHUNK_LINE_BYTES:
                raise ProtocolError("a chunk of the response has a size line that does not end")
            if end < 0:
                break
            self._take_line(data[position:end])
            position = end + 1
        self.rest = data[position:]

    def _take_line(self, line: bytes) -> None:
        if self._trailers is not None:
            self._trailers += len(line)
            self.ended = line in (b"", b"\r")
            if self._trailers > _MAX_CHUNK_LINE_BYTES:
                raise ProtocolError("the response has trailers that do not end")
        elif self._between:
            if line not in (b"", b"\r"):
                raise ProtocolError("a chunk of the response is longer than it said")
            self._between = False
        else:
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                raise ProtocolError(f"a chunk of the response has a size that is no number: {line[:40]!r}")
            self._left = int(size[1], 16)
            self._trailers = None if self._left else 0
