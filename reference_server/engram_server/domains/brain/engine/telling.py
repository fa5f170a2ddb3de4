"""What was found, as it is answered: the context, the confidence, and for each memory the way that reached it."""

from __future__ import annotations

import heapq
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from engram.types import JsonObject
from engram.types.brain_engine import (
    BrainQueryResult,
    CoActivationWire,
    SubgraphWire,
    SynthesisMethod,
)

from ....clock import rfc3339
from ....recall.spreading import CoActivation
from ....storage import Reader
from ....storage.brain_rows import FiberRow, NeuronRow
from .candidates import Candidate
from .confidence import KNOWN
from .explaining import explanations, steps_to
from .packing import Context, pack
from .querying import Found

# A label of the published type: activation here takes no time.
_WINDOW_MS = 500
_MOST_RELATED = 20
_MOST_SUBGRAPH = 50
_MOST_CONTRIBUTING = 10
_MOST_SYNAPSES = 20
_MOST_TOLD_OF_A_TIME = 10
_US_IN_MS = 1_000
# What the metadata of the neuron of a whole text begins with.
_ANCHOR_MARK = '"is_anchor":'
_DAY_CHARS = len("2026-05-08")


class Used(NamedTuple):
    """What an answer was made of: row numbers of neurons, ids of synapses, fibers, and what was active together."""

    neurons: List[int]
    synapses: List[str]
    fibers: List[FiberRow]
    together: List[List[int]]


class Told(NamedTuple):
    """The answer, and what it was made of."""

    result: BrainQueryResult
    used: Used


def tell(
    reader: Reader, space_id: int, found: Found, max_tokens: int, *, include_subgraph: bool, latency_ms: float
) -> Told:
    """Return the answer to a question."""
    strongest = heapq.nsmallest(_MOST_SUBGRAPH, found.levels, key=lambda neuron: (-found.levels[neuron], neuron))
    walked = [steps_to(one, found) for one in found.candidates]
    neurons = reader.neurons(space_id, {*strongest, *(step.neuron for steps in walked for step in steps)})
    known = min(1.0, sum(found.confidence.values())) or _of_graph(found)
    context = _context(found, strongest, neurons, max_tokens, sure=known >= KNOWN)
    told = found.candidates[: context.memories]
    answer, method = _answer(found, told, known)
    contributing = strongest[:_MOST_CONTRIBUTING]
    taken = walked[: context.memories]
    crossed = (step.synapse.public_id for steps in taken for step in steps if step.synapse)
    metadata: JsonObject = {"intent": found.signals.intent.value}
    result: BrainQueryResult = {
        "answer": answer,
        "confidence": known,
        "depth_used": int(found.depth),
        "neurons_activated": len(found.levels),
        "fibers_matched": [one.memory.public_id for one in told],
        "context": context.text,
        "latency_ms": latency_ms,
        "tokens_used": context.tokens,
        "co_activations": [co_activation(one) for one in found.co_activations],
        "contributing_neurons": contributing,
        "score_breakdown": found.confidence,
        "synthesis_method": method,
        "explanations": explanations(reader, told, taken, neurons),
        "subgraph": _subgraph(found, strongest) if include_subgraph else None,
        "metadata": metadata,
    }
    used = Used(
        neurons=[neurons[one].id for one in contributing if one in neurons],
        synapses=list(dict.fromkeys(crossed))[:_MOST_SYNAPSES],
        fibers=[one.fiber for one in told if one.fiber is not None],
        together=[
            [neurons[one].id for one in sorted(group.neurons) if one in neurons][:_MOST_CONTRIBUTING]
            for group in found.co_activations
        ],
    )
    return Told(result, used)


def _of_graph(found: Found) -> float:
    """Return how sure a brain is that knows no text: by the share of the words that it has neurons of."""
    if found.candidates or not found.levels or not found.signals.keywords:
        return 0.0
    return min(1.0, len(found.sets) / len(found.signals.keywords))


def _context(
    found: Found, strongest: Sequence[str], neurons: Dict[str, NeuronRow], max_tokens: int, *, sure: bool
) -> Context:
    texts = [one.memory.content for one in found.candidates]
    said = "\n".join(texts).lower()
    rows = [neurons[one] for one in strongest if one in neurons] if sure else []
    related = [(row.type, row.content) for row in rows if _tells_more(row, said)]
    return pack(texts, related[:_MOST_RELATED], max_tokens)


def _tells_more(row: NeuronRow, said: str) -> bool:
    is_anchor = row.encoded and _ANCHOR_MARK in row.metadata
    return not is_anchor and row.type != "time" and row.content.lower() not in said


def _answer(found: Found, told: Sequence[Candidate], known: float) -> Tuple[Optional[str], SynthesisMethod]:
    """Return the answer and how it was made: none where nothing is known."""
    if known >= KNOWN and found.chain is not None:
        return found.chain, "causal"
    if known < KNOWN or not told:
        return None, "none"
    telling = [one for one in told if one.memory.id in found.telling]
    if found.signals.times and len(telling) > 1:
        dated = sorted(telling[:_MOST_TOLD_OF_A_TIME], key=_moment)
        return "\n".join(f"{rfc3339(_moment(one))[:_DAY_CHARS]}: {one.memory.content}" for one in dated), "temporal"
    return (telling or told)[0].memory.content, "memory"


def _moment(one: Candidate) -> int:
    if one.ranked is not None:
        return one.ranked.turn.said_at
    return one.memory.created_at if one.memory.occurred_at is None else one.memory.occurred_at


def co_activation(one: CoActivation) -> CoActivationWire:
    """Return what several sets of anchors reached, as it is sent."""
    return {
        "neuron_ids": sorted(one.neurons),
        "temporal_window_ms": _WINDOW_MS,
        "co_fire_count": one.sets,
        "binding_strength": one.strength,
        "source_anchors": list(one.anchors),
    }


def _subgraph(found: Found, strongest: Sequence[str]) -> SubgraphWire:
    shown = set(strongest)
    edges = {
        edge.public_id
        for neuron in strongest
        for edge in found.reached[neuron].edges
        if edge.source in shown and edge.target in shown
    }
    anchors = dict.fromkeys(found.reached[neuron].anchor for neuron in strongest)
    return {"neuron_ids": list(strongest), "synapse_ids": sorted(edges), "anchor_ids": list(anchors)}
