"""What questions are about, and what is asked about after one another: pure, and as the server sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import List

import pytest

from engram.brain.core import RecallEvent
from engram.brain.engine.query_pattern_mining import TopicPair, extract_topics, mine_query_topic_pairs
from engram_server.domains.brain.engine.mining import topics_of
from engram_server.text.stopwords import STOP_WORDS

from .samples import NOON


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("authentication jwt tokens", ["authentication", "jwt", "tokens"]),
        ("ab", []),
        ("", []),
        ("What did the routing do to the Routing?", ["routing"]),
        ("Müller's well-known café", ["muller", "well", "known", "cafe"]),
        ("up to snake_case and HTTP2", ["snake", "case", "http2"]),
        (" ".join(f"topic{number}" for number in range(12)), [f"topic{number}" for number in range(10)]),
        (" ".join(sorted(STOP_WORDS)), []),
    ],
)
def test_topics(question: str, topics: List[str]) -> None:
    assert extract_topics(question) == topics
    assert topics_of(question) == topics


def event(minutes: float, query: str, session: str = "s", *topics: str) -> RecallEvent:
    return RecallEvent(f"{minutes}", query, session, NOON + timedelta(minutes=minutes), topics)


def test_pairs_of_topics() -> None:
    events = [
        event(13, "routing again"),
        event(0, "routing"),
        event(2, "middleware routing"),
        event(12.5, "too late"),
        event(1, "elsewhere", "other"),
        event(14, "ignored words", "s", "middleware"),
    ]
    assert mine_query_topic_pairs(events) == [
        TopicPair("late", "routing", 1, 30.0),
        TopicPair("routing", "middleware", 2, 90.0),
    ][::-1]


@pytest.mark.parametrize(("seconds", "pairs"), [(600.0, 1), (599.0, 0)])
def test_a_pair_is_no_longer_apart_than_the_window(seconds: float, pairs: int) -> None:
    events = [event(0, "routing"), event(10, "middleware")]
    assert len(mine_query_topic_pairs(events, seconds)) == pairs
