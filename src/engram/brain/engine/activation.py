"""What was reached from where: ActivationResult, and CoActivation for what several sets of anchors reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Sequence, Tuple

from ...types.brain_engine import ActivationWire, CoActivationWire
from ..core.values import settle


@dataclass(frozen=True)
class ActivationResult:
    """How strongly, over which way and from which anchor a neuron was reached."""

    neuron_id: str
    activation_level: float
    hop_distance: int
    path: Tuple[str, ...]
    source_anchor: str

    @classmethod
    def of(cls, wire: ActivationWire) -> ActivationResult:
        """Return what was sent."""
        level, hops = wire["activation_level"], wire["hop_distance"]
        return cls(wire["neuron_id"], level, hops, tuple(wire["path"]), wire["source_anchor"])


@dataclass(frozen=True)
class CoActivation:
    """Neurons that several sets of anchors reached, which binds them."""

    neuron_ids: AbstractSet[str]
    #: A label; nothing was measured.
    temporal_window_ms: int
    #: How many sets reached one of them, at most.
    co_fire_count: int
    #: The share of the sets that did.
    binding_strength: float
    source_anchors: Sequence[str] = ()

    def __post_init__(self) -> None:
        settle(self, {"neuron_ids": frozenset(self.neuron_ids), "source_anchors": tuple(self.source_anchors)})

    @classmethod
    def of(cls, wire: CoActivationWire) -> CoActivation:
        """Return what was sent."""
        return cls(
            frozenset(wire["neuron_ids"]),
            wire["temporal_window_ms"],
            wire["co_fire_count"],
            wire["binding_strength"],
            tuple(wire["source_anchors"]),
        )
