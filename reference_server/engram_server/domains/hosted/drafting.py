"""What a text becomes before it is stored: its terms, who said it and when, what it mentions and states. Pure.

What the caller gives beside the content comes first; where that is silent, the head of the content ("[8 May 2023]
Ana: ...") stands in.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...storage import Entity, Indexing, MemoryRow, NewFact, NewMemory
from ...text.entities import entities, name_key
from ...text.relations import relations
from ...text.signs import signs
from ...text.similarity import near_key
from ...text.terms import index_term, terms
from ...text.times import When, date_words, read_times
from ...text.tokens import estimate_tokens
from ...text.turn import read_turn
from ...text.words import words

# Grows whenever a text is read in another way than before: the memories of older databases are then drafted anew.
_TEXT_VERSION = 1

_HASH_BYTES = 16
# With the change to summer time, and the longest month.
_A_DAY_MS = 25 * 60 * 60 * 1000
_A_MONTH_MS = 31 * 24 * 60 * 60 * 1000


class Given(NamedTuple):
    """What a caller tells beside the content. `metadata` is JSON."""

    speaker: Optional[str] = None
    session: Optional[str] = None
    occurred_at: Optional[int] = None
    metadata: Optional[str] = None


class Said(NamedTuple):
    """A content taken apart: who said it ("" for nobody), when, what stands before it, and what was said."""

    speaker: str
    at: Optional[int]
    head: str
    body: str


class Drafted(NamedTuple):
    """A memory as it would be stored, and what was read in it on the way."""

    memory: NewMemory
    body: str
    times: List[When]


def read(content: str, given: Given) -> Said:
    """Take a content apart."""
    turn = read_turn(content)
    return Said(
        speaker=turn.speaker if given.speaker is None else given.speaker,
        at=turn.said_at if given.occurred_at is None else given.occurred_at,
        head=content[: turn.body_start],
        body=content[turn.body_start :],
    )


def given_with(row: MemoryRow) -> Given:
    """Return what was given with a stored memory."""
    return Given(row.speaker, row.session, row.occurred_at, row.metadata)


def draft(content: str, public_id: str, now: int, given: Given = Given()) -> NewMemory:
    """Return a memory as it would be stored at the moment `now`."""
    return drafted(content, public_id, now, given).memory


def drafted(content: str, public_id: str, now: int, given: Given) -> Drafted:
    """Return `draft` with what goes into it."""
    said = read(content, given)
    times, tells_time = read_times(said.body, now if said.at is None else said.at)
    counts, body_terms = _index_terms(content, said, times)
    memory = NewMemory(
        public_id=public_id,
        content=content,
        content_hash=_digest(content),
        # The same words of another speaker or another time are another memory.
        near_key=_digest(f"{given.speaker!r} {given.occurred_at}\n{near_key(content)}"),
        token_count=estimate_tokens(content),
        terms=counts,
        body_terms=body_terms,
        speaker=given.speaker,
        session=given.session,
        occurred_at=given.occurred_at,
        metadata=given.metadata,
        said_at=said.at,
        voice=" ".join(words(said.speaker)),
        said_by=said.speaker,
        flags=signs(said.body, tells_time=tells_time),
        since=min((when.start for when in times), default=None),
        until=max((when.end for when in times), default=None),
        entities=[Entity(*found) for found in entities(said.body, said.speaker) if found.key],
        facts=list(_facts(said)),
    )
    return Drafted(memory, said.body, times)


def _redraft(row: MemoryRow) -> NewMemory:
    return draft(row.content, row.public_id, row.created_at, given_with(row))


#: How the store has the memories of an older database drafted anew.
INDEXING = Indexing(_TEXT_VERSION, _redraft)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=_HASH_BYTES).digest()


def _index_terms(content: str, said: Said, told: Sequence[When]) -> Tuple[Dict[str, int], int]:
    """Return the terms of the body, then once each those of the head, the speaker and all dates; how many come first.

    The dates are those by which "tomorrow" and "last month" are asked for later.
    """
    counts: Dict[str, int] = Counter(map(index_term, words(said.body)))
    counts.pop("", None)
    body_terms = len(counts)
    about = words(f"{said.head} {said.speaker}") if said.head or said.speaker else []
    if said.at is not None:
        about += date_words(said.at)
        about += [word for when in told for word in _words_of(when)]
    for term in set(map(index_term, about)):
        counts[term] = counts.get(term, 0) + 1
    counts.pop("", None)
    if not counts:
        counts = terms(content)
        body_terms = len(counts)
    return counts, body_terms


def _words_of(when: When) -> List[str]:
    """Return the words by which people name a day, a month or a year, whichever a span of time is the most like."""
    named = date_words(when.start)
    length = when.end - when.start
    return named if length <= _A_DAY_MS else named[1:3] if length <= _A_MONTH_MS else named[2:3]


def _facts(said: Said) -> Iterator[NewFact]:
    for found in relations(said.body, said.speaker):
        subject_key, object_key = name_key(found.subject), name_key(found.object)
        if subject_key and object_key:
            yield NewFact(found.subject, subject_key, found.predicate, found.object, object_key)
