"""Memories as callers write them, and the bodies that they become. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Mapping, Optional, TypedDict, Union

from .errors import ValidationError
from .types.wire import JsonValue

if TYPE_CHECKING:
    from datetime import datetime

Moment = Union[str, "datetime"]
"""RFC 3339 with an offset from UTC (`2026-05-08T13:56:00Z`), or a datetime with a time zone."""


class _ItemRequired(TypedDict):
    content: str


class MemoryItem(_ItemRequired, total=False):
    """A memory with what is known of it beside its text."""

    speaker: Optional[str]
    session: Optional[str]
    occurred_at: Optional[Moment]
    metadata: Optional[Mapping[str, JsonValue]]


_FIELDS = frozenset(MemoryItem.__annotations__) | frozenset(_ItemRequired.__annotations__)


def body_of(item: Union[str, MemoryItem]) -> Dict[str, object]:
    """Return one memory as it is sent.

    Raises:
        ValidationError: it has a field that memories do not have, or `occurred_at` is a datetime without a time zone.
    """
    if not isinstance(item, Mapping):
        return {"content": item}
    unknown = item.keys() - _FIELDS
    if unknown:
        raise ValidationError(
            f"{min(unknown)}: a memory has no such field, only {', '.join(sorted(_FIELDS))}", outcome="not_sent"
        )
    return {name: as_sent(name, value) for name, value in item.items() if value is not None}


def as_sent(field: str, value: object) -> object:
    """Return a value as it is sent: a datetime becomes RFC 3339 in UTC.

    Raises:
        ValidationError: it is a datetime without a time zone, or nothing that can be sent.
    """
    if value is None or isinstance(value, (str, int, float, Mapping)):
        return value
    from datetime import datetime, timezone

    if isinstance(value, (list, tuple)):
        return value
    if not isinstance(value, datetime):
        shown = type(value).__name__
        raise ValidationError(f"{field}: {shown} is neither text, number, mapping nor datetime", outcome="not_sent")
    if value.utcoffset() is None:
        raise ValidationError(
            f"{field}: {value!r} has no time zone: give it one, as in datetime.now(timezone.utc)", outcome="not_sent"
        )
    try:
        return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
    except OverflowError:
        raise ValidationError(f"{field}: {value!r} is out of range in UTC", outcome="not_sent") from None
