"""What an answer can quote: the sentences of the memories that answer, each with the evidence it gives. Pure.

A memory often opens with when it was said and by whom ("[8 May 2023] Caroline: ..."), or the caller gave both beside
its text. That head belongs to every sentence behind it: its words count for each, and whoever quotes a later sentence
quotes the head with it, so that "yesterday" can be read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import AbstractSet, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..storage import MemoryRow, Space
from ..text.sentences import Sentence, sentences
from ..text.terms import terms
from ..text.tokens import ELLIPSIS
from ..text.turn import read_turn
from ..text.words import words
from .certainty import supporting
from .forms import asking_terms
from .question import Question
from .rank import Ranked, Recalled

# The best of the recalled list; what stands further down has never been worth a quote.
_MAX_MEMORIES = 20
# An answer gets of the words of the question before it nearly what that question has of them; others get less.
_ANSWERS = 0.7
# A text without a word in so many characters has none.
_WORD_WITHIN = 1_000
#: What stands for what a quote leaves out.
GAP = f" {ELLIPSIS} "
_EPOCH = datetime(1970, 1, 1)
_MONTHS = "January February March April May June July August September October November December".split()


class Material(NamedTuple):
    """What an answer is made from."""

    question: Question
    #: The recalled memories of all buckets. Their places, from 1, are what citations say.
    ranked: Sequence[Ranked]
    #: Row ids of those that hold enough to answer: none when nothing is known.
    telling: AbstractSet[int]
    #: Index term of the question to what it weighs.
    shares: Mapping[str, float]
    #: Those that ask for a form of answer and tell nothing else.
    asking: AbstractSet[str]


class Passage(NamedTuple):
    """One sentence of one recalled memory."""

    #: The place of the memory in the recalled list.
    number: int
    memory_id: str
    content: str
    #: What the caller gave of time and speaker where the content does not tell them.
    given: str
    #: Where the head ends, and where the sentence begins and ends. The first sentence begins after the head.
    head_end: int
    start: int
    end: int
    #: Index terms of the head, given or not, and of the sentence.
    head_terms: FrozenSet[str]
    terms: FrozenSet[str]
    #: Index terms of the question that were just asked for: "Ten weeks." after "How old is Pepper?".
    lent: FrozenSet[str]
    #: The score of the memory.
    standing: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.content[self.start : self.end]


def gather(question: Question, ranked: Sequence[Ranked], found: Iterable[Tuple[Space, Recalled]]) -> Material:
    """Return what an answer is made from; `found` is what each bucket gave, `ranked` all of it in one order."""
    telling: AbstractSet[int] = frozenset()
    shares: Dict[str, float] = {}
    for space, recalled in found:
        telling |= supporting(question, recalled, space)
        for term, share in recalled.shares.items():
            shares[term] = max(share, shares.get(term, 0.0))
    return Material(question, ranked, telling, shares, asking_terms(question.text))


def passages(material: Material) -> List[Passage]:
    """Return the sentences of the memories that answer, in order; those without a word are left out."""
    numbered = enumerate(material.ranked[:_MAX_MEMORIES], 1)
    most = _most(material.ranked)
    return [
        passage
        for number, one in numbered
        if one.memory.id in material.telling
        for passage in _of_memory(number, one, most)
    ]


def evidence(passage: Passage, material: Material) -> float:
    """Return the weight of the question's words that a passage, its head included, holds, answers or is related to."""
    own = passage.terms | passage.head_terms
    total = 0.0
    for concept in material.question.concepts:
        if concept.term in material.asking or own.isdisjoint(concept.members):
            held = float(concept.term in passage.lent)
        else:
            held = max(share for term, share in concept.members.items() if term in own)
        total += material.shares.get(concept.term, 0.0) * held
    return total


def quote(content: str, head_end: int, spans: Sequence[Tuple[int, int]], given: str = "") -> str:
    """Return pieces of a memory in their order, its head first; " … " stands where something was left out."""
    end = head_end
    head = given + content[:end]
    pieces = [head] if head else []
    for start, stop in sorted(spans):
        if pieces and not content[end:start].strip():
            pieces[-1] += content[end:stop]
        else:
            pieces.append(content[start:stop])
        end = stop
    return GAP.join(piece.strip() for piece in pieces)


def given_head(memory: MemoryRow) -> str:
    """Return a head made of what the caller gave, as far as the content has none of its own."""
    turn = read_turn(memory.content)
    day = "" if memory.occurred_at is None or turn.said_at is not None else f"[{_day(memory.occurred_at)}] "
    speaker = "" if not memory.speaker or turn.speaker else f"{memory.speaker}: "
    return day + speaker


def head_length(content: str) -> int:
    """Return how many characters of a memory say when it was said and by whom: none where no words follow."""
    end = read_turn(content).body_start
    return end if end and words(content[end : end + _WORD_WITHIN]) else 0


def _most(ranked: Sequence[Ranked]) -> Mapping[str, float]:
    """Return the most that any memory's own words add, by index term of the question."""
    most: Dict[str, float] = {}
    for one in ranked:
        for term, gain in one.own.items():
            most[term] = max(gain, most.get(term, 0.0))
    return most


def _lent(one: Ranked, most: Mapping[str, float]) -> FrozenSet[str]:
    if not one.turn.speaker:
        return frozenset()
    return frozenset(term for term, gain in most.items() if one.parts.get(f"near:{term}", 0.0) >= _ANSWERS * gain)


def _of_memory(number: int, one: Ranked, most: Mapping[str, float]) -> List[Passage]:
    content = one.memory.content
    head_end, given = head_length(content), given_head(one.memory)
    head_terms = frozenset(terms(given + content[:head_end]))
    lent = _lent(one, most)
    found = []
    # What a memory says in the same words again gives nothing more to quote.
    told: Dict[str, Sentence] = {}
    for sentence in sentences(content[head_end:]):
        told.setdefault(sentence.text, sentence)
    for sentence in told.values():
        of_sentence = frozenset(terms(sentence.text))
        if of_sentence:
            start, end = head_end + sentence.start, head_end + sentence.end
            found.append(
                Passage(
                    number=number,
                    memory_id=one.memory.public_id,
                    content=content,
                    given=given,
                    head_end=head_end,
                    start=start,
                    end=end,
                    head_terms=head_terms,
                    terms=of_sentence,
                    lent=lent,
                    standing=one.weighted_score,
                )
            )
    return found


def _day(moment: int) -> str:
    day = _EPOCH + timedelta(milliseconds=moment)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
