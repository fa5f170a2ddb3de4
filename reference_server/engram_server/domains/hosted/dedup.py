"""Deduplication: is this memory in the bucket, or in its own batch, already?

First the fingerprint of its words and the hash of its exact text, then, for texts long enough that they may differ
in a word and still be alike, the memories that share one of its rarer terms. Never a scan of the bucket.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Union

from engram.types import DedupMode, MergeReason

from ...storage import MemoryRow, NewMemory, Reader, Space
from ...text.similarity import Sieve, candidate_terms, similarity

# The thresholds that the hosted API documents for its two modes.
_THRESHOLDS: Dict[DedupMode, float] = {"loose": 0.95, "strict": 0.99}

# More memories than this with one rare term and the right length are a template; the newest of them are compared.
_MAX_CANDIDATES = 50

# A term that so many memories hold is not rare, however many more there are.
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
        self._by_term: Dict[str, List[NewMemory]] = {}

    def add(self, new: NewMemory) -> None:
        """Take a memory in."""
        self.drafts.append(new)
        self.by_hash.setdefault(new.content_hash, new)
        self.by_fingerprint.setdefault(new.fingerprint, new)
        for term in new.terms:
            self._by_term.setdefault(term, []).append(new)

    def frequency(self, term: str) -> int:
        """Return how many of the memories hold a term."""
        return len(self._by_term.get(term, ()))

    def passing(self, sieve: Sieve) -> Iterator[NewMemory]:
        """Yield the memories that a sieve lets through, of each term the newest."""
        for term in sieve.terms:
            for new in self._by_term.get(term, ())[: -_MAX_CANDIDATES - 1 : -1]:
                if sieve.min_length <= sum(new.terms.values()) <= sieve.max_length:
                    yield new


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
    threshold = _THRESHOLDS[mode]
    best, best_similarity = None, 0.0
    for known in _candidates(reader, space, accepted, new, threshold, same_words):
        score = similarity(known.content, new.content)
        if score >= threshold and score > best_similarity:
            best, best_similarity = known, score
            if score == 1.0:
                break
    return best and Merge(best.public_id, best.token_count, best_similarity, "embedding_similarity")


def _candidates(
    reader: Reader,
    space: Space,
    accepted: Accepted,
    new: NewMemory,
    threshold: float,
    same_words: Optional[_Known],
) -> Iterator[_Known]:
    if same_words is not None:
        yield same_words

    def held(terms: Iterable[str]) -> Mapping[str, int]:
        stored = reader.document_frequencies(space.id, terms, up_to=_COMMON)
        return {term: count + accepted.frequency(term) for term, count in stored.items()}

    sieve = candidate_terms(new.content, held, threshold)
    if sieve is not None:
        yield from accepted.passing(sieve)
        yield from reader.holders(
            space.id,
            sieve.terms,
            min_length=sieve.min_length,
            max_length=sieve.max_length,
            limit=_MAX_CANDIDATES,
        )
