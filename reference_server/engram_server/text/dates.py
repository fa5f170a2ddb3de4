"""Full dates and clock times as they are written, shared by the heads of memories and by running text. Pure.

8 May 2023, May 8th, 2023, 2023-05-08, 2023/05/08, 08.05.2023, 05/08/2023. Of two numbers before a year the first is
the month, unless it is above 12 or a full stop stands between them: 08.05.2023 is in May everywhere. Two digits of a
year stand for 1970 to 2069, and count only where nothing but a date is written so: 5/8/23 and 08.05.23, not 3.11.23.

The patterns are made for text in lower case.
"""

from __future__ import annotations

import re
from typing import Optional

from .calendar_words import HOUR_MS, MINUTE_MS, MONTHS, Span, one_day

MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_SUFFIX = "(?:st|nd|rd|th)?"
_NUMBERS_FIRST = (
    r"(?P<a>[0-9]{1,4})(?P<joint>[-/.])(?P<b>[0-9]{1,2})(?P=joint)(?P<c>[0-9]{1,4})(?![0-9]|[-/.][0-9])"
)
_DAY_FIRST = rf"(?P<d1>[0-9]{{1,2}}){_SUFFIX}(?: of)?(?: |-)?(?P<m1>{MONTH})(?:(?:,| of|, of)? |-)(?P<y1>[0-9]{{4}})\b"
_MONTH_FIRST = rf"(?P<m2>{MONTH}) (?:the )?(?P<d2>[0-9]{{1,2}}){_SUFFIX}(?:,| of|, of)? (?P<y2>[0-9]{{4}})\b"

#: A full date; `read_date` reads its matches.
DATE = f"(?:{_NUMBERS_FIRST}|{_DAY_FIRST}|{_MONTH_FIRST})"
#: A time of day; `read_clock` reads its matches.
CLOCK = (
    "(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?(?![0-9:])"
)
#: Minutes east of UTC behind a clock time; `read_zone` reads its matches.
ZONE = "(?P<zone>z|(?P<sign>[+-])(?P<zone_hours>[0-9]{2}):?(?P<zone_minutes>[0-9]{2}))"

_CENTURY_TURN = 70
_CAPITALS = re.compile("[A-Z]+")


def ascii_lower(text: str) -> str:
    """Return `text` with A to Z in lower case: other letters might change its length."""
    return text.lower() if text.isascii() else _CAPITALS.sub(lambda found: found.group().lower(), text)


def flexible(pattern: str) -> "re.Pattern[str]":
    """Compile a pattern whose blanks stand for up to three characters of white space."""
    return re.compile(pattern.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}"))


def read_date(match: "re.Match[str]") -> Optional[Span]:
    """Return the day of a match of DATE, None for no date; ValueError for 30 February and the like."""
    if match["a"] is None:
        day, month, year = (match[group + ("1" if match["m1"] else "2")] for group in "dmy")
        return one_day(int(year), MONTHS[month.rstrip(".")], int(day))
    first, joint, last = match["a"], match["joint"], match["c"]
    if len(first) == 4 and len(last) < 3:
        return one_day(int(first), int(match["b"]), int(last))
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    if len(last) == 2 and not (joint == "/" or (joint == "." and len(first) == len(match["b"]) == 2)):
        return None
    day_first = joint == "." or int(first) > 12
    day, month = (first, match["b"]) if day_first else (match["b"], first)
    return one_day(_full_year(last), int(month), int(day))


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= _CENTURY_TURN else 2000)


def read_clock(match: "re.Match[str]") -> Optional[Span]:
    """Return the hour or minute of a match of CLOCK as offsets from midnight; None for a mere number or no time."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    elif match["minute"] is None or match.string[match.end("hour")] != ":":
        return None
    if hour > 23 or minute > 59:
        return None
    start = hour * HOUR_MS + minute * MINUTE_MS
    return Span(start, start + (MINUTE_MS if match["minute"] else HOUR_MS))


def read_zone(match: "re.Match[str]") -> int:
    """Return the milliseconds that a match of ZONE is ahead of UTC; 0 for none."""
    if not match["sign"]:
        return 0
    ahead = int(match["zone_hours"]) * HOUR_MS + int(match["zone_minutes"]) * MINUTE_MS
    return ahead if match["sign"] == "+" else -ahead
