"""How log records become lines on standard error: for people, or JSON for machines.

What a peer sent may be in a record. No control character leaves here, so nobody can forge a line or steer a
terminal.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Dict, Type

_ESCAPES: Dict[int, str] = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
# Python and some terminals end a line at these as well.
_ESCAPES.update({0x2028: "\\u2028", 0x2029: "\\u2029"})
_ESCAPES.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})


class TextFormatter(logging.Formatter):
    """`2026-05-08T13:56:00.123Z INFO engram_server.access GET /v1/buckets 200 0.4 ms req_...`"""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; a traceback follows indented, so that none of its lines looks like a record."""
        line = f"{_moment(record)} {record.levelname} {record.name} {record.getMessage()}".translate(_ESCAPES)
        if record.exc_info:
            for traced in self.formatException(record.exc_info).split("\n"):
                line += "\n    " + traced.translate(_ESCAPES)
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`; after a failure `traceback`.

    What a record has as `fields` comes after these: of the access log `method`, `path`, `status`, `ms`, `request_id`.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; JSON escapes what is not ASCII, and DEL is the only control character that is."""
        fields = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields).replace("\x7f", "\\u007f")


# The second is what users of structured memory know: it tells how packets are made.
OWN = ("engram_server", "engram_store")
FORMATTERS: Dict[str, Type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}


def log_to_stderr(log_format: str, level: str) -> None:
    """Send the server's own records from `level` up to standard error, and nowhere else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[log_format]())
    for name in OWN:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
    # A record that cannot be written (the reader of a pipe has gone) must not become a traceback.
    logging.raiseExceptions = False


def _moment(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
