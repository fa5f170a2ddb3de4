"""A socket under a deadline, in the shape in which http.client reads: a buffered reader over raw bytes.

Everything that touches an open socket is here, and everything that one can do wrong leaves as an `EngramError`. The
timeout is worked out anew before each system call from what is left of the deadline, so a peer that sends one byte at
a time gains nothing by it.
"""

from __future__ import annotations

import io
import math
import socket
import ssl
from typing import TYPE_CHECKING, Optional, Union

from ..errors import ConnectionFailedError, EngramError, Outcome, TimeoutExceededError
from .deadline import Deadline, socket_timeout
from .dial import shut_down

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BOUNDS = "timeout_seconds bounds an attempt, deadline_seconds the whole call"


class Wire(io.RawIOBase):
    """An open socket to `peer`, held to the bounds of the request that it carries."""

    def __init__(self, sock: socket.socket, peer: str, deadline: Deadline, silence: Optional[float]) -> None:
        self._socket = sock
        self._peer = peer
        #: Whether a read must not wait.
        self.idle = False
        #: Whether one byte has come since the last request went out.
        self.answered = False
        #: Whether the peer has closed its side.
        self.ended = False
        self.bound(deadline, silence)

    def bound(self, deadline: Deadline, silence: Optional[float]) -> None:
        """Hold whatever comes next to `deadline`, and each wait for the peer to `silence` seconds."""
        self._deadline = deadline
        self._silence = math.inf if silence is None else silence

    def hurry(self, seconds: float) -> None:
        """Let it all be over in so many seconds at the latest."""
        self._deadline = self._deadline.within(seconds)

    def watch_stop(self) -> None:
        """Be shut down when the request's call is stopped, until `let_go`; raise `Stopped` when it is already."""
        if self._deadline.stop is not None:
            self._deadline.stop.watch(self._shut_down)

    def let_go(self) -> bool:
        """Be bound to the request's call no more; say whether the call was not stopped while it lasted."""
        stop = self._deadline.stop
        return stop is None or stop.forget(self._shut_down)

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Shake hands with `host`."""
        doing = f"agreeing on TLS with {host}"
        try:
            self._socket.settimeout(self._patience(doing))
            # The handshake comes after, for only what is known here can be shut down.
            self._socket = secured = context.wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
            if self._deadline.stop is not None:
                self._deadline.stop.check()
            secured.do_handshake()
        except (OSError, ValueError) as error:
            raise failure(doing, error) from error

    def send(self, data: memoryview) -> None:
        """Send one request whole."""
        self.answered = False
        doing = f"sending to {self._peer}"
        wait = self._patience(doing, "not_sent")
        try:
            self._socket.settimeout(wait)
            self._socket.sendall(data)
        except (OSError, ValueError) as error:
            raise failure(doing, error) from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> Optional[int]:
        doing = f"waiting for {self._peer}"
        wait = 0.0 if self.idle else self._patience(doing)
        try:
            self._socket.settimeout(wait)
            size = self._socket.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except (OSError, ValueError) as error:
            raise failure(doing, error) from error
        if size:
            self.answered = True
        else:
            self.ended = True
        return size

    def hang_up(self, *, for_all: bool) -> None:
        """Close the socket, `for_all` who share it: threads that wait for it, other processes. Safe to call again."""
        self.let_go()
        if for_all:
            self._shut_down()
        self._socket.close()

    def _shut_down(self) -> None:
        shut_down(self._socket)

    def _patience(self, doing: str, outcome: Outcome = "unknown") -> Optional[float]:
        """Return how long the next system call may take, as sockets want it said."""
        wait = min(self._deadline.remaining(), self._silence)
        if wait <= 0:
            raise TimeoutExceededError(f"no time was left while {doing}; {_BOUNDS}", outcome=outcome)
        return socket_timeout(wait)


class Reader(io.BufferedReader):
    """What http.client takes for its socket and for the file that it reads from it.

    It closes either after each response; whether the connection may go on is not for it to say.
    """

    raw: Wire

    def makefile(self, _: str) -> Reader:
        return self

    def close(self) -> None:
        """Do nothing: `Wire.hang_up` closes."""

    def flush(self) -> None:
        """Do nothing: nothing is written here, and a response that is let go of late must not find a closed file."""

    def silent(self) -> bool:
        """Say, without waiting, whether there is nothing to read: neither bytes nor the end."""
        self.raw.idle = True
        try:
            return not self.peek(1) and not self.raw.ended
        except EngramError:
            return False
        finally:
            self.raw.idle = False


def failure(doing: str, error: Union[OSError, ValueError], outcome: Outcome = "unknown") -> EngramError:
    """Return what an error of a socket is to a caller."""
    if isinstance(error, socket.timeout):
        return TimeoutExceededError(f"the time ran out while {doing}; {_BOUNDS}", outcome=outcome)
    return ConnectionFailedError(f"the connection failed while {doing}: {error}", outcome=outcome)
