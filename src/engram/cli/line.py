"""What can be said on the line of the `engram` command: its commands and what each takes, as tables."""

from __future__ import annotations

import argparse
from typing import Any, Dict, Tuple

from ..types.version import VERSION


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

_FILE = _argument("file", metavar="FILE", type=_text, help="the database file")

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
            _argument("--top-k", type=int, default=8, help="how many memories of each bucket at most (default: 8)"),
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
    (
        "backup",
        "copy a database file, which may be in use",
        "files:backup",
        (_FILE, _argument("copy", metavar="COPY", type=_text, help="the new file")),
    ),
    ("check", "read the whole of a database file, and say whether it is sound", "files:check", (_FILE,)),
)

_DESCRIPTION = """\
Durable, explainable memory for AI agents. `engram demo` needs no account and no network; backup and check
read a file; the other commands speak to a server (engram-server starts one) and read their key from ENGRAM_API_KEY."""


def parser() -> argparse.ArgumentParser:
    """Return what reads the line; `function` of its result is the module and the function that do the command."""
    line = argparse.ArgumentParser(prog="engram", description=_DESCRIPTION)
    line.add_argument("--version", action="version", version=f"engram-kit {VERSION}")
    commands = line.add_subparsers(metavar="COMMAND", required=True)
    for name, what, function, arguments in _COMMANDS:
        command = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        command.set_defaults(function=function)
        for names, options in arguments:
            command.add_argument(*names, **options)
    return line
