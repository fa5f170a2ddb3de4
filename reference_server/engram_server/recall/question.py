"""What a question asks: its words with what they are related to, and the kind of answer that it wants. Pure.

Nothing here knows a bucket: which of the words are names of its speakers, or known in it at all, is found out by
whoever ranks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, FrozenSet, List, NamedTuple, Sequence

from ..text.lexicon import FRAME_TERMS, RELATED
from ..text.signs import asked_signs
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term, question_terms, terms
from ..text.times import times_in
from ..text.words import words
from .weights import WEIGHTS, Weights

# Who stores what a user says calls the user one of these.
OWN_VOICES = frozenset(("user", "human"))
# "Tell me about Ana" is a question about Ana.
_SELF = re.compile(r"\b(?:i|my|mine|myself|(?<!tell )(?<!give )(?<!show )(?<!help )(?<!remind )me)\b", re.I)

# Who asks for a summary, or for all that happened in a time, asks for whatever there is.
_FOR_ALL = (
    "summarize summary recap overview review know remember list everything anything happen give work update "
    "today yesterday day night week weekend month year past last latest next"
)
_FOR_ALL_TERMS = frozenset(map(index_term, _FOR_ALL.split()))
_TELLS_NOTHING = FRAME_TERMS | STOP_WORDS | _FOR_ALL_TERMS

# Where an expression of time stands does not depend on when it is read.
_ANY_MOMENT = 0

# A pasted page has hundreds of words; those at either end say what it is about, and looking up stays bounded. Twice the
# characters that as many different words of running text take.
MAX_CONCEPTS = 64
_MAX_CHARS = 2_000
# Related words of a page would be half of the language.
_MAX_RELATED_CONCEPTS = 24
# Whoever recalls reads a question, and whoever answers it again.
_REMEMBERED = 4


class Concept(NamedTuple):
    """One thing that a question is about."""

    #: Its index term, and the word as the user wrote it.
    term: str
    word: str
    weight: float
    #: What is looked up for it: index term to share of the weight; the term itself has 1.
    members: Dict[str, float]


class Question(NamedTuple):
    """A question, read."""

    #: Of a pasted page both ends.
    text: str
    concepts: List[Concept]
    #: All its words, folded; of these names are made.
    words: FrozenSet[str]
    #: Whether it asks for whatever there is, at a time perhaps, and none of its words tells what about.
    is_vague: bool
    #: The signs that an answer is likely to show, as bits of `text.signs`.
    wants: int
    #: The terms by which it names a time.
    dated: FrozenSet[str]


@lru_cache(maxsize=_REMEMBERED)
def read_question(text: str, weights: Weights = WEIGHTS) -> Question:
    """Return what a question asks; nobody may change it."""
    text = _ends(text)
    asked = question_terms(text)
    heads = _either_end(list(asked))
    framed = _framing(heads)
    dated = frozenset(term for when in times_in(text, _ANY_MOMENT) for term in terms(text[when.at : when.stop]))
    folded = frozenset(words(text))
    return Question(
        text=text,
        concepts=[
            Concept(
                term,
                asked[term],
                weights.frame if term in framed else 1.0,
                _members(term, heads, weights.related if len(heads) <= _MAX_RELATED_CONCEPTS else 0.0),
            )
            for term in heads
        ],
        words=folded | (OWN_VOICES if _SELF.search(text) else frozenset()),
        is_vague=(_TELLS_NOTHING | dated).issuperset(heads) and not (_FOR_ALL_TERMS | dated).isdisjoint(heads),
        wants=asked_signs(text),
        dated=dated,
    )


def _ends(text: str) -> str:
    half = _MAX_CHARS // 2
    return text if len(text) <= _MAX_CHARS else f"{text[:half]}\n{text[-half:]}"


def _either_end(terms: List[str]) -> List[str]:
    half = MAX_CONCEPTS // 2
    return terms if len(terms) <= MAX_CONCEPTS else terms[:half] + terms[-half:]


def _framing(terms: Sequence[str]) -> FrozenSet[str]:
    """Return the terms that only frame the question: none where all of them do."""
    framing = FRAME_TERMS.intersection(terms)
    return framing if len(framing) < len(terms) else frozenset()


def _members(term: str, asked: Sequence[str], related: float) -> Dict[str, float]:
    members = {other: strength * related for other, strength in RELATED.get(term, {}).items() if other not in asked}
    return {term: 1.0, **(members if related else {})}
