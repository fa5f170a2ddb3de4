"""Limits, offsets and cursors of lists.

A cursor is the internal row id of the last row of a page, wrapped so that nobody counts on its form. Row ids are
never reused and a page asks for what lies beyond one, so a cursor stays right while rows come and go. Where a list is
in another order, a cursor is the position in that order of the page's last row.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import NamedTuple, Optional, Sequence, Type, Union

from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.errors import Invalid
from ..domains.structured.records import Position
from .base import Call

_PREFIX = b"engram1:"
_POSITION_PREFIX = b"engram2:"
_MOST_OF_A_POSITION = 2**62
_MAX_OFFSET = 2**53


class Page(NamedTuple):
    """Which part of a list is asked for; with a cursor the offset is 0."""

    limit: int
    offset: int
    cursor: Optional[int]


def page_of(call: Call, default_limit: int) -> Page:
    """Return the page that a call asks for.

    Raises:
        Invalid: `limit`, `offset` or `cursor` is malformed.
    """
    limit = call.number("limit", default_limit, 1, MAX_PAGE_ITEMS)
    offset = call.number("offset", 0, 0, _MAX_OFFSET)
    raw = call.query.get("cursor")
    if not raw:
        return Page(limit, offset, None)
    if offset:
        raise Invalid("cursor: cannot be combined with offset", {"field": "cursor"})
    return Page(limit, 0, _decode(raw))


def next_cursor(row_ids: "list[int]", limit: int) -> Optional[str]:
    """Return the cursor of the page after one that ended in `row_ids[-1]`, None when it was the last.

    A full page that happens to be the last one has a cursor too; the page after it is empty.
    """
    return _encode(row_ids[-1]) if row_ids and len(row_ids) == limit else None


def next_position(positions: Sequence[Position], limit: int) -> Optional[str]:
    """Return the cursor of the page after one whose last row stands at `positions[-1]`, None when it was the last."""
    if not positions or len(positions) < limit:
        return None
    return wrapped(_POSITION_PREFIX + json.dumps(positions[-1], separators=(",", ":")).encode("ascii"))


def position_of(cursor: Optional[str], kind: Union[Type[int], Type[str]]) -> Optional[Position]:
    """Return the position behind which a page begins, of two of a kind.

    Raises:
        Invalid: `cursor` is malformed, or of a list in another order.
    """
    if not cursor:
        return None
    text = unwrapped(cursor)
    try:
        found: object = json.loads(text[len(_POSITION_PREFIX) :]) if text.startswith(_POSITION_PREFIX) else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or [type(one) for one in found] != [kind, kind] or not all(map(_storable, found)):
        raise _foreign()
    return found[0], found[1]


def _storable(one: Union[int, str]) -> bool:
    """Return whether the database can be asked about it."""
    if isinstance(one, int):
        return abs(one) <= _MOST_OF_A_POSITION
    return not any("\ud800" <= char <= "\udfff" for char in one)


def _encode(row_id: int) -> str:
    return wrapped(_PREFIX + str(row_id).encode("ascii"))


def _decode(cursor: str) -> int:
    text = unwrapped(cursor)
    digits = text[len(_PREFIX) :]
    if not text.startswith(_PREFIX) or not digits.isdigit() or len(digits) > 18:
        raise _foreign()
    return int(digits)


def wrapped(text: bytes) -> str:
    """Return a cursor that holds a text."""
    return base64.urlsafe_b64encode(text).decode("ascii").rstrip("=")


def unwrapped(cursor: str) -> bytes:
    """Return the text that a cursor holds, empty for what is none."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _foreign() -> Invalid:
    return Invalid("cursor: not one that this server gave out", {"field": "cursor"})
