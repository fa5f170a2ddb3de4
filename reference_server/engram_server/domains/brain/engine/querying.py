"""Asking a brain: what a text says first, what activation reaches second. Nothing is written here.

Text relevance puts memories into their order; activation spreads from what the question names and from the best of
them, lifts what it reaches and brings what no word of the question would find.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence

from engram.types.brain import BrainConfigWire

from ....recall.certainty import supporting
from ....recall.question import read_question
from ....recall.context import coherence
from ....recall.rank import Asked, rank
from ....recall.spreading import CoActivation, Pathway, Reached, fill, inhibit, settle, together
from ....recall.weights import WEIGHTS
from ....storage import Among, Reader, Space
from ....storage.brain_rows import FiberRow
from ....storage.brain_search import Settled
from ....text.times import times_asked
from ...scope import Scope
from .. import brains
from .activating import FILLING, SEQUENCE, SITTING_US, Synapses, along_pathways, lasting_conduction, over_synapses
from .anchoring import anchor_sets
from .answering import chain_of
from .asked import Depth, Intent, Signals, depth_of, hops_of, signals_of
from .candidates import Candidate, gather
from .confidence import confidence

# So many memories are ranked by their text, and so many of these activation begins at as well.
_POOL = 24
_TEXT_ANCHORS = 8
# Of the neurons that a question names, so many fibers each give their pathways.
_PATHWAYS_EACH = 10
# The memories whose clauses a chain of causes may begin at.
_CAUSES_IN = 4
_US_IN_MS = 1_000

# What the words of the best memories bring, and what relations lead on to, is brought by activation here; and where
# neighbours have nothing to do with each other, nothing is looked up that would lend nothing.
_OF_TALK = replace(WEIGHTS, feedback=0.0, further_facts=False)
_OF_NOTES = replace(_OF_TALK, reach=0)
_LEAST_COHERENT = 0.1


class Wanted(NamedTuple):
    """A question, and how it is to be answered."""

    query: str
    #: In microseconds.
    now: int
    depth: Optional[Depth] = None
    tags: Sequence[str] = ()
    any_tag: bool = False
    use_reflex: bool = True


class Found(NamedTuple):
    """What a brain knows for a question, best first, and how it was reached."""

    signals: Signals
    depth: Depth
    sets: List[List[str]]
    candidates: List[Candidate]
    #: Row numbers of the memories that hold enough to answer.
    telling: List[int]
    #: What adds up to the confidence.
    confidence: Dict[str, float]
    reached: Reached
    #: What was reached from what the question names, and not from the memories whose texts fit.
    named: Reached
    #: The levels at rest of what stays active.
    levels: Dict[str, float]
    co_activations: List[CoActivation]
    #: What leads to what was asked about, or what came of it, in words.
    chain: Optional[str]


def find(reader: Reader, scope: Scope, config: BrainConfigWire, space: Space, wanted: Wanted) -> Found:
    """Return what a brain knows for a question."""
    question, now_ms = read_question(wanted.query), wanted.now // _US_IN_MS
    flow = coherence(space, WEIGHTS)
    weights = _OF_TALK if max(flow) >= _LEAST_COHERENT else _OF_NOTES
    among = _among(reader, space.id, wanted)
    recalled = rank(reader, space, Asked(question, now_ms, _POOL, among=among), weights)
    ranked = recalled.ranked
    fibers = reader.fibers_by_row(one.memory.id for one in ranked)
    signals = signals_of(question, times_asked(question.text, now_ms))
    sets = anchor_sets(reader, space.id, signals, among)
    depth = depth_of(signals, len(sets)) if wanted.depth is None else wanted.depth
    settled = Settled(config["reinforcement_delta"], brains.now(scope) - SITTING_US)
    without: FrozenSet[str] = frozenset() if signals.intent is Intent.SEQUENCE else SEQUENCE
    synapses = Synapses(reader, space.id, without=without, among=among, weights=settled)
    hops, floor = hops_of(depth, config["max_spread_hops"]), config["activation_threshold"]
    best = [one for one in ranked if one.memory.id in fibers][:_TEXT_ANCHORS]
    most = max((one.raw_score for one in best), default=1.0)
    by_text = {fibers[one.memory.id].anchor_id: one.raw_score / most for one in best}
    starts: List[Mapping[str, float]] = [*(dict.fromkeys(one, 1.0) for one in sets), by_text]
    *discovered, of_text = over_synapses(synapses, starts, hops=hops, floor=floor)
    reached, co_activations = together(discovered)
    if wanted.use_reflex:
        held = reader.fibers_holding(space.id, [one for some in sets for one in some], up_to=_PATHWAYS_EACH)
        holding = {row for rows in held.values() for row in rows if among.means(row)}
        more = reader.fibers_by_row(holding.difference(fibers))
        pathways = [
            Pathway(json.loads(one.pathway), lasting_conduction(one.conductivity, one.salience))
            for one in (*fibers.values(), *more.values())
        ]
        trails = along_pathways(sets, pathways, floor=floor)
        primary, _ = together(trails)
        reached = fill(primary, reached, FILLING)
    else:
        co_activations = []
    named, reached = reached, fill(reached, of_text, 1.0)
    chain = chain_of(reader, space.id, signals, _causal_starts(sets, [fibers[one.memory.id] for one in best]), synapses)
    kept = inhibit(reached, floor=floor)
    telling = supporting(question, recalled, space)
    return Found(
        signals=signals,
        depth=depth,
        sets=sets,
        candidates=gather(reader, space.id, ranked, fibers, among, reached),
        telling=[one.memory.id for one in ranked if one.memory.id in telling],
        confidence=confidence(recalled, ranked, telling),
        reached=reached,
        named=named,
        levels=settle({neuron: one.level for neuron, one in kept.items()}),
        co_activations=co_activations,
        chain=chain,
    )


def _among(reader: Reader, space_id: int, wanted: Wanted) -> Among:
    """Return which memories may be told: not expired, and with the tags asked for."""
    over = frozenset(reader.expired_fibers(space_id, wanted.now))
    if not wanted.tags:
        return Among(over)
    tags = set(wanted.tags)
    return Among(reader.fibers_tagged(space_id, tags, least=1 if wanted.any_tag else len(tags)) - over, listed=True)


def _causal_starts(sets: Sequence[Sequence[str]], best: Sequence[FiberRow]) -> List[str]:
    """Return the neurons that a chain of causes may begin at."""
    of_memories = [neuron for fiber in best[:_CAUSES_IN] for neuron in json.loads(fiber.neuron_ids)]
    return list(dict.fromkeys([*(one for some in sets for one in some), *of_memories]))
