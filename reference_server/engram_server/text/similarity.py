"""How alike two texts are, and whether one repeats the other: letter for letter, not by meaning. Pure.

Two texts are *the same* when they differ in nothing but case, spacing, punctuation and compatible characters: their
fingerprints are equal. Only in mail and web addresses punctuation counts. How alike others are is the Jaccard
similarity of their words and character shingles, each counted as often as it occurs; a number above which a rule
stands: texts whose facts (numbers, dates, negations) or names differ are not alike at all, however long the rest.

One text *repeats* another only if it is alike and says the same, because merging loses a memory and storing twice
does not. No number tells that: of two rows of a template all words are equal but one. So each difference has to be a
way of writing: an article, a doubled letter, two letters of a long word that changed places. Any other word more,
fewer or in place of another makes it another memory, also where it may be a slip: "hiking" is no slip for "biking",
nor "country" for "county".
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from string import punctuation
from typing import Callable, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

from .claim_words import is_fact
from .stopwords import STOP_WORDS
from .terms import terms, word_terms
from .words import exact_words, fold_case

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
"""Tells how many memories hold each of some index terms."""

_FINGERPRINT_BYTES = 16
# One text is compared with many in a row; only that one is worth remembering, and it may be large.
_REMEMBERED_TEXTS = 4
# An exact word without digits stands for three index terms at most: two ideographs and their pair.
_MOST_TERMS_A_WORD = 3
# Keeps 0.9 * 10 from being a little more than 9.
_ROUNDING = 1e-9
# Three characters tell words apart, and a slip spoils no more than three of them.
_SHINGLE = 3
# A letter doubled or moved in a shorter word too often makes another word: "later" and "latter", "dairy" and "diary".
_LONG_WORD = 7

_ARTICLES = frozenset(("a", "an", "the"))
# The only word that may come or go. "a" may not: "plan a" and "grade a" are names.
_IDLE = "the"

# Hyphens, minus and fraction signs that typesetting puts in place of those of a keyboard.
_TYPEWRITTEN = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2044": "/"})
_LETTER = r"[^\W\d_]"
# What stands between pieces of one word that are also written as one: "don't" and "dont", "a.m." and "am", "5 km" and
# "5km", "1,000" and "1000". Other words are not joined: "re-sign" and "resign" are opposites.
_SEAM = re.compile(
    rf"[ ](?:(?<={_LETTER}[ ])(?=(?:s|t|re|ve|ll|d|m)\b|\d)|(?<=\d[ ])(?={_LETTER})|(?<=\b{_LETTER}[ ])(?={_LETTER}\b))"
    r"|,(?<=\d,)(?=\d{3}(?!\d))"
)
_LETTERS = re.compile(rf"{_LETTER}+")
_DOUBLED = re.compile(r"(.)\1+")


class _Compared(NamedTuple):
    words: Tuple[str, ...]
    key: str
    facts: Tuple[str, ...]
    capitals: FrozenSet[str]
    features: "Counter[str]"
    terms: FrozenSet[str]


class Sieve(NamedTuple):
    """What every text that repeats a given one, and is not the same, has to satisfy."""

    #: It holds at least one of these index terms.
    terms: List[str]
    #: The count of its index terms, repetitions included, lies between these two.
    min_length: int
    max_length: int


def fingerprint(text: str) -> bytes:
    """Return 16 bytes that are equal for texts which differ in case, spacing and punctuation only."""
    key = _key(_words(text), _addresses(text))
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=_FINGERPRINT_BYTES).digest()


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; 1 only for texts of the same fingerprint."""
    a, b = _compared(one), _compared(other)
    if a.key == b.key:
        return 1.0
    named = a.capitals | b.capitals
    if a.facts != b.facts or _only(named, a.words) != _only(named, b.words) or a.terms.isdisjoint(b.terms):
        return 0.0
    shared = sum((a.features & b.features).values())
    # Words can change places and leave every feature as it was: such a text counts as one that differs by a word.
    apart = max(2, sum(a.features.values()) + sum(b.features.values()) - 2 * shared)
    return shared / (shared + apart)


def repetition(one: str, other: str) -> float:
    """Return how alike two texts are that say the same; 0 for any others.

    Never more than the share of words that are written alike, which is what `candidate_terms` goes by.
    """
    a, b = _words_of(one), _words_of(other)
    respelled = _respelled(a, b, lambda word: word in _capitals(one) or word in _capitals(other))
    if respelled is None:
        return 0.0
    return min(similarity(one, other), 1 - respelled / min(len(a), len(b)))


def facts(text: str) -> Tuple[str, ...]:
    """Return, in order, the words that change a text's claim however little of it changes."""
    return tuple(filter(is_fact, _words(text)))


def candidate_terms(text: str, frequencies: Frequencies, threshold: float) -> Optional[Sieve]:
    """Return what to look up to find every text that is not the same and whose `repetition` reaches `threshold`.

    `frequencies` says how many memories hold each of some index terms, and is asked only where that matters; a term
    it does not name is held by none. None is for texts so short that a single word written in another way takes them
    below the threshold: 20 words for 0.95, 100 for 0.99.

    Why no text is missed. A repetition of at least t means that at most k = (1 - t) * n of the n words of `text` are
    not in the other one, all of them long ones or articles, and that no more than k of the other one's words are not in
    `text`. A text without a certain index term has none of the words behind it. So terms are taken, rarest first, until
    one word that is neither long nor an article stands behind them, or more than k that are long: whoever repeats
    `text` holds one of them. Should the terms run out, all are taken, for texts that share none are not alike. The
    bounds on the length follow from the same count.
    """
    found = _words(text)
    may_differ = math.floor((1 - threshold) * len(found) + _ROUNDING)
    if not may_differ:
        return None
    counts = terms(text)
    terms_of = [word_terms(word) for word in found]
    places: Dict[str, List[int]] = {}
    for place, of_word in enumerate(terms_of):
        for term in of_word:
            places.setdefault(term, []).append(place)
    held = frequencies(counts)
    chosen: List[str] = []
    behind: Set[int] = set()
    for term in sorted(counts, key=lambda term: (held.get(term, 0), term)):
        chosen.append(term)
        behind.update(places.get(term, ()))
        if len(behind) > may_differ or not all(_is_long(found[place]) for place in places.get(term, ())):
            break
    return Sieve(sorted(chosen), *_lengths(sum(counts.values()), terms_of, may_differ))


def _lengths(length: int, terms_of: List[List[str]], may_differ: int) -> Tuple[int, int]:
    if max(map(len, terms_of)) <= 1:
        return max(1, length - may_differ), length + _MOST_TERMS_A_WORD * may_differ
    # Where a word stands for several terms (ideographs, "3.5"), spacing alone can change how many there are.
    return 1, length + _MOST_TERMS_A_WORD * (len(terms_of) + may_differ)


def _respelled(one: Tuple[str, ...], other: Tuple[str, ...], is_name: Callable[[str], bool]) -> Optional[int]:
    """Return in how many places two texts write the same in another way; None if anywhere they say something else."""
    here, there, count = 0, 0, 0
    while here < len(one) and there < len(other):
        a, b = one[here], other[there]
        both = a == b or _is_respelling(a, b, is_name)
        count += a != b
        if not both and _IDLE not in (a, b):
            return None
        here += both or a == _IDLE
        there += both or b == _IDLE
    rest = one[here:] + other[there:]
    return count + len(rest) if set(rest) <= {_IDLE} else None


def _is_respelling(one: str, other: str, is_name: Callable[[str], bool]) -> bool:
    if one in _ARTICLES and other in _ARTICLES:
        return True
    if not (_is_long(one) and _is_long(other)):
        return False
    slip = _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other) or _is_swapped(one, other)
    # Names are spelled in more ways than one by different people: "Phillipa" and "Philippa".
    return slip and not (is_name(one) or is_name(other))


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
    return exact_words(text if text.isascii() else text.translate(_TYPEWRITTEN)) or [text.strip()]


def _addresses(text: str) -> Tuple[str, ...]:
    """Return the mail and web addresses of `text`, in which punctuation counts."""
    if text.isascii() and "@" not in text and "://" not in text:
        return ()
    pieces = fold_case(text).split()
    return tuple(piece.strip(punctuation) for piece in pieces if "@" in piece or "://" in piece)


def _key(words: Iterable[str], addresses: Iterable[str]) -> str:
    return "\n".join((_SEAM.sub("", " ".join(words)), *addresses))


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _words_of(text: str) -> Tuple[str, ...]:
    return tuple(_words(text))


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _compared(text: str) -> _Compared:
    found, addresses = _words_of(text), _addresses(text)
    return _Compared(
        words=found,
        key=_key(found, addresses),
        facts=(*filter(is_fact, found), *addresses),
        capitals=_capitals(text),
        features=Counter(found) + _shingles(" " + " ".join(found) + " "),
        terms=frozenset(terms(text)),
    )


def _shingles(text: str) -> "Counter[str]":
    # Marked, so that no word is taken for a shingle: a space stands before each, and in a word there is none.
    return Counter(" " + text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1))


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _capitals(text: str) -> FrozenSet[str]:
    """Return the words that are written with a capital letter anywhere, as exact words; stop words left out."""
    written = _LETTERS.findall(unicodedata.normalize("NFKC", text))
    return frozenset(fold_case(word) for word in written if not word[0].islower()) - STOP_WORDS


def _only(wanted: FrozenSet[str], words: Tuple[str, ...]) -> List[str]:
    return [word for word in words if word in wanted]
