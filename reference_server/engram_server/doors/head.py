"""The head of an HTTP/1 request, read strictly: bytes in, a parsed head or a refusal out. No sockets, no clocks.

Two parsers that read the same bytes differently are how one request becomes two. So whatever has two readings
(two lengths, a space before a colon, a bare line feed, a folded line) is refused and never repaired, and after a
refusal nobody looks for a next request in the same bytes.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from engram.types.limits import MAX_BODY_BYTES

from ..wire import ApiError, body_too_large

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# nginx and Apache stop at 8 KiB a line too. No client of the API comes near any of the three.
MAX_LINE_BYTES = 8 * 1024
MAX_HEAD_BYTES = 32 * 1024
MAX_HEADERS = 32

# These mean something to us or decide where a request ends; of two, each reader might believe another.
_ONCE = frozenset(
    {"authorization", "content-length", "content-type", "expect", "host", "idempotency-key", "x-request-id"}
)

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rf"({_TOKEN}) ([^ \t]+) HTTP/([0-9]\.[0-9])")
_NAME = re.compile(_TOKEN)
_TARGET = re.compile(r"/(?!/)[!-\"$-~]*")
_HOST = re.compile(r"[0-9A-Za-z._~%:\[\]-]*")
_LENGTH = re.compile(r"[0-9]{1,8}")
_DIGITS = re.compile(r"[0-9]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LINE_END = b"\r\n"
_END = b"\r\n\r\n"


class ParsedHead(NamedTuple):
    """A request without its body. `path` and `query` are raw: still percent-encoded."""

    method: str
    path: str
    query: str
    #: Names in lower case; values of a repeated name are joined with a comma.
    headers: Dict[str, str]
    content_length: int
    #: Whether the peer speaks HTTP/1.1: it knows chunks and `100 Continue`.
    is_http_11: bool
    keep_alive: bool
    expects_continue: bool


def end_of_head(data: bytearray, seen: int) -> Optional[int]:
    """Return how many bytes of `data` are the head, None while it is incomplete.

    `seen` bytes were looked at in an earlier call and are not searched again: a head may drip in byte by byte.

    Raises:
        ApiError: this can become no request, however it goes on.
    """
    end = data.find(_END, max(0, seen - len(_END) + 1))
    if 0 <= end <= MAX_HEAD_BYTES - len(_END):
        return end + len(_END)
    if len(data) > MAX_HEAD_BYTES:
        raise _too_large("The head of the request", MAX_HEAD_BYTES)
    _refuse_stray_bytes(data[max(0, data.rfind(_LINE_END, 0, seen)) :].removesuffix(b"\r"))
    first_line_end = data.find(_LINE_END, 2 if data.startswith(_LINE_END) else 0)
    if first_line_end >= max(0, seen - 1):
        _request_line(_lines(data[: first_line_end + 2])[0])
    if len(data.removesuffix(b"\r")) - data.rfind(b"\n") - 1 > MAX_LINE_BYTES:
        raise _uri_too_long() if first_line_end < 0 else _too_large("A header line", MAX_LINE_BYTES)
    return None


def parse_head(data: bytes | bytearray) -> ParsedHead:
    """Return the head that is `data`, from its first byte to the empty line at its end.

    Raises:
        ApiError: it is not a request of ours, or has more than one reading. The connection is of no further use.
    """
    _refuse_stray_bytes(data)
    lines = _lines(data)
    method, target, is_http_11 = _request_line(lines[0])
    headers = _headers(lines[1:-2])
    _check_host(headers, is_http_11)
    path, _, query = target.partition("?")
    return ParsedHead(
        method,
        path,
        query,
        headers,
        content_length(headers),
        is_http_11,
        is_http_11 and "close" not in _options(headers.get("connection", "")),
        is_http_11 and _expects_continue(headers),
    )


def _malformed(message: str, **details: str) -> ApiError:
    return ApiError(400, "malformed_request", message, dict(details))


def _too_large(what: str, limit: int) -> ApiError:
    return ApiError(431, "headers_too_large", f"{what} is larger than {limit} bytes", {"limit_bytes": limit})


def _uri_too_long() -> ApiError:
    return ApiError(
        414, "uri_too_long", f"The first line is longer than {MAX_LINE_BYTES} bytes", {"limit_bytes": MAX_LINE_BYTES}
    )


def _refuse_stray_bytes(data: bytes | bytearray) -> None:
    if _CONTROL.search(data.replace(_LINE_END, b"")):
        raise _malformed("The head has a control byte in it, or a line that does not end with CR LF")


def _lines(data: bytes | bytearray) -> List[str]:
    """Return the lines, without the one empty line that old clients send after a body."""
    lines = data.decode("latin-1").split("\r\n")
    return lines if lines[0] else lines[1:]


def _request_line(line: str) -> Tuple[str, str, bool]:
    if len(line) > MAX_LINE_BYTES:
        raise _uri_too_long()
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise _malformed("The first line is not `METHOD /path HTTP/1.1`")
    method, target, version = match.groups()
    if version not in ("1.1", "1.0"):
        raise ApiError(505, "http_version_not_supported", f"HTTP/{version} is not spoken here; use HTTP/1.1")
    check_method(method)
    if not _TARGET.fullmatch(target):
        raise _malformed("The target must be a path that begins with one slash, percent-encoded, with no fragment")
    return method, target, version == "1.1"


def check_method(method: str) -> None:
    """Refuse with 501 a method that is no part of HTTP as it is spoken here; what a path takes is the App's affair."""
    if method not in METHODS:
        raise ApiError(501, "method_not_implemented", f"The method must be one of {', '.join(sorted(METHODS))}")


def _headers(lines: List[str]) -> Dict[str, str]:
    if len(lines) > MAX_HEADERS:
        raise ApiError(
            431, "headers_too_large", f"There are more than {MAX_HEADERS} headers", {"limit_headers": MAX_HEADERS}
        )
    headers: Dict[str, str] = {}
    for line in lines:
        if len(line) > MAX_LINE_BYTES:
            raise _too_large("A header line", MAX_LINE_BYTES)
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name):
            raise _malformed("A header line is not `Name: value` (no space before the colon, no folded lines)")
        name = name.lower()
        value = value.strip(" \t")
        if name in headers:
            if name in _ONCE:
                raise _malformed(f"The header {name} stands there twice", header=name)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def _check_host(headers: Dict[str, str], is_required: bool) -> None:
    host = headers.get("host")
    if host is None and is_required:
        raise _malformed("HTTP/1.1 needs the header host", header="host")
    if host is not None and not _HOST.fullmatch(host):
        raise _malformed("The header host is not a host name with an optional port", header="host")


def content_length(headers: Mapping[str, str]) -> int:
    """Return how many bytes the body has, 0 when no header says.

    Raises:
        ApiError: it is no plain number, is over the limit (before any of it is read), or chunks are announced.
    """
    text = headers.get("content-length")
    if "transfer-encoding" in headers:
        if text is not None:
            raise _malformed("Send content-length or transfer-encoding, not both", header="transfer-encoding")
        raise ApiError(
            501,
            "transfer_encoding_not_implemented",
            "Bodies are taken with content-length only",
            {"header": "transfer-encoding"},
        )
    if text is None:
        return 0
    if not _DIGITS.fullmatch(text):
        raise _malformed("The header content-length is not a whole number", header="content-length")
    if not _LENGTH.fullmatch(text) or int(text) > MAX_BODY_BYTES:
        raise body_too_large()
    return int(text)


def incomplete(what: str) -> ApiError:
    """Return the refusal of a request whose peer stopped sending too soon."""
    return ApiError(400, "incomplete_request", f"The {what} of the request stops before its end")


def _options(header: str) -> List[str]:
    return [option.strip(" \t") for option in header.lower().split(",")]


def _expects_continue(headers: Dict[str, str]) -> bool:
    expectation = headers.get("expect")
    if expectation is None:
        return False
    if expectation.lower() != "100-continue":
        raise ApiError(417, "expectation_failed", "The only expectation met here is 100-continue", {"header": "expect"})
    return True
