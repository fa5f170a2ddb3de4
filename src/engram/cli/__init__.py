"""The `engram` command: what can be said on its line, and how it ends. The commands are loaded when they are run."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from typing import Any, Dict, Optional, Sequence, Tuple

from ..types.version import VERSION

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
        # Pressed again while the process ends, it would be a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return _INTERRUPTED


def _parsed(arguments: Optional[Sequence[str]]) -> argparse.Namespace:
    try:
        return _parser().parse_args(arguments)
    finally:
        # The help that cannot be shown is an error as well.
        sys.stdout.flush()


def _run(given: argparse.Namespace) -> int:
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


def _text(value: str) -> str:
    if not value.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return value


_Argument = Tuple[Tuple[str, ...], Dict[str, Any]]


def _argument(*names: str, **options: Any) -> _Argument:
    return names, options


_BUCKET = _argument("--bucket", default="default", help="the bucket (default: default)")
_SERVER = (
    _argument("--base-url", help="the server (default: ENGRAM_BASE_URL, else the hosted API)"),
    _argument("--json", action="store_true", help="print the result as JSON"),
)

# Name, what it does, the function that does it, what it takes.
_COMMANDS: Tuple[Tuple[str, str, str, Tuple[_Argument, ...]], ...] = (
    (
        "demo",
        "see it work: store a conversation, ask, and see why",
        "demo:demo",
        (
            _argument(
                "--file",
                metavar="PATH",
                type=_text,
                help="your own text: prose, notes, a transcript, or JSON lines; -: standard input",
            ),
            _argument("--ask", metavar="QUESTION", type=_text, action="append", help="what to ask; may be given again"),
            _argument("--keep", metavar="FILE", type=_text, help="keep the database in this new file"),
        ),
    ),
    (
        "store",
        "store memories",
        "commands:store",
        (
            _argument("text", nargs="*", help="one memory each; none, or -: one a line of standard input"),
            _BUCKET,
            *_SERVER,
        ),
    ),
    (
        "query",
        "ask a question, and see why that is the answer",
        "commands:query",
        (
            _argument("question"),
            _argument("--bucket", action="append", help="a bucket to ask; may be given again (default: default)"),
            _argument("--top-k", type=int, default=8, help="how many memories at most (default: 8)"),
            _argument("--no-answer", action="store_true", help="only find memories"),
            *_SERVER,
        ),
    ),
    (
        "list",
        "list the memories of a bucket, newest first",
        "commands:list_memories",
        (
            _BUCKET,
            _argument("--limit", type=int, default=20, help="how many (default: 20)"),
            _argument("--offset", type=int, default=0, help="how many to pass over first (default: 0)"),
            *_SERVER,
        ),
    ),
    ("buckets", "list the buckets", "commands:list_buckets", _SERVER),
    (
        "delete",
        "delete memories",
        "commands:delete",
        (_argument("memory_id", nargs="+", help="ids, as `engram list` shows them"), _BUCKET, *_SERVER),
    ),
)

_DESCRIPTION = """\
Durable, explainable memory for AI agents. `engram demo` needs no account and no network; the other commands speak to
a server (engram-server starts one) and read their key from ENGRAM_API_KEY."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="engram", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"engram-kit {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, what, function, arguments in _COMMANDS:
        command = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        command.set_defaults(function=function)
        for names, options in arguments:
            command.add_argument(*names, **options)
    return parser
