"""What may arrive at the HTTP door, as data: bytes, the statuses that answer them, and what is run.

Nearly every refused vector carries a whole second request where a body would be. Whoever mistakes the end of the
first request runs it, and the count of what was run shows that.
"""

from __future__ import annotations

from typing import List, NamedTuple, Tuple

from engram.types.limits import MAX_BODY_BYTES
from engram_server.doors.head import MAX_HEAD_BYTES, MAX_HEADERS, MAX_LINE_BYTES
from tests.wire.peer import get, post, request

SMUGGLED = get("/smuggled")
HOST = b"Host: 127.0.0.1\r\n"


class Vector(NamedTuple):
    """Bytes that a peer sends on a new connection, and what must come of them."""

    name: str
    sent: bytes
    #: Of each response, in order.
    statuses: Tuple[int, ...]
    #: How many requests reach the handler.
    executed: int
    #: Whether the connection takes a further request after these.
    is_usable: bool
    #: Whether the peer closes its half after sending.
    is_cut: bool = False


def _accepted(name: str, sent: bytes, *, requests: int = 1, is_usable: bool = True) -> Vector:
    return Vector(name, sent, (200,) * requests, requests, is_usable)


def _refused(name: str, sent: bytes, status: int = 400) -> Vector:
    return Vector(name, sent, (status,), 0, False)


def _cut(name: str, sent: bytes) -> Vector:
    return Vector(name, sent, (400,), 0, False, is_cut=True)


def _with_line(line: bytes) -> bytes:
    """Return a POST with one more header line, and a request where its body may be."""
    return b"POST /x HTTP/1.1\r\n" + HOST + line + b"\r\n\r\n" + SMUGGLED


def _with_first_line(line: bytes) -> bytes:
    return line + b"\r\n" + HOST + b"\r\n" + SMUGGLED


def _padded(size: int) -> bytes:
    """Return a GET whose head has exactly this many bytes, in lines below the limit."""
    filler, line = b"", b"X-Pad: " + b"a" * 4_000 + b"\r\n"
    bare = len(get("/padded"))
    while size - bare - len(filler) > 2 * len(line):
        filler += line
    filler += b"X-Pad: " + b"a" * (size - bare - len(filler) - len(b"X-Pad: \r\n")) + b"\r\n"
    return get("/padded")[:-2] + filler + b"\r\n"


_OVER_8_DIGITS = ("999999999", "99999999999999999999999999", "000000004")
_NO_LENGTHS = (
    "", "-1", "-0", "+4", "1_0", "4 4", "4,4", "4, 4", "0x4", "4.0", "1e1", "NaN", "four", "4;", '"4"', "\u00b2",
)  # fmt: skip

LENGTHS: List[Vector] = [
    *(_refused(f"length {text!r}", _with_line(f"Content-Length: {text}".encode("latin-1"))) for text in _NO_LENGTHS),
    *(_refused(f"length {text}", _with_line(b"Content-Length: " + text.encode()), 413) for text in _OVER_8_DIGITS),
    _refused("length with an Arabic digit", _with_line("Content-Length: \u0664".encode())),
    _refused("length one over the limit", _with_line(b"Content-Length: %d" % (MAX_BODY_BYTES + 1)), 413),
    _refused("length far over the limit", _with_line(b"Content-Length: 99999999"), 413),
    _refused("two lengths", _with_line(b"Content-Length: 0\r\nContent-Length: %d" % len(SMUGGLED))),
    _refused("two lengths the other way", _with_line(b"Content-Length: %d\r\nContent-Length: 0" % len(SMUGGLED))),
    _refused("two equal lengths", _with_line(b"Content-Length: 4\r\nContent-Length: 4")),
    _refused("two lengths, differently cased", _with_line(b"content-length: 4\r\nCONTENT-LENGTH: 4")),
    _refused("space before the colon", _with_line(b"Content-Length : %d" % len(SMUGGLED))),
    _refused("tab before the colon", _with_line(b"Content-Length\t: %d" % len(SMUGGLED))),
    _refused("space before the name", _with_line(b" Content-Length: %d" % len(SMUGGLED))),
    _refused("tab before the name", _with_line(b"\tContent-Length: %d" % len(SMUGGLED))),
    _refused("no-break space before the colon", _with_line(b"Content-Length\xa0: %d" % len(SMUGGLED))),
    _refused("no-break space before the number", _with_line(b"Content-Length: \xa0%d" % len(SMUGGLED))),
    _refused("form feed before the number", _with_line(b"Content-Length: \x0c%d" % len(SMUGGLED))),
    _refused("vertical tab in the name", _with_line(b"Content-Length\x0b: %d" % len(SMUGGLED))),
    _refused("NUL after the name", _with_line(b"Content-Length\x00: %d" % len(SMUGGLED))),
    _refused("no colon", _with_line(b"Content-Length %d" % len(SMUGGLED))),
    _refused("folded length", _with_line(b"Content-Length:\r\n %d" % len(SMUGGLED))),
    _accepted("length with a tab around it", b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length:\t4 \t\r\n\r\nbody"),
    _accepted("length without a space", b"POST /x HTTP/1.1\r\n" + HOST + b"content-length:4\r\n\r\nbody"),
    _accepted("length with zeros before it", b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: 00000004\r\n\r\nbody"),
    _accepted("a body that looks like a request", post("/x", SMUGGLED)),
    _accepted("an empty body", post("/x", b"")),
    _accepted("no length at all", request("POST", "/x")),
    _accepted("a body on GET", request("GET", "/x", "Content-Length: 4") + b"body"),
    _accepted("a body on DELETE", request("DELETE", "/x", "Content-Length: 4") + b"body"),
    _accepted("a body of all byte values", post("/x", bytes(range(256)))),
    _accepted("a body of empty lines", post("/x", b"\r\n\r\n\r\n\r\n")),
]

_CODINGS = ("chunked", "Chunked", "identity", "gzip", "gzip, chunked", "chunked, identity", "xchunked", "", '"chunked"')

TRANSFER: List[Vector] = [
    *(_refused(f"coding {text!r}", _with_line(b"Transfer-Encoding: " + text.encode()), 501) for text in _CODINGS),
    _refused("two codings", _with_line(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), 501),
    _refused("coding, then length", _with_line(b"Transfer-Encoding: chunked\r\nContent-Length: 4")),
    _refused("length, then coding", _with_line(b"Content-Length: 4\r\nTransfer-Encoding: chunked")),
    _refused("space before its colon", _with_line(b"Transfer-Encoding : chunked")),
    _refused("vertical tab before the coding", _with_line(b"Transfer-Encoding:\x0bchunked")),
    _refused("folded coding", _with_line(b"Transfer-Encoding:\r\n\tchunked")),
    _refused("coding behind a bare LF", _with_line(b"X: y\nTransfer-Encoding: chunked")),
    _refused("coding in HTTP/1.0", b"POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    _refused("a chunked body", request("POST", "/x", "Transfer-Encoding: chunked") + b"4\r\nbody\r\n0\r\n\r\n", 501),
]

_GARBAGE = (
    b"GARBAGE", b"GET", b"GET /", b"GET / ", b"GET  / HTTP/1.1", b"GET /  HTTP/1.1", b"GET / HTTP/1.1 ",
    b" GET / HTTP/1.1", b"GET\t/\tHTTP/1.1", b"GET / HTTP/1.1 x", b"GET /a b HTTP/1.1", b"GET / http/1.1",
    b"GET / HTTP/1", b"GET / HTTP/1.", b"GET / HTTP/11.1", b"GET / HTTP/1.10", b"GET / HTTP/-1.1", b"GET / HTTP/1,1",
    b"GET / HTTPS/1.1", b"GET / XTTP/1.1", b"GET HTTP/1.1", b"HTTP/1.1 200 OK", b"G(T / HTTP/1.1", b"G\xc9T / HTTP/1.1",
    b"{}", b"\xef\xbb\xbfGET / HTTP/1.1",
    b"*1", b"EHLO example.org", b"SSH-2.0-OpenSSH_9.9", b"GET / HTTP/\xb2.1",
)  # fmt: skip
_METHODS = (b"FOO", b"get", b"Get", b"TRACE", b"CONNECT", b"PROPFIND", b"M-SEARCH", b"PRI", b"GETT", b"A" * 200)
_VERSIONS = (b"0.9", b"1.2", b"2.0", b"3.0", b"9.9", b"0.0")

FIRST_LINES: List[Vector] = [
    *(_refused(f"garbage {line!r}", _with_first_line(line)) for line in _GARBAGE),
    *(_refused(f"method {name[:20]!r}", _with_first_line(name + b" / HTTP/1.1"), 501) for name in _METHODS),
    *(_refused(f"version {text!r}", _with_first_line(b"GET / HTTP/" + text), 505) for text in _VERSIONS),
    *(
        _accepted(f"method {name}", request(name, "/x"))
        for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    ),
    _refused("garbage with nothing behind it", b"GARBAGE\r\n"),
    _refused("HTTP/0.9", b"GET /\r\n"),
    _refused("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    _refused("TLS hello", bytes.fromhex("16030100c8010000c40303") + bytes(range(200))),
    _refused("UTF-16", get("/").decode("ascii").encode("utf-16")),
    _refused("two empty lines first", b"\r\n\r\n" + SMUGGLED),
    _refused("an empty line and garbage", b"\r\nGARBAGE\r\n"),
    _refused("a bare LF first", b"\n" + SMUGGLED),
    _accepted("one empty line first", b"\r\n" + get("/x")),
]

_BAD_TARGETS = (
    b"//", b"//x", b"//evil.example/x", b"///x", b"http://evil/", b"https://evil/", b"HTTP://evil/", b"*", b"evil:80",
    b"x", b"?x", b"#", b"/#", b"/a#b", b"/\x80", "/é".encode(), b"/a\x7fb", b"/a\x00b", b"/a\x1bb", b"%2Fx", b"\\x",
)  # fmt: skip
_GOOD_TARGETS = (
    "/", "/x?", "/x?a=b?c", "/x?//y", "/a//b", "/%2F%2f", "/%00", "/%zz", "/..", "/a\\b", "/{x}|\"<>^`", "/;@:",
)  # fmt: skip

TARGETS: List[Vector] = [
    *(_refused(f"target {target!r}", _with_first_line(b"GET " + target + b" HTTP/1.1")) for target in _BAD_TARGETS),
    *(_accepted(f"target {target!r}", get(target)) for target in _GOOD_TARGETS),
]

_BAD_HOSTS = ("a b", "a/b", "user@a", "a,b", "a#b", "a?b", "é", "a\\b", "<a>")
_GOOD_HOSTS = ("", "localhost", "127.0.0.1:8377", "[::1]:8377", "a_b.example", "xn--bcher-kva.example")

HOSTS: List[Vector] = [
    *(
        _refused(f"host {host!r}", f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("latin-1") + SMUGGLED)
        for host in _BAD_HOSTS
    ),
    *(_accepted(f"host {host!r}", f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()) for host in _GOOD_HOSTS),
    _refused("no host", b"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n" + SMUGGLED),
    _refused("no header at all", b"GET / HTTP/1.1\r\n\r\n" + SMUGGLED),
    _refused("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED),
    _refused("two equal hosts", b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n" + SMUGGLED),
    _refused("two hosts in HTTP/1.0", b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED),
]

# All but tab, which may stand in a value.
_CONTROLS = (*range(9), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F)

LINES: List[Vector] = [
    *(_refused(f"control byte {code:#04x} in a value", _with_line(b"X: a%cb" % code)) for code in _CONTROLS),
    _refused("NUL in a name", _with_line(b"X\x00Y: z")),
    _refused("bare LF everywhere", SMUGGLED.replace(b"\r\n", b"\n")),
    _refused("bare LF at the end of a line", _with_line(b"X: y\nZ: z")),
    _refused("bare LF at the end of the first line", b"GET / HTTP/1.1\n" + HOST + b"\r\n"),
    _refused("bare LF at the end of the head", b"GET / HTTP/1.1\r\n" + HOST + b"\n" + SMUGGLED),
    _refused("LF LF at the end of the head", b"GET / HTTP/1.1\r\nHost: a\n\n" + SMUGGLED),
    _refused("bare CR in a value", _with_line(b"X: a\rb")),
    _refused("CR CR LF", _with_line(b"X: a\r")),
    _refused("bare CR everywhere", SMUGGLED.replace(b"\r\n", b"\r")),
    _refused("folded line", _with_line(b"X: a\r\n b")),
    _refused("folded first header", b"GET / HTTP/1.1\r\n " + HOST + b"\r\n" + SMUGGLED),
    _refused("line of spaces", _with_line(b"   ")),
    _refused("empty name", _with_line(b": x")),
    _refused("name with a space", _with_line(b"X Y: z")),
    _refused("name in brackets", _with_line(b"(X): z")),
    _refused("name with a letter outside ASCII", _with_line("É: z".encode("latin-1"))),
    *(
        _refused(f"two {name}", request("POST", "/x", f"{name}: a", f"{name}: a"))
        for name in ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id", "Expect")
    ),
    _accepted("a header twice", get("/x", "Accept: a", "accept: b")),
    _accepted("an empty value", get("/x", "X-Empty:")),
    _accepted("a value with bytes outside ASCII", get("/x", "X-Name: \xe9\xff")),
    _accepted("a value with a tab", get("/x", "X-Name: a\tb")),
    _accepted("a name of every token character", get("/x", "!#$%&'*+-.^_`|~0aZ: x")),
]

_LONGEST_PATH = "/" + "a" * (MAX_LINE_BYTES - len("GET / HTTP/1.1"))
_LONGEST_VALUE = "X: " + "a" * (MAX_LINE_BYTES - len("X: "))
_MOST = [f"X-{number}: a" for number in range(MAX_HEADERS - 1)]

SIZES: List[Vector] = [
    _accepted("the longest first line", get(_LONGEST_PATH)),
    _accepted("the longest header line", get("/x", _LONGEST_VALUE)),
    _accepted("the most headers", get("/x", *_MOST)),
    _accepted("the largest head", _padded(MAX_HEAD_BYTES)),
    _refused("a longer first line", get(_LONGEST_PATH + "a"), 414),
    _refused("a longer query", get("/?" + "a" * MAX_LINE_BYTES), 414),
    _refused("a first line without end", b"GET /" + b"a" * 2 * MAX_LINE_BYTES, 414),
    _refused("one byte for ever", b"a" * 2 * MAX_LINE_BYTES, 414),
    _refused("a longer header line", get("/x", _LONGEST_VALUE + "a"), 431),
    _refused("a header line without end", get("/x")[:-2] + b"X: " + b"a" * 2 * MAX_LINE_BYTES, 431),
    _refused("one header more", get("/x", *_MOST, "X: a"), 431),
    _refused("many empty headers", get("/x", *["a:"] * 1_000), 431),
    _refused("a larger head", _padded(MAX_HEAD_BYTES + 1), 431),
    _refused("a head without end", get("/x")[:-2] + (b"X: " + b"a" * 1_000 + b"\r\n") * 40, 431),
]

CONNECTIONS: List[Vector] = [
    _accepted("two at once", get("/a") + get("/b"), requests=2),
    _accepted("ten at once", get("/a") * 10, requests=10),
    _accepted("bodies at once", post("/a", b"body") + post("/b", b"") + get("/c") + post("/d", SMUGGLED), requests=4),
    _accepted("an empty line between", post("/a", b"body") + b"\r\n" + get("/b"), requests=2),
    _accepted("close", get("/x", "Connection: close"), is_usable=False),
    _accepted("close, cased and in a list", get("/x", "Connection: Keep-Alive, CLOSE"), is_usable=False),
    _accepted("close in a second header", get("/x", "Connection: x", "Connection: close"), is_usable=False),
    _accepted("nothing after close", get("/x", "Connection: close") + SMUGGLED, is_usable=False),
    _accepted("keep-alive", get("/x", "Connection: keep-alive")),
    _accepted("an option that contains close", get("/x", "Connection: closed")),
    _accepted("HTTP/1.0", b"GET /x HTTP/1.0\r\n\r\n", is_usable=False),
    _accepted("HTTP/1.0 with a host", b"GET /x HTTP/1.0\r\nHost: a\r\n\r\n", is_usable=False),
    _accepted("HTTP/1.0 keep-alive", b"GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", is_usable=False),
    _accepted("nothing after HTTP/1.0", b"GET /x HTTP/1.0\r\n\r\n" + SMUGGLED, is_usable=False),
    _accepted("HTTP/1.0 with a body", b"POST /x HTTP/1.0\r\nContent-Length: 4\r\n\r\nbody", is_usable=False),
    _accepted("an upgrade that is not made", get("/x", "Connection: Upgrade", "Upgrade: h2c")),
    _refused("another expectation", request("POST", "/x", "Expect: 200-ok", "Content-Length: 4") + b"body", 417),
    _accepted("an expectation met already", post("/x", b"body", "Expect: 100-continue")),
    _accepted("an expectation without a body", get("/x", "Expect: 100-Continue")),
    _accepted("an expectation in HTTP/1.0", b"GET /x HTTP/1.0\r\nExpect: x\r\n\r\n", is_usable=False),
    Vector("garbage after a request", get("/a") + b"GARBAGE\r\n\r\n" + SMUGGLED, (200, 400), 1, False),
    Vector("a longer body than said", post("/a", b"body") + b"{}" + SMUGGLED, (200, 400), 1, False),
    Vector("a bad request between good ones", get("/a") + get("//") + get("/b"), (200, 400), 1, False),
    Vector("a large length later", get("/a") + _with_line(b"Content-Length: 99999999"), (200, 413), 1, False),
    Vector("nothing", b"", (), 0, False, is_cut=True),
    Vector("a request, then the end", get("/a"), (200,), 1, False, is_cut=True),
    _cut("half a first line", b"GET / HT"),
    _cut("a head without its last line", get("/x")[:-2]),
    _cut("a head without its last byte", get("/x")[:-1]),
    _cut("a body one byte short", post("/x", b"body")[:-1]),
    _cut("a head without any of its body", request("POST", "/x", "Content-Length: 4")),
    _cut("an empty line", b"\r\n"),
    _cut("a CR", b"\r"),
]

ALL: List[Vector] = [*LENGTHS, *TRANSFER, *FIRST_LINES, *TARGETS, *HOSTS, *LINES, *SIZES, *CONNECTIONS]
