"""The HTTP/1.1 door: `http.server` with every limit that it lacks.

Listening, starting, stopping. One thread accepts and sleeps until a peer or a stop wakes it; nothing polls. Each
connection then has a thread of its own (`connection`), at most as many as there are `slots`.
"""

from __future__ import annotations

import os
import selectors
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import TCPServer
from typing import Optional, Tuple, Union

from . import Handler, NewRequestId, new_request_id
from .connection import Connection, Door, DoorLimits, logger
from .reply import DateHeader
from .slots import Slots

__all__ = ["DoorLimits", "HttpServer"]

DRAIN_SECONDS = 5.0
# A burst larger than this is refused by the kernel; the 5 of `socketserver` is less than one client's pool.
_BACKLOG = 128
# Out of descriptors, `accept` fails and the socket stays ready: without a pause that is a busy loop.
_ACCEPT_PAUSE_SECONDS = 0.1

_Address = Tuple[str, int]


class _Listener(ThreadingHTTPServer):
    """The listening socket and the threads of its connections."""

    request_queue_size = _BACKLOG
    # On Windows this option would let two servers have one port.
    allow_reuse_address = os.name == "posix"
    allow_reuse_port = False
    daemon_threads = True

    def __init__(self, address: _Address, door: Door) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self._slots = door.slots
        super().__init__(address, partial(Connection, door))
        self.socket.setblocking(False)

    def server_bind(self) -> None:
        # HTTPServer's own would ask the resolver for the host's full name, which can take seconds.
        TCPServer.server_bind(self)

    def accept(self) -> bool:
        """Take one connection in; return False when the system has no room for it."""
        try:
            request, address = self.get_request()
        except (BlockingIOError, ConnectionError):
            return True
        except OSError as error:
            logger.warning("no connection can be accepted: %s", error)
            return False
        if self._slots.enter(request) is None:
            self.close_request(request)
            return True
        try:
            self.process_request(request, address)
        except RuntimeError as error:
            logger.warning("no thread can be started: %s", error)
            self.shutdown_request(request)
            return False
        return True

    def shutdown_request(self, request: Union[socket.socket, Tuple[bytes, socket.socket]]) -> None:
        assert isinstance(request, socket.socket)
        self._slots.leave(request)

    def handle_error(self, request: object, client_address: object) -> None:
        logger.exception("a connection failed")


class HttpServer:
    """Serves a handler over HTTP/1.1. Bound and listening once made; `serve` or `start` begins to answer.

    Raises:
        OSError: the address is taken or is not one of this machine.
    """

    def __init__(
        self,
        handler: Handler,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        limits: DoorLimits = DoorLimits(),
        request_ids: NewRequestId = new_request_id,
    ) -> None:
        self._slots = Slots(limits.max_connections, limits.max_refusals)
        self._listener = _Listener((host, port), Door(handler, limits, self._slots, DateHeader(), request_ids))
        self._waker, self._wakened = socket.socketpair()
        self._serving = threading.Lock()
        self._thread: Optional[threading.Thread] = None

    @property
    def port(self) -> int:
        """The port that is listened on, also when 0 was asked for."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """The base URL for a client on this machine."""
        host = str(self._listener.server_address[0])
        if ip_address(host).is_unspecified:
            host = "::1" if ":" in host else "127.0.0.1"
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def serve(self) -> None:
        """Accept connections until `interrupt` or `stop` is called; blocks."""
        with self._serving, selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wakened, selectors.EVENT_READ)
            while self._wakened not in [key.fileobj for key, _ in selector.select()]:
                if not self._listener.accept():
                    time.sleep(_ACCEPT_PAUSE_SECONDS)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.serve, name="engram-http", daemon=True)
        self._thread.start()

    def interrupt(self) -> None:
        """Have `serve` return soon; for signal handlers, as it takes no lock. `stop` is still to be called."""
        with suppress(OSError):  # Stopped already.
            self._waker.send(b"\0")

    def stop(self, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Stop accepting, let requests that run finish, and close every connection. Safe to call again.

        What still runs after `drain_seconds` has its connection closed under it.
        """
        self.interrupt()
        if self._thread is not None:
            self._thread.join()
        with self._serving:
            self._listener.server_close()
            self._slots.drain(drain_seconds)
            self._waker.close()
            self._wakened.close()

    def __enter__(self) -> HttpServer:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()
