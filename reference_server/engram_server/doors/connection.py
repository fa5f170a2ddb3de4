"""One connection of the HTTP door: read a request, have it answered, write the response, begin again.

What a request is, `head` decides; what a response looks like, `reply`; who may stay, `slots`. Here are the bytes,
the deadlines and the order of things. Every connection runs in a thread of its own.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from typing import NamedTuple, Optional, Tuple

from ..wire import ApiError, Request, Response, Stream, error_response
from . import Handler, NewRequestId, reply
from .head import ParsedHead, end_of_head, incomplete, parse_head
from .slots import BUSY, Slots

logger = logging.getLogger("engram_server.http")
access_logger = logging.getLogger("engram_server.access")

_RECEIVE_BYTES = 64 * 1024
_RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class DoorLimits:
    """How long a peer may take, in seconds, and how many peers there may be."""

    #: From the first byte of a head to its last.
    header_seconds: float = 5.0
    #: From the head to the last byte of the body: 8 MiB at 4.5 Mbit/s.
    body_seconds: float = 15.0
    #: From a response to the next request.
    idle_seconds: float = 30.0
    #: For the peer to take a response, or one piece of a stream.
    write_seconds: float = 30.0
    #: After a refusal, for the peer to stop sending and to read it.
    linger_seconds: float = 2.0
    #: Each has a thread.
    max_connections: int = 64
    #: Connections over the cap that are told so at the same time; any more are dropped.
    max_refusals: int = 32


class Door(NamedTuple):
    """What all connections of one server share."""

    handler: Handler
    limits: DoorLimits
    slots: Slots
    date: reply.DateHeader
    request_ids: NewRequestId


class _PeerGone(Exception):
    """The connection broke, or a response was not taken in time. Nobody is left to be told."""


class _TooSlow(Exception):
    """Nothing came in time."""


class Connection(BaseHTTPRequestHandler):
    """A connection, from its first byte to its last."""

    request: socket.socket

    def __init__(self, door: Door, request: socket.socket, address: Tuple[str, int], server: BaseServer) -> None:
        self._door = door
        self._slot = door.slots.of(request)
        #: Received and not yet used; a peer may send its next request before it has the last response.
        self._inbox = bytearray()
        super().__init__(request, address, server)

    def setup(self) -> None:
        """Prepare the socket itself; no files are wrapped around it."""
        self._slot.thread = threading.current_thread()
        # Without it, the second small piece of a stream waits 40 ms for the peer's delayed acknowledgement.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def finish(self) -> None:
        """Leave the socket to the server, which closes it."""

    def handle(self) -> None:
        """Serve requests until one side has enough."""
        try:
            if self._slot.is_spare:
                self._refuse(_come_back("server_full", "All connections of the server are in use"))
            else:
                super().handle()
        except _PeerGone as gone:
            logger.debug("connection from %s ended: %s", self.client_address[0], gone)

    def handle_one_request(self) -> None:
        """Serve one request."""
        self.close_connection = True
        try:
            head = self._read_head()
            if head is None:
                return
            began = time.perf_counter()
            if self._door.slots.is_draining:
                raise _come_back("server_stopping", "The server is stopping")
            body = self._read_body(head)
        except ApiError as refusal:
            self._refuse(refusal)
            return
        is_bodiless = head.method == "HEAD"
        request = Request("GET" if is_bodiless else head.method, head.path, head.query, head.headers, body)
        response = self._door.handler(request)
        self.close_connection = not head.keep_alive or self._door.slots.is_draining
        try:
            if isinstance(response.body, Stream):
                self._send_stream(response, response.body, head)
            else:
                self._send(response, response.body, is_bodiless)
        finally:
            _log_access(head.method, head.path, response, began)
        self._slot.served += 1

    def _read_head(self) -> Optional[ParsedHead]:
        """Return the head of the next request, None when the peer has no more."""
        if not self._inbox and not self._wait_for_request():
            return None
        deadline = time.monotonic() + self._door.limits.header_seconds
        seen = 0
        end = end_of_head(self._inbox, seen)
        while end is None:
            seen = len(self._inbox)
            self._receive_more(deadline, "head")
            end = end_of_head(self._inbox, seen)
        head = parse_head(self._inbox[:end])
        del self._inbox[:end]
        return head

    def _wait_for_request(self) -> bool:
        # In this order: whoever drains says so first and looks for idle connections then.
        self._slot.idle_since = time.monotonic()
        seconds = 0 if self._door.slots.is_draining else self._door.limits.idle_seconds
        try:
            return self._receive(seconds)
        except _TooSlow:
            return False
        finally:
            self._slot.idle_since = BUSY

    def _read_body(self, head: ParsedHead) -> bytes:
        size = head.content_length
        if not size:
            return b""
        if head.expects_continue and len(self._inbox) < size:
            self._write(reply.CONTINUE)
        deadline = time.monotonic() + self._door.limits.body_seconds
        while len(self._inbox) < size:
            self._receive_more(deadline, "body")
        body = bytes(self._inbox[:size])
        del self._inbox[:size]
        return body

    def _receive_more(self, deadline: float, what: str) -> None:
        try:
            if self._receive(deadline - time.monotonic()):
                return
        except _TooSlow:
            raise ApiError(408, "request_timeout", f"The {what} of the request did not come in time") from None
        raise incomplete(what)

    def _receive(self, seconds: float) -> bool:
        """Add what comes next to the inbox; return False at the end of the peer's stream."""
        try:
            self.request.settimeout(max(0.0, seconds))
            piece = self.request.recv(_RECEIVE_BYTES)
        except (socket.timeout, BlockingIOError):
            raise _TooSlow from None
        except OSError as error:
            raise _PeerGone(str(error)) from error
        self._inbox += piece
        return bool(piece)

    def _send(self, response: Response, body: bytes, is_bodiless: bool = False) -> None:
        head = self._head_of(response, length=len(body))
        # One send: a head that travels alone costs the peer a second wake-up.
        self._write(head if is_bodiless else head + body)

    def _send_stream(self, response: Response, stream: Stream, request: ParsedHead) -> None:
        is_chunked = request.is_http_11
        with closing(stream):
            self._write(self._head_of(response, is_chunked=is_chunked))
            if request.method == "HEAD":
                return
            for piece in filter(None, stream):
                if self._has_peer_left():
                    raise _PeerGone("the peer left in the middle of a stream")
                self._write(reply.chunk(piece) if is_chunked else piece)
            if is_chunked:
                self._write(reply.LAST_CHUNK)

    def _head_of(self, response: Response, length: Optional[int] = None, is_chunked: bool = False) -> bytes:
        return reply.head(
            response.status,
            response.headers,
            self._door.date.line(),
            length=length,
            is_chunked=is_chunked,
            is_last=self.close_connection,
        )

    def _has_peer_left(self) -> bool:
        self.request.settimeout(0)
        try:
            return not self.request.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _write(self, data: bytes) -> None:
        try:
            self.request.settimeout(self._door.limits.write_seconds)
            self.request.sendall(data)
        except OSError as error:
            raise _PeerGone(str(error)) from error

    def _refuse(self, refusal: ApiError) -> None:
        """Answer what the App does not get to see, and close: where its bytes end is not known."""
        self.close_connection = True
        began = time.perf_counter()
        response = error_response(refusal, self._door.request_ids())
        assert isinstance(response.body, bytes)
        self._send(response, response.body)
        _log_access("-", "-", response, began)
        self._linger()

    def _linger(self) -> None:
        """Read on until the peer is done. To close over unread bytes is a reset, which can overtake the refusal."""
        self._slot.idle_since = time.monotonic()
        deadline = self._slot.idle_since + self._door.limits.linger_seconds
        with suppress(OSError, _TooSlow):
            self.request.shutdown(socket.SHUT_WR)
            while self._receive(deadline - time.monotonic()):
                self._inbox.clear()


def _come_back(code: str, message: str) -> ApiError:
    wait = _RETRY_AFTER_SECONDS
    return ApiError(503, code, f"{message}; retry in {wait} s", {}, [("Retry-After", str(wait))])


def _log_access(method: str, path: str, response: Response, began: float) -> None:
    """Tell of one request: no query, header or body, and a path has no control characters since `head` read it."""
    if access_logger.isEnabledFor(logging.INFO):
        fields = {
            "method": method,
            "path": path,
            "status": response.status,
            "ms": round((time.perf_counter() - began) * 1000, 1),
            "request_id": dict(response.headers).get("X-Request-Id", "-"),
        }
        access_logger.info(
            "%(method)s %(path)s %(status)d %(ms).1f ms %(request_id)s", fields, extra={"fields": fields}
        )
