"""The head of a memory: when it was said and by whom, as chat exports, logs and notes write it. Pure.

A date head is a full date, with or without a clock time: in brackets ("[8 May 2023] ..."), before a dash, a colon or a
line break ("08.05.2023, 14:00 - ..."), or before a speaker. A time of the clock in brackets is a head without a date.
A speaker head is a name with a colon and white space behind it:

* one to four words that begin with a capital letter ("Dr. Ana Lopez", "Ludwig van Beethoven", "Speaker 2"), or several
  such names with commas or "and" between them;
* or one of the words by which programs call the sides of a talk ("user", "assistant");
* or, behind a date with a clock time in brackets or before a dash, where exports put nothing else, any one to four
  words, so that nicknames and scripts without capitals count.

No name holds a word that labels notes ("Note", "Reminder", "Shopping List", "Monday"). A title of capitals looks like
a name all the same; taking it for one costs little.
"""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional

from .calendar_words import MONTHS, WEEKDAY_NAMES, WEEKDAYS
from .dates import CLOCK, DATE, ZONE, ascii_lower, flexible, read_clock, read_date, read_zone
from .words import words

# No head is longer.
_HEAD_CHARS = 160
_ROLES = frozenset("user assistant system human ai bot agent".split())
_LABELS = frozenset(
    "note notes nb todo to-do task tasks reminder remember warning caution important urgent question q answer a update "
    "summary conclusion ps p.s pps fyi re fw fwd subject title subtitle topic name names address phone mobile email "
    "mail e-mail password passwords passcode pin code wifi wi-fi date time day when where who what why how which place "
    "location list item items step steps tip tips idea ideas example examples goal goals plan plans problem solution "
    "result results reason cause status error info debug trace fatal source link links url http https file page "
    "chapter section figure table version price cost total amount ingredients recipe meeting agenda event project edit "
    "hint fact facts key rule rules attention see also today tomorrow yesterday tonight morning afternoon evening "
    "breakfast lunch dinner birthday decision decisions bug bugs issue issues ticket tickets feature request risk risks "
    "requirement requirements deadline budget contact release deploy config settings hours opening shopping groceries "
    "allergy allergies medication hobby hobbies preference preferences profile job company school age height weight "
    "january february march july september october november december".split()
).union(WEEKDAY_NAMES)

_PARTICLES = frozenset("van von de der den da di del della la le du dos bin ibn al el y zu ter".split())
_MOST_WORDS = 4
_SECOND_MS = 1_000

# A few words, then a colon with white space, or a date in brackets and a colon.
_SPEAKER = re.compile(
    r"(?P<names>@?[^\W_][\w.,&'’ -]{0,60}?) ?(?P<dated>[(\[](?=[0-9a-zA-Z]))?(?(dated)|(?::\s+|：\s*))"
)
_JOINT = re.compile(r",\s|\s&\s|\sand\s")
_HANDLE = re.compile(r"@?[^\W_][\w.'’-]*")
_CLOSING = re.compile(r"[)\]]:\s+")
_SEPARATOR = re.compile(r"[ \t]*(?:[-–—:|][ \t]+|:?[ \t]*\n\s*)")
_BLANKS = re.compile(r"[ \t]*(?:[-–—:|][ \t]+|\n\s*)?")
# The number of a ticket or of a part: "FAL-231".
_CODE = re.compile(r"-\d")
_LETTER = re.compile(r"[^\W_]")

_WEEKDAY = f"(?:(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\\b\\.?,? )?"
_IN_BRACKETS = r"(?: ?\([a-z]{2,9}\))?"
_DATE_HEADS = (
    flexible(rf"{_WEEKDAY}{DATE}{_IN_BRACKETS}(?:(?:t|,? ?(?:at )?|,? - ){CLOCK}(?: ?{ZONE})?)?"),
    flexible(rf"{CLOCK}(?: on|,)? {_WEEKDAY}{DATE}{_IN_BRACKETS}(?:(?P<zone>(?!))(?P<sign>))?"),
)
_CLOCK_HEAD = flexible(rf"\[{CLOCK}\]\s*")
_DATE_STARTS = frozenset({*MONTHS, *WEEKDAYS})
_FIRST_WORD = re.compile(r"[a-z]+")


class Turn(NamedTuple):
    """The head of a memory. `speaker` is as written, "" for none; `body_start` is 0 where no words follow a head."""

    speaker: str
    said_at: Optional[int]
    body_start: int


class _Date(NamedTuple):
    said_at: Optional[int]
    end: int
    #: The head has a clock time.
    timed: bool


class _Speaker(NamedTuple):
    name: str
    said_at: Optional[int]
    end: int


def read_turn(content: str) -> Turn:
    """Read when a memory was said and by whom; a date without a time of day counts as its midnight UTC."""
    lowered = ascii_lower(content[:_HEAD_CHARS])
    date = _bracketed(lowered) or _bare(content, lowered)
    speaker = _speaker_at(content, lowered, date.end, date.timed) if date else _speaker_at(content, lowered, 0, False)
    end = speaker.end if speaker else date.end if date else 0
    if not (_LETTER.search(content, end) or words(content[end:])):
        end = 0
    said_at = date.said_at if date and date.said_at is not None else speaker.said_at if speaker else None
    return Turn(speaker.name if speaker else "", said_at, end)


def _bracketed(lowered: str) -> Optional[_Date]:
    if not lowered.startswith("["):
        return None
    clock = _CLOCK_HEAD.match(lowered)
    if clock:
        return _Date(None, clock.end(), True) if read_clock(clock) else None
    date = _date_at(lowered, 1)
    if date is None or lowered[date.end : date.end + 1] != "]":
        return None
    return date._replace(end=_end_of(_BLANKS, lowered, date.end + 1))


def _bare(content: str, lowered: str) -> Optional[_Date]:
    """Read a date head without brackets: something between it and the body has to tell it from a sentence."""
    word = _FIRST_WORD.match(lowered)
    if not (lowered[:1].isdigit() or (word and word.group() in _DATE_STARTS)):
        return None
    date = _date_at(lowered, 0)
    if date is None:
        return None
    separator = _SEPARATOR.match(lowered, date.end)
    if separator:
        return date._replace(end=separator.end(), timed=date.timed and "-" in separator.group())
    blanks = _end_of(_BLANKS, lowered, date.end)
    plain = date._replace(end=blanks, timed=False)
    return plain if blanks > date.end and (date.timed or _speaker_at(content, lowered, blanks, False)) else None


def _end_of(pattern: "re.Pattern[str]", text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _date_at(lowered: str, at: int) -> Optional[_Date]:
    for pattern in _DATE_HEADS:
        match = pattern.match(lowered, at)
        moment = _moment(match) if match else None
        if match and moment is not None:
            return _Date(moment, match.end(), match["hour"] is not None)
    return None


def _moment(match: "re.Match[str]") -> Optional[int]:
    try:
        day = read_date(match)
    except ValueError:
        return None
    if day is None or match["hour"] is None:
        return day and day.start
    clock = read_clock(match)
    return clock and day.start + clock.start + int(match["second"] or 0) * _SECOND_MS - read_zone(match)


def _speaker_at(content: str, lowered: str, at: int, exported: bool) -> Optional[_Speaker]:
    """Read a speaker head; `exported` for what stands where chat exports put the speaker and nothing else."""
    match = _SPEAKER.match(content[:_HEAD_CHARS], at)
    if match is None or not _is_speaker(match["names"], exported):
        return None
    if not match["dated"]:
        return _Speaker(match["names"], None, match.end())
    date = _date_at(lowered, match.end())
    closing = _CLOSING.match(lowered, date.end) if date else None
    return _Speaker(match["names"], date.said_at, closing.end()) if date and closing else None


def _is_speaker(names: str, exported: bool) -> bool:
    return names.lower() in _ROLES or all(_is_name(name.split(), exported) for name in _JOINT.split(names))


def _is_name(name: List[str], exported: bool) -> bool:
    if not 1 <= len(name) <= _MOST_WORDS or any(word.lower().strip(".") in _LABELS for word in name):
        return False
    return all(map(_HANDLE.fullmatch, name)) and (exported or _is_capital(name))


def _is_capital(name: List[str]) -> bool:
    """Say whether a name is written like one: capitals, but for the "van" and the number of some."""
    if any(_CODE.search(word) for word in name):
        return False
    first = name[0].lower() in _ROLES or name[0].startswith("@") or name[0][0].isupper()
    return first and all(word[0].isupper() or word.isdigit() or word in _PARTICLES for word in name[1:])
