"""A process of its own for a part of a test: what it may not do, or does after a fork."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Callable


def in_a_fork(act: Callable[[], str]) -> str:
    """Return what `act` returns in a forked process."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.write(writing, act().encode("utf-8"))
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told.decode("utf-8")
