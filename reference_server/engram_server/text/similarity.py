"""How alike two texts are, and whether one repeats the other: letter for letter, not by meaning. Pure.

Two texts are *the same* when they differ in nothing but case, spacing, punctuation and compatible characters. Only in
mail and web addresses punctuation counts. How alike others are is the Jaccard similarity of their words and character
shingles, each counted as often as it occurs; a number above which a rule stands: texts whose facts (numbers, dates,
negations) or names differ are not alike at all, however long the rest.

One text *repeats* another only if it is alike and says the same, because merging loses a memory and storing twice
does not. No number tells that: of two rows of a template all words are equal but one. So each difference has to be a
way of writing: an article, a doubled letter, two letters of a long word that changed places. Any other word more,
fewer or in place of another makes it another memory, also where it may be a slip: "hiking" is no slip for "biking",
nor "country" for "county".

All ways to write a text have one *near key*, by which they are found.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from string import punctuation
from typing import FrozenSet, List, NamedTuple, Optional, Tuple

from .claim_words import is_fact
from .stopwords import STOP_WORDS
from .terms import terms
from .words import compatible, exact_words, fold_case

# One text is compared with many in a row; only that one is worth remembering, and it may be large.
_REMEMBERED_TEXTS = 4
# As many words as a few thousand memories use. Those of larger texts are not kept: one may be all of such a text.
_REMEMBERED_WORDS = 16_384
_REMEMBERED_UP_TO_CHARS = 2_000
# Three characters tell words apart, and a slip spoils no more than three of them.
_SHINGLE = 3
# A letter doubled or moved in a shorter word too often makes another word: "later" and "latter", "dairy" and "diary".
_LONG_WORD = 7

_ARTICLES = frozenset(("a", "an", "the"))
# The only word that may come or go. "a" may not: "plan a" and "grade a" are names.
_IDLE = "the"

# Hyphens, minus and fraction signs that typesetting puts in place of those of a keyboard.
_TYPESET = re.compile("[\u2010-\u2013\u2212]")
_TYPESET_SLASH = "\u2044"
_LETTER = r"[^\W\d_]"
# What stands between pieces of one word that are also written as one: "don't" and "dont", "a.m." and "am". Other words
# are not joined: "re-sign" and "resign" are opposites.
_SEAM = re.compile(rf"[ ](?:(?=(?:[stdm]|[rv]e|ll)\b)(?<={_LETTER}[ ])|(?={_LETTER}\b)(?<=\b{_LETTER}[ ]))")
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
# "5km" and "5 km".
_UNIT = re.compile(rf"(?<=\d)(?={_LETTER})|(?<={_LETTER})(?=\d)")
_LETTERS = re.compile(rf"{_LETTER}+")
# The runs of letters that a repetition may change.
_VARYING = re.compile(
    "|".join([rf"{_LETTER}{{{_LONG_WORD},}}", *(rf"{one}(?<!{_LETTER}{one})(?!{_LETTER})" for one in sorted(_ARTICLES))])
)
_DOUBLED = re.compile(r"(.)\1+")


class _Written(NamedTuple):
    words: List[str]
    addresses: Tuple[str, ...]


class _Compared(NamedTuple):
    words: List[str]
    facts: List[str]
    addresses: Tuple[str, ...]
    capitals: FrozenSet[str]
    features: "Counter[str]"
    terms: FrozenSet[str]


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; 1 only for texts that are the same."""
    if _written(one) == _written(other):
        return 1.0
    a, b = _compared(one), _compared(other)
    if a.facts != b.facts or a.addresses != b.addresses or a.terms.isdisjoint(b.terms):
        return 0.0
    # Names are spelled in more ways than one by different people: "Phillipa" and "Philippa".
    named = a.capitals | b.capitals
    if _only(named, a.words) != _only(named, b.words):
        return 0.0
    shared = sum((a.features & b.features).values())
    # Words can change places and leave every feature as it was: such a text counts as one that differs by a word.
    apart = max(2, sum(a.features.values()) + sum(b.features.values()) - 2 * shared)
    return shared / (shared + apart)


def repetition(one: str, other: str) -> float:
    """Return how alike two texts are that say the same; 0 for any others.

    Never more than the share of words that are written alike.
    """
    a, b = _written(one), _written(other)
    if a == b:
        return 1.0
    respelled = _respelled(a.words, b.words)
    if respelled is None:
        return 0.0
    return min(similarity(one, other), 1 - respelled / min(len(a.words), len(b.words)))


def near_key(text: str) -> str:
    """Return a string that is equal for texts of which one repeats the other, and seldom for others.

    Whatever a repetition may change is left out of it: articles, spaces, and of long words all but their letters and
    which of these come first and last. The way a word is joined to its neighbours or broken from them changes none of
    that, since it happens between short words and at digits only.
    """
    joined = _joined(text)
    if len(text) <= _REMEMBERED_UP_TO_CHARS:
        near = "".join(map(_near, joined.split(" ")))
    else:
        near = _near.__wrapped__(joined).replace(" ", "")
    return "\n".join((near, *_addresses(text)))


def _respelled(one: List[str], other: List[str]) -> Optional[int]:
    """Return in how many places two texts write the same in another way; None if anywhere they say something else."""
    here, there, count = 0, 0, 0
    while here < len(one) and there < len(other):
        a, b = one[here], other[there]
        both = a == b or _is_respelling(a, b)
        count += a != b
        if not both and _IDLE not in (a, b):
            return None
        here += both or a == _IDLE
        there += both or b == _IDLE
    rest = one[here:] + other[there:]
    return count + len(rest) if set(rest) <= {_IDLE} else None


def _is_respelling(one: str, other: str) -> bool:
    if one in _ARTICLES and other in _ARTICLES:
        return True
    if not (_is_long(one) and _is_long(other)):
        return False
    return _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other) or _is_swapped(one, other)


def _is_long(word: str) -> bool:
    return len(word) >= _LONG_WORD and word.isalpha()


def _is_swapped(one: str, other: str) -> bool:
    """Say whether two neighbouring letters inside of a word changed places."""
    if len(one) != len(other):
        return False
    differing = [at for at, (a, b) in enumerate(zip(one, other)) if a != b]
    if len(differing) != 2:
        return False
    first, second = differing
    inside = 0 < first and second < len(one) - 1
    return inside and second - first == 1 and one[first] == other[second] and one[second] == other[first]


def _words(text: str) -> List[str]:
    """Return the exact words of `text`, or the text itself where it is nothing but punctuation."""
    typed = text if text.isascii() else _TYPESET.sub("-", text).replace(_TYPESET_SLASH, "/")
    return exact_words(typed) or [text.strip()]


def _addresses(text: str) -> Tuple[str, ...]:
    """Return the mail and web addresses of `text`, in which punctuation counts."""
    if text.isascii() and "@" not in text and "://" not in text:
        return ()
    pieces = fold_case(text).split()
    return tuple(piece.strip(punctuation) for piece in pieces if "@" in piece or "://" in piece)


def _joined(text: str) -> str:
    """Return the words of `text`, separated by spaces, with the pieces of one word joined."""
    return _SEAM.sub("", " ".join(_words(text)))


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _near(word: str) -> str:
    return _VARYING.sub(_near_letters, _THOUSANDS.sub("", word))


def _near_letters(run: "re.Match[str]") -> str:
    letters = run.group()
    if _is_long(letters):
        # Neither doubling nor a change of places inside changes these.
        return letters[0] + "".join(sorted(set(letters))) + letters[-1]
    return "" if letters in _ARTICLES else letters


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _written(text: str) -> _Written:
    return _Written(_UNIT.sub(" ", _THOUSANDS.sub("", _joined(text))).split(" "), _addresses(text))


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _compared(text: str) -> _Compared:
    found = _words(text)
    return _Compared(
        words=found,
        facts=list(filter(is_fact, found)),
        addresses=_addresses(text),
        capitals=_capitals(text),
        features=Counter(found) + _shingles(" " + " ".join(found) + " "),
        terms=frozenset(terms(text)),
    )


def _shingles(text: str) -> "Counter[str]":
    # Marked, so that no word is taken for a shingle: a space stands before each, and in a word there is none.
    return Counter(" " + text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1))


def _capitals(text: str) -> FrozenSet[str]:
    """Return the words that are written with a capital letter anywhere, as exact words; stop words left out."""
    written = _LETTERS.findall(compatible(text))
    return frozenset(fold_case(word) for word in written if not word[0].islower()) - STOP_WORDS


def _only(wanted: FrozenSet[str], words: List[str]) -> List[str]:
    return [word for word in words if word in wanted]
