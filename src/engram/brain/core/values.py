"""What the values of a brain have in common: words instead of numbers, moments, tags. Pure but for one clock.

Every value is frozen: what changes one returns another. Moments are naive and mean UTC; one with an offset is taken
for what it is there.
"""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import Dict, FrozenSet, Iterable, List, Mapping, NoReturn, Optional, TypeVar, overload

from ...codec import check_is_many
from ...types.wire import JsonValue

T = TypeVar("T")

Metadata = Mapping[str, JsonValue]


class Word(str, Enum):
    """One of some words. It is its own name on the wire, and in a text."""

    __str__ = str.__str__

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"{value!r:.40} is no {cls.__name__}; there are {', '.join(cls)}")


def utcnow() -> datetime:
    """Return this moment, naive and in UTC."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


@overload
def in_utc(moment: datetime) -> datetime: ...
@overload
def in_utc(moment: None) -> None: ...
@overload
def in_utc(moment: Optional[datetime]) -> Optional[datetime]: ...
def in_utc(moment: Optional[datetime]) -> Optional[datetime]:
    """Return a moment as the values have it.

    Raises:
        ValueError: it is something else, such as a text.
    """
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise ValueError(f"a moment must be a datetime, not {type(moment).__name__}")
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def sent(moment: Optional[datetime]) -> Optional[str]:
    """Return a moment as it is sent."""
    return None if moment is None else sent_moment(moment)


def sent_moment(moment: datetime) -> str:
    """Return a moment that there is as it is sent."""
    return in_utc(moment).isoformat()


def read(text: Optional[str]) -> Optional[datetime]:
    """Return a moment that was sent."""
    return None if text is None else read_moment(text)


def read_moment(text: str) -> datetime:
    """Return a moment that was sent and is always there."""
    return in_utc(datetime.fromisoformat(text))


def several(values: Iterable[T], what: str) -> List[T]:
    """Return values as a list.

    Raises:
        ValueError: they are one string, whose letters nobody means, or no values at all.
    """
    check_is_many(values, what)
    return list(values)


def tags_of(tags: Optional[Iterable[str]]) -> FrozenSet[str]:
    """Return tags as they are kept: in small letters with single spaces, so that `Important` and `important` are one.

    Raises:
        ValueError: they are one string, or one of them is none.
    """
    kept = set()
    for tag in several(tags or (), "tags"):
        if not isinstance(tag, str):
            raise ValueError(f"tags: must be strings, not {type(tag).__name__}")
        kept.add(" ".join(tag.lower().split()))
    return frozenset(kept - {""})


def share(value: float) -> float:
    """Return a value cut to 0..1."""
    return min(1.0, max(0.0, value))


def settle(value: object, fields: Mapping[str, object]) -> None:
    """Set fields of a frozen value that is being made."""
    for name, settled in fields.items():
        object.__setattr__(value, name, settled)


def own(metadata: Optional[Metadata]) -> Dict[str, JsonValue]:
    """Return metadata that nobody else holds.

    Raises:
        ValueError: it is no mapping.
    """
    if not isinstance(metadata, (Mapping, type(None))):
        raise ValueError(f"metadata: must be a mapping, as a dict is, not {type(metadata).__name__}")
    return dict(metadata or {})
