"""Connections that wait for their next request, safe across threads and forks.

The last one given back is the first one taken: a burst leaves connections at the bottom, which then age and go.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Dict, List, Optional

from .connection import Connection, Route
from .deadline import Clock

# The reference server closes after 30 s, others commonly after 60; being sooner, they seldom close first.
_MAX_IDLE_SECONDS = 25.0

# Every pool of this process, for a forked child to find.
_POOLS: "weakref.WeakSet[Pool]" = weakref.WeakSet()


class Pool:
    """Idle connections by route."""

    def __init__(self, max_idle: int, clock: Clock) -> None:
        self._max_idle = max_idle
        self._clock = clock
        self._closed = False
        self._idle: Dict[Route, List[Connection]] = {}
        self._lock = threading.Lock()
        _POOLS.add(self)

    def take(self, route: Route) -> Optional[Connection]:
        """Return a connection that is still good, or None. The caller owns it until it gives it back."""
        while True:
            with self._lock:
                stack = self._idle.get(route)
                if not stack:
                    return None
                connection = stack.pop()
            if self._clock() - connection.idle_since < _MAX_IDLE_SECONDS and connection.reusable():
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        """Keep a connection whose response was read to its end, or close it when there is no use for it."""
        now = connection.idle_since = self._clock()
        dropped = connection
        with self._lock:
            # A child that has read its parent's response to the end must not go on with the parent's socket.
            if not self._closed and connection.pid == os.getpid():
                stack = self._idle.setdefault(connection.route, [])
                stack.append(connection)
                if len(stack) <= self._max_idle and now - stack[0].idle_since < _MAX_IDLE_SECONDS:
                    return
                dropped = stack.pop(0)
        dropped.close()

    def close(self) -> None:
        """Close what is idle, and from now on what is given back. Safe to call again."""
        with self._lock:
            self._closed = True
            self._empty()

    def _empty(self) -> None:
        stacks, self._idle = self._idle, {}
        for stack in stacks.values():
            for connection in stack:
                connection.close()

    def _begin_in_child(self) -> None:
        """Start anew: another thread of the parent may hold the lock for ever. Closing a copy of a descriptor says
        nothing to the peer; the parent's connections, TLS included, go on."""
        self._lock = threading.Lock()
        self._empty()


def _begin_in_child() -> None:
    for pool in list(_POOLS):
        pool._begin_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
