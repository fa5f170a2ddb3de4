"""What an answer can quote: the sentences of the recalled memories, each with the evidence it gives. Pure.

A memory often opens with when it was said and by whom ("[8 May 2023] Caroline: ..."). That head belongs to every
sentence behind it: its words count for each, and whoever quotes a later sentence quotes the head with it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..text.sentences import sentences
from ..text.terms import terms
from ..text.tokens import ELLIPSIS
from ..text.words import words
from .rank import Ranked

# The best of the recalled list; what stands further down has never been worth a quote.
_MAX_MEMORIES = 20
# Below this a memory shares with the question only what about half of the bucket has in it.
_LEAST_RELEVANT = 0.05
# A word that no more of the recalled memories hold tells something, even alone in a question of many words.
_FEW_HOLDERS = 5

_GAP = f" {ELLIPSIS} "
_HEAD = re.compile(r"(?:\[[^\]\n]{1,80}\][ \t]*)?(?:[^\W\d_][\w .,'’#-]{0,40}?:[ \t]+)?")


class Passage(NamedTuple):
    """One sentence of one recalled memory."""

    #: The place of the memory in the recalled list, from 1: what a citation says.
    number: int
    memory_id: str
    content: str
    #: Where the head ends, and where the sentence begins and ends. The first sentence begins after the head.
    head_end: int
    start: int
    end: int
    #: Index terms of the head and of the sentence.
    head_terms: FrozenSet[str]
    terms: FrozenSet[str]
    #: The score of the memory.
    standing: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.content[self.start : self.end]


def passages(ranked: Sequence[Ranked]) -> List[Passage]:
    """Return the sentences of the memories that are relevant, in order; those without a word are left out."""
    return [passage for number, one in _relevant(ranked) for passage in _of_memory(number, one)]


def _relevant(ranked: Sequence[Ranked]) -> List[Tuple[int, Ranked]]:
    """Return the relevant memories with their places; for want of any, those that hold a word of few."""
    numbered = list(enumerate(ranked[:_MAX_MEMORIES], 1))
    holders = Counter(term for one in ranked for term in one.own)
    return [(number, one) for number, one in numbered if one.raw_score >= _LEAST_RELEVANT] or [
        (number, one) for number, one in numbered if any(holders[term] <= _FEW_HOLDERS for term in one.own)
    ]


def word_weights(ranked: Iterable[Ranked]) -> Dict[str, float]:
    """Return what each index term of the question counted for at most: rare words more, unknown ones nothing."""
    weights: Dict[str, float] = {}
    for one in ranked:
        for term, part in one.own.items():
            weights[term] = max(part, weights.get(term, 0.0))
    return weights


def evidence(passage: Passage, weights: Mapping[str, float]) -> float:
    """Return the weight of the question's words that a passage holds, its head included."""
    return sum(part for term, part in weights.items() if term in passage.terms or term in passage.head_terms)


def quote(content: str, head_end: int, spans: Sequence[Tuple[int, int]]) -> str:
    """Return pieces of a memory in their order, its head first; " … " stands where something was left out."""
    end = head_end
    pieces = [content[:end]] if end else []
    for start, stop in sorted(spans):
        if pieces and not content[end:start].strip():
            pieces[-1] += content[end:stop]
        else:
            pieces.append(content[start:stop])
        end = stop
    return _GAP.join(piece.strip() for piece in pieces)


def _of_memory(number: int, one: Ranked) -> List[Passage]:
    content = one.memory.content
    head_end = head_length(content)
    head_terms = frozenset(terms(content[:head_end]))
    found = []
    for sentence in sentences(content[head_end:]):
        of_sentence = frozenset(terms(sentence.text))
        if of_sentence:
            start, end = head_end + sentence.start, head_end + sentence.end
            found.append(
                Passage(
                    number=number,
                    memory_id=one.memory.public_id,
                    content=content,
                    head_end=head_end,
                    start=start,
                    end=end,
                    head_terms=head_terms,
                    terms=of_sentence,
                    standing=one.weighted_score,
                )
            )
    return found


def head_length(content: str) -> int:
    """Return how many characters of a memory say when it was said and by whom: none where no words follow."""
    match = _HEAD.match(content)
    end = match.end() if match else 0
    return end if end and words(content[end:]) else 0
