"""Time as the server sees it: a callable that is handed in, and the two forms that a moment takes.

Moments are stored as whole milliseconds since 1970 and sent as RFC 3339 in UTC with milliseconds and `Z`. Those of
callers are taken with any offset from UTC. A brain's are whole microseconds, which its clients reckon in, and are sent
in ISO 8601 without an offset.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from typing import Callable

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time` gives them."""

system_clock: Clock = time.time

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII
)
_EXAMPLE = "2026-05-08T13:56:00Z"
_ISO_8601 = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?(?:[Zz]|([+-]([01]\d|2[0-3]):[0-5]\d))?", re.ASCII
)


def milliseconds(clock: Clock) -> int:
    """Return the present moment as it is stored."""
    return int(clock() * 1000)


def rfc3339(moment_ms: int) -> str:
    """Return a stored moment as it is sent: `2026-05-08T13:56:00.000Z`."""
    return (_EPOCH + timedelta(milliseconds=moment_ms)).isoformat(timespec="milliseconds")[:-6] + "Z"


def moment_of(text: str) -> int:
    """Return an RFC 3339 moment as it is stored; fractions of a millisecond are dropped.

    Raises:
        ValueError: it is none, or has no offset from UTC; the message begins with "must".
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        what = "its offset from UTC is missing" if _RFC_3339.fullmatch(text + "Z") else f"not {text!r:.40}"
        raise ValueError(f"must be a moment with its offset from UTC, such as {_EXAMPLE}: {what}")
    *numbers, fraction, sign, hours, minutes = match.groups("0")
    east = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        year, month, day, hour, minute, second = map(int, numbers)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        moment += east if sign == "-" else -east
    except (ValueError, OverflowError):
        raise ValueError(f"must be a moment that there is, not {text!r:.40}") from None
    return (moment - _EPOCH) // timedelta(milliseconds=1) + int(fraction.ljust(3, "0")[:3])


def microseconds(clock: Clock) -> int:
    """Return the present moment as a brain stores it."""
    return int(clock() * 1_000_000)


def iso(moment_us: int) -> str:
    """Return a moment of a brain as it is sent: `2026-05-08T13:56:00`, with six digits of a second that is not whole."""
    return (_EPOCH + timedelta(microseconds=moment_us)).isoformat()[: -len("+00:00")]


def iso_moment_of(text: str) -> int:
    """Return an ISO 8601 moment as a brain stores it; without an offset it is UTC, without a time midnight.

    Raises:
        ValueError: it is none; the message begins with "must".
    """
    match = _ISO_8601.fullmatch(text)
    if match is None:
        raise ValueError(f"must be a moment such as {_EXAMPLE}, not {text!r:.40}")
    day, time_of_day, fraction, offset, _ = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time_of_day or '00:00'}{offset or '+00:00'}").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ValueError(f"must be a moment that there is, not {text!r:.40}") from None
    whole = (moment - _EPOCH) // timedelta(seconds=1)
    return whole * 1_000_000 + int((fraction or "").ljust(6, "0")[:6])
