"""A snapshot in parts, for one that is larger than the body of a request may be. Pure."""

from __future__ import annotations

import json
from typing import Dict, Iterator, List, Tuple, cast

from ...types.wire import JsonObject, JsonValue

_Row = Tuple[str, str, JsonValue]
"""Where a row stands: under `metadata` or not, and in which list."""

_EXTRAS = "metadata"


def parts_of(snapshot: JsonObject, most_bytes: int) -> List[JsonObject]:
    """Return snapshots that are this one together: each with a part of the lists, of so many bytes of rows."""
    parts = [_without_rows(snapshot)]
    size = 0
    for within, name, row in _rows(snapshot):
        length = len(json.dumps(row))
        if size and size + length > most_bytes:
            parts.append(_without_rows(snapshot))
            size = 0
        size += length
        holder = parts[-1] if not within else cast(JsonObject, parts[-1][within])
        cast(List[JsonValue], holder[name]).append(row)
    return parts


def _rows(snapshot: JsonObject) -> Iterator[_Row]:
    lists = [("", snapshot), (_EXTRAS, cast(JsonObject, snapshot[_EXTRAS]))]
    for within, holder in lists:
        for name, value in holder.items():
            if isinstance(value, list):
                yield from ((within, name, row) for row in value)


def _without_rows(snapshot: JsonObject) -> JsonObject:
    bare: Dict[str, JsonValue] = {}
    for name, value in snapshot.items():
        if isinstance(value, list):
            bare[name] = []
        elif name == _EXTRAS:
            bare[name] = _without_rows(cast(JsonObject, value))
        else:
            bare[name] = value
    return bare
