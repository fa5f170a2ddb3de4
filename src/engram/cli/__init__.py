"""The `engram` command: how it starts and how it ends.

Everything else is loaded by `main`, and not before: Ctrl-C in the middle of an import here would be a traceback.
"""

from __future__ import annotations

import os
import sys

# Checkers know this name; importing it from `typing` would take most of the time before `main`.
TYPE_CHECKING = False

if TYPE_CHECKING:
    import argparse
    from typing import Optional, Sequence

_INTERRUPTED = 130  # What shells report of a program that Ctrl-C ended.


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; return 0, or 1 after one line on standard error. A line that makes no sense exits with 2."""
    try:
        _prepare_streams()
        return _run(_parsed(arguments))
    except BrokenPipeError:
        # Who read has enough.
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        return _failed(f"cannot read or write {error.filename or 'standard input or output'}: {error.strerror}")
    except KeyboardInterrupt:
        import signal

        # Pressed again while the process ends, it would be a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return _INTERRUPTED


def _parsed(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    from .line import parser

    try:
        return parser().parse_args(arguments)
    finally:
        # The help that cannot be shown is an error as well.
        sys.stdout.flush()


def _run(given: argparse.Namespace) -> int:
    from importlib import import_module

    from ..errors import EngramError
    from .failure import CommandError

    try:
        module, _, function = given.function.partition(":")
        getattr(import_module(f".{module}", __name__), function)(given)
        sys.stdout.flush()
    except (CommandError, EngramError) as error:
        return _failed(str(error))
    return 0


def _failed(why: str) -> int:
    print(f"engram: {' '.join(why.split())}", file=sys.stderr)
    return 1


def _prepare_streams() -> None:
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by the caller: what is opened next would take its place, and be written to.
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, closefd=False))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another in its place.
        getattr(stream, "reconfigure", lambda errors: None)(errors="replace")


def _drop_output() -> None:
    # Python would complain when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
