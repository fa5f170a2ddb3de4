"""Moments of structured memory, read and written. Pure.

They are written in UTC with the three digits of a second that is not whole, as packets were first published: with
`Z`, but for those of events and cues, which have `+00:00`.
"""

from __future__ import annotations

from typing import Optional

from ...clock import moment_of, rfc3339


def given_moment(ms: Optional[int], text: Optional[str]) -> Optional[int]:
    """Return the moment that is meant by either; milliseconds win."""
    if ms is not None:
        return ms
    return None if text is None else moment_of(text)


def written(moment: int) -> str:
    """Return a moment as records and packets have it: `2026-05-08T13:56:00Z`."""
    return rfc3339(moment).replace(".000Z", "Z")


def written_with_offset(moment: int) -> str:
    """Return a moment as events and cues have it: `2026-05-08T13:56:00+00:00`."""
    return written(moment)[:-1] + "+00:00"


def rewritten(text: Optional[str]) -> Optional[str]:
    """Return a moment that was sent in as records have it."""
    return None if text is None else written(moment_of(text))
