"""Answers without a model: the recalled sentences that answer a question, quoted and cited. Pure and deterministic.

Every quote is a piece of its memory as it stands; " … " marks what was left out between two pieces. `[2]` cites the
second memory of the recalled list.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, NamedTuple, Sequence

from ..text.similarity import similarity
from ..text.tokens import cut_to_tokens, estimate_tokens
from .forms import Form, asked_forms, shows
from .passages import Material, Passage, evidence, passages, quote

NOTHING_KNOWN = "Nothing is known about this: no stored memory answers the question."

# A sentence of the kind that the question asks for.
_RIGHT_KIND = 1.3
# A sentence that shares nothing with the question but when it was said and by whom. It is quoted for want of others.
_BESIDE_THE_POINT = 0.4
# What scores less than this share of the best sentence is left out.
_LEAST_SHARE = 0.5
_MAX_SENTENCES = 5
# Shorter ones ("Sounds great!") are no news.
_FULL_TERMS = 3
# Sentences this alike say the same, as far as so many characters of each tell.
_SAME = 0.7
_COMPARED_CHARS = 500

# A few words each: what a model's stream looks like, and few enough frames.
_DELTA = re.compile(r"\s*(?:\S{1,32}\s*){1,4}|\s+")


class Answer(NamedTuple):
    """An answer and the ids of the memories that it quotes, in the order of quoting."""

    text: str
    cited_ids: List[str]


def synthesise(material: Material, *, max_tokens: int) -> Answer:
    """Answer a question from recalled memories in at most `max_tokens` estimated tokens.

    It ends at a sentence; only a first sentence that is too long by itself is cut, at a word. When no memory tells
    enough it says so and cites nothing.
    """
    chosen = _select(material)
    if not chosen:
        return Answer(cut_to_tokens(NOTHING_KNOWN, max_tokens), [])
    fitting = len(chosen)
    while fitting and estimate_tokens(_written(chosen[:fitting])) > max_tokens:
        fitting -= 1
    if not fitting:
        return _cut_short(chosen[0], max_tokens)
    kept = chosen[:fitting]
    return Answer(_written(kept), list(dict.fromkeys(passage.memory_id for passage in kept)))


def deltas(answer: str) -> Iterator[str]:
    """Yield an answer a few words at a time; the pieces joined are the answer, byte for byte."""
    return (match.group() for match in _DELTA.finditer(answer))


def _select(material: Material) -> List[Passage]:
    """Return the sentences worth quoting, best first."""
    found = passages(material)
    if material.question.is_vague:
        return _overview(found)
    wanted = asked_forms(material.question.text)
    told = [passage for passage in found if not passage.text.endswith("?")]
    scores = {passage: _score(passage, material, wanted) for passage in told or found}
    floor = _LEAST_SHARE * max(scores.values(), default=0.0)
    chosen: List[Passage] = []
    for passage in sorted(scores, key=lambda passage: (-scores[passage], passage.number, passage.start)):
        if scores[passage] < floor or len(chosen) == _MAX_SENTENCES:
            break
        if all(similarity(_beginning(passage), _beginning(other)) < _SAME for other in chosen):
            chosen.append(passage)
    return chosen


def _beginning(passage: Passage) -> str:
    return passage.text[:_COMPARED_CHARS]


def _overview(found: Sequence[Passage]) -> List[Passage]:
    """Return the first sentence that tells something of each of the best memories; for want of any, their first."""
    telling = [passage for passage in found if len(passage.terms) >= _FULL_TERMS and not passage.text.endswith("?")]
    by_memory: Dict[int, Passage] = {}
    for passage in telling or found:
        by_memory.setdefault(passage.number, passage)
    return list(by_memory.values())[:_MAX_SENTENCES]


def _score(passage: Passage, material: Material, wanted: Sequence[Form]) -> float:
    score = evidence(passage, material) + passage.standing
    if any(shows(form, passage.text, material.question.words) for form in wanted):
        score *= _RIGHT_KIND
    elif not passage.lent and all(passage.terms.isdisjoint(one.members) for one in material.question.concepts):
        score *= _BESIDE_THE_POINT
    return score


def _written(chosen: Sequence[Passage]) -> str:
    """Quote memory by memory, in the order of their best sentences; within a memory in its own order."""
    by_memory: Dict[int, List[Passage]] = {}
    for passage in chosen:
        by_memory.setdefault(passage.number, []).append(passage)
    return " ".join(f"{_quoted(of_memory)} [{number}]" for number, of_memory in by_memory.items())


def _quoted(of_memory: Sequence[Passage]) -> str:
    first = of_memory[0]
    spans = [(passage.start, passage.end) for passage in of_memory]
    return quote(first.content, first.head_end, spans, first.given)


def _cut_short(passage: Passage, max_tokens: int) -> Answer:
    citation = f" [{passage.number}]"
    left = max_tokens - estimate_tokens(citation)
    if left < 1:
        return Answer(cut_to_tokens(passage.text, max_tokens), [])
    return Answer(cut_to_tokens(passage.text, left) + citation, [passage.memory_id])
