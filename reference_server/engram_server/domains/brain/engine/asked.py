"""What a question asks of a brain: its kind, how far to look, and the names by which neurons may be known. Pure."""

from __future__ import annotations

import enum
import re
from typing import Dict, List, NamedTuple, Tuple

from ....recall.question import Question
from ....text.stopwords import STOP_WORDS
from ....text.times import When
from ....text.words import words
from .reading import concept_forms

# A name of more words is no name.
_MAX_NAME_WORDS = 3
# A pasted page is no question about all of its words.
_MAX_WORDS = 40
_MANY_KEYWORDS = 5


class Depth(enum.IntEnum):
    """How far to look."""

    INSTANT = 0
    CONTEXT = 1
    HABIT = 2
    DEEP = 3


# Steps at each depth; the deepest goes as far as the brain's settings let any.
_HOPS = {Depth.INSTANT: 1, Depth.CONTEXT: 3, Depth.HABIT: 4}


class Intent(enum.Enum):
    """What kind of answer is wanted."""

    RECALL = "recall"
    CAUSE = "cause"
    EFFECT = "effect"
    SEQUENCE = "sequence"
    FEELING = "feeling"
    HABIT = "habit"
    MANNER = "manner"


# The first that fits decides. Whole words: "email" asks for nobody.
_INTENTS: Tuple[Tuple[Intent, "re.Pattern[str]"], ...] = tuple(
    (intent, re.compile(rf"\b(?:{cues})\b", re.I))
    for intent, cues in (
        (Intent.CAUSE, "why|how come|(?:what|which) (?:\\w+ )?(?:caused|led to|made)|(?:reason|cause) (?:for|of|why)"),
        (
            Intent.EFFECT,
            "what (?:resulted|came of|followed from)|(?:what|which) (?:was|were) the (?:result|effect|consequence)s?"
            "|(?:result|effect|consequence)s? of|what did .{1,80} (?:lead to|cause|result in)",
        ),
        (Intent.FEELING, "feel|feels|felt|feeling|feelings|emotion|emotions|mood"),
        (Intent.HABIT, "usually|typically|always|often|habit|habits|pattern|patterns|routine|tend to|every time"),
        (Intent.SEQUENCE, "before|after|then|next"),
        (Intent.MANNER, "how|compare|compared|versus|differ|difference|differences"),
    )
)
_DEPTHS: Dict[Intent, Depth] = {
    Intent.CAUSE: Depth.DEEP,
    Intent.EFFECT: Depth.DEEP,
    Intent.FEELING: Depth.DEEP,
    Intent.HABIT: Depth.HABIT,
    Intent.SEQUENCE: Depth.CONTEXT,
    Intent.MANNER: Depth.CONTEXT,
}


class Signals(NamedTuple):
    """What a question gives to begin with."""

    intent: Intent
    #: Key of a neuron to the index of the word of the question that it begins with.
    keys: Dict[str, int]
    #: The words that say what it is about.
    keywords: List[str]
    times: List[When]


def signals_of(question: Question, times: List[When]) -> Signals:
    """Return what a question gives to begin with."""
    told = words(question.text)[:_MAX_WORDS]
    keys: Dict[str, int] = {}
    for length in range(_MAX_NAME_WORDS, 0, -1):
        for at in range(len(told) - length + 1):
            some = told[at : at + length]
            if not STOP_WORDS.issuperset(some):
                keys.setdefault(" ".join(some), at)
    for at, word in enumerate(told):
        if word not in STOP_WORDS:
            for form in concept_forms(word):
                keys.setdefault(form, at)
    keywords = list(dict.fromkeys(one.word.lower() for one in question.concepts if one.term not in STOP_WORDS))
    intent = next((intent for intent, pattern in _INTENTS if pattern.search(question.text)), Intent.RECALL)
    return Signals(intent, keys, keywords, times)


def depth_of(signals: Signals, names: int) -> Depth:
    """Return how far to look for a question that does not say; `names` is how many that it names are known."""
    if signals.intent in _DEPTHS:
        return _DEPTHS[signals.intent]
    if len(signals.keywords) >= _MANY_KEYWORDS or (names >= 2 and signals.times):
        return Depth.CONTEXT
    return Depth.INSTANT


def hops_of(depth: Depth, most: int) -> int:
    """Return how many steps a depth has where `most` is as far as any goes."""
    return min(_HOPS.get(depth, most), most)
