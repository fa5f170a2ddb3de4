"""Which memories answer a question, in what order and why.

The postings give candidates, the talk around them makes a region, and the region is scored from parts that are kept:
what the explanation shows is the score itself and not a story about it.
"""

from __future__ import annotations

import heapq
from typing import AbstractSet, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Sequence

from ..storage import ALL, Among, MemoryRow, Reader, Space, TurnRow, mention
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term
from ..text.times import When, times_asked
from .bm25 import Weighing, idf, weigh
from .context import coherence
from .explaining import why
from .factors import Wanted
from .feedback import best_of, candidate_terms, joining
from .knowledge import Knowledge, known_of
from .question import Question
from .region import Region
from .weights import WEIGHTS, Weights

# The best by their own words, with those around them; from further down, nothing is lifted into a list.
_MIN_POOL = 32
# Postings that are read to find them, about a microsecond each, the rarest terms' first. What is common tells least
# and costs most; its part is looked up once the region is known, so it counts in every score all the same.
_MAX_POSTINGS_READ = 2_000
# Of the terms that are too common for that, those that tell something are looked up one by one for what was found.
_MAX_LOOKED_UP = 3_000
_TELLS_SOMETHING = 0.1
# A word that so many memories hold finds too many to join a question, and is not counted further.
_TOO_COMMON = 1_000
# A relation that speaks of less of the question speaks of something else.
_FITTING_FACT = 0.5
# More speakers than this change no score.
_MAX_VOICES = 64


class Asked(NamedTuple):
    """A question at a moment, and how much is wanted."""

    question: Question
    #: The moment of asking, in milliseconds: what "last week" is counted from.
    now: int
    top_k: int
    min_similarity: float = 0.0
    #: Nothing that was said later is known.
    as_of: Optional[int] = None
    #: The memories that may be told. Others may be between them in the talk.
    among: Among = ALL


class Ranked(NamedTuple):
    """A memory that recall chose, and the whole reckoning."""

    memory: MemoryRow
    turn: TurnRow
    #: From 0 to 1: the sum of `parts`, exactly.
    raw_score: float
    #: What the bucket's scores are multiplied by before they meet those of other buckets.
    weight: float
    #: `raw_score * weight`; the list is in its order.
    weighted_score: float
    #: What each thing added. By index term of the question: `word:<term>`, `related:<term>` (by another word of the
    #: lexicon) and `near:<term>` (lent by the talk around it); then `feedback`, `newest` and `factor:<name>`.
    parts: Dict[str, float]
    #: Index term of the question to what the memory's own words added for it.
    own: Dict[str, float]
    #: Index term of the question to the word as the user wrote it, and the terms by which it names a time.
    words: Mapping[str, str]
    dated: AbstractSet[str]

    @property
    def why(self) -> str:
        """One sentence for people."""
        return why(self.parts, self.words, self.dated)


class Recalled(NamedTuple):
    """What one space gives for a question."""

    ranked: List[Ranked]
    knowledge: Knowledge
    #: Index term of the question to its share of the whole question, known to the space or not.
    shares: Dict[str, float]
    #: Index term of the question to how much of it the space knows: 1 for the word itself, less for a related one.
    known: Dict[str, float]


def rank(reader: Reader, space: Space, asked: Asked, weights: Weights = WEIGHTS) -> Recalled:
    """Return the memories of one space that fit best, best first, newest first among equals, and what is known."""
    question = asked.question
    if not space.memory_count:
        return Recalled([], Knowledge([], []), {}, {})
    speakers = frozenset(reader.voices(space.id, question.words - STOP_WORDS))
    names = frozenset(map(index_term, speakers))
    frequencies = reader.document_frequencies(space.id, {term for one in question.concepts for term in one.members})
    weighing = weigh(
        question.concepts,
        names,
        frequencies,
        memory_count=space.memory_count,
        term_total=space.term_total,
        weights=weights,
    )
    times = times_asked(question.text, asked.now)
    newest = _newest(reader, space, asked, times)
    turns = _turns(reader, asked, [*_pool(reader, space, asked, weighing, frequencies), *newest], weights.reach)
    knowledge = known_of(reader, space, question, turns, asked.as_of, further=weights.further_facts)
    told = [hit for hit in knowledge.facts if asked.among.means(hit.fact.item_id)]
    knowledge = knowledge._replace(facts=told)
    wanted = Wanted(
        speakers=speakers,
        voices=reader.voice_count(space.id, _MAX_VOICES),
        signs=question.wants,
        times=times,
        mentioning=_mentioning(reader, space, knowledge, turns),
        stating=frozenset(hit.fact.item_id for hit in knowledge.facts if hit.weight >= _FITTING_FACT),
    )
    region = Region(turns, coherence(space, weights), question, weighing, wanted, weights)
    region.hold(reader.held(space.id, {term: frequencies[term] for term in weighing.terms()}, turns))
    region.favour(newest)
    if weights.feedback:
        _feed_back(reader, space, region, frozenset(frequencies) | names, weights)
    return Recalled(
        ranked=_ranked(reader, asked, region),
        knowledge=knowledge,
        shares=weighing.shares(question.concepts),
        known={
            one.term: max((share for term, share in one.members.items() if frequencies[term]), default=0.0)
            for one in question.concepts
        },
    )


def fuse(lists: Iterable[Sequence[Ranked]], *, min_weighted: float = 0.0) -> List[Ranked]:
    """Put the lists of several spaces into one order, without what scores less than `min_weighted`."""
    return _in_order(one for ranked in lists for one in ranked if one.weighted_score >= min_weighted)


def _in_order(ranked: Iterable[Ranked]) -> List[Ranked]:
    return sorted(ranked, key=lambda one: (-one.weighted_score, -one.memory.id))


def _pool(
    reader: Reader, space: Space, asked: Asked, weighing: Weighing, frequencies: Mapping[str, int]
) -> List[int]:
    """Return the row ids of the memories that score best by their own words."""
    most: Dict[str, float] = {}
    for gains in weighing.gains:
        for term, gain in gains.items():
            most[term] = max(gain, most.get(term, 0.0))
    chosen: Dict[str, float] = {}
    read = 0
    for term in sorted(most, key=lambda term: (frequencies[term], term)):
        if chosen and read + frequencies[term] > _MAX_POSTINGS_READ:
            break
        read += frequencies[term]
        chosen[term] = most[term]
    least = _TELLS_SOMETHING * max(most.values(), default=0.0)
    telling = sorted(
        (term for term in most.keys() - chosen.keys() if most[term] > least), key=lambda term: (-most[term], term)
    )
    found = reader.best(
        space.id,
        chosen,
        saturation=weighing.saturation,
        length_slope=weighing.length_slope,
        limit=max(_MIN_POOL, asked.top_k),
        beside={term: most[term] for term in telling[: _MAX_LOOKED_UP // max(1, read)]},
        as_of=asked.as_of,
        among=asked.among,
    )
    return [memory_id for memory_id, _ in found]


def _newest(reader: Reader, space: Space, asked: Asked, times: Sequence[When]) -> List[int]:
    """Return the row ids of what was said last, in the time asked for if any: for questions that tell nothing else."""
    if not asked.question.is_vague:
        return []
    since, until = (times[0].start, times[0].end) if times else (None, None)
    most = max(_MIN_POOL, asked.top_k)
    return reader.newest(space.id, most, as_of=asked.as_of, since=since, until=until, among=asked.among)


def _turns(reader: Reader, asked: Asked, ids: Sequence[int], reach: int) -> Dict[int, TurnRow]:
    """Return the turns of some memories and of those around them, as far as they are known."""
    found = reader.turns_near(ids, reach)
    return {turn.id: turn for turn in found if asked.as_of is None or turn.said_at <= asked.as_of}


def _mentioning(
    reader: Reader, space: Space, knowledge: Knowledge, turns: Mapping[int, TurnRow]
) -> FrozenSet[int]:
    """Return the memories that mention an entity whose whole name of several words the question holds."""
    marks = [mention(hit.entity.key) for hit in knowledge.entities if hit.score == 1.0 and " " in hit.entity.key]
    return frozenset(memory_id for memory_id, _, _ in reader.term_counts(space.id, marks, turns)) if marks else frozenset()


def _feed_back(
    reader: Reader, space: Space, region: Region, known: AbstractSet[str], weights: Weights
) -> None:
    """Let the words of the best memories so far join the question."""
    totals = region.totals()
    top = heapq.nsmallest(weights.feedback_memories, totals, key=lambda memory_id: (-totals[memory_id], -memory_id))
    together = sum(totals[memory_id] for memory_id in top)
    if not together:
        return
    posted = reader.terms_of(top)
    best = [best_of(totals[memory_id] / together, posted[memory_id]) for memory_id in top]
    frequencies = reader.document_frequencies(space.id, candidate_terms(best, known), up_to=_TOO_COMMON)
    # A word of one memory alone finds no other.
    rarity = {term: idf(space.memory_count, n) for term, n in frequencies.items() if 1 < n < _TOO_COMMON}
    gains = joining(best, rarity, region.breadth, weights)
    region.join(gains, reader.held(space.id, {term: frequencies[term] for term in gains}, region.ids()))


def _ranked(reader: Reader, asked: Asked, region: Region) -> List[Ranked]:
    """Return the best memories of a region with their reckonings, in order."""
    totals = region.totals()
    told = filter(asked.among.means, totals)
    top = heapq.nsmallest(asked.top_k, told, key=lambda memory_id: (-totals[memory_id], -memory_id))
    question = asked.question
    words = {one.term: one.word for one in question.concepts}
    ranked = []
    for memory in reader.memories_by_id(top):
        score = region.score(memory.id)
        if score.total < asked.min_similarity or not score.total:
            continue
        ranked.append(
            Ranked(
                memory=memory,
                turn=region.turn(memory.id),
                raw_score=score.total,
                weight=1.0,
                weighted_score=score.total,
                parts=score.parts,
                own=score.own,
                words=words,
                dated=question.dated,
            )
        )
    return _in_order(ranked)
