"""Processes that do something for a test: real ones, which can be raced and killed.

Each is forked from one that has everything imported, so that a test pays for what is done and not for starting. Nothing
is open before it is forked.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.synchronize import Barrier
from typing import Any, Callable

if sys.platform == "win32":
    _context = multiprocessing.get_context("spawn")
else:
    _context = multiprocessing.get_context("forkserver")
    _context.set_forkserver_preload(["engram_server.cli", "tests.coordination.working"])


def starting_line(count: int) -> Barrier:
    """Return where so many processes wait for each other."""
    return _context.Barrier(count)


class Worker:
    """A process that does one thing; what does it is given its end of a pipe first."""

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        self._pipe, theirs = _context.Pipe()
        self._process = _context.Process(target=work, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def told(self) -> Any:
        """Return the next thing that it tells.

        Raises:
            EOFError: it ended before.
        """
        return self._pipe.recv()

    def go(self) -> None:
        """Let it begin."""
        self._pipe.send(None)

    def is_silent(self) -> bool:
        """Return whether it has not told anything more by now."""
        return not self._pipe.poll()

    def end(self, *, kill: bool = False) -> None:
        """Wait for its end, or make it."""
        if kill:
            self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()
