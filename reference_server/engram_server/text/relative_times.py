"""Times counted from the moment of speaking ("two weeks ago") or from another time ("the week before 9 June"). Pure.

How the doubtful is read:

* A week begins on Monday; a weekend is Saturday and Sunday; a night lasts until the next morning.
* "last Friday" is the last that is over, "next Friday" that of the next week, "this Friday" that of this one; so with
  weekends. "last June" and "last summer" are over, "next" ones have not begun.
* "two months ago" is the whole month that holds the same moment two months back; so with minutes and decades. "a few"
  are two to five, "a couple" two or three. "the last two months" end now.
* The weeks of a month begin on its days 1, 8, 15, 22 and 29; the last of them is its last seven days. "early", "mid"
  and "late" are thirds.
* "since May" ends with the day of speaking. Durations ("for three years") are no times.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Optional, Tuple

from .calendar_words import DAY_MS, PARTS, SEASONS, WEEKDAY_NAMES, Span, part_of_day, unit
from .dates import MONTH, flexible
from .named_times import weekly, yearly_month, yearly_season
from .time_grammar import DIGITS, VERBS, Frame, Rule, Said, returning

_COUNTS: Dict[str, Tuple[int, int]] = {
    **{
        word: (number, number)
        for number, word in enumerate(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), 1
        )
    },
    **{"twenty": (20, 20), "thirty": (30, 30), "a": (1, 1), "an": (1, 1)},
    **{"few": (2, 5), "couple": (2, 3), "several": (3, 7)},
}
_ORDINALS: Dict[str, int] = {
    **{word: number for number, word in enumerate("first second third fourth fifth".split(), 1)},
    **{word: number for number, word in enumerate("1st 2nd 3rd 4th 5th".split(), 1)},
    "last": -1,
}
_DAY_STEPS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS = {"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1, "coming": 1, "upcoming": 1}
_RETURN_OF = {"last": "last", "previous": "last", "past": "last", "this": "this"}
_THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
# The longest time that has a week or a weekend of its own: "the week of 8 May", but not "the week of May".
_WEEK_MS = 7 * DAY_MS

_WEEKDAYS = "|".join(WEEKDAY_NAMES)
_SEASONS = "|".join(SEASONS)
_UNITS = f"minute|hour|day|night|weekend|week|fortnight|month|year|decade|{_WEEKDAYS}"
_UNIT = f"(?P<unit>{_UNITS})"
_PART = f"(?P<part>{'|'.join(PARTS)})"
_COUNT = (
    "(?P<count>(?:an? )?(?:few|couple(?: of)?|several)|[0-9]{1,6}|"
    + "|".join(sorted(_COUNTS, key=len, reverse=True))
    + ")"
)
_HOW = f"(?:this )?(?P<how>{'|'.join(_STEPS)})"


def _counts(match: "re.Match[str]") -> Tuple[int, int]:
    """Return the least and the most that the number of a match may stand for."""
    words = match["count"].split()
    if words[0].isdigit():
        return int(words[0]), int(words[0])
    return next(_COUNTS[word] for word in reversed(words) if word != "of")


def _steps(name: str, moment: int, least: int, most: int) -> Span:
    """Return the units from `least` to `most` steps from a moment."""
    return Span(unit(name, moment, least).start, unit(name, moment, most).end)


def _back(name: str, moment: int, steps: int) -> Optional[Span]:
    """Return a unit some steps before a moment; weekdays are counted from the last that is over."""
    last = returning("last", moment, weekly(name, moment)) if name in WEEKDAY_NAMES else None
    return unit(name, last.start, 1 - steps) if last else unit(name, moment, -steps)


def _on(name: str, moment: int, steps: int) -> Optional[Span]:
    coming = returning("coming", moment, weekly(name, moment)) if name in WEEKDAY_NAMES else None
    return unit(name, coming.start, steps - 1) if coming else unit(name, moment, steps)


def _day(match: "re.Match[str]", said: Said) -> Span:
    return unit("day", said.anchor, _DAY_STEPS[match["day"]])


def _tonight(match: "re.Match[str]", said: Said) -> Span:
    return unit("night", said.anchor, 0)


def _ago(match: "re.Match[str]", said: Said) -> Optional[Span]:
    least, most = _counts(match)
    far, near = _back(match["unit"], said.anchor, most), _back(match["unit"], said.anchor, least)
    return far and near and Span(far.start, near.end)


def _from_now(match: "re.Match[str]", said: Said) -> Span:
    return _steps(match["unit"], said.anchor, *_counts(match))


def _stepped(match: "re.Match[str]", said: Said) -> Span:
    return unit(match["unit"], said.anchor, _STEPS[match["how"]])


def _rolling(match: "re.Match[str]", said: Said) -> Span:
    """Resolve "the last three weeks", which end now, and "the next two days", which begin now."""
    count = _counts(match)[1] if match["count"] else 1
    if _STEPS[match["how"]] < 0:
        return Span(unit(match["unit"], said.anchor, -count).start, said.anchor + 1)
    return Span(said.anchor, unit(match["unit"], said.anchor, count).end)


_Named = Callable[[str, int], Callable[[int], Span]]
_NAMED: Dict[str, _Named] = {"month": yearly_month, "season": yearly_season, "weekday": weekly}


def _stepped_name(match: "re.Match[str]", said: Said) -> Optional[Span]:
    """Resolve "last June", "this Friday", "next summer"."""
    kind = next(kind for kind in _NAMED if match[kind])
    name, how = match[kind].rstrip("."), match["how"]
    if kind == "month" and not (said.text[match.start(kind)].isupper() or name not in VERBS):
        return None
    if kind == "weekday" and how == "next":
        return unit(name, said.anchor, 1)
    return returning(_RETURN_OF.get(how, "coming"), said.anchor, _NAMED[kind](name, said.anchor))


def _stepped_part(match: "re.Match[str]", said: Said) -> Span:
    return part_of_day(match["part"], unit("day", said.anchor, _STEPS[match["how"]]).start)


def _before_last(match: "re.Match[str]", said: Said) -> Optional[Span]:
    return _back(match["unit"], said.anchor, 2)


def _after_next(match: "re.Match[str]", said: Said) -> Span:
    return unit(match["unit"], said.anchor, 2)


def _beside(match: "re.Match[str]", said: Said, inner: Span) -> Optional[Span]:
    """Resolve "the week before 9 June", "two days after ..." and "the weekend of ..."."""
    name, side = match["unit"], match["side"]
    least, most = _counts(match) if match["count"] else (1, 1)
    if side == "of":
        return unit(name, inner.start, 0) if inner.end - inner.start <= _WEEK_MS else None
    if side == "before":
        far, near = _back(name, inner.start, most), _back(name, inner.start, least)
    else:
        near, far = _on(name, inner.end - 1, least), _on(name, inner.end - 1, most)
    return far and near and Span(min(far.start, near.start), max(far.end, near.end))


def _part_of(match: "re.Match[str]", said: Said, inner: Span) -> Optional[Span]:
    return part_of_day(match["part"], inner.start) if inner.end - inner.start == DAY_MS else None


def _nth(match: "re.Match[str]", said: Said, inner: Span) -> Optional[Span]:
    """Resolve "the first week of June", "the last Friday of 2022"."""
    nth, name = _ORDINALS[match["nth"]], match["unit"]
    if inner.end - inner.start <= _WEEK_MS:
        return None
    if name in ("day", "week"):
        length = DAY_MS if name == "day" else _WEEK_MS
        start = inner.start + (nth - 1) * length if nth > 0 else inner.end - length
        return Span(start, min(start + length, inner.end))
    first = unit(name, inner.start, 0)
    if nth > 0:
        return unit(name, inner.start, nth - (first.start >= inner.start))
    last = unit(name, inner.end - 1, 0)
    return last if last.end <= inner.end else unit(name, inner.end - 1, -1)


def _third(match: "re.Match[str]", said: Said, inner: Span) -> Span:
    third = (inner.end - inner.start) // 3
    start = inner.start + _THIRDS[match["third"]] * third
    return Span(start, start + third)


def _since(match: "re.Match[str]", said: Said, inner: Span) -> Span:
    return Span(inner.start, unit("day", said.anchor, 0).end) if inner.start < said.anchor else inner


_STEP_STARTS = frozenset(_STEPS)
_COUNT_STARTS = frozenset({DIGITS, *_COUNTS})
_UNIT_STARTS = frozenset(_UNITS.split("|"))
UNIT_WORDS = _UNIT_STARTS | {unit + "s" for unit in _UNIT_STARTS}
"""One of these is in whatever is counted."""

#: In the order in which they are tried.
RELATIVE_RULES: List[Rule] = [
    Rule(frozenset(_DAY_STEPS), flexible(r"(?P<day>yesterday|today|tomorrow)\b"), _day, relative=True),
    Rule(frozenset({"tonight"}), flexible(r"tonight\b"), _tonight, relative=True),
    Rule(_COUNT_STARTS, flexible(rf"(?<!half\s){_COUNT} {_UNIT}s? ago\b"), _ago, relative=True, of_units=True),
    Rule(_COUNT_STARTS, flexible(rf"{_COUNT} {_UNIT}s? from (?:now|today)\b"), _from_now, relative=True, of_units=True),
    Rule(_COUNT_STARTS, flexible(rf"(?<=\bin\s){_COUNT} {_UNIT}s?\b"), _from_now, relative=True, of_units=True),
    Rule(
        _STEP_STARTS,
        flexible(rf"{_HOW} {_COUNT} (?P<unit>minute|hour|day|week|weekend|month|year|decade)s?\b"),
        _rolling,
        relative=True,
    ),
    Rule(
        _STEP_STARTS,
        flexible(r"(?P<how>past)(?P<count>) (?P<unit>day|week|month|year|decade)\b"),
        _rolling,
        relative=True,
    ),
    Rule(_STEP_STARTS, flexible(rf"{_HOW} (?P<unit>week|weekend|month|year|decade)\b"), _stepped, relative=True),
    Rule(
        _STEP_STARTS,
        flexible(rf"{_HOW} (?:(?P<month>{MONTH})|(?P<weekday>{_WEEKDAYS})\b|(?P<season>{_SEASONS})\b)"),
        _stepped_name,
        relative=True,
    ),
    Rule(
        _STEP_STARTS,
        flexible(rf"(?P<how>last|this) {_PART}\b"),
        _stepped_part,
        relative=True,
    ),
    Rule(_UNIT_STARTS, flexible(rf"{_UNIT} before last\b"), _before_last, relative=True),
    Rule(_UNIT_STARTS, flexible(rf"{_UNIT} after next\b"), _after_next, relative=True),
]

#: In the order in which they are tried, before the rules.
RELATIVE_FRAMES: List[Frame] = [
    Frame(
        _COUNT_STARTS | _UNIT_STARTS,
        flexible(
            rf"(?:{_COUNT} )?{_UNIT}s? (?P<side>before|of|after) (?:the )?"
        ),
        _beside,
        of_units=True,
    ),
    Frame(frozenset(PARTS), flexible(rf"{_PART} of (?:the )?"), _part_of),
    Frame(
        frozenset({DIGITS, *_ORDINALS}),
        flexible(
            rf"(?P<nth>{'|'.join(_ORDINALS)}) (?P<unit>day|weekend|week|{_WEEKDAYS}) (?:of|in) (?:the )?"
        ),
        _nth,
        of_units=True,
    ),
    Frame(
        frozenset(_THIRDS),
        flexible(r"(?P<third>early|mid|late|(?:beginning|start|middle|end)(?= of))(?: in | of | |-)(?:the )?"),
        _third,
    ),
    Frame(frozenset({"since"}), flexible(r"since (?:at least |about |around )?(?:the )?"), _since),
]
