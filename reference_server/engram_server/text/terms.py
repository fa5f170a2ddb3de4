"""From text to index terms: what the postings hold and what a question looks up. The hot path of storing.

A term is a stem. Stop words are left out, unless there is nothing else: "Who are you?" is then found by its own
words. Both sides go through `index_term`, so a memory and a question always agree.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Dict, List

from .irregular import APART, BASE_FORMS, STEM_SPELLINGS
from .stems import stem
from .stopwords import STOP_WORDS
from .words import compatible, words

# Longer words are keys, hashes and noise; cut, they stay findable and 50 KiB of one letter costs one short term.
MAX_TERM_CHARS = 64
# Twice the words that an educated person uses; about 10 MB when full.
_REMEMBERED_WORDS = 65_536

_AS_WRITTEN = re.compile(r"[^\W\d_](?:\+\+(?![^\W\d_])|#(?![^\W_]))|[^\W_]+")


def terms(text: str) -> Dict[str, int]:
    """Return each index term of `text` and how often it occurs."""
    found = words(text)
    counts: Dict[str, int] = Counter(map(index_term, found))
    counts.pop("", None)
    return counts or Counter(word[:MAX_TERM_CHARS] for word in found)


def question_terms(text: str) -> Dict[str, str]:
    """Return each index term of `text` and the word as the user wrote it, in the order of writing."""
    telling: Dict[str, str] = {}
    stopped: Dict[str, str] = {}
    for raw in _AS_WRITTEN.findall(compatible(text)):
        found = words(raw)
        for word in found:
            term = index_term(word)
            (telling if term else stopped).setdefault(term or word, raw if len(found) == 1 else word)
    return {term: telling.get(term) or stopped.get(term, term) for term in terms(text)}


def word_terms(word: str) -> List[str]:
    """Return the index terms that one exact word stands for: none for a stop word or a symbol."""
    found = [word] if word.isascii() and word.isalnum() else words(word)
    return [term for term in map(index_term, found) if term]


@lru_cache(maxsize=_REMEMBERED_WORDS)
def index_term(word: str) -> str:
    """Return the index term of one folded word, `""` for a stop word."""
    if not word.isascii():
        return word[:MAX_TERM_CHARS]
    if word in STOP_WORDS:
        return ""
    if word in APART:
        return APART[word]
    stemmed = stem(BASE_FORMS.get(word, word[:MAX_TERM_CHARS]))
    return STEM_SPELLINGS.get(stemmed, stemmed)
