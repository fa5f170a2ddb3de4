"""How much of what answers a question recall brings back, by kind of question, and what each step of it is worth.

Measured on conversations in the public JSON format of LoCoMo (Maharana et al., 2024), named by ENGRAM_LOCOMO. One
bucket a conversation, one memory a turn, a question as it stands; nothing but the texts is given.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import AbstractSet, Any, Dict, FrozenSet, Iterator, List, NamedTuple, Sequence, Tuple

from engram_server.clock import milliseconds, system_clock
from engram_server.domains.hosted.drafting import draft
from engram_server.domains.hosted.memories import store
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, rank
from engram_server.recall.weights import WEIGHTS, Weights
from engram_server.storage import open_store
from engram_server.text.turn import read_turn

from .support import client, server, table

PATH_VARIABLE = "ENGRAM_LOCOMO"
# Asks one speaker for what the other did: whoever trusts names must lose there, so it is left out of the averages.
_ADVERSARIAL = "adversarial"
_CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: _ADVERSARIAL}
# "D8:6; D9:17", "D30:05"; annotators also write ranges: "D12:3-D12:5".
_EVIDENCE = re.compile(r"D:?(\d+):(\d+)(?:\s*-\s*D:?\1:(\d+))?")
_TOP_K = 10
_BATCH = 500

# What is measured without: each step of the ranking alone, then the whole with the textbook's BM25.
_WITHOUT = {
    "the talk around a memory": replace(WEIGHTS, after=0.0, before=0.0, answer=0.0),
    "what answers borrow of questions": replace(WEIGHTS, answer=0.0),
    "related words": replace(WEIGHTS, related=0.0),
    "frame words at low weight": replace(WEIGHTS, frame=1.0),
    "the speaker": replace(WEIGHTS, speaker=0.0, name=1.0),
    "own words": replace(WEIGHTS, own_words=0.0),
    "signs asked for": replace(WEIGHTS, tells_time=0.0, counts=0.0, tells_place=0.0, names_asked=0.0),
    "names": replace(WEIGHTS, names=0.0),
    "questions are no answers": replace(WEIGHTS, asks=0.0),
    "short memories": replace(WEIGHTS, short=0.0),
    "the time asked for": replace(WEIGHTS, same_time=0.0),
    "entities": replace(WEIGHTS, entity=0.0),
    "facts": replace(WEIGHTS, fact=0.0),
    "feedback": replace(WEIGHTS, feedback=0.0),
    "the gate of coherence": replace(WEIGHTS, coherence=1e-9),
    "own k1 and b: 1.2 and 0.75": replace(WEIGHTS, k1=1.2, b=0.75),
}
_OF_LOOSE = ("the talk around a memory", "the gate of coherence")


class Question(NamedTuple):
    """A question, the numbers of the memories that answer it, and its kind."""

    text: str
    evidence: FrozenSet[int]
    category: str


class Conversation(NamedTuple):
    """Memories in the order of talk, and questions about them."""

    contents: List[str]
    questions: List[Question]


class Figures(NamedTuple):
    """Means over questions, in percent."""

    recall_at_1: float
    recall_at_10: float
    ndcg_at_10: float


Scored = List[Tuple[str, Figures]]


def run() -> None:
    """Print evidence recall over HTTP by category, then the change in each figure without each step."""
    path = os.environ.get(PATH_VARIABLE)
    if not path:
        print(f"\nrecall: left out; {PATH_VARIABLE} names no file of conversations")
        return
    conversations = read_conversations(Path(path))
    scored = _over_http(conversations)
    rows: List[List[object]] = []
    for name in (*_CATEGORIES.values(), ""):
        some = [figures for category, figures in scored if (category == name if name else category != _ADVERSARIAL)]
        rows.append([name or f"all but {_ADVERSARIAL}", len(some), *_mean(some)])
    table("Evidence recall over HTTP, percent", ["questions", "number", *_HEADS], rows)
    _ablation("Without one step, in the process", conversations, list(_WITHOUT))
    _ablation("The same of loose memories: shuffled, without heads", list(map(_loose, conversations)), _OF_LOOSE)


_HEADS = ("recall@1", "recall@10", "nDCG@10")


def _ablation(title: str, conversations: Sequence[Conversation], steps: Sequence[str]) -> None:
    with _filled(conversations) as scope:
        whole = _inside(scope, conversations, WEIGHTS)
        rows: List[List[object]] = [["the whole", *whole]]
        for step in steps:
            less = _inside(scope, conversations, _WITHOUT[step])
            rows.append([f"without {step}", *(f"{now - then:+.2f}" for now, then in zip(less, whole))])
    table(title, ["ranking", *_HEADS], rows)


def read_conversations(path: Path) -> List[Conversation]:
    """Read a file of conversations."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return [_conversation(one) for one in (found["conversations"] if isinstance(found, dict) else found)]


def _conversation(raw: Dict[str, Any]) -> Conversation:
    sessions = raw["conversation"]
    contents: List[str] = []
    numbers: Dict[str, int] = {}
    number = 1
    while f"session_{number}_date_time" in sessions:
        for turn in sessions.get(f"session_{number}", []):
            numbers[turn["dia_id"]] = len(contents)
            picture = f" [shares a picture: {turn['blip_caption']}]" if turn.get("blip_caption") else ""
            date = sessions[f"session_{number}_date_time"]
            contents.append(f"[{date}] {turn['speaker']}: {turn.get('text', '')}{picture}")
        number += 1
    asked = []
    for one in raw["qa"]:
        evidence = frozenset(_evidence(one.get("evidence") or [], numbers))
        if evidence:
            asked.append(Question(one["question"], evidence, _CATEGORIES[one["category"]]))
    return Conversation(contents, asked)


def _evidence(marks: Sequence[str], numbers: Dict[str, int]) -> Iterator[int]:
    for session, first, last in (found for mark in marks for found in _EVIDENCE.findall(mark)):
        for turn in range(int(first), int(last or first) + 1):
            if f"D{int(session)}:{turn}" in numbers:
                yield numbers[f"D{int(session)}:{turn}"]


def _loose(talk: Conversation) -> Conversation:
    """Return the memories without their heads and in another order, and the questions about them."""
    order = list(range(len(talk.contents)))
    random.Random(5).shuffle(order)
    place = {number: at for at, number in enumerate(order)}
    bodies = [content[read_turn(content).body_start :] for content in talk.contents]
    asked = [one._replace(evidence=frozenset(map(place.__getitem__, one.evidence))) for one in talk.questions]
    return Conversation([bodies[number] for number in order], asked)


def _over_http(conversations: Sequence[Conversation]) -> Scored:
    scored: Scored = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, server(Path(folder) / "engram.db") as running:
        with client(running.url) as engram:
            for number, talk in enumerate(conversations):
                bucket, places = f"talk-{number}", {}
                for at in range(0, len(talk.contents), _BATCH):
                    # Evidence is told by its number, so nothing may merge.
                    stored = engram.store_memories(talk.contents[at : at + _BATCH], bucket, dedup="off")
                    places.update({one["id"]: at + place for place, one in enumerate(stored["memories"])})
                for one in talk.questions:
                    found = engram.query(one.text, buckets=[bucket], top_k=_TOP_K, skip_synthesis=True)
                    retrieved = found["explanation"]["retrieved_memories"]
                    scored.append((one.category, _score([places[hit["memory_id"]] for hit in retrieved], one.evidence)))
    return scored


@contextmanager
def _filled(conversations: Sequence[Conversation]) -> Iterator[Scope]:
    """Lend a store in memory with a bucket for each conversation; a memory's public id is its number."""
    kept = open_store(None)
    try:
        tenant_id = kept.write(lambda writer: writer.ensure_tenant("recall", 0))
        scope = Scope(tenant_id, kept, system_clock, Ids(system_clock))
        for number, talk in enumerate(conversations):
            drafts = [draft(content, str(at), scope.now()) for at, content in enumerate(talk.contents)]
            kept.write(lambda writer: store(writer, scope, f"talk-{number}", drafts, "off"))
        yield scope
    finally:
        kept.close()


def _inside(scope: Scope, conversations: Sequence[Conversation], weights: Weights) -> Figures:
    scored = []
    for number, talk in enumerate(conversations):
        with scope.read() as reader:
            space = reader.space(scope.tenant_id, f"talk-{number}")
            assert space is not None
            for one in talk.questions:
                if one.category != _ADVERSARIAL:
                    asked = Asked(read_question(one.text, weights), milliseconds(system_clock), _TOP_K)
                    ranked = rank(reader, space, asked, weights).ranked
                    scored.append(_score([int(hit.memory.public_id) for hit in ranked], one.evidence))
    return _mean(scored)


def _score(found: Sequence[int], evidence: AbstractSet[int]) -> Figures:
    hits = [number in evidence for number in found[:_TOP_K]]
    gain = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits))
    best = sum(1 / math.log2(place + 2) for place in range(min(_TOP_K, len(evidence))))
    return Figures(100 * sum(hits[:1]) / len(evidence), 100 * sum(hits) / len(evidence), 100 * gain / best)


def _mean(figures: Sequence[Figures]) -> Figures:
    return Figures(*(sum(column) / len(figures) for column in zip(*figures)) if figures else [math.nan] * 3)
