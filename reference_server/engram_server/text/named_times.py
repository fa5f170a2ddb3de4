"""Times that have a name or a number in the calendar or on the clock: dates, months, weekdays, seasons, years. Pure.

How the doubtful is read:

* "8 May", "May", "Friday", "summer", "the 5th" without more are the nearest that has begun; where the same sentence
  speaks of what is to come ("will", "next", "going to", ...), the nearest that is not over.
* Lower-case "may" and "march" are months next to a year, to an ordinal or behind a word like "in"; "april", "june" and
  "august" are names of people as well and need such a word, too. Short names of weekdays ("sat", "sun") are days next
  to a date, or with a capital behind "on", "last", ...; "spring" and "fall" are seasons before a year (or behind
  "last", "this", "next", in `relative_times`). "the 5th" is a day unless a noun follows.
* A bare number is a year from 1800 to 2199 unless something is counted with it.
"""

from __future__ import annotations

import re
from typing import Callable, List, Optional

from .calendar_words import (
    DAY_MS,
    MONTHS,
    SEASONS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    Span,
    month_of,
    months,
    one_day,
    unit,
    year_of,
)
from .dates import CLOCK, DATE, MONTH, ZONE, flexible, read_clock, read_date, read_zone
from .time_grammar import DIGITS, VERBS, Frame, Rule, Said, before, introduction, is_between, is_month, nearest

_CLEAR_SEASONS = frozenset({"summer", "winter", "autumn"})
_THIS_CENTURY_DECADES = 20

_HABIT = re.compile(r"\b(?:every|each)\s$")

# No digit run that is part of a longer number, a price or a path.
_WHOLE = r"(?<![$€£#/.,:_])(?<![0-9]-)"
_SUFFIX = "(?P<suffix>st|nd|rd|th)?"
# A number of five digits behind a date would have been its year.
_OF_YEAR = r"(?:(?:,| of|, of)? (?P<year>[0-9]{4})\b)?(?!,? [0-9]{5})"
_TO = "-|–|to|through|until|till"
_FIRST_DAY = "(?P<first>[0-9]{1,2})(?:st|nd|rd|th)?"
_DAY = f"(?P<day>[0-9]{{1,2}}){_SUFFIX}"
_A_MONTH = f"(?P<month>{MONTH})"
_A_SEASON = f"(?P<season>{'|'.join(SEASONS)})"
_BARE_YEAR = "(?:1[89]|2[01])[0-9]{2}"
_COUNTED = (
    "(?:dollars|euros|pounds|people|steps|words|times|calories|miles|meters|metres|feet|pieces|users|pages|points|days|"
    "hours|minutes|seconds|years|km|kg|mg|ml|mb|gb|m|g|usd|eur)"
)
# What follows "the 5th" where it is a day: the end of a clause or the next words of the sentence, but no noun.
_NO_NOUN = r"(?!\s?[\w-])|(?= (?:and|or|at|in|we|i|he|she|they|it|you|to|for|with|because|so|but|when|of)\b)"


def weekly(name: str, anchor: int) -> Callable[[int], Span]:
    """Return what gives the days of that name, by weeks from the present one."""
    return lambda step: unit(WEEKDAY_NAMES[WEEKDAYS[name]], anchor, step)


def yearly_month(name: str, anchor: int) -> Callable[[int], Span]:
    """Return what gives the months of that name, by years from the present one."""
    return lambda step: months(12 * (year_of(anchor) + step) + MONTHS[name] - 1, 1)


def yearly_season(name: str, anchor: int) -> Callable[[int], Span]:
    """Return what gives the seasons of that name, by years from the present one."""
    return lambda step: months(12 * (year_of(anchor) + step) + SEASONS[name] - 1, 3)


def _full_date(match: "re.Match[str]", said: Said) -> Optional[Span]:
    day = read_date(match)
    if day is None or match["zone"] is None:
        return day
    clock = read_clock(match)
    ahead = read_zone(match)
    return clock and Span(day.start + clock.start - ahead, day.start + clock.end - ahead)


def _days_of_month(match: "re.Match[str]", said: Said) -> Optional[Span]:
    name = match["month"].rstrip(".")
    first, last = int(match["first"] or match["day"]), int(match["day"])
    at = match.start("month")
    # "5 may fail" holds a verb: such a month needs more beside it than a number.
    sure = bool(match["suffix"] or match["year"] or name not in VERBS or said.text[at].isupper())
    if not sure and introduction(said, match.start()) is None:
        return None
    if first > last or (match["joint"] == "and" and not is_between(said, match.start())):
        return None

    def of_year(year: int) -> Span:
        return Span(one_day(year, MONTHS[name], first).start, one_day(year, MONTHS[name], last).end)

    if match["year"]:
        return of_year(int(match["year"]))
    this_year = year_of(said.anchor)
    return nearest(match, said, lambda step: of_year(this_year + step))


def _month(match: "re.Match[str]", said: Said) -> Optional[Span]:
    name = match["month"].rstrip(".")
    if not is_month(said, match.start(), name, bool(match["year"])):
        return None
    if match["year"]:
        return months(12 * int(match["year"]) + MONTHS[name] - 1, 1)
    return nearest(match, said, yearly_month(name, said.anchor))


def _weekday(match: "re.Match[str]", said: Said) -> Optional[Span]:
    at, name = match.start(), match["weekday"]
    if _HABIT.search(before(said, at)):
        return None
    if name not in WEEKDAY_NAMES and not (said.text[at].isupper() and introduction(said, at)):
        return None
    return nearest(match, said, weekly(name, said.anchor))


def _season(match: "re.Match[str]", said: Said) -> Optional[Span]:
    name = match["season"]
    if match["year"]:
        return months(12 * int(match["year"]) + SEASONS[name] - 1, 3)
    if name not in _CLEAR_SEASONS or not introduction(said, match.start()):
        return None
    return nearest(match, said, yearly_season(name, said.anchor))


def _ordinal_day(match: "re.Match[str]", said: Said) -> Optional[Span]:
    number, this_month = int(match["day"]), month_of(said.anchor)

    def of_month(step: int) -> Span:
        year, month = divmod(this_month + step, 12)
        return one_day(year, month + 1, number)

    return nearest(match, said, of_month)


def _year_month(match: "re.Match[str]", said: Said) -> Span:
    return months(12 * int(match["year"]) + int(match["number"]) - 1, 1)


def _year(match: "re.Match[str]", said: Said) -> Span:
    first = int(match["year"])
    return months(12 * first, 12 * (int(match["last"] or first) + 1 - first))


def _decade(match: "re.Match[str]", said: Said) -> Span:
    year = int(match["decade"])
    if year < 100:
        year += 1900 if year > _THIS_CENTURY_DECADES else 2000
    return months(12 * year, 120)


def _clock(match: "re.Match[str]", said: Said) -> Optional[Span]:
    return clock_of(match, unit("day", said.anchor, 0))


def _clock_of_day(match: "re.Match[str]", said: Said, inner: Span) -> Optional[Span]:
    return clock_of(match, inner)


def clock_of(match: "re.Match[str]", day: Span) -> Optional[Span]:
    """Return the time of a match of CLOCK on a day; None where that is no single day."""
    clock = read_clock(match) if day.end - day.start == DAY_MS else None
    return clock and Span(day.start + clock.start, day.start + clock.end)


def _that_day(match: "re.Match[str]", said: Said, inner: Span) -> Optional[Span]:
    return inner if inner.end - inner.start == DAY_MS else None


_NUMBER = frozenset({DIGITS})
_MONTH_STARTS = frozenset(MONTHS)
_WEEKDAY_STARTS = frozenset(WEEKDAYS)
_SEASON_STARTS = frozenset(SEASONS)
_WEEKDAY = f"(?P<weekday>{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\\b"

#: In the order in which they are tried.
NAMED_RULES: List[Rule] = [
    Rule(_NUMBER | _MONTH_STARTS, flexible(rf"{_WHOLE}{DATE}(?:t{CLOCK}(?:{ZONE})?)?"), _full_date),
    Rule(
        _NUMBER,
        flexible(
            rf"{_WHOLE}(?:{_FIRST_DAY} ?(?P<joint>{_TO}|and) ?(?:the )?)?{_DAY}(?: of)?(?: |-)?{_A_MONTH}{_OF_YEAR}"
        ),
        _days_of_month,
    ),
    Rule(
        _MONTH_STARTS,
        flexible(
            rf"{_A_MONTH} (?:the )?(?:{_FIRST_DAY} ?(?P<joint>{_TO}) ?(?:the )?)?{_DAY}\b(?![:.][0-9]){_OF_YEAR}"
        ),
        _days_of_month,
    ),
    Rule(_MONTH_STARTS, flexible(rf"{_A_MONTH}(?:(?:,| of|, of)? (?P<year>[0-9]{{4}})\b)?(?!,? [0-9])"), _month),
    Rule(_NUMBER, flexible(rf"{_WHOLE}(?P<year>[0-9]{{4}})-(?P<number>0[1-9]|1[0-2])(?![\w-])"), _year_month),
    Rule(
        _NUMBER,
        flexible(
            rf"{_WHOLE}(?P<year>{_BARE_YEAR})(?: ?[-–] ?(?P<last>{_BARE_YEAR}))?"
            rf"(?![\w%]|[.,:/-][0-9])(?! {_COUNTED}\b)"
        ),
        _year,
    ),
    Rule(
        _NUMBER,
        flexible(r"(?:(?<=the\s)|(?<=\s')|(?<=\s’)|(?=[0-9]{4}))(?P<decade>(?:1[89]|20)?[0-9]0)['’]?s\b"),
        _decade,
    ),
    Rule(
        _NUMBER,
        flexible(rf"(?:(?<=\bthe\s))(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)\b(?:{_NO_NOUN})"),
        _ordinal_day,
    ),
    Rule(_NUMBER, flexible(_WHOLE + CLOCK), _clock),
    Rule(_WEEKDAY_STARTS, flexible(_WEEKDAY), _weekday),
    Rule(_SEASON_STARTS, flexible(rf"{_A_SEASON}\b(?:(?:,| of| in)? (?P<year>[0-9]{{4}})\b)?"), _season),
]

#: In the order in which they are tried, before the rules.
NAMED_FRAMES: List[Frame] = [
    Frame(_WEEKDAY_STARTS, flexible(rf"{_WEEKDAY}\.?,?(?: the)? (?=[0-9]|{MONTH})"), _that_day),
    Frame(_NUMBER, flexible(rf"{_WHOLE}{CLOCK},?(?: on| of)? "), _clock_of_day),
]
