"""The names of days, months and parts of the year, and the days and spans they stand for. Pure: no text is read here.

Moments are milliseconds since 1970 UTC, a calendar is the Gregorian one from year 1 to 9999, and a day is counted
from 1 for 1 January of year 1, as `date.toordinal` does. Whatever falls outside of that calendar raises ValueError
or OverflowError.
"""

from __future__ import annotations

from datetime import date
from typing import Callable, Dict, List, NamedTuple

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal()

MONTH_NAMES = "january february march april may june july august september october november december".split()
WEEKDAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()

#: Names and the usual short forms; months from 1, weekdays from 0 for Monday.
MONTHS: Dict[str, int] = {
    **{name: number for number, name in enumerate(MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(MONTH_NAMES, 1)},
    "sept": 9,
}
WEEKDAYS: Dict[str, int] = {
    **{name: number for number, name in enumerate(WEEKDAY_NAMES)},
    **{name[:3]: number for number, name in enumerate(WEEKDAY_NAMES)},
    **{"tues": 1, "thur": 3, "thurs": 3},
}
#: Northern seasons by their first month; each has three.
SEASONS: Dict[str, int] = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
#: Hours of the day from which and to which people say so; a night ends in the morning after.
PARTS: Dict[str, "tuple[int, int]"] = {
    "morning": (5, 12),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (18, 30),
}


class Span(NamedTuple):
    """A half-open stretch of time."""

    start: int
    end: int


def day_of(moment: int) -> int:
    """Return the day that holds a moment."""
    return moment // DAY_MS + _EPOCH_DAY


def days(first: int, end: int) -> Span:
    """Return the days from `first` until before `end`."""
    if not 1 <= first < end <= _LAST_DAY + 1:
        raise ValueError("outside of the calendar")
    return Span((first - _EPOCH_DAY) * DAY_MS, (end - _EPOCH_DAY) * DAY_MS)


def one_day(year: int, month: int, day: int) -> Span:
    """Return the span of a date."""
    number = date(year, month, day).toordinal()
    return days(number, number + 1)


def months(first: int, count: int) -> Span:
    """Return `count` months from the month numbered 12 * year + month - 1."""
    return days(_first_day(first), _first_day(first + count))


def _first_day(month: int) -> int:
    year, before = divmod(month, 12)
    return _LAST_DAY + 1 if month == 12 * 10_000 else date(year, before + 1, 1).toordinal()


def part_of_day(name: str, start: int) -> Span:
    """Return the morning, afternoon, evening or night of the day that begins at `start`."""
    first, end = PARTS[name]
    return Span(start + first * HOUR_MS, start + end * HOUR_MS)


def month_of(moment: int) -> int:
    """Return the number of the month that holds a moment: 12 * year + month - 1."""
    that = date.fromordinal(day_of(moment))
    return 12 * that.year + that.month - 1


def year_of(moment: int) -> int:
    """Return the year that holds a moment."""
    return month_of(moment) // 12


def _monday_of(moment: int) -> int:
    day = day_of(moment)
    return day - (day - 1) % 7


def _of_length(length: int) -> Callable[[int, int], Span]:
    def span(moment: int, steps: int) -> Span:
        start = (moment // length + steps) * length
        return Span(start, start + length)

    return span


def _of_week(first: int, end: int) -> Callable[[int, int], Span]:
    def span(moment: int, steps: int) -> Span:
        monday = _monday_of(moment) + 7 * steps
        return days(monday + first, monday + end)

    return span


def _of_months(count: int) -> Callable[[int, int], Span]:
    return lambda moment, steps: months((month_of(moment) // count + steps) * count, count)


def _night(moment: int, steps: int) -> Span:
    return part_of_day("night", _of_length(DAY_MS)(moment, steps).start)


_UNITS: Dict[str, Callable[[int, int], Span]] = {
    "minute": _of_length(MINUTE_MS),
    "hour": _of_length(HOUR_MS),
    "day": _of_length(DAY_MS),
    "night": _night,
    "week": _of_week(0, 7),
    "weekend": _of_week(5, 7),
    "fortnight": lambda moment, steps: _of_week(0, 7)(moment, 2 * steps),
    "month": _of_months(1),
    "year": _of_months(12),
    "decade": _of_months(120),
    **{name: _of_week(number, number + 1) for number, name in enumerate(WEEKDAY_NAMES)},
}


def unit(name: str, moment: int, steps: int) -> Span:
    """Return the calendar unit (a minute, a week, a Friday of a week, ...) `steps` from the one of a moment."""
    return _UNITS[name](moment, steps)


#: The whole calendar.
ALL_TIME = days(1, _LAST_DAY + 1)


def inside(span: Span) -> bool:
    """Say whether a span is not empty and wholly in the calendar."""
    return ALL_TIME.start <= span.start < span.end <= ALL_TIME.end


def date_words(moment: int) -> List[str]:
    """Return the words by which people name the day of a moment: its number, month, year and weekday."""
    try:
        that = date.fromordinal(day_of(moment))
    except (ValueError, OverflowError):
        return []
    return [str(that.day), MONTH_NAMES[that.month - 1], str(that.year), WEEKDAY_NAMES[that.weekday()]]
