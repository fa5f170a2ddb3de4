"""Why each memory is told: the way that reached it, neuron by neuron, with the synapses between them."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union, cast

from engram.types.brain import SynapseKind
from engram.types.brain_engine import FiberExplanation, PathStep

from ....storage import Reader
from ....storage.brain_rows import NeuronRow, SynapseRow
from ....storage.brain_search import NearSynapse
from .candidates import BY_PART, Candidate
from .querying import Found

_Synapse = Union[NearSynapse, SynapseRow]
_Ends = Tuple[str, str]


class Step(NamedTuple):
    """A neuron on the way to a memory, how active it was, and the synapse that led to it."""

    neuron: str
    level: float
    #: None where a signal took the pathway of a fiber.
    synapse: Optional[_Synapse]


def steps_to(one: Candidate, found: Found) -> List[Step]:
    """Return the steps of the way to a memory that tells most; the last is the memory itself.

    It begins at what the question names, if the memory was reached from there.
    """
    way = (found.named.get(one.fiber.anchor_id) if one.fiber else None) or one.reached
    if way is None or one.fiber is None:
        return []
    synapses: Sequence[Optional[_Synapse]] = [None, *way.edges] if way.edges else [None] * len(way.path)
    steps = [Step(*step) for step in zip(way.path, way.levels, synapses)]
    if way.path[-1] != one.fiber.anchor_id:
        steps.append(Step(one.fiber.anchor_id, way.level * BY_PART, None))
    return steps


def explanations(
    reader: Reader, told: Sequence[Candidate], walked: Sequence[Sequence[Step]], neurons: Dict[str, NeuronRow]
) -> List[FiberExplanation]:
    """Return why each of some memories is told; `neurons` are those of the steps to them."""
    joining = _joining(reader, walked, neurons)
    explained = []
    for one, steps in zip(told, walked):
        path = [_shown(step, before, joining, neurons) for before, step in zip([None, *steps], steps)]
        explained.append(_explanation(one, path))
    return explained


def _joining(
    reader: Reader, walked: Sequence[Sequence[Step]], neurons: Dict[str, NeuronRow]
) -> Dict[_Ends, SynapseRow]:
    """Return the strongest synapse between neurons that follow each other on a pathway, where there is one."""
    pairs = {
        (neurons[before.neuron].id, neurons[step.neuron].id)
        for steps in walked
        for before, step in zip(steps, steps[1:])
        if step.synapse is None and before.neuron in neurons and step.neuron in neurons
    }
    if not pairs:
        return {}
    both_ways = pairs | {(there, here) for here, there in pairs}
    found = reader.synapses_by_row(row for row, _ in reader.synapses_between(both_ways).values())
    strongest: Dict[_Ends, SynapseRow] = {}
    for synapse in sorted(found.values(), key=lambda one: (one.weight, -one.id)):
        strongest[synapse.source, synapse.target] = strongest[synapse.target, synapse.source] = synapse
    return strongest


def _shown(
    step: Step, before: Optional[Step], joining: Dict[_Ends, SynapseRow], neurons: Dict[str, NeuronRow]
) -> PathStep:
    synapse = step.synapse or (joining.get((before.neuron, step.neuron)) if before else None)
    return {
        "neuron_id": step.neuron,
        "content": neurons[step.neuron].content if step.neuron in neurons else "",
        "synapse_id": synapse.public_id if synapse else None,
        "synapse_type": cast(SynapseKind, synapse.type) if synapse else None,
        "weight": synapse.weight if synapse else None,
        "level": step.level,
    }


def _explanation(one: Candidate, path: List[PathStep]) -> FiberExplanation:
    parts = dict(one.ranked.parts) if one.ranked else {}
    if one.lift:
        parts["activation"] = one.lift
    why = one.ranked.why if one.ranked else _reached(path)
    return {"fiber_id": one.memory.public_id, "score": one.score, "parts": parts, "path": path, "why": why}


def _reached(path: Sequence[PathStep]) -> str:
    steps = "one step" if len(path) == 2 else f"{len(path) - 1} steps"
    return f'It shares no word with the question, and was reached from "{path[0]["content"]:.80}" in {steps}.'
