"""Made-up talk: memories with heads, and questions about them, in everyday words that are as uneven as those of people.

Every stretch of talk keeps to one field of life, so that neighbours have to do with each other and words with kin.
"""

from __future__ import annotations

import itertools
import random
import re
from datetime import datetime, timedelta
from typing import Iterator, List, Sequence, TypeVar
from zlib import crc32

from engram_server.text.concepts import FIELDS
from engram_server.text.stopwords import STOP_WORDS

_SPEAKERS = ("Ana", "Bram", "Chiara", "Deniz")
_TIMES = ("yesterday", "last week", "on Friday", "in May", "two days ago", "next month")
_PLACES = ("Lisbon", "Oslo", "Lake Como", "Kyoto")
_QUESTIONS = (
    "What did {who} {first} for her {second} in May?",
    "When did {who} last talk about the {first} and {second}?",
    "Which {first} did {who} want to {second} before winter?",
    "Where did {who} find a {first} for the {second}?",
    "Why was {who} worried about her {first} and the {second}?",
)
T = TypeVar("T")

_OFFSET = 10
_TURNS_A_STRETCH = 12
_FIRST_DAY = datetime(2020, 1, 6, 9)

_TOPICS = [re.findall(r"[a-z]+", line) for field in FIELDS for line in field.splitlines() if "|" in line]
# By a digest, since the most common words do not all begin with an "a".
_LIKED = sorted({word for topic in _TOPICS for word in topic}, key=lambda word: crc32(word.encode()))
_JOINING = sorted(word for word in STOP_WORDS if word.isascii() and word.isalpha() and len(word) > 1) + ["I"]


def talk(count: int, seed: int = 1) -> Iterator[str]:
    """Yield memories of about a hundred characters; the same seed gives the same ones."""
    chance = random.Random(seed)
    now = _FIRST_DAY
    for number in range(count):
        if number % _TURNS_A_STRETCH == 0:
            now += timedelta(hours=chance.randint(5, 40))
            topic, voices = _zipf(chance, _TOPICS), chance.sample(_SPEAKERS, 2)
        now += timedelta(minutes=chance.randint(1, 3))
        head = f"[{now:%I:%M %p} on {now.day} {now:%B}, {now.year}] {voices[number % 2]}: "
        yield head + _sentences(chance, topic)


def questions(count: int, seed: int = 2) -> List[str]:
    """Return questions of six to ten words about such talk."""
    chance = random.Random(seed)
    frames = itertools.cycle(_QUESTIONS)
    asked = []
    for _ in range(count):
        topic = _zipf(chance, _TOPICS)
        first, second = chance.choice(topic), chance.choice(topic if chance.random() < 0.5 else _LIKED)
        asked.append(next(frames).format(who=chance.choice(_SPEAKERS), first=first, second=second))
    return asked


def _sentences(chance: random.Random, topic: List[str]) -> str:
    said = []
    for _ in range(chance.randint(1, 2)):
        found = [_word(chance, topic) for _ in range(chance.randint(5, 9))]
        if chance.random() < 0.3:
            found.append(chance.choice(_TIMES))
        if chance.random() < 0.2:
            found += ["in", chance.choice(_PLACES)]
        said.append(" ".join([found[0].capitalize(), *found[1:]]))
    return " ".join(sentence + chance.choice("...!?") for sentence in said)


def _word(chance: random.Random, topic: List[str]) -> str:
    kind = chance.random()
    return chance.choice(topic) if kind < 0.2 else _zipf(chance, _LIKED) if kind < 0.55 else chance.choice(_JOINING)


def _zipf(chance: random.Random, ranked: Sequence[T]) -> T:
    """Choose one, the nth about as often as 1 / (n + 10): the usual law, without its few leading stop words."""
    first, last = _OFFSET, _OFFSET + len(ranked)
    return ranked[int(first * (last / first) ** chance.random()) - first]
