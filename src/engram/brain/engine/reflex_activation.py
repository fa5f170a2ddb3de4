"""ReflexActivation: activation along the pathways of given fibers, and what several sets of anchors reach of them."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ... import calls_brain as calls
from ...types.brain_engine import ActivateBody, ActivateResult
from ..core.brain import BrainConfig
from ..core.fiber import Fiber
from ..core.values import sent, several
from ..storage import BrainStorage
from .activation import ActivationResult, CoActivation

__all__ = ["ActivationResult", "CoActivation", "ReflexActivation"]

DEFAULT_WINDOW_MS = 500


class ReflexActivation:
    """Activates stored neurons along fibers, stored or not, as these are given. Nothing is changed by it.

        reflex = ReflexActivation(storage, brain.config)
        results = await reflex.activate_trail(["n1"], fibers)
    """

    def __init__(self, storage: BrainStorage, config: Optional[BrainConfig] = None) -> None:
        self._storage = storage
        self.config = config or BrainConfig()

    async def activate_trail(
        self,
        anchor_neurons: Sequence[str],
        fibers: Sequence[Fiber],
        reference_time: Optional[datetime] = None,
    ) -> Dict[str, ActivationResult]:
        """Return what is reached from some anchors along the pathways of fibers, by neuron, the strongest first.

        Each step costs 0.15 of the level, and what the fiber does not conduct; a fiber that was conducted long before
        `reference_time`, or now, conducts worse.

            reached = await ReflexActivation(storage).activate_trail(["n1"], fibers)
        """
        return _by_neuron(await self._activate([anchor_neurons], fibers, reference_time))

    async def activate_with_co_binding(
        self,
        anchor_sets: Sequence[Sequence[str]],
        fibers: Sequence[Fiber],
        reference_time: Optional[datetime] = None,
    ) -> Tuple[Dict[str, ActivationResult], List[CoActivation]]:
        """Return what is reached from several sets of anchors, and which neurons more than one of them reached.

            reached, bound = await ReflexActivation(storage).activate_with_co_binding([["n1"], ["n2"]], fibers)
        """
        reached = await self._activate(anchor_sets, fibers, reference_time)
        return _by_neuron(reached), [CoActivation.of(one) for one in reached["co_activations"]]

    async def _activate(
        self, anchor_sets: Sequence[Sequence[str]], fibers: Sequence[Fiber], reference_time: Optional[datetime]
    ) -> ActivateResult:
        body: ActivateBody = {
            "anchor_sets": [several(anchors, "anchors") for anchors in anchor_sets],
            "fibers": [fiber.meant() for fiber in fibers],
            "trail": True,
            "activation_threshold": self.config.activation_threshold,
            "reference_time": sent(reference_time),
        }
        return await self._storage.send(calls.ACTIVATE, body=body)

    def find_co_activated(
        self,
        activation_sets: Sequence[Mapping[str, ActivationResult]],
        temporal_window_ms: int = DEFAULT_WINDOW_MS,
    ) -> List[CoActivation]:
        """Return the neurons that two or more of some activations reached: one group for those that the same did.

        The group that most of them reached comes first. `temporal_window_ms` is a label.

            bound = reflex.find_co_activated([reached, reached])
        """
        groups: Dict[Tuple[int, ...], List[str]] = {}
        for neuron_id in dict.fromkeys(itertools.chain.from_iterable(activation_sets)):
            numbers = tuple(number for number, reached in enumerate(activation_sets) if neuron_id in reached)
            groups.setdefault(numbers, []).append(neuron_id)
        bound = []
        for numbers, together in groups.items():
            if len(numbers) > 1:
                reached = (activation_sets[number][neuron_id] for number in numbers for neuron_id in together)
                anchors = tuple(dict.fromkeys(one.source_anchor for one in reached))
                strength = len(numbers) / len(activation_sets)
                bound.append(
                    CoActivation(frozenset(together), temporal_window_ms, len(numbers), strength, anchors)
                )
        return sorted(bound, key=lambda one: (-one.co_fire_count, sorted(one.neuron_ids)))


def _by_neuron(reached: ActivateResult) -> Dict[str, ActivationResult]:
    return {one["neuron_id"]: ActivationResult.of(one) for one in reached["activations"]}
