"""What a server does now and then, asked by nobody. What that is, the App knows."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Callable, Iterator


@contextmanager
def every(seconds: float, sweep: Callable[[], None]) -> Iterator[None]:
    """Sweep again and again, in a thread of its own, until the block is left."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(seconds):
            sweep()

    thread = threading.Thread(target=run, name="engram-sweep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
