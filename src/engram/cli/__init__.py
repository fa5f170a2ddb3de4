"""The `engram` command: what can be said on its line, and how it ends. The commands are loaded when they are run."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import Any, Dict, Optional, Sequence, Tuple

from ..types.version import VERSION

_INTERRUPTED = 130  # What shells report of a program that Ctrl-C ended.


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command; return 0, or 1 after one line on standard error. A line that makes no sense exits with 2."""
    given = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another in its place.
        getattr(stream, "reconfigure", lambda errors: None)(errors="replace")
    from ..errors import EngramError
    from .failure import CommandError

    try:
        module, _, function = given.function.partition(":")
        getattr(import_module(f".{module}", __name__), function)(given)
        sys.stdout.flush()
    except (CommandError, EngramError) as error:
        print(f"engram: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who read has enough; Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


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
            _argument("--file", metavar="PATH", help="your own text: prose, notes, a transcript, or JSON lines"),
            _argument("--ask", metavar="QUESTION", action="append", help="what to ask; may be given again"),
            _argument("--keep", metavar="FILE", help="keep the database in this new file"),
        ),
    ),
    (
        "store",
        "store memories",
        "commands:store",
        (_argument("text", nargs="*", help="one memory each; none: one a line of standard input"), _BUCKET, *_SERVER),
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
