"""How alike two texts are, for deduplication: word for word, not by meaning. Pure.

Alike means that little was added, left out or moved: the Jaccard similarity of the texts' words and adjacent pairs of
words, each counted as often as it occurs. Two rules stand above the number, because merging loses a memory and
storing twice does not. Texts whose *facts* differ (numbers, amounts, negations) are never alike: "meet at 5" and
"meet at 6", "she is coming" and "she is not coming" have similarity 0, however long the rest. Nor are texts that
share no index term.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple, Union

from .stopwords import NEGATIONS
from .terms import terms, word_terms
from .words import exact_words

_Item = Union[str, Tuple[str, str]]

Feature = Tuple[_Item, int]
"""A word or a pair of neighbouring words, and whether this is its first, second, ... time in the text."""

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
"""Tells how many memories hold each of some index terms."""

_FINGERPRINT_BYTES = 16
# One text is compared with many in a row; only that one is worth remembering.
_REMEMBERED_TEXTS = 16
# An exact word without digits stands for three index terms at most: two ideographs and their pair.
_MOST_TERMS_A_WORD = 3
# Keeps 0.9 * 10 from being a little more than 9.
_ROUNDING = 1e-9


class _Compared(NamedTuple):
    words: Tuple[str, ...]
    facts: Tuple[str, ...]
    features: FrozenSet[Feature]
    terms: FrozenSet[str]


class Sieve(NamedTuple):
    """What every text that is similar enough, and not the same word for word, has to satisfy."""

    #: It holds at least one of these index terms.
    terms: List[str]
    #: The count of its index terms, repetitions included, lies between these two.
    min_length: int
    max_length: int


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; 1 for the same words, symbols and numbers in the same order."""
    a, b = _compared(one), _compared(other)
    if a.words == b.words:
        return 1.0
    if a.facts != b.facts or a.terms.isdisjoint(b.terms):
        return 0.0
    shared = len(a.features & b.features)
    # Words that stand between the same neighbours can change places and leave every pair as it was: such a text
    # counts as one that differs by the least there is, a word and a pair.
    apart = max(2, len(a.features) + len(b.features) - 2 * shared)
    return shared / (shared + apart)


def fingerprint(text: str) -> bytes:
    """Return 16 bytes that are equal for texts of the same words, symbols and numbers in the same order."""
    joined = " ".join(_words(text)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=_FINGERPRINT_BYTES).digest()


def features(text: str) -> FrozenSet[Feature]:
    """Return the words and the adjacent pairs of words of `text`."""
    return _compared(text).features


def facts(text: str) -> Tuple[str, ...]:
    """Return, in order, what changes a text's claim however little of it changes: numbers, their signs, negations."""
    return _compared(text).facts


def candidate_terms(text: str, frequencies: Frequencies, threshold: float) -> Optional[Sieve]:
    """Return what to look up to find every text at least `threshold` alike; None when there can be none.

    `frequencies` says how many memories hold each of some index terms, and is asked only where that matters; a term
    it does not name is held by none. None is for texts so short that any difference takes them below the threshold:
    the least one, a word more at an end, adds a word and a pair to the `size` features, which leaves a similarity of
    size / (size + 2). (The same pairs in another order are no difference at all, and too rare to be looked for.)

    Why no text is missed. Let A be the features of `text`, B those of another, t the threshold. J(A, B) >= t means
    |A & B| >= t * |A | B|, so at most (1 - t) * |A| features of A are not in B, and B has at most (1 - t) / t * |A|
    that are not in A. A text without a certain index term has none of the words behind it and none of the pairs that
    such a word is part of. So terms are taken, rarest first, until a text without all of them would miss more of A
    than that: whoever is similar enough holds one of them. Should the terms run out, all are taken, for texts that
    share none are not alike. The bounds on the length follow from the same two counts.
    """
    found = _words(text)
    size = 2 * len(found) - 1
    may_miss = math.floor((1 - threshold) * size + _ROUNDING)
    may_add = math.floor((1 - threshold) / threshold * size + _ROUNDING)
    if size / (size + 2) < threshold:
        return None
    counts = terms(text)
    terms_of = [word_terms(word) for word in found]
    held = frequencies(counts)
    chosen: Set[str] = set()
    for term in sorted(counts, key=lambda term: (held.get(term, 0), term)):
        chosen.add(term)
        if _missed_without(chosen, terms_of) > may_miss:
            break
    return Sieve(sorted(chosen), *_lengths(sum(counts.values()), terms_of, may_miss, may_add))


def _missed_without(chosen: Set[str], terms_of: List[List[str]]) -> int:
    """Return how many features a text lacks that holds none of the chosen terms."""
    gone = [not chosen.isdisjoint(of_word) for of_word in terms_of]
    return sum(gone) + sum(here or there for here, there in zip(gone, gone[1:]))


def _lengths(length: int, terms_of: List[List[str]], may_miss: int, may_add: int) -> Tuple[int, int]:
    if max(map(len, terms_of)) <= 1:
        return max(1, length - may_miss), length + _MOST_TERMS_A_WORD * may_add
    # Where a word stands for several terms (ideographs, "3.5"), spacing alone can change how many there are.
    return 1, length + _MOST_TERMS_A_WORD * (len(terms_of) + may_add)


def _words(text: str) -> List[str]:
    """Return the exact words of `text`, or the text itself where it is nothing but punctuation."""
    return exact_words(text) or [text.strip()]


@lru_cache(maxsize=_REMEMBERED_TEXTS)
def _compared(text: str) -> _Compared:
    found = _words(text)
    return _Compared(
        words=tuple(found),
        facts=tuple(filter(_is_fact, found)),
        features=frozenset(_numbered(found)).union(_numbered(zip(found, found[1:]))),
        terms=frozenset(terms(text)),
    )


def _numbered(items: Iterable[_Item]) -> Iterator[Feature]:
    seen: Dict[_Item, int] = Counter()
    for item in items:
        seen[item] += 1
        yield item, seen[item]


def _is_fact(word: str) -> bool:
    if word in NEGATIONS or word in ("-", "%") or any(map(str.isdigit, word)):
        return True
    return len(word) == 1 and unicodedata.category(word) in ("Sc", "Sm")
