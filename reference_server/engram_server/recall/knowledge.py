"""What a bucket knows of the people, places and things that a question names: its entities and their relations."""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence

from ..storage import Entity, FactRow, Reader, Space
from ..text.lexicon import FRAME_TERMS
from ..text.stopwords import STOP_WORDS
from ..text.terms import index_term, terms
from .question import OWN_VOICES, Question

_NAME = re.compile(r"(?<=\S )[A-Z][^\W\d_]+")
# Newest first; somebody who is spoken of every day has thousands.
_MAX_FACTS_READ = 30
# There are as many again of each that these lead to, and they tell less.
_MAX_FURTHER_READ = 10
_MAX_FACTS_TOLD = 20
# A relation of what a relation leads to counts half of one that is direct.
_A_STEP_FURTHER = 0.5
# For a question that names somebody and asks for nothing else, each relation is as good as any.
_ABOUT_NOTHING_ELSE = 0.5


class EntityHit(NamedTuple):
    """An entity that a question names."""

    entity: Entity
    #: The share of its name that the question holds; 1 for the whole.
    score: float


class FactHit(NamedTuple):
    """A relation that a question is about."""

    fact: FactRow
    #: 0 when the question names its subject or object, 1 when it is reached over another relation.
    depth: int
    #: From 0 to 1: how much of what the question asks of the entity the relation speaks of.
    weight: float


class Knowledge(NamedTuple):
    """The entities, best first, and the relations, most fitting first."""

    entities: List[EntityHit]
    facts: List[FactHit]


def known_of(
    reader: Reader,
    space: Space,
    question: Question,
    region: Iterable[int],
    as_of: Optional[int] = None,
    *,
    further: bool = True,
) -> Knowledge:
    """Return what a space knows of those whom a question names: what the region states of them, and what is newest.

    `further`, also what is stated of those whom these statements lead to.
    """
    entities = _named(question, reader.entities_of_words(space.id, question.words - STOP_WORDS, as_of=as_of))
    keys = {hit.entity.key for hit in entities} | (question.words & OWN_VOICES)
    # Nobody may have been sure that it is a name: one that begins a memory and is on no list.
    keys.update(name.lower() for name in _NAME.findall(question.text) if not entities)
    if not keys:
        return Knowledge([], [])
    names = {index_term(word) for key in keys for word in key.split()}
    asked = [one.members for one in question.concepts if one.term not in names and one.term not in FRAME_TERMS]
    stated = {*reader.facts_in(region, keys), *reader.facts_about(space.id, keys, _MAX_FACTS_READ, as_of=as_of)}
    direct = _fitting(stated, asked, 0)
    told = direct[:_MAX_FACTS_TOLD]
    reached = {key for hit in told for key in (hit.fact.subject_key, hit.fact.object_key)} - keys
    if further and reached and asked:
        seen = {hit.fact for hit in direct}
        more = _fitting(reader.facts_about(space.id, reached, _MAX_FURTHER_READ, as_of=as_of), asked, 1)
        told += [hit for hit in more if hit.fact not in seen]
    return Knowledge(entities, sorted(told, key=_order)[:_MAX_FACTS_TOLD])


def _named(question: Question, found: Iterable[Entity]) -> List[EntityHit]:
    """Return the entities that a question names: by the whole name, and people by a part of it too."""
    hits = []
    for entity in found:
        parts = entity.key.split()
        share = len(question.words.intersection(parts)) / len(parts)
        if share == 1.0 or entity.kind == "person":
            hits.append(EntityHit(entity, share))
    return sorted(hits, key=lambda hit: (-hit.score, hit.entity.key))


def _fitting(facts: Iterable[FactRow], asked: Sequence[Dict[str, float]], depth: int) -> List[FactHit]:
    hits = []
    for fact in facts:
        weight = _fit(fact, asked) * _A_STEP_FURTHER**depth
        if weight:
            hits.append(FactHit(fact, depth, weight))
    return sorted(hits, key=_order)


def _fit(fact: FactRow, asked: Sequence[Dict[str, float]]) -> float:
    """Return how much of what is asked a relation speaks of."""
    if not asked:
        return _ABOUT_NOTHING_ELSE
    said = _terms_of(fact)
    return sum(max((share for term, share in members.items() if term in said), default=0.0) for members in asked) / len(asked)


def _terms_of(fact: FactRow) -> FrozenSet[str]:
    return frozenset(terms(f"{fact.subject} {fact.predicate} {fact.object}"))


def _order(hit: FactHit) -> "tuple[float, int, int, FactRow]":
    return -hit.weight, -hit.fact.said_at, -hit.fact.item_id, hit.fact
