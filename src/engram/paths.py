"""Path segments: what a caller names, encoded so that it can only mean itself. Pure.

An empty segment, `.` or `..` would turn "delete this memory" into "clear the bucket", so it is refused here,
before anything is sent, and again by the server.
"""

from __future__ import annotations

import unicodedata
from typing import Mapping, Optional, Union
from urllib.parse import quote, quote_plus

from .errors import ValidationError

QueryValue = Union[str, int, None]


def checked_name(value: object, what: str) -> str:
    """Return a bucket name or an id that may be sent.

    Raises:
        ValidationError: not a string, empty, `.`, `..`, or with control characters or half a surrogate pair.
    """
    if not isinstance(value, str):
        raise ValidationError(f"{what}: must be a string, not {type(value).__name__}", outcome="not_sent")
    if value in ("", ".", ".."):
        raise ValidationError(f"{what}: must not be {value!r}; name what is meant", outcome="not_sent")
    # What is printable has neither; only the rest is looked at letter by letter.
    if not value.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise ValidationError(f"{what}: must not hold control characters: {value!r}", outcome="not_sent")
    return value


def target_of(template: str, path: Mapping[str, str], query: Optional[Mapping[str, QueryValue]] = None) -> str:
    """Return the request target of a path template: `/v1/buckets/{bucket}/memories?limit=20`."""
    target = template
    for name, value in path.items():
        target = target.replace("{" + name + "}", quote(checked_name(value, name), safe=""))
    given = [_parameter(name, value) for name, value in (query or {}).items() if value is not None]
    return f"{target}?{'&'.join(given)}" if given else target


def _parameter(name: str, value: Union[str, int]) -> str:
    try:
        return f"{name}={value if isinstance(value, int) else quote_plus(value)}"
    except UnicodeEncodeError:
        raise ValidationError(f"{name}: half of a surrogate pair in it", outcome="not_sent") from None
