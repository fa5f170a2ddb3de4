"""The graph of a brain: neurons and their states, synapses, neighbours and ways between neurons."""

from __future__ import annotations

from datetime import datetime
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from ... import calls_brain as calls
from ...types.brain import NeighborDirection
from ...types.brain_calls import Neighbor, NeuronIdsBody, Suggestion, UpdateNeuronBody, UpdateSynapseBody
from ..core.neuron import Neuron, NeuronState, NeuronType
from ..core.synapse import Synapse, SynapseType
from ..core.values import own, sent, several
from .reach import Reach, strings

Step = Tuple[Neuron, Synapse]
"""A neuron and the synapse that leads to it."""

Span = Tuple[datetime, datetime]
"""From a moment to another, both included."""

DEFAULT_LIMIT = 100
DEFAULT_MAX_HOPS = 4
# As many as the server lists at once.
_MOST_SYNAPSES = 10_000


class Graph(Reach):
    """What a storage does with neurons and synapses."""

    # -- neurons

    async def add_neuron(self, neuron: Neuron) -> str:
        """Add a neuron; return its id.

            await storage.add_neuron(Neuron("n9", NeuronType.ENTITY, "Alice"))

        Raises:
            ConflictError: there is one of its id.
        """
        return (await self.send(calls.ADD_NEURON, body=neuron.payload()))["id"]

    async def get_neuron(self, neuron_id: str) -> Optional[Neuron]:
        """Return a neuron, None where there is none.

            neuron = await storage.get_neuron("n1")
        """
        found = await self.find(calls.GET_NEURON, {"neuron_id": neuron_id}, "neuron_not_found")
        return None if found is None else Neuron.of(found)

    async def get_neurons_batch(self, neuron_ids: Iterable[str]) -> Dict[str, Neuron]:
        """Return those of some neurons that there are, by their ids.

            found = await storage.get_neurons_batch(["n1", "n2"])
        """
        wanted: NeuronIdsBody = {"neuron_ids": several(neuron_ids, "neuron_ids")}
        found = await self.send(calls.GET_NEURONS, body=wanted)
        return {neuron["id"]: Neuron.of(neuron) for neuron in found["neurons"]}

    async def find_neurons(
        self,
        type: Optional[NeuronType] = None,
        content_contains: Optional[str] = None,
        content_exact: Optional[str] = None,
        time_range: Optional[Span] = None,
        limit: int = DEFAULT_LIMIT,
        offset: int = 0,
    ) -> List[Neuron]:
        """Return the neurons that fit all that is given. Those whose content begins as asked come first.

        `time_range` is of what a neuron denotes; one that denotes no time is of when it was made.

            people = await storage.find_neurons(NeuronType.ENTITY, content_contains="ali")
        """
        low, high = time_range or (None, None)
        found = await self.send(
            calls.LIST_NEURONS,
            query={
                "type": None if type is None else NeuronType(type).value,
                "content_contains": content_contains,
                "content_exact": content_exact,
                "time_start": sent(low),
                "time_end": sent(high),
                "limit": limit,
                "offset": offset,
            },
        )
        return [Neuron.of(neuron) for neuron in found["neurons"]]

    async def update_neuron(self, neuron: Neuron) -> None:
        """Put a neuron in the place of the one of its id.

            await storage.update_neuron(neuron.with_metadata(role="developer"))

        Raises:
            NotFoundError: there is none.
        """
        changes: UpdateNeuronBody = {
            "type": neuron.type.value,
            "content": neuron.content,
            "metadata": own(neuron.metadata),
        }
        await self.send(calls.UPDATE_NEURON, {"neuron_id": neuron.id}, body=changes)

    async def delete_neuron(self, neuron_id: str) -> bool:
        """Delete a neuron with its synapses; return whether there was one.

            await storage.delete_neuron("n1")
        """
        path = {"neuron_id": neuron_id}
        return await self.find(calls.DELETE_NEURON, path, "neuron_not_found") is not None

    async def suggest_neurons(
        self, prefix: str, type_filter: Optional[NeuronType] = None, limit: int = 5
    ) -> List[Suggestion]:
        """Return neurons whose content begins so, the most used first.

            names = [one["content"] for one in await storage.suggest_neurons("al")]
        """
        kind = None if type_filter is None else NeuronType(type_filter).value
        found = await self.send(calls.SUGGEST_NEURONS, query={"prefix": prefix, "type": kind, "limit": limit})
        return found["suggestions"]

    # -- states

    async def get_neuron_state(self, neuron_id: str) -> Optional[NeuronState]:
        """Return how active a neuron is, None where there is none.

            state = await storage.get_neuron_state("n1")
        """
        found = await self.find(calls.GET_NEURON_STATE, {"neuron_id": neuron_id}, "neuron_not_found")
        return None if found is None else NeuronState.of(found)

    async def get_neuron_states_batch(self, neuron_ids: Iterable[str]) -> Dict[str, NeuronState]:
        """Return how active those of some neurons are that there are, by their ids.

            states = await storage.get_neuron_states_batch(["n1", "n2"])
        """
        wanted: NeuronIdsBody = {"neuron_ids": several(neuron_ids, "neuron_ids")}
        found = await self.send(calls.GET_NEURON_STATES, body=wanted)
        return {state["neuron_id"]: NeuronState.of(state) for state in found["states"]}

    async def update_neuron_state(self, state: NeuronState) -> None:
        """Put a state in the place of the one that its neuron has.

            await storage.update_neuron_state(state.activate(0.9))

        Raises:
            NotFoundError: there is no such neuron.
        """
        await self.send(calls.UPDATE_NEURON_STATE, {"neuron_id": state.neuron_id}, body=state.payload())

    # -- synapses

    async def add_synapse(self, synapse: Synapse) -> str:
        """Add a synapse; return its id.

            await storage.add_synapse(Synapse.create("n1", "n2", SynapseType.RELATED_TO, weight=0.8))

        Raises:
            ConflictError: there is one of its id.
            NotFoundError: one of its ends is not there.
        """
        return (await self.send(calls.ADD_SYNAPSE, body=synapse.payload()))["id"]

    async def get_synapse(self, synapse_id: str) -> Optional[Synapse]:
        """Return a synapse, None where there is none.

            synapse = await storage.get_synapse("s1")
        """
        found = await self.find(calls.GET_SYNAPSE, {"synapse_id": synapse_id}, "synapse_not_found")
        return None if found is None else Synapse.of(found)

    async def get_synapses(
        self,
        source_id: Optional[str] = None,
        target_id: Optional[str] = None,
        type: Optional[SynapseType] = None,
        min_weight: Optional[float] = None,
        limit: int = _MOST_SYNAPSES,
        offset: int = 0,
    ) -> List[Synapse]:
        """Return the synapses that fit all that is given.

            strong = await storage.get_synapses(source_id="n1", min_weight=0.5)
        """
        found = await self.send(
            calls.LIST_SYNAPSES,
            query={
                "source_id": source_id,
                "target_id": target_id,
                "type": None if type is None else SynapseType(type).value,
                "min_weight": None if min_weight is None else str(min_weight),
                "limit": limit,
                "offset": offset,
            },
        )
        return [Synapse.of(synapse) for synapse in found["synapses"]]

    async def update_synapse(self, synapse: Synapse) -> None:
        """Put a synapse in the place of the one of its id. Its ends stay.

            await storage.update_synapse(synapse.reinforce())

        Raises:
            NotFoundError: there is none.
        """
        changes: UpdateSynapseBody = {
            "type": synapse.type.value,
            "weight": synapse.weight,
            "direction": synapse.direction.value,
            "metadata": own(synapse.metadata),
            "reinforced_count": synapse.reinforced_count,
            "last_activated": sent(synapse.last_activated),
        }
        await self.send(calls.UPDATE_SYNAPSE, {"synapse_id": synapse.id}, body=changes)

    async def delete_synapse(self, synapse_id: str) -> bool:
        """Delete a synapse; return whether there was one.

            await storage.delete_synapse("s1")
        """
        path = {"synapse_id": synapse_id}
        return await self.find(calls.DELETE_SYNAPSE, path, "synapse_not_found") is not None

    # -- ways

    async def get_neighbors(
        self,
        neuron_id: str,
        direction: NeighborDirection = "both",
        synapse_types: Optional[Sequence[SynapseType]] = None,
        min_weight: Optional[float] = None,
    ) -> List[Step]:
        """Return the neighbours of a neuron, those over the strongest synapses first.

            for neuron, synapse in await storage.get_neighbors("n1", "out"): print(synapse.type, neuron.content)

        Raises:
            NotFoundError: there is no such neuron.
        """
        found = await self.send(
            calls.LIST_NEIGHBORS,
            {"neuron_id": neuron_id},
            query={
                "direction": direction,
                "synapse_types": None if synapse_types is None else strings(several(synapse_types, "synapse_types")),
                "min_weight": None if min_weight is None else str(min_weight),
            },
        )
        return [_step(neighbor) for neighbor in found["neighbors"]]

    async def get_path(
        self, source_id: str, target_id: str, max_hops: int = DEFAULT_MAX_HOPS, bidirectional: bool = False
    ) -> Optional[List[Step]]:
        """Return a shortest way from a neuron to another, None where there is none so short.

        `bidirectional` takes every synapse both ways.

            path = await storage.get_path("n1", "n2", max_hops=3)

        Raises:
            NotFoundError: one of the two is not there.
        """
        found = await self.send(
            calls.GET_PATH,
            {"neuron_id": source_id},
            query={
                "target_id": target_id,
                "max_hops": max_hops,
                "bidirectional": "true" if bidirectional else None,
            },
        )
        return None if found["path"] is None else [_step(step) for step in found["path"]]


def _step(neighbor: Neighbor) -> Step:
    return Neuron.of(neighbor["neuron"]), Synapse.of(neighbor["synapse"])
