"""What raises or lowers a memory's score beside its words: who said it, when, and in what form. Pure.

A factor of 1.2 shows in the explanation as what it added, so the parts of a score still add up to it.
"""

from __future__ import annotations

import math
from typing import AbstractSet, Iterable, Iterator, NamedTuple, Sequence, Tuple

from ..storage import TurnRow
from ..text.signs import ASKS, COUNTS, FIRST_PERSON, NAMES, TELLS_PLACE, TELLS_TIME
from ..text.times import When
from .weights import Weights


class Wanted(NamedTuple):
    """What a question asks for beside its words, in one space."""

    #: Words of the names of speakers whom the question names.
    speakers: AbstractSet[str]
    #: How many speakers the space has.
    voices: int
    #: Signs that an answer is likely to show.
    signs: int
    #: The times that it names.
    times: Sequence[When]
    #: Memories that mention an entity, and those that state a relation, which the question is about.
    mentioning: AbstractSet[int]
    stating: AbstractSet[int]


def factors(turn: TurnRow, wanted: Wanted, weights: Weights) -> Iterator[Tuple[str, float]]:
    """Yield the name of each factor that a memory has, and by how much it changes the score: 0.2 adds a fifth."""
    if wanted.speakers and not wanted.speakers.isdisjoint(turn.speaker.split()):
        yield "speaker", weights.speaker / math.log2(max(2, wanted.voices))
        if turn.flags & FIRST_PERSON:
            yield "own words", weights.own_words
    if turn.flags & ASKS:
        yield "question", weights.asks
    yield "length", weights.short * math.exp(-turn.length / weights.short_terms)
    if turn.flags & NAMES:
        yield "names", weights.names
    shown = turn.flags & wanted.signs
    if shown:
        for sign, name, change in _asked_for(weights):
            if shown & sign:
                yield name, change
    if any(_in(turn, when) for when in wanted.times):
        yield "time", weights.same_time
    if turn.id in wanted.mentioning:
        yield "entity", weights.entity
    if turn.id in wanted.stating:
        yield "fact", weights.fact


def most(wanted: Wanted, weights: Weights) -> float:
    """Return the product of all factors that a memory can have, which bounds every score."""
    changes = [weights.names]
    changes += [change for sign, _, change in _asked_for(weights) if wanted.signs & sign]
    if wanted.speakers:
        changes += [weights.speaker / math.log2(max(2, wanted.voices)), weights.own_words]
    if wanted.times:
        changes.append(weights.same_time)
    if wanted.mentioning:
        changes.append(weights.entity)
    if wanted.stating:
        changes.append(weights.fact)
    return math.prod(1.0 + change for change in changes)


def _asked_for(weights: Weights) -> Iterable[Tuple[int, str, float]]:
    return (
        (TELLS_TIME, "tells a time", weights.tells_time),
        (COUNTS, "counts", weights.counts),
        (TELLS_PLACE, "tells a place", weights.tells_place),
        (NAMES, "names whom", weights.names_asked),
    )


def _in(turn: TurnRow, when: When) -> bool:
    """Return whether a memory was said in a span of time, or tells of a part of it."""
    if when.start <= turn.said_at < when.end:
        return True
    return turn.since is not None and turn.until is not None and turn.since < when.end and turn.until > when.start
