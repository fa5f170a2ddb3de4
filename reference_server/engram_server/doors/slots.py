"""Which connections are open, which of them wait for a request, and who has to leave when there are too many.

Each connection has a thread of its own, so the cap on connections is also the cap on threads. Nothing here reads or
writes a request. A connection is asked to leave by shutting down the receiving side of its socket: its thread,
blocked in `recv`, sees the end of the stream and goes. A request that it had read by then is still answered, so
none is ever executed without its answer.
"""

from __future__ import annotations

import math
import selectors
import socket
import threading
import time
from contextlib import suppress
from typing import Dict, Optional, Type

# How long a new connection may keep its slot without a byte while others want it: a client's thread can be set
# aside between `connect` and `send`.
GRACE_SECONDS = 0.1
# After sockets are shut under their threads: time to notice. A thread inside the App cannot be interrupted.
_FORCED_SECONDS = 0.5

BUSY = math.inf

# Unlike the default ones, these need no descriptor of their own: there may be none left. Windows has no poll.
_Selector: Type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Slot:
    """The place of one open connection."""

    __slots__ = ("idle_since", "is_leaving", "is_spare", "served", "sock", "thread")

    def __init__(self, sock: socket.socket, is_spare: bool) -> None:
        self.sock = sock
        #: Taken only to say that the server is full.
        self.is_spare = is_spare
        #: Since when nothing is asked of us, or `BUSY`. Written by the connection's thread, without a lock.
        self.idle_since = time.monotonic()
        #: How many requests were answered.
        self.served = 0
        self.is_leaving = False
        self.thread: Optional[threading.Thread] = None

    def ask_to_leave(self) -> None:
        """Have the connection end as soon as it is idle."""
        self.is_leaving = True
        with suppress(OSError):  # The peer may have left by itself.
            self.sock.shutdown(socket.SHUT_RD)


class Slots:
    """The open connections: at most `size`, and `spare` more that are only told to come back later."""

    def __init__(self, size: int, spare: int) -> None:
        self._size = size
        self._spare = spare
        self._slots: Dict[socket.socket, Slot] = {}
        self._changed = threading.Condition()
        #: Whether the server is stopping. Connections read it before they wait and before they run a request.
        self.is_draining = False

    def __len__(self) -> int:
        return len(self._slots)

    def enter(self, sock: socket.socket) -> Optional[Slot]:
        """Give a connection a slot, at the cost of the one that has been idle longest when all are taken.

        Returns a spare slot when all the others are busy, and None when there is not even a spare one.
        """
        with self._changed:
            has_room = self._make_room()
            if not has_room and len(self._slots) >= self._size + self._spare:
                return None
            slot = self._slots[sock] = Slot(sock, is_spare=not has_room)
            return slot

    def of(self, sock: socket.socket) -> Slot:
        """Return the slot that `enter` gave."""
        return self._slots[sock]

    def leave(self, sock: socket.socket) -> None:
        """Close a connection and give its slot back, in one step: no slot ever holds a closed socket."""
        with self._changed:
            self._slots.pop(sock, None)
            with suppress(OSError):  # The peer may have left by itself.
                sock.shutdown(socket.SHUT_WR)
            sock.close()
            self._changed.notify_all()

    def drain(self, seconds: float) -> None:
        """End idle connections now, busy ones after their response, and after `seconds` whatever is left."""
        with self._changed:
            self.is_draining = True
            slots = list(self._slots.values())
            for slot in slots:
                if slot.idle_since != BUSY:
                    slot.ask_to_leave()
            if not self._changed.wait_for(lambda: not self._slots, seconds):
                for slot in self._slots.values():
                    with suppress(OSError):
                        slot.sock.shutdown(socket.SHUT_RDWR)
                self._changed.wait_for(lambda: not self._slots, _FORCED_SECONDS)
            left_over = set(self._slots.values())
        for slot in slots:
            if slot.thread is not None and slot not in left_over:
                slot.thread.join(_FORCED_SECONDS)

    def _make_room(self) -> bool:
        # Three rounds: a newcomer comes of age, it is asked to leave, it is gone.
        for _ in range(3):
            if self._taken() < self._size:
                return True
            if not self._ask_one_to_leave():
                return False
            self._changed.wait(GRACE_SECONDS)
        return self._taken() < self._size

    def _taken(self) -> int:
        return sum(not slot.is_spare for slot in self._slots.values())

    def _ask_one_to_leave(self) -> bool:
        """Ask the connection that has been idle longest; return whether waiting for room makes sense."""
        idle = [slot for slot in self._slots.values() if slot.idle_since != BUSY and not slot.is_spare]
        if any(slot.is_leaving for slot in idle):
            return True
        for slot in sorted(idle, key=lambda slot: slot.idle_since):
            if not _has_unread_bytes(slot.sock):
                if slot.served or time.monotonic() - slot.idle_since >= GRACE_SECONDS:
                    slot.ask_to_leave()
                return True
        return False


def _has_unread_bytes(sock: socket.socket) -> bool:
    """Say whether the peer has sent something (an end of its stream counts) that its thread did not see yet."""
    with _Selector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))
