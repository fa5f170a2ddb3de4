"""The ranking as its formula reads: memory by memory, over a whole bucket, without an index. Slow, and only for tests.

It shares with the product how a question and a text are read, and what storage tells of turns.
"""

from __future__ import annotations

import math
from typing import Dict, FrozenSet, Iterable, List, Mapping, Optional

from engram_server.recall.knowledge import known_of
from engram_server.recall.question import Question
from engram_server.recall.rank import Asked
from engram_server.recall.weights import Weights
from engram_server.storage import Reader, Space, TurnRow, is_mark
from engram_server.text import signs
from engram_server.text.stopwords import STOP_WORDS
from engram_server.text.terms import index_term
from engram_server.text.times import times_in

Parts = Dict[int, float]


class Reference:
    """The scores that one space's memories should have for a question."""

    def __init__(self, reader: Reader, space: Space, asked: Asked, weights: Weights) -> None:
        every = [memory.id for memory in reader.memories(space.id, limit=10_000)]
        self.weights, self.asked, self.question = weights, asked, asked.question
        self.terms = {
            at: {term: count for term, count in held.items() if not is_mark(term)}
            for at, held in reader.terms_of(every).items()
        }
        self.everything = {turn.id: turn for turn in reader.turns_near(every, 0)}
        self.turns = {
            at: turn for at, turn in self.everything.items() if asked.as_of is None or turn.said_at <= asked.as_of
        }
        self.speakers = self.named_speakers(asked.question)
        self.times = times_in(asked.question.text, asked.now)
        self.reader, self.space = reader, space
        self.marks = reader.terms_of(every)
        self.flows = [self.coherent(space.near_sum), self.coherent(space.near_sum - 0.8) * (space.far_count > 20)]

    def coherent(self, near_sum: float) -> float:
        near_to_far = (near_sum / self.space.near_count) / (self.space.far_sum / self.space.far_count)
        return min(1.0, max(0.0, (near_to_far - 1) / self.weights.coherence))

    def named_speakers(self, question: Question) -> FrozenSet[str]:
        spoken = {word for turn in self.everything.values() for word in turn.speaker.split()}
        return (question.words - STOP_WORDS) & spoken

    # -- statistics

    def idf(self, term: str) -> float:
        df = sum(term in held for held in self.terms.values())
        return math.log(1 + (len(self.terms) - df + 0.5) / (df + 0.5))

    def bm25(self, memory_id: int, term: str) -> float:
        tf = self.terms[memory_id].get(term, 0)
        length = sum(self.terms[memory_id].values())
        average = sum(sum(held.values()) for held in self.terms.values()) / len(self.terms)
        k1, b = self.weights.k1, self.weights.b
        return tf and tf / (tf + k1 * (1 - b + b * length / average))

    # -- words and the talk around them

    def own(self, members: Mapping[str, float], weight: float, head: str) -> Parts:
        """What memories hold of one concept: the best of its members, none worth more than its head."""
        cap = self.idf(head)
        worth = {term: weight * share * min(cap, self.idf(term)) for term, share in members.items()}
        parts = {at: max(gain * self.bm25(at, term) for term, gain in worth.items()) for at in self.turns}
        return {at: part for at, part in parts.items() if part}

    def lent(self, own: Parts, region: Iterable[int]) -> Parts:
        parts = {at: max([own.get(at, 0.0), *self.offers(own, at)]) for at in region}
        return {at: part for at, part in parts.items() if part}

    def offers(self, own: Parts, memory_id: int) -> List[float]:
        weights, found = self.weights, []
        for first, towards in ((weights.after, "before_id"), (weights.before, "after_id")):
            here: Optional[TurnRow] = self.turns[memory_id]
            for distance in range(weights.reach):
                assert here is not None
                here = self.turns.get(getattr(here, towards) or 0)
                if here is None:
                    break
                flow = self.flows[not here.speaker]
                share = first * weights.fading**distance * flow
                if towards == "before_id" and distance == 0 and self.is_answered_by(here, memory_id):
                    share = min(1.0, share + weights.answer * flow)
                found.append(share * own.get(here.id, 0.0))
        return found

    def is_answered_by(self, turn: TurnRow, memory_id: int) -> bool:
        return bool(turn.flags & signs.ASKS) and turn.speaker != self.turns[memory_id].speaker

    def region(self, found: Iterable[int]) -> List[int]:
        within = set(found)
        for at in list(within):
            for towards in ("before_id", "after_id"):
                here: Optional[int] = at
                for _ in range(self.weights.reach):
                    here = here and getattr(self.everything[here], towards)
                    within |= {here} if here else set()
        return [at for at in sorted(within) if at in self.turns]

    # -- everything else

    def newest(self) -> List[int]:
        if not self.question.is_vague:
            return []
        fitting = [turn for turn in self.turns.values() if not self.times or self.is_of(turn, 0)]
        fitting.sort(key=lambda turn: (-turn.said_at, -turn.id))
        return [turn.id for turn in fitting[: max(32, self.asked.top_k)]]

    def is_of(self, turn: TurnRow, number: int) -> bool:
        start, end, *_ = self.times[number]
        if start <= turn.said_at < end:
            return True
        return turn.since is not None and turn.until is not None and turn.since < end and turn.until > start

    def changes(self, turn: TurnRow) -> Dict[str, float]:
        weights, shown, wants = self.weights, turn.flags, self.question.wants
        named = bool(self.speakers & set(turn.speaker.split()))
        possible = {
            "speaker": named and weights.speaker / math.log2(max(2, self.voices())),
            "own words": named and shown & signs.FIRST_PERSON and weights.own_words,
            "question": shown & signs.ASKS and weights.asks,
            "length": weights.short * math.exp(-turn.length / weights.short_terms),
            "names": shown & signs.NAMES and weights.names,
            "tells a time": shown & wants & signs.TELLS_TIME and weights.tells_time,
            "counts": shown & wants & signs.COUNTS and weights.counts,
            "tells a place": shown & wants & signs.TELLS_PLACE and weights.tells_place,
            "names whom": shown & wants & signs.NAMES and weights.names_asked,
            "time": any(self.is_of(turn, number) for number in range(len(self.times))) and weights.same_time,
            "entity": any("@" + key in self.marks[turn.id] for key in self.mentioned) and weights.entity,
            "fact": turn.id in self.stating and weights.fact,
        }
        return {name: float(change) for name, change in possible.items() if change}

    def voices(self) -> int:
        return len({turn.speaker for turn in self.everything.values()} - {""})

    def most(self) -> float:
        weights, wants = self.weights, self.question.wants
        mentioning = any("@" + key in self.marks[at] for at in self.within for key in self.mentioned)
        product = 1 + weights.names
        for is_possible, change in (
            (wants & signs.TELLS_TIME, weights.tells_time),
            (wants & signs.COUNTS, weights.counts),
            (wants & signs.TELLS_PLACE, weights.tells_place),
            (wants & signs.NAMES, weights.names_asked),
            (self.speakers, weights.speaker / math.log2(max(2, self.voices()))),
            (self.speakers, weights.own_words),
            (self.times, weights.same_time),
            (mentioning, weights.entity),
            (self.stating, weights.fact),
        ):
            product *= 1 + change if is_possible else 1
        return product

    # -- the score

    def scores(self) -> Parts:
        names = frozenset(map(index_term, self.speakers))
        owns, whole = [], 0.0
        for one in self.question.concepts:
            is_name = one.term in names
            weight = one.weight * (self.weights.name if is_name else 1)
            owns.append(self.own({one.term: 1.0} if is_name else one.members, weight, one.term))
            whole += weight * self.idf(one.term)
        newest = self.newest()
        self.within = self.region([at for own in owns for at in own] + newest)
        knowledge = known_of(self.reader, self.space, self.question, self.within, self.asked.as_of)
        self.mentioned = {hit.entity.key for hit in knowledge.entities if hit.score == 1 and " " in hit.entity.key}
        self.stating = {hit.fact.item_id for hit in knowledge.facts if hit.weight >= 0.5}
        totals = dict.fromkeys(self.within, 0.0)
        if newest:
            favour = 0.1 * whole
            whole += favour
            for place, at in enumerate(newest):
                totals[at] += favour / (1 + place / 10)
        for own in owns:
            for at, part in self.lent(own, self.within).items():
                totals[at] += part
        product = {at: math.prod(1 + change for change in self.changes(self.turns[at]).values()) for at in self.within}
        known = {term for one in self.question.concepts for term in one.members} | names
        breadth = sum(map(bool, owns))
        for term, gain in self.feedback({at: totals[at] * product[at] for at in totals}, known, breadth).items():
            whole += gain
            for at, part in self.lent({at: gain * self.bm25(at, term) for at in self.within}, self.within).items():
                totals[at] += part
        return {at: total * product[at] / (whole * self.most()) for at, total in totals.items() if total}

    def feedback(self, scores: Parts, known: Iterable[str], breadth: int) -> Dict[str, float]:
        best = sorted((at for at in scores if scores[at]), key=lambda at: (-scores[at], -at))
        best = best[: self.weights.feedback_memories]
        together = sum(scores[at] for at in best)
        values: Dict[str, float] = {}
        for at in best:
            length = sum(self.terms[at].values())
            for term in self.terms[at].keys() - set(known):
                if 1 < sum(term in held for held in self.terms.values()) < 1_000:
                    share = scores[at] / together
                    values[term] = values.get(term, 0.0) + share * self.terms[at][term] / length * self.idf(term)
        chosen = sorted(values, key=lambda term: (-values[term], term))[: self.weights.feedback_terms]
        total = sum(values[term] for term in chosen)
        return {
            term: self.weights.feedback * breadth * values[term] / total * self.idf(term) for term in chosen if total
        }
