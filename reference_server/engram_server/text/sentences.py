"""Cutting text into sentences, with their places in it. Pure, and linear in the length of the text.

A line break always ends a sentence, and so does the full stop of scripts that put no space after it. Elsewhere a
stop ends one when white space follows, unless it belongs to an abbreviation, an initial or the number of a list.
"""

from __future__ import annotations

import itertools
import re
from typing import Iterator, List, NamedTuple

# Whole runs of stops and closing marks, so that no character is looked at from two starting points.
_STOP = re.compile(r"(?P<mark>[.!?…]+)[\"'”’»)\]]*|[。！？｡]+[」』”’）]*|[\r\n\u2028\u2029]+")
_LAST_WORD = re.compile(r"(?:[^\W_]\.)*[^\W_]{1,12}$")
_ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")

# What comes after these belongs to them, whatever it begins with.
_NEVER_LAST = frozenset(
    "mr mrs ms mx dr prof st mt gen sen rep gov capt lt col sgt rev hon messrs e.g i.e cf vs viz approx ca".split()
)
# These are abbreviations before a number only: "No. 5", but "No. I stayed."
_BEFORE_NUMBERS = frozenset("no nos nr fig figs vol ch p pp".split())
# These may end a sentence: they do when a capital letter follows.
_MAY_BE_LAST = frozenset(
    "etc inc ltd co corp jr sr dept est a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu "
    "thur thurs fri sat sun min hr hrs".split()
)
# "am 12. Juni", "den 3. maj": an ordinal, as many languages write it, and what it may stand before.
_ORDINAL = re.compile(r"(?<![\w.,:])\d{1,2}$")
_ORDINAL_CHARS = 3
_MONTH = re.compile(
    r"[\s\"'“‘(«]{1,8}(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\w{0,7}\b", re.I
)
# Twice what the longest memory has in prose: 64 KiB of sentences of ten words.
_MAX_SENTENCES = 2_000
_MAX_STOPS = 2 * _MAX_SENTENCES
# Far more than an abbreviation has.
_ABBREVIATION_CHARS = 40
# Initials and acronyms longer than this are words with points in them.
_ACRONYM_CHARS = 7


class Sentence(NamedTuple):
    """One sentence: `text` is exactly what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def sentences(text: str) -> List[Sentence]:
    """Return the sentences of `text` in order, without the white space around them; of a very long list the first."""
    found = (Sentence(start, end, text[start:end]) for start, end in _spans(text) if start < end)
    return list(itertools.islice(found, _MAX_SENTENCES))


def _spans(text: str) -> Iterator["tuple[int, int]"]:
    start = 0
    for stop in itertools.islice(_STOP.finditer(text), _MAX_STOPS):
        if stop["mark"] is None or _ends_here(text, start, stop):
            yield _trimmed(text, start, stop.end())
            start = stop.end()
    yield _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> "tuple[int, int]":
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _ends_here(text: str, start: int, stop: "re.Match[str]") -> bool:
    """Say whether the stop ends the sentence that began at `start`."""
    after = text[stop.end() : stop.end() + 1]
    if not after.isspace():
        return not after
    following = _first_letter(text, stop.end())
    quoted = stop.end() > stop.end("mark")
    if quoted and following.islower():
        return False
    if stop["mark"] == "." and not quoted:
        before = text[start : stop.start()]
        return not _is_abbreviation(before, following) and not _is_ordinal(before, following, text, stop.end())
    return not (stop["mark"] in ("...", "…") and following.islower())


def _first_letter(text: str, at: int) -> str:
    """Return the first character after white space and opening quotes; a few places are enough to look at."""
    return text[at : at + 8].lstrip(" \t\"'“‘(«")[:1]


def _is_ordinal(before: str, following: str, text: str, end: int) -> bool:
    """Say whether `before` ends in a number that what follows is counted by."""
    digits = _ORDINAL.search(before[-_ORDINAL_CHARS:])
    return digits is not None and (following.islower() or _MONTH.match(text, end) is not None)


def _is_abbreviation(before: str, following: str) -> bool:
    """Say whether the full stop after `before` is part of its last word."""
    match = _LAST_WORD.search(before[-_ABBREVIATION_CHARS:].rpartition(" ")[2])
    if match is None:
        return False
    word = match.group()
    if word.isdigit():
        return word == before.strip()
    if word.lower() in _NEVER_LAST:
        return True
    if word.lower() in _BEFORE_NUMBERS:
        return following.isdigit()
    if word.lower() in _MAY_BE_LAST:
        return not following.isupper()
    # "J. K. Rowling" and "U.S. Army"; the pronoun is no initial.
    return word != "I" and len(word) <= _ACRONYM_CHARS and word.isupper() and bool(_ACRONYM.fullmatch(word))
