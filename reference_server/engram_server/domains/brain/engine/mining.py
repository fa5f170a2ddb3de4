"""What people ask about after one another, from the questions that they asked. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Dict, Iterable, List, NamedTuple, Sequence, Tuple

from ....text.stopwords import STOP_WORDS
from ....text.words import words

_MIN_TOPIC_CHARS = 3
MAX_TOPICS = 10
# Microseconds: who asks again after ten minutes has begun something else.
_MAX_GAP_US = 600_000_000
_MIN_EVENTS = 3
_MIN_COUNT = 3
_MAX_PATTERNS = 20
_FIRST_WEIGHT, _MORE_WEIGHT = 0.3, 0.05


class Event(NamedTuple):
    """A question, what it was about, and when it was asked (microseconds)."""

    session: str
    topics: Sequence[str]
    asked_at: int


class Pattern(NamedTuple):
    """A topic that is asked about after another, how often, and how strong that makes the synapse."""

    first: str
    then: str
    times: int
    weight: float


class Mined(NamedTuple):
    """What questions show."""

    topics: int
    pairs: int
    patterns: List[Pattern]


def topics_of(question: str) -> List[str]:
    """Return what a question is about: its telling words of three letters or more, each once, ten at most."""
    telling = (word for word in words(question) if len(word) >= _MIN_TOPIC_CHARS and word not in STOP_WORDS)
    return list(dict.fromkeys(telling))[:MAX_TOPICS]


def mine(events: Iterable[Event]) -> Mined:
    """Return the patterns of questions: what was asked about within ten minutes in one session, often enough."""
    sessions: Dict[str, List[Event]] = {}
    for event in events:
        sessions.setdefault(event.session, []).append(event)
    asked = [event for session in sessions.values() for event in session if event.topics]
    topics = {topic for event in asked for topic in event.topics}
    if len(asked) < _MIN_EVENTS:
        return Mined(len(topics), 0, [])
    counts = Counter(pair for session in sessions.values() for pair in _pairs(session))
    often = sorted((pair for pair in counts if counts[pair] >= _MIN_COUNT), key=lambda pair: (-counts[pair], pair))
    return Mined(
        topics=len(topics),
        pairs=len(counts),
        patterns=[
            Pattern(first, then, times, min(1.0, round(_FIRST_WEIGHT + _MORE_WEIGHT * times, 6)))
            for first, then in often[:_MAX_PATTERNS]
            for times in (counts[first, then],)
        ],
    )


def _pairs(session: Sequence[Event]) -> Iterable[Tuple[str, str]]:
    ordered = sorted(session, key=lambda event: event.asked_at)
    for earlier, later in zip(ordered, ordered[1:]):
        if later.asked_at - earlier.asked_at <= _MAX_GAP_US:
            for first in earlier.topics:
                yield from ((first, then) for then in later.topics if then != first)
