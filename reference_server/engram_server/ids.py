"""Opaque ids that sort by creation: `mem_01JCZ...`.

48 bits of milliseconds, 16 of a counter and 64 of chance, in Crockford's base 32 (whose digits sort as their
values do). The counter keeps ids of one millisecond in order, and time never runs backwards here even when the
clock does.
"""

from __future__ import annotations

import random
import threading
from typing import Callable, Optional

from .clock import Clock, milliseconds

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_COUNTER_BITS = 16
_RANDOM_BITS = 64
_CHARS = 26  # ceil((48 + 16 + 64) / 5)

_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]

RandomBits = Callable[[int], int]


class Ids:
    """Makes ids. Safe across threads; seeded or stepped by whoever hands in the clock and the bits."""

    def __init__(self, clock: Clock, random_bits: Optional[RandomBits] = None) -> None:
        self._clock = clock
        # Seeded by the system once; asking it for every id costs a call in which other threads take their turn.
        self._random_bits = random_bits or random.Random().getrandbits
        self._lock = threading.Lock()
        self._last = 0

    def new(self, prefix: str) -> str:
        """Return a new id: `prefix`, an underscore and 26 characters."""
        now = milliseconds(self._clock) << _COUNTER_BITS
        with self._lock:
            self._last = moment = max(now, self._last + 1)
        number = moment << _RANDOM_BITS | self._random_bits(_RANDOM_BITS)
        pieces = []
        for _ in range(_CHARS // 2):
            number, pair = number >> 10, number & 1023
            pieces.append(_PAIRS[pair])
        return f"{prefix}_{''.join(reversed(pieces))}"
