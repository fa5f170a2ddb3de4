"""Reading numbers in a sentence: which one is meant by certain words. Pure."""

from __future__ import annotations

import re
from typing import Collection, Iterator, NamedTuple, Optional

from ..text.terms import word_terms

# Digits with thousands and decimals, a unit may touch them ("5km"); no time, no ordinal, no part of a word or date.
_FIGURE = re.compile(
    r"(?<![\w.,:/-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d|[.:,/-]\d|\s?[ap]\.?m\b|(?:st|nd|rd|th)\b)"
)
_WORD = re.compile(r"[^\W\d_]+")
_SPELLED = {
    word: float(number)
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}


class _Placed(NamedTuple):
    at: int
    value: float


def nearest_number(text: str, own: Collection[str], also: Collection[str]) -> Optional[float]:
    """Return the number that stands nearest to a word of `own`, else of `also`, else the first; None without any."""
    places = {term: match.start() for match in _WORD.finditer(text) for term in word_terms(match.group().lower())}
    anchors = [at for term, at in places.items() if term in own] or [at for term, at in places.items() if term in also]
    found = sorted(_numbers(text))
    best = min(found, key=lambda number: min((abs(at - number.at) for at in anchors), default=0), default=None)
    return None if best is None else best.value


def _numbers(text: str) -> Iterator[_Placed]:
    for match in _FIGURE.finditer(text):
        yield _Placed(match.start(), float(match.group().replace(",", "")))
    for match in _WORD.finditer(text):
        spelled = _SPELLED.get(match.group().lower())
        if spelled is not None:
            yield _Placed(match.start(), spelled)
