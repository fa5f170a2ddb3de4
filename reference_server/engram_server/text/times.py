"""Expressions of time in English text, resolved against the moment the text was said. Pure.

`named_times` and `relative_times` hold what is known about the language; here the text is searched for it. An
expression is read where one of its first words stands: frames ("the week before", "since") take the expression behind
them, a day takes a clock time or a part of the day behind it ("Friday at 5 pm", "yesterday evening"), and two
expressions with "to" or "between ... and" make a range, the first of which lies before the second. In text of other
languages only dates in numbers are found. Moments are milliseconds since 1970; what a text says counts as UTC.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, TypeVar

from .calendar_words import (
    ALL_TIME,
    DAY_MS,
    MONTHS,
    PARTS,
    SEASONS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    Span,
    date_words,
    inside,
    part_of_day,
)
from .dates import CLOCK, ascii_lower, flexible
from .named_times import NAMED_FRAMES, NAMED_RULES, clock_of
from .relative_times import RELATIVE_FRAMES, RELATIVE_RULES, UNIT_WORDS
from .time_grammar import DIGITS, Frame, Rule, Said, is_between

__all__ = ["Told", "When", "date_words", "read_times", "times_asked", "times_in"]

# "the Friday of the second week of June": as many frames inside of each other as a sentence bears.
_MOST_FRAMES = 3
_AFTER_DIGITS = ":"
# A text that tells more times than this, or holds so many numbers that may be one, is a table: its beginning is read.
_MOST_FOUND = 200
_MOST_TRIED = 1_000

_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_ASCII_WORD = re.compile("[a-z]+|[0-9]+")
_DAY_WORDS = frozenset({"yesterday", "today", "tonight", "tomorrow"})
_UNIT_WORDS = frozenset({"week", "weekend", "month", "year", "decade", "fortnight"})
_VAGUE = frozenset({"recently", "lately", "ago", "since", "now", "nowadays", "currently", "soon", "earlier", "later"})
_DURATIONS = _UNIT_WORDS | {word + "s" for word in _UNIT_WORDS} | {"days", "hours", "minutes"}
# Every expression holds one of these words or a number that looks like a time.
_SIGNS = frozenset(
    {*_DAY_WORDS, *_DURATIONS, "day", "hour", "minute", "night", "nights", *MONTHS, *WEEKDAYS, *SEASONS, *PARTS}
).union(name + "s" for name in WEEKDAY_NAMES)
_SIGN_IN_NUMBERS = re.compile(r"[0-9](?:[:./-][0-9]|[0-9]{3}|[0-9]?(?:['’]?s|st|nd|rd|th|\s?[ap]\.?m)\b)")

_CLOCK_BEHIND = flexible(rf",?(?: at| around| about| by)? ?{CLOCK}")
_PART_BEHIND = flexible(rf",?(?: early| late)?(?: in the)? (?P<part>{'|'.join(PARTS)})\b")
_OPEN = flexible(r"\b(?:(?P<before>before|prior to|earlier than)|after|later than) (?:the )?$")
_OPEN_CHARS = 20
_TO = flexible(r"(?: (?:to|until|till|through) |(?P<both> and )| ?[-–] ?)(?:the )?")


class When(NamedTuple):
    """One expression: the stretch of time from `start` until before `end`, and its place in the text."""

    start: int
    end: int
    at: int
    stop: int


class Told(NamedTuple):
    """What a text tells of time."""

    #: Its expressions in order; none overlap.
    times: List[When]
    #: Whether it tells any time, be it a vague one or a length of time.
    tells: bool


class _Read(NamedTuple):
    """What was read at a place: a span, where its words end, and whether it counts from the moment of speaking."""

    span: Span
    stop: int
    relative: bool


_Kind = TypeVar("_Kind", Rule, Frame)


def _by_start(kinds: Iterable[_Kind]) -> Dict[str, List[_Kind]]:
    found: Dict[str, List[_Kind]] = {}
    for kind in kinds:
        for start in kind.starts:
            found.setdefault(start, []).append(kind)
    return found


_RULES = _by_start([*RELATIVE_RULES, *NAMED_RULES])
_FRAMES = _by_start([*RELATIVE_FRAMES, *NAMED_FRAMES])
_STARTS = frozenset({*_RULES, *_FRAMES})


def times_in(text: str, anchor: int) -> List[When]:
    """Return the expressions of time of `text`, said at `anchor`, in order; none overlap."""
    return read_times(text, anchor).times


def read_times(text: str, anchor: int) -> Told:
    """Return what `text`, said at `anchor`, tells of time."""
    lowered = ascii_lower(text)
    found = _word(lowered).findall(lowered)
    may_hold = not _SIGNS.isdisjoint(found) or _SIGN_IN_NUMBERS.search(lowered) is not None
    said = Said(text, lowered, anchor, has_units=not UNIT_WORDS.isdisjoint(found))
    times = list(islice(_times(said), _MOST_FOUND)) if may_hold else []
    return Told(times, bool(times) or not (_VAGUE.isdisjoint(found) and _DURATIONS.isdisjoint(found)))


def times_asked(text: str, now: int) -> List[When]:
    """Return the expressions of time of a question: as `times_in`, but "before June" is all the time until June.

    A memory that tells of "before June" means some time near it, and who asks for it any.
    """
    return [_opened(text, when) for when in times_in(text, now)]


def _opened(text: str, when: When) -> When:
    side = _OPEN.search(ascii_lower(text[max(0, when.at - _OPEN_CHARS) : when.at]))
    if side is None:
        return when
    span = Span(ALL_TIME.start, when.start) if side["before"] else Span(when.end, ALL_TIME.end)
    return when._replace(start=span.start, end=span.end)


def _word(lowered: str) -> "re.Pattern[str]":
    return _ASCII_WORD if lowered.isascii() else _WORD


def _times(said: Said) -> Iterator[When]:
    stop = 0
    for at in islice(_starts(said.lowered), _MOST_TRIED):
        read = _range_at(said, at) if at >= stop else None
        if read is not None and inside(read.span):
            stop = read.stop
            yield When(read.span.start, read.span.end, at, stop)


def _starts(lowered: str) -> Iterator[int]:
    """Yield the places where an expression may begin."""
    for word in _word(lowered).finditer(lowered):
        name, at = word.group(), word.start()
        if (name in _STARTS or name < _AFTER_DIGITS) and not _is_inside_word(lowered, at):
            yield at


def _is_inside_word(lowered: str, at: int) -> bool:
    return at > 0 and (lowered[at - 1].isalnum() or lowered[at - 1] == "_")


def _range_at(said: Said, at: int) -> Optional[_Read]:
    """Read one expression, or two with the words of a range between them."""
    first = _day_and_clock_at(said, at)
    joint = _TO.match(said.lowered, first.stop) if first else None
    if first is None or joint is None or (joint["both"] and not is_between(said, at)):
        return first
    second = _day_and_clock_at(said._replace(expected_at=joint.end()), joint.end())
    if second is None:
        return first
    if not first.relative:
        # "from March to June 2022": the March before that June.
        first = _day_and_clock_at(said._replace(anchor=second.span.end - 1, over=True), at) or first
    if first.span.start >= second.span.start:
        return first
    return _Read(Span(first.span.start, second.span.end), second.stop, True)


def _day_and_clock_at(said: Said, at: int) -> Optional[_Read]:
    """Read one expression with the clock time or the part of the day behind it."""
    try:
        read = _expression_at(said, at, _MOST_FRAMES)
    except (ValueError, OverflowError):
        return None
    if read is None or read.span.end - read.span.start != DAY_MS:
        return read
    clock = _CLOCK_BEHIND.match(said.lowered, read.stop)
    narrowed = clock_of(clock, read.span) if clock else None
    if clock and narrowed:
        return read._replace(span=narrowed, stop=clock.end())
    part = _PART_BEHIND.match(said.lowered, read.stop)
    return read._replace(span=part_of_day(part["part"], read.span.start), stop=part.end()) if part else read


def _expression_at(said: Said, at: int, frames: int) -> Optional[_Read]:
    word = _WORD.match(said.lowered, at)
    start = word.group() if word else ""
    start = DIGITS if start < _AFTER_DIGITS else start
    for frame in _FRAMES.get(start, ()) if frames else ():
        if frame.of_units and not said.has_units:
            continue
        match = frame.pattern.match(said.lowered, at)
        inner = _expression_at(said._replace(expected_at=match.end()), match.end(), frames - 1) if match else None
        span = frame.resolve(match, said, inner.span) if match and inner else None
        if inner and span:
            return inner._replace(span=span)
    for rule in _RULES.get(start, ()):
        if rule.of_units and not said.has_units:
            continue
        match = rule.pattern.match(said.lowered, at)
        span = rule.resolve(match, said) if match else None
        if match and span:
            return _Read(span, match.end(), rule.relative)
    return None
