"""What the rules for expressions of time are made of, and how they tell a month from a verb and past from future. Pure.

The rules themselves are in `named_times` and `relative_times`; `times` applies them.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, FrozenSet, NamedTuple, Optional, Tuple

from .calendar_words import MONTH_NAMES, Span


class Said(NamedTuple):
    """A text and the moment it was said."""

    text: str
    #: The same with A to Z in lower case, of the same length.
    lowered: str
    anchor: int
    #: Where an expression begins that a word before it already tells to be one; -1 for nowhere.
    expected_at: int = -1
    #: Whether what returns every year is over at the anchor, whatever the words say.
    over: bool = False
    #: Whether any word of it is a unit of time, a day of the week among them.
    has_units: bool = True


class Rule(NamedTuple):
    """One kind of expression.

    The resolver returns None for what turns out to be no time, and may raise ValueError or OverflowError for what no
    calendar holds.
    """

    #: The words it may begin with; DIGITS stands for any number.
    starts: FrozenSet[str]
    #: Made for text in lower case. Looks no further than a few words, which keeps all reading linear.
    pattern: "re.Pattern[str]"
    resolve: Callable[["re.Match[str]", Said], Optional[Span]]
    #: Counted from the moment of speaking, whatever other times stand beside it.
    relative: bool = False
    #: Holds a unit of time: not looked for where there is none.
    of_units: bool = False


class Frame(NamedTuple):
    """One kind of words that make another expression out of the one behind them, whose span the resolver is given."""

    starts: FrozenSet[str]
    pattern: "re.Pattern[str]"
    resolve: Callable[["re.Match[str]", Said, Span], Optional[Span]]
    #: As of a rule.
    of_units: bool = False


DIGITS = "0"

# How far around an expression the words of its sentence are looked at.
_CHARS_BEFORE, _CHARS_AFTER = 80, 40
_INTRODUCTION_CHARS = 14

_AHEAD = re.compile(
    r"\b(?:will|won't|shall|going\sto|gonna|upcoming|coming|next|plan(?:s|ned|ning)?\s(?:to|for|on)|hop(?:e|ing)\sto"
    r"|scheduled|looking\sforward|can't\swait)\b|['’]ll\b"
)
_STOP = re.compile(r"[.!?]\s|\n")
_INTRODUCTION = re.compile(
    r"\b(?:(?P<clear>in|since|until|till|of|during|before|after|early|mid|late|from|between|around|through|by)"
    r"|on|this|last|next)(?:\s|-)(?:the\s)?$"
)
_BETWEEN = re.compile(r"\bbetween\s(?:the\s)?$")

# Verbs in lower case; names of people also, which a capital letter does not tell from months.
VERBS = frozenset({"may", "march", "mar"})
_NAMES = frozenset({"may", "march", "april", "june", "august"})


def before(said: Said, at: int) -> str:
    """Return the word or two before a place."""
    return said.lowered[max(0, at - _INTRODUCTION_CHARS) : at]


def introduction(said: Said, at: int) -> Optional["re.Match[str]"]:
    """Return the word before a place that times often follow."""
    return _INTRODUCTION.search(before(said, at))


def is_between(said: Said, at: int) -> bool:
    """Say whether "between" stands before a place."""
    return _BETWEEN.search(before(said, at)) is not None


def is_month(said: Said, at: int, name: str, sure: bool) -> bool:
    """Say whether the name at `at` means a month; `sure` when the number beside it says so."""
    if sure:
        return True
    capital = said.text[at].isupper()
    if at == said.expected_at:
        return capital or name not in VERBS
    introduced = introduction(said, at)
    if introduced is not None:
        return capital or name not in VERBS or introduced["clear"] is not None
    return capital and name in MONTH_NAMES and name not in _NAMES


_Fits = Callable[[Span, int], bool]
# Where to look for the weekly or yearly return that is meant, and when it is. Leap days return after eight years.
_RETURNS: Dict[str, Tuple["range", _Fits]] = {
    "past": (range(1, -9, -1), lambda span, anchor: span.start <= anchor),
    "ahead": (range(-1, 9), lambda span, anchor: span.end > anchor),
    "last": (range(1, -9, -1), lambda span, anchor: span.end <= anchor),
    "coming": (range(-1, 9), lambda span, anchor: span.start > anchor),
    "this": (range(0, -2, -1), lambda span, anchor: span.start <= anchor < span.end),
}


def returning(which: str, anchor: int, of: Callable[[int], Span]) -> Optional[Span]:
    """Return the span that is meant of those which `of` gives for a number of weeks, months or years from now."""
    steps, fits = _RETURNS[which]
    for step in steps:
        try:
            span = of(step)
        except (ValueError, OverflowError):
            continue
        if fits(span, anchor):
            return span
    return of(0) if which == "this" else None


def nearest(match: "re.Match[str]", said: Said, of: Callable[[int], Span]) -> Optional[Span]:
    """Return the last span that has begun, or, where the sentence speaks of what is to come, the next not over."""
    earlier = _STOP.split(said.lowered[max(0, match.start() - _CHARS_BEFORE) : match.start()])[-1]
    later = _STOP.split(said.lowered[match.end() : match.end() + _CHARS_AFTER], 1)[0]
    ahead = not said.over and (_AHEAD.search(earlier) or _AHEAD.search(later))
    return returning("ahead" if ahead else "past", said.anchor, of)
