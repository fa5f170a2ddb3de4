"""How long a failing call may take."""

from __future__ import annotations

import time
from typing import Callable, List

import pytest

from engram.errors import EngramError

OVERRUN_SECONDS = 0.1
_TRIES = 10


def in_time(call: Callable[[], object], seconds: float) -> EngramError:
    """Return the error of a call that is over after `seconds` and no more than 100 ms.

    Tried ten times: a busy machine may be late now and then, code that waits too long is late each time.
    """
    late: List[float] = []
    while len(late) < _TRIES:
        began = time.monotonic()
        with pytest.raises(EngramError) as caught:
            call()
        taken = time.monotonic() - began
        if taken <= seconds + OVERRUN_SECONDS:
            return caught.value
        late.append(taken)
    raise AssertionError(f"took {late} s where {seconds} s were allowed")
