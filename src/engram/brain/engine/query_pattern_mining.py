"""What people ask about after one another: topics of questions, pairs of topics, and what follows from them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import DefaultDict, Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from ... import calls_brain as calls
from ...types.brain_learning import LearnPatternsBody, PatternReport, SuggestPatternsBody
from ..core.brain import BrainConfig
from ..core.recall_event import RecallEvent
from ..core.values import sent, several
from ..storage import BrainStorage

DEFAULT_WINDOW_SECONDS = 600.0
MAX_TOPICS = 10

_MIN_TOPIC_CHARS = 3
_MAX_SUGGESTIONS = 5
_WORD = re.compile(r"[^\W_]+")
# What questions are put with, and no topic of any: the words of three letters and more that the server leaves out.
_STOP_WORDS: FrozenSet[str] = frozenset(
    """
    the this that these those such mine myself our ours ourselves you your yours yourself yourselves him his himself she
    her hers herself its itself they them their theirs themselves who whom whose which what when where why how are was
    were been being does did doing have has had having can could should would shall will might must about above across
    after against along among around before behind below beneath beside besides between beyond down during for from
    inside into off onto out outside over through throughout toward towards under until upon via with within without
    and but nor than then because while although though unless whether since not any some all both each either neither
    every other another own same few more most much also just only very too again further once here there ever even
    still quite rather don didn doesn isn aren wasn weren hasn haven hadn wouldn couldn shouldn mustn ain gonna wanna
    gotta kinda sorta okay hey hello wow yeah yep yup yes haha lol hmm aww ive dont didnt doesnt isnt wasnt cant cannot
    """.split()
)


@dataclass(frozen=True)
class TopicPair:
    """A topic that was asked about after another, how often, and how many seconds later on average."""

    topic_a: str
    topic_b: str
    count: int
    avg_gap_seconds: float


@dataclass(frozen=True)
class QueryPatternReport:
    """What recorded questions showed."""

    topics_extracted: int
    pairs_found: int
    patterns_learned: int

    @classmethod
    def of(cls, wire: PatternReport) -> QueryPatternReport:
        """Return what was sent."""
        return cls(wire["topics_extracted"], wire["pairs_found"], wire["patterns_learned"])


def extract_topics(action_context: str) -> List[str]:
    """Return what a question is about: its telling words of three letters or more, each once, ten at most.

        extract_topics("authentication jwt tokens")  # ["authentication", "jwt", "tokens"]
    """
    words = _WORD.findall(_folded(action_context))
    telling = (word for word in words if len(word) >= _MIN_TOPIC_CHARS and word not in _STOP_WORDS)
    return list(dict.fromkeys(telling))[:MAX_TOPICS]


def _folded(text: str) -> str:
    """Return a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in apart if not unicodedata.combining(char))


def mine_query_topic_pairs(
    events: Iterable[RecallEvent], window_seconds: float = DEFAULT_WINDOW_SECONDS
) -> List[TopicPair]:
    """Return the topics that were asked about one after another in a session, no more than some seconds later.

    The most frequent pairs come first.

        pairs = mine_query_topic_pairs(await storage.get_recall_events())
    """
    sessions: DefaultDict[str, List[RecallEvent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.asked_at):
        sessions[event.session_id].append(event)
    gaps: Dict[Tuple[str, str], List[float]] = {}
    for asked in sessions.values():
        for earlier, later in zip(asked, asked[1:]):
            gap = (later.asked_at - earlier.asked_at).total_seconds()
            if gap <= window_seconds:
                for first in _topics(earlier):
                    for then in _topics(later):
                        if then != first:
                            gaps.setdefault((first, then), []).append(gap)
    pairs = [TopicPair(*pair, len(found), sum(found) / len(found)) for pair, found in gaps.items()]
    return sorted(pairs, key=lambda pair: (-pair.count, pair.topic_a, pair.topic_b))


def _topics(event: RecallEvent) -> Sequence[str]:
    return event.topics or extract_topics(event.query)


async def learn_query_patterns(
    storage: BrainStorage, config: Optional[BrainConfig] = None, reference_time: Optional[datetime] = None
) -> QueryPatternReport:
    """Have the brain learn from the questions that were recorded: what is often asked next is connected.

    Learning again from the same questions changes nothing. `config` is that of the brain anyway.

        report = await learn_query_patterns(storage)
    """
    body: LearnPatternsBody = {"reference_time": sent(reference_time)}
    return QueryPatternReport.of(await storage.send(calls.LEARN_PATTERNS, body=body))


async def suggest_follow_up_queries(
    storage: BrainStorage, topics: Iterable[str], config: Optional[BrainConfig] = None
) -> List[str]:
    """Return up to five topics that are often asked about next, the strongest first.

        topics = await suggest_follow_up_queries(storage, ["routing"])
    """
    body: SuggestPatternsBody = {"topics": several(topics, "topics"), "limit": _MAX_SUGGESTIONS}
    return (await storage.send(calls.SUGGEST_PATTERNS, body=body))["suggestions"]
