"""Words by which a memory shows what was done, wanted or felt, and of what type it is. Data, and finding them. Pure."""

from __future__ import annotations

import re
from typing import AbstractSet, Dict, Iterator, List, NamedTuple, Tuple, Union

from engram.types.brain import MemoryKind

from ....text.terms import index_term

# A phrase is the cue's verb with as many words behind it, up to the end of its clause; in "v2.3" none ends.
_PHRASE = r"(?: [^\s,.;:!?()]+(?:\.\w[^\s,.;:!?()]*)*){1,5}"
_DONE = (
    "decided chose picked selected rejected fixed deployed built created released shipped merged migrated switched "
    "replaced upgraded refactored implemented launched installed configured published"
)
_WANTED = "want wants wanted plan plans planned planning going hope hopes intend intends need needs have has"
_WANTED_ALONE = "should must goal: todo: fixme:"
_ACTION = re.compile(rf"\b(?:{_DONE.replace(' ', '|')}){_PHRASE}", re.I)
_INTENT = re.compile(
    rf"\b(?:(?:{_WANTED.replace(' ', '|')}) to|{_WANTED_ALONE.replace(' ', '|')})(?P<aim>{_PHRASE})", re.I
)
_MAX_ACTIONS, _MAX_INTENTS = 5, 3
_MAX_CHARS = 4_000
# Joining words at the end of a cut phrase.
_LOOSE = re.compile(
    r"(?: (?:a|an|the|and|or|to|of|for|in|on|at|by|with|from|because|so|that|this|our|my|his|her|its|their|as))+$", re.I
)

_FEELINGS = """
happiness 0.8: happy glad delighted thrilled joyful cheerful excited overjoyed ecstatic
sadness 0.8: sad unhappy miserable heartbroken depressed grieving gloomy
anger 0.9: angry furious annoyed irritated outraged mad
fear 0.8: afraid scared terrified frightened anxious worried nervous
frustration 0.8: frustrated frustrating stuck fed
pride 0.7: proud
relief 0.7: relieved
surprise 0.6: surprised amazed astonished shocked
gratitude 0.7: grateful thankful
disappointment 0.7: disappointed disappointing
stress 0.8: stressed stressful overwhelmed exhausted burnout
"""


class Feeling(NamedTuple):
    """A state of mind and how strong it is."""

    name: str
    intensity: float


def _feelings() -> Iterator[Tuple[str, Feeling]]:
    for line in _FEELINGS.strip().splitlines():
        head, words = line.split(":")
        name, intensity = head.split()
        for word in words.split():
            yield index_term(word), Feeling(name, float(intensity))


FEELINGS: Dict[str, Feeling] = dict(_feelings())
"""By index term."""

# The first family that fits decides.
_FAMILIES: Tuple[Tuple[MemoryKind, str], ...] = (
    ("todo", "todo|fixme|need to|needs to|have to|has to|should|must"),
    ("decision", "decision|decided|chose|picked|selected|went with|instead of|switched to|rejected"),
    ("error", "error|bug|crash|crashed|exception|failed|broken"),
    ("insight", "learned|learnt|realized|realised|discovered|turns out|found that"),
    ("instruction", "always use|never use|make sure|don't forget"),
    ("preference", "prefer|prefers|preferred|like|likes|favorite|favourite|hate|hates"),
    ("workflow", "workflow|pipeline|deploy|process"),
    ("reference", "http|https|docs|documentation"),
)
_TYPES = tuple((kind, re.compile(rf"\b(?:{words})\b", re.I)) for kind, words in _FAMILIES)
# Most texts hold no word that any of these patterns begins with, which is found out sooner.
_ACTION_WORDS = frozenset(_DONE.split())
_INTENT_WORDS = frozenset(_WANTED.split()) | frozenset(_WANTED_ALONE.replace(":", "").split())
_TYPE_WORDS = frozenset(re.split("[ ']", phrase)[0] for _, words in _FAMILIES for phrase in words.split("|"))
_NO_TODO = re.compile(r"\b(?:because|root cause|pattern|architecture|config)\b", re.I)


def actions(body: str, told: AbstractSet[str]) -> List[str]:
    """Return what somebody did, in the words of `body`; `told` are its folded words."""
    return [] if _ACTION_WORDS.isdisjoint(told) else _phrases(_ACTION, body, 0)[:_MAX_ACTIONS]


def intents(body: str, told: AbstractSet[str]) -> List[str]:
    """Return what somebody wants or has to do, without the words that say so."""
    return [] if _INTENT_WORDS.isdisjoint(told) else _phrases(_INTENT, body, "aim")[:_MAX_INTENTS]


def guessed_type(body: str, told: AbstractSet[str]) -> MemoryKind:
    """Return what kind of memory a text is by its words; a fact where nothing tells."""
    if _TYPE_WORDS.isdisjoint(told):
        return "fact"
    text = body[:_MAX_CHARS]
    for kind, pattern in _TYPES:
        if pattern.search(text) and not (kind == "todo" and _NO_TODO.search(text)):
            return kind
    return "fact"


def _phrases(pattern: "re.Pattern[str]", body: str, group: Union[int, str]) -> List[str]:
    found = (_LOOSE.sub("", match.group(group)).strip() for match in pattern.finditer(body[:_MAX_CHARS]))
    return list(dict.fromkeys(phrase for phrase in found if phrase))
