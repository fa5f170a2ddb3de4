"""Deduplication: is this memory in the bucket, or in its own batch, already?

First the hash of its exact text and the fingerprint of its words, then, for texts long enough that they may write a
word in another way and still be alike, the memories that share its rarer terms. Never a scan of the bucket.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Union

from engram.types import DedupMode, MergeReason

from ...storage import MemoryRow, NewMemory, Reader, Space
from ...text.similarity import Sieve, candidate_terms, repetition

# The thresholds that the hosted API documents for its two modes.
_THRESHOLDS: Dict[DedupMode, float] = {"loose": 0.95, "strict": 0.99}

# A term that so many memories hold is not rare, however many more there are. Those who share no rarer one are rows of
# a template: they are compared by fingerprint only, which bounds the cost in a bucket that is full of them.
_COMMON = 100

_Known = Union[MemoryRow, NewMemory]


class Merge(NamedTuple):
    """The memory that stays in place of a new one."""

    memory_id: str
    token_count: int
    similarity: float
    reason: MergeReason


class Accepted:
    """The memories of a batch that will be stored, findable as those of the bucket are."""

    def __init__(self) -> None:
        self.drafts: List[NewMemory] = []
        self.by_hash: Dict[bytes, NewMemory] = {}
        self.by_fingerprint: Dict[bytes, NewMemory] = {}
        #: Of each term, the places in `drafts` of those that hold it.
        self._by_term: Dict[str, List[int]] = {}

    def add(self, new: NewMemory) -> None:
        """Take a memory in."""
        self.by_hash.setdefault(new.content_hash, new)
        self.by_fingerprint.setdefault(new.fingerprint, new)
        for term in new.terms:
            self._by_term.setdefault(term, []).append(len(self.drafts))
        self.drafts.append(new)

    def frequency(self, term: str) -> int:
        """Return how many of the memories hold a term."""
        return len(self._by_term.get(term, ()))

    def passing(self, sieve: Sieve) -> List[NewMemory]:
        """Return the memories that a sieve lets through, newest first."""
        places = {place for term in sieve.terms for place in self._by_term.get(term, ())}
        found = (self.drafts[place] for place in sorted(places, reverse=True))
        return [new for new in found if sieve.min_length <= sum(new.terms.values()) <= sieve.max_length]


def find_original(
    reader: Reader, space: Space, accepted: Accepted, new: NewMemory, mode: DedupMode
) -> Union[Merge, None]:
    """Return the memory that `new` repeats, or None. The bucket's own go before those of the batch."""
    same_words = reader.memory_by_fingerprint(space.id, new.fingerprint) or accepted.by_fingerprint.get(
        new.fingerprint
    )
    if same_words is not None:
        # Of the same words there may be one of the same bytes; of other words there is none.
        same = reader.memory_by_hash(space.id, new.content_hash) or accepted.by_hash.get(new.content_hash)
        if same is not None:
            return Merge(same.public_id, same.token_count, 1.0, "content_hash")
        return Merge(same_words.public_id, same_words.token_count, 1.0, "embedding_similarity")
    best, best_likeness = None, 0.0
    for known in _candidates(reader, space, accepted, new, _THRESHOLDS[mode]):
        likeness = repetition(known.content, new.content)
        if likeness >= _THRESHOLDS[mode] and likeness > best_likeness:
            best, best_likeness = known, likeness
    return best and Merge(best.public_id, best.token_count, best_likeness, "embedding_similarity")


def _candidates(
    reader: Reader, space: Space, accepted: Accepted, new: NewMemory, threshold: float
) -> Iterator[_Known]:
    counts: Dict[str, int] = {}

    def held(terms: Iterable[str]) -> Mapping[str, int]:
        stored = reader.document_frequencies(space.id, terms, up_to=_COMMON)
        counts.update((term, count + accepted.frequency(term)) for term, count in stored.items())
        return counts

    sieve = candidate_terms(new.content, held, threshold)
    if sieve is None or any(counts[term] >= _COMMON for term in sieve.terms):
        return
    yield from reader.holders(
        space.id,
        sieve.terms,
        min_length=sieve.min_length,
        max_length=sieve.max_length,
        limit=_COMMON * len(sieve.terms),
    )
    yield from accepted.passing(sieve)
