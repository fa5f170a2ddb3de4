"""Why a memory is in a context: Explanation, and PathStep for the way that reached it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Tuple

from ...types.brain_engine import FiberExplanation, PathStep as PathStepWire
from ..core.synapse import SynapseType


@dataclass(frozen=True)
class PathStep:
    """A neuron on the way to a memory, and the synapse that led to it.

    No synapse led to the first, where the way begins, nor where only the pathway of a fiber leads.
    """

    neuron_id: str
    content: str
    synapse_id: Optional[str]
    synapse_type: Optional[SynapseType]
    weight: Optional[float]
    #: How active it became.
    level: float

    @classmethod
    def of(cls, wire: PathStepWire) -> PathStep:
        """Return what was sent."""
        kind = wire["synapse_type"]
        return cls(
            wire["neuron_id"],
            wire["content"],
            wire["synapse_id"],
            None if kind is None else SynapseType(kind),
            wire["weight"],
            wire["level"],
        )

    @property
    def arrow(self) -> str:
        """How it was reached, as it is shown: `-[involves 0.75]->`."""
        return "->" if self.synapse_type is None else f"-[{self.synapse_type} {self.weight:.2f}]->"


@dataclass(frozen=True)
class Explanation:
    """Why a memory is in the context. As a text it is the way that reached it, and the reason.

        print(result.explanations[0])
        # Alice -[involves 0.75]-> Bob met Alice at the coffee shop
        # It shares "Alice" and "met" with the question.
    """

    fiber_id: str
    score: float
    #: What adds up to the score.
    parts: Mapping[str, float]
    #: From a neuron that the question names to the memory; empty where it was found by its words alone.
    path: Tuple[PathStep, ...]
    why: str

    @classmethod
    def of(cls, wire: FiberExplanation) -> Explanation:
        """Return what was sent."""
        return cls(
            wire["fiber_id"], wire["score"], wire["parts"], tuple(map(PathStep.of, wire["path"])), wire["why"]
        )

    def __str__(self) -> str:
        way = " ".join(f"{step.arrow} {step.content}" for step in self.path).replace("-> ", "", 1)
        return f"{way}\n{self.why}" if way else self.why
