"""What all questions to the database share: the connection, and the form in which lists go in."""

from __future__ import annotations

import json
import sqlite3
from typing import Optional


# Made once: `json.dumps` makes one for each value, which costs more than writing it.
_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_json(value: object) -> str:
    """Return JSON as it is stored, and as lists go to `json_each`. NaN and infinity raise ValueError."""
    return _WRITER.encode(value)


def legible(text: Optional[bytes]) -> Optional[str]:
    """Return a text that somebody else wrote, which may be no UTF-8."""
    return None if text is None else text.decode("utf-8", "replace")


class Asking:
    """A connection, and one state of the database behind it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
