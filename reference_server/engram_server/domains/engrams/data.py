"""An entry's data: taken from what is sent in, kept as JSON, shown, and put into readable words. Pure."""

from __future__ import annotations

import json
from itertools import chain
from typing import Iterator, List, NamedTuple, Optional, cast

from engram.types import Entry, EntryInput, JsonObject, JsonValue
from engram.types.limits import MAX_MEMORY_BYTES

from ...clock import rfc3339
from ...storage import EntryRow, as_json
from ..errors import Malformed
from .matching import searched

# The keys of an entry that are not its data.
_OWN = frozenset(EntryInput.__annotations__)


class Data(NamedTuple):
    """What an entry says. `fields` are the free-form keys that stand beside a content."""

    content: JsonValue
    fields: JsonObject
    meta: JsonObject
    #: In order, each once.
    tags: List[str]

    def as_json(self) -> str:
        """Return it as it is kept; the tags are kept beside it."""
        return as_json({"content": self.content, "fields": self.fields, "meta": self.meta})

    def tags_as_json(self) -> str:
        """Return the tags as they are kept."""
        return as_json(self.tags)

    def searched(self) -> str:
        """Return what a query is looked for in."""
        return searched(self.content, self.fields)


def data_of(given: EntryInput) -> Data:
    """Return what an entry says that is sent in: its free-form keys are the content where it has none."""
    free = {name: value for name, value in cast(JsonObject, given).items() if name not in _OWN}
    content: JsonValue = free
    if "content" in given:
        content = given["content"]
    else:
        free = {}
    return Data(content, free, given.get("meta") or {}, sorted(set(given.get("tags") or [])))


def kept_data(data: str, tags: str) -> Data:
    """Return what a stored entry says."""
    kept = json.loads(data)
    return Data(kept["content"], kept["fields"], kept["meta"], json.loads(tags))


def entry_of(row: EntryRow) -> Entry:
    """Return a stored entry as it is sent."""
    data = kept_data(row.data, row.tags)
    return {
        "id": row.public_id,
        "content": data.content,
        "fields": data.fields,
        "tags": data.tags,
        "meta": data.meta,
        "merge_key": row.merge_key,
        "sequence": row.sequence,
        "version": row.version,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
        "expires_at": None if row.expires_at is None else rfc3339(row.expires_at),
        "trace_id": row.trace_id,
        "author": row.author,
    }


def readable(data: Data) -> str:
    """Return the text of the memory that an entry is: its values, each with the names that lead to it."""
    lines, room = [], MAX_MEMORY_BYTES
    for line in chain(_lines(data.content, ""), _lines(data.fields, "")):
        lines.append(line)
        room -= len(line.encode("utf-8")) + 1
        if room < 0:
            # Names that lead to many values can make it longer than a memory may be.
            return "\n".join(lines).encode("utf-8")[:MAX_MEMORY_BYTES].decode("utf-8", "ignore")
    return "\n".join(lines) or as_json(data.content)


def _lines(value: JsonValue, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name} {key}".strip())
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for item in value:
            yield from _lines(item, name)
    else:
        text = ", ".join(filter(None, map(_text, value))) if isinstance(value, list) else _text(value)
        if text:
            yield f"{name}: {text}" if name else text


def _text(value: JsonValue) -> str:
    if value is None or isinstance(value, (list, dict)):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def check_name(value: Optional[str], field: str, *, strict: bool = False, code: Optional[str] = None) -> None:
    """Refuse a name that could not be kept or, when `strict`, could not stand in a path.

    Raises:
        Malformed: it holds NUL; when `strict`, any control character, or it is `.` or `..`.
    """
    if value is None:
        return
    if "\x00" in value:
        raise Malformed(f"{field}: must not hold NUL", {"field": field}, code)
    if strict and (value in (".", "..") or any(char < " " or "\x7f" <= char < "\xa0" for char in value)):
        raise Malformed(f"{field}: {value!r:.40} cannot be an id", {"field": field}, code)
