"""The two forms of a moment here: milliseconds, and the local text of the layout that was there before. Pure.

The text is what another program reads. It is written in this process's time zone and read in it, as that program does;
so it is only believed where nothing better is known.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Optional


# The first and the last year of the calendar are not quite there in every time zone.
_YEARS = range(2, 9999)


class Reading(NamedTuple):
    """What a text says; `odd` is one that the other program would not have written."""

    at: Optional[int]
    odd: bool


def local_text(moment_ms: int) -> str:
    """Return a moment as local text, always with microseconds, so that texts sort as moments do."""
    seconds, rest = divmod(moment_ms, 1000)
    return datetime.fromtimestamp(seconds).replace(microsecond=rest * 1000).isoformat(timespec="microseconds")


def read_text(text: Optional[str]) -> Reading:
    """Return the moment that a text says; one with an offset says it exactly, and is odd."""
    if text is None:
        return Reading(None, False)
    try:
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        return Reading(None, True)
    if moment.year not in _YEARS:
        return Reading(None, True)
    return Reading(int(moment.timestamp() * 1000), moment.tzinfo is not None)
