"""From a name to a connected TCP socket, all of it inside a deadline."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
from typing import List, Sequence, Tuple, Union

from .deadline import Deadline, socket_timeout
from .stop import Stopped, woken

_Address = Tuple[socket.AddressFamily, Tuple[object, ...]]


def dial(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Return a socket connected to the first address of `host` that answers.

    Raises:
        OSError, ValueError: none does, or there is none; `socket.timeout` once the deadline has passed.
    """
    failure = OSError(f"{host} has no address")
    addresses = _look_up(host, port, deadline)
    for index, (family, address) in enumerate(addresses):
        left = deadline.remaining()
        if left <= 0:
            raise socket.timeout
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            # An address that swallows packets must leave time for those after it.
            sock.settimeout(socket_timeout(left / (len(addresses) - index)))
            with woken(deadline.stop, functools.partial(shut_down, sock)):
                sock.connect(address)
            # A request goes out in one piece; waiting for more of it (Nagle) would only cost 40 ms.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            failure = error
        except Stopped:
            sock.close()
            raise
    raise failure


def shut_down(sock: socket.socket) -> None:
    """End a connection under whoever waits for it in another thread; the socket remains to be closed."""
    # Where it is closed already, or not yet connected, there is nothing to end.
    with contextlib.suppress(OSError):
        # Not as TLS would have it: that changes the object that the other thread is reading from.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _look_up(host: str, port: int, deadline: Deadline) -> Sequence[_Address]:
    try:
        return _addresses(host, port, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return _look_up_name(host, port, deadline)


def _look_up_name(host: str, port: int, deadline: Deadline) -> Sequence[_Address]:
    """Ask the system's resolver from a thread that may be left behind: it takes no timeout."""
    answers: List[Union[Sequence[_Address], OSError, ValueError]] = []
    over = threading.Event()

    def ask() -> None:
        try:
            answers.append(_addresses(host, port, 0))
        except (OSError, ValueError) as error:
            answers.append(error)
        finally:
            over.set()

    thread = threading.Thread(target=ask, name="engram-look-up", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # There is no thread to be had, at the interpreter's end for one: better without a bound than not at all.
        return _addresses(host, port, 0)
    with woken(deadline.stop, over.set):
        over.wait(min(max(deadline.remaining(), 0.0), threading.TIMEOUT_MAX))
    if not answers:
        raise socket.timeout
    answer = answers[0]
    if isinstance(answer, (OSError, ValueError)):
        raise answer
    return answer


def _addresses(host: str, port: int, flags: int) -> Sequence[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _, _, _, address in found]
