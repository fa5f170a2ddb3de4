"""Limits, offsets and cursors of lists.

A cursor is the internal row id of the last row of a page, wrapped so that nobody counts on its form. Row ids are
never reused and a page asks for what lies beyond one, so a cursor stays right while rows come and go.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple, Optional

from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.errors import Invalid
from .base import Call

_PREFIX = b"engram1:"
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


def _encode(row_id: int) -> str:
    return base64.urlsafe_b64encode(_PREFIX + str(row_id).encode("ascii")).decode("ascii").rstrip("=")


def _decode(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        text = b""
    digits = text[len(_PREFIX) :]
    if not text.startswith(_PREFIX) or not digits.isdigit() or len(digits) > 18:
        raise Invalid("cursor: not one that this server gave out", {"field": "cursor"})
    return int(digits)
