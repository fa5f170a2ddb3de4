"""The `engram-server` command: settings, App, door, signals, exit code. Every decision is made elsewhere.

Standard output carries one line, once requests are answered; everything else goes to standard error. Exit codes:
0 stopped by a signal, 2 could not start.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Optional, Sequence

from .app import App, StorageError, build_app
from .config import ConfigError, Settings, read_settings
from .doors.http import HttpServer
from .logs import log_to_stderr
from .sweeping import every

STARTED_AND_STOPPED = 0
COULD_NOT_START = 2

# Of the five seconds that a supervisor gives us; the rest is for the database.
_DRAIN_SECONDS = 4.0

# What expires is ended after as long at the latest, also when no request comes.
_SWEEP_SECONDS = 60


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the server until a signal stops it; return the exit code."""
    try:
        settings = read_settings(sys.argv[1:] if argv is None else argv, os.environ)
        log_to_stderr(settings.log_format, settings.log_level)
        app = build_app(settings)
    except (ConfigError, StorageError) as error:
        return _could_not_start(str(error))
    try:
        return _run(app, settings)
    finally:
        app.close()


def _run(app: App, settings: Settings) -> int:
    try:
        server = HttpServer(app.handle, settings.host, settings.port)
    except OSError as error:
        return _could_not_start(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.interrupt())
    print(f"engram-server ready {server.url}", flush=True)
    with every(min(_SWEEP_SECONDS, settings.expire_after), app.sweep):
        server.serve()
    server.stop(_DRAIN_SECONDS)
    return STARTED_AND_STOPPED


def _could_not_start(reason: str) -> int:
    print(f"engram-server: {reason}", file=sys.stderr)
    return COULD_NOT_START
