"""Which memories answer a question, in what order and why.

The postings give the candidates; their scores are then added up again from parts that are kept, so what the
explanation shows is the score itself and not a story about it.
"""

from __future__ import annotations

import heapq
from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ..storage import MemoryRow, Reader, Space
from .bm25 import Weighing, weigh

# A pasted page has hundreds of words; its rarest ones find what it is about, and looking up stays bounded.
_MAX_LOOKED_UP_TERMS = 64
# A term that more of a bucket's memories hold is common. Any share gives the same list; this one gave it soonest.
_COMMON_SHARE = 0.25
# How many memories beyond those wanted are looked at before the common terms are read after all.
_SPARE_CANDIDATES = 200
# More words than this in a sentence are a list that nobody reads.
_MAX_WORDS_IN_WHY = 6


class Ranked(NamedTuple):
    """A memory that recall chose, and the whole reckoning."""

    memory: MemoryRow
    #: From 0 to 1: the sum of `parts`, exactly.
    raw_score: float
    #: What the bucket's scores are multiplied by before they meet those of other buckets.
    weight: float
    #: `raw_score * weight`; the list is in its order.
    weighted_score: float
    #: Index term to what it added.
    parts: Dict[str, float]
    #: The words of the question that were found, as the user wrote them, most telling first.
    matched: List[str]
    #: One sentence for people.
    why: str


def rank(
    reader: Reader, space: Space, asked: Mapping[str, str], *, top_k: int, min_similarity: float = 0.0
) -> List[Ranked]:
    """Return the `top_k` memories of one space that fit best, best first, newest first among equals.

    `asked` maps each index term of the question to the word as the user wrote it. Memories that score less than
    `min_similarity` are left out.
    """
    frequencies = reader.document_frequencies(space.id, asked)
    known = [term for term, frequency in frequencies.items() if frequency]
    if not known:
        return []
    weighing = weigh(space.memory_count, space.term_total, frequencies)
    looked_up = heapq.nsmallest(_MAX_LOOKED_UP_TERMS, known, key=lambda term: (frequencies[term], term))
    common = [term for term in looked_up if frequencies[term] > space.memory_count * _COMMON_SHARE]
    ids = _candidates(reader, space, weighing, looked_up, common, top_k)
    counts: Dict[int, Dict[str, int]] = {memory_id: {} for memory_id in ids}
    for memory_id, term, count in reader.term_counts(space.id, looked_up, ids):
        counts[memory_id][term] = count
    # Of words that were not looked up nobody knows whether a memory lacks them.
    told = {term: word for term, word in asked.items() if term in looked_up or not frequencies[term]}
    ranked = [
        _ranked(memory, weighing.parts(counts[memory.id], memory.length), told)
        for memory in reader.memories_by_id(ids)
    ]
    return _in_order(one for one in ranked if one.raw_score >= min_similarity)[:top_k]


def _candidates(
    reader: Reader, space: Space, weighing: Weighing, terms: Sequence[str], common: Sequence[str], top_k: int
) -> List[int]:
    """Return the row ids of memories among which the `top_k` best are.

    Common terms tell least and cost most: half a bucket's postings for a hundredth of a score. So the others are
    looked up alone first. A term adds less than its weight, which bounds what the common ones could add to any memory
    (the bound of MaxScore: Turtle and Flood, 1995); where that cannot bring in a memory from outside of the list,
    their postings need not be read.
    """

    def best(of: Iterable[str], limit: int) -> List[Tuple[int, float]]:
        return reader.best(
            space.id,
            {term: weighing.weights[term] for term in of},
            saturation=weighing.saturation,
            length_slope=weighing.length_slope,
            limit=limit,
        )

    limit = top_k + _SPARE_CANDIDATES
    found = best((term for term in terms if term not in common), limit) if common else []
    if len(found) >= top_k:
        to_beat = found[top_k - 1][1]
        addable = sum(weighing.weights[term] for term in common)
        all_seen = len(found) < limit or found[-1][1] + addable < to_beat
        if all_seen and addable <= to_beat:
            return [memory_id for memory_id, score in found if score + addable >= to_beat]
    return [memory_id for memory_id, _ in best(terms, top_k)]


def fuse(lists: Iterable[Sequence[Ranked]], *, min_weighted: float = 0.0) -> List[Ranked]:
    """Put the lists of several spaces into one order, without what scores less than `min_weighted`."""
    return _in_order(one for ranked in lists for one in ranked if one.weighted_score >= min_weighted)


def _in_order(ranked: Iterable[Ranked]) -> List[Ranked]:
    return sorted(ranked, key=lambda one: (-one.weighted_score, -one.memory.id))


def _ranked(memory: MemoryRow, parts: Dict[str, float], asked: Mapping[str, str]) -> Ranked:
    weight = 1.0
    raw_score = sum(parts.values())
    telling = sorted(parts, key=lambda term: (-parts[term], term))
    return Ranked(
        memory=memory,
        raw_score=raw_score,
        weight=weight,
        weighted_score=raw_score * weight,
        parts=parts,
        matched=[asked[term] for term in telling],
        why=_why([asked[term] for term in telling], [word for term, word in asked.items() if term not in parts]),
    )


def _why(matched: Sequence[str], missing: Sequence[str]) -> str:
    order = ", most telling first" if len(matched) > 1 else ""
    lacks = f"; it lacks {_listed(missing)}" if missing else ""
    return f"It shares {_listed(matched)} with the question{order}{lacks}."


def _listed(words: Sequence[str]) -> str:
    shown = [f'"{word}"' for word in words[:_MAX_WORDS_IN_WHY]]
    if len(words) > len(shown):
        shown.append(f"{len(words) - len(shown)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
