"""What the nastiest texts cost beside ordinary talk of as many bytes: the CPU time of storing and asking them."""

from __future__ import annotations

import json
import random
import statistics
import time
from operator import truediv
from typing import Callable, Dict, Iterator, List, Tuple
from zlib import crc32

from engram.types import JsonObject
from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.keys import DEVELOPMENT_KEY
from engram_server.wire import Request

from .support import table
from .talk import talk

_STORED_BYTES = 50 * 1024
_ASKED_BYTES = 16_000
_ROUNDS = 5
_MOST = 2.0
_WAYS = ("store", "store a near copy", "ask it", "answer from it")

_HEADERS = {"authorization": f"Bearer {DEVELOPMENT_KEY}", "content-type": "application/json"}
_LETTERS = "abcdefghijklmnop"
_EMOJI_AND_HAN = [chr(code) for code in (*range(0x1F300, 0x1F6FF), *range(0x1F900, 0x1FAFF), *range(0x20000, 0x22200))]

# Texts that are one thing over and over, each after the part that it is aimed at.
_REPEATED = {
    "words: one letter": "a",
    "words: letters": "a ",
    "words: lines": "a\n",
    "words: digits": "7",
    "words: accents": "é",
    "words: lone combining marks": "\u0301",
    "words: marks out of order": "\u0316\u0301\u0327\u0328",
    "words: a letter under many marks": "z" + "\u0300\u0316\u0301" * 40 + " ",
    "words: a letter of eighteen": "\ufdfa",
    "words: a letter of eight": "\ufdfb",
    "words: squared letters of six": "\u3316",
    "words: right-to-left marks": "\u200f",
    "words: overridden directions": "\u202eab\u202c\u2066c\u2069",
    "words: ideographs": "猫犬",
    "words: jamo": "\u1112\u1161\u11ab",
    "words: Arabic": "العالم ",
    "words: Bengali": "কাকা ",
    "words: C#": "C# ",
    "words: pluses": "+",
    "words: underscores": "_",
    "words: NUL": "\0",
    "words: spaces": " ",
    "sentences: stops": ".",
    "sentences: initials": "A.",
    "sentences: titles": "Mr. ",
    "sentences: lines": "\n",
    "sentences: questions": "? ",
    "sentences: brackets": "(",
    "sentences: pairs of brackets": "[]",
    "sentences: quotes": "\"'",
    "heads: brackets": "[8 May 2023] ",
    "heads: speakers": "Ana: ",
    "times: 1:": "1:",
    "times: numbers": "1 ",
    "times: dotted numbers": "1.",
    "times: slashed numbers": "1/",
    "times: thousands": "1,000,",
    "times: clock": "5pm ",
    "times: clock of a day": "5 pm on ",
    "times: clock of an hour": "at 5:00 ",
    "times: may": "may ",
    "times: May 5": "May 5 ",
    "times: 5 May 2023": "5 May 2023 ",
    "times: ranges": "8 May to ",
    "times: frames": "week of the ",
    "times: counted frames": "5 days before ",
    "times: days of months": "the 5th of ",
    "times: ago": "2 days ago ",
    "names: Ana's": "Ana's ",
    "names: names": "Ana Maria ",
    "names: names of names": "Ana of ",
    "names: places": "in Ana ",
    "names: surnames": "Ana Lopez, ",
    "facts: my": "My ",
    "facts: I": "I ",
    "facts: likes": "I like ",
    "facts: is": "Ana is ",
    "facts: names": "my name is ",
    "facts: notes": "wifi key: abc\n",
    "facts: sisters": "My sister Ana is a nurse in Oslo. ",
    "languages: FTS": 'NEAR(cat dog, 5) AND cat* NOT "dog" OR col:x ^y -z +w ',
    "languages: SQL": "'; DROP TABLE memories; -- ",
    "languages: URLs": "https://a.b/c?d=e&f#g ",
    "languages: JSON": '{"a": [1, "b"]}, ',
}
# Texts that never say the same twice, by a source of chance.
_VARIED: Dict[str, Callable[[random.Random], str]] = {
    "words: 10,000 emoji and ideographs": lambda chance: "".join(chance.sample(_EMOJI_AND_HAN, len(_EMOJI_AND_HAN))),
    "words: of chance": lambda chance: " ".join("".join(chance.choices(_LETTERS, k=6)) for _ in range(8_000)),
    "words: long": lambda chance: " ".join("".join(chance.choices(_LETTERS, k=60)) for _ in range(900)),
    "names: of chance": lambda chance: " ".join(
        "".join(chance.choices(_LETTERS, k=6)).capitalize() for _ in range(8_000)
    ),
    "times: of chance": lambda chance: " ".join(str(chance.randint(0, 10_000)) for _ in range(11_000)),
}
# What they are measured beside, and how many of them stand between two of these: talk that is answered from costs more
# than talk that is not, so the mean of several counts.
_ORDINARY = {f"ordinary talk {seed}": seed for seed in range(5)}
_BESIDE = -(-len(_REPEATED) // len(_ORDINARY))


def run() -> None:
    """Print each text's cost as a multiple of that of talk, the worst first, and what talk itself costs."""
    app = build_app(Settings(db=":memory:", api_keys=(("default", DEVELOPMENT_KEY),)))
    try:
        least = _least_costs(app)
    finally:
        app.close()
    ordinary = [statistics.mean(costs) for costs in zip(*(least.pop(name) for name in _ORDINARY))]
    rows: List[List[object]] = [
        [name, *map(truediv, costs, ordinary)]
        for name, costs in sorted(least.items(), key=lambda one: -max(map(truediv, one[1], ordinary)))
    ]
    table(f"CPU time beside ordinary talk, at most {_MOST}", ["text", *_WAYS], rows)
    milliseconds = ", ".join(f"{way} {1_000 * cost:.0f} ms" for way, cost in zip(_WAYS, ordinary))
    print(f"\nOrdinary talk: {milliseconds}")


def _least_costs(app: App) -> Dict[str, List[float]]:
    """Return the CPU seconds of each way for each text, the least of several rounds.

    A round is of all texts, talk among the others, so that a while in which the machine is slow spoils one try of each.
    """
    least: Dict[str, List[float]] = {}
    for number in range(_ROUNDS):
        for name, text in _texts(number):
            costs = _costs(app, f"{number}-{len(least)}-{crc32(name.encode())}", text)
            least[name] = list(map(min, costs, least.get(name, costs)))
    return least


def _texts(number: int) -> Iterator[Tuple[str, str]]:
    """Yield the texts of one round: those of chance are of another chance each time, since words are remembered."""
    ordinary = iter(_ORDINARY.items())
    for place, (name, repeated) in enumerate(_REPEATED.items()):
        if place % _BESIDE == 0:
            usual, seed = next(ordinary)
            yield usual, " ".join(talk(600, seed=seed))
        yield name, repeated * _STORED_BYTES
    for name, varied in _VARIED.items():
        yield name, varied(random.Random(number))


def _costs(app: App, bucket: str, text: str) -> List[float]:
    """Return the CPU seconds of each way in a bucket of its own."""
    path = f"/v1/buckets/{bucket}/memories"
    content = "The cat says " + _cut(text, _STORED_BYTES)
    return [
        _cpu_seconds(app, path, {"content": content}),
        _cpu_seconds(app, path, {"content": content[:-200] + " and not another word"}),
        _cpu_seconds(app, "/v1/query", {"query": _cut(text, _ASKED_BYTES), "bucket": bucket}),
        _cpu_seconds(app, "/v1/query", {"query": "What does the cat say?", "bucket": bucket}),
    ]


def _cut(text: str, size: int) -> str:
    return text[:size].encode("utf-8")[:size].decode("utf-8", "ignore")


def _cpu_seconds(app: App, path: str, body: JsonObject) -> float:
    request = Request("POST", path, "", _HEADERS, json.dumps(body).encode("utf-8"))
    start = time.process_time()
    response = app.handle(request)
    taken = time.process_time() - start
    assert response.status < 300, response.body
    return taken
