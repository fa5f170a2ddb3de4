"""MemoryEncoder: text becomes neurons, synapses and a fiber."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Iterable, List, Optional, Tuple, cast

from ... import calls_brain as calls
from ...types.brain import FiberStage, FiberWire
from ...types.brain_engine import EncodeBatchBody, EncodeBody, EncodeResult, MemoryToEncode
from ..core.brain import BrainConfig
from ..core.fiber import Fiber
from ..core.neuron import Neuron
from ..core.synapse import Synapse
from ..core.values import Metadata, own, sent_moment, several, tags_of
from ..storage import BrainStorage


@dataclass(frozen=True)
class EncodingResult:
    """What became of a text."""

    fiber: Fiber
    neurons_created: Tuple[Neuron, ...]
    #: The ids of the neurons that were there before and belong to the fiber as well.
    neurons_linked: Tuple[str, ...]
    synapses_created: Tuple[Synapse, ...]
    conflicts_detected: int = 0
    #: The memory was there already: nothing but the frequency of its fiber changed.
    duplicate: bool = False

    @classmethod
    def of(cls, wire: EncodeResult) -> EncodingResult:
        """Return what was sent, with all that was made."""
        return cls(
            Fiber.of(cast(FiberWire, wire.get("fiber"))),
            tuple(map(Neuron.of, wire.get("neurons", ()))),
            tuple(wire.get("linked_neuron_ids", ())),
            tuple(map(Synapse.of, wire.get("synapses", ()))),
            wire["conflicts_detected"],
            wire["duplicate"],
        )


@dataclass(frozen=True)
class EncodingCounts:
    """What became of one text of many: what was made is counted."""

    fiber_id: str
    neurons_created: int
    neurons_linked: int
    synapses_created: int
    conflicts_detected: int
    duplicate: bool

    @classmethod
    def of(cls, wire: EncodeResult) -> EncodingCounts:
        """Return what was sent."""
        return cls(
            wire["fiber_id"],
            wire["neurons_created"],
            wire["neurons_linked"],
            wire["synapses_created"],
            wire["conflicts_detected"],
            wire["duplicate"],
        )


class MemoryEncoder:
    """Encodes texts into the brain that a storage means.

        encoder = MemoryEncoder(storage, brain.config)
        result = await encoder.encode("Met Alice at coffee shop")

    How it is done follows from the config with which the brain was saved.
    """

    def __init__(self, storage: BrainStorage, config: Optional[BrainConfig] = None) -> None:
        self._storage = storage
        self.config = config or BrainConfig()

    async def encode(
        self,
        content: str,
        timestamp: Optional[datetime] = None,
        metadata: Optional[Metadata] = None,
        tags: Optional[Iterable[str]] = None,
        language: str = "auto",
        *,
        skip_conflicts: bool = False,
        skip_time_neurons: bool = False,
        initial_stage: FiberStage = "stm",
        salience_ceiling: float = 1.0,
    ) -> EncodingResult:
        """Encode a text that speaks from a moment, from now where none is given.

        The same text again on the same day is the same memory. `skip_conflicts` leaves out the comparison with older
        memories, `skip_time_neurons` neurons of time; `salience_ceiling` caps the salience of the fiber.

            result = await encoder.encode("Met Alice at coffee shop", tags=["people"])

        Raises:
            ValidationError: the text is blank.
            TooLargeError: it is longer than 64 KiB.
        """
        body: EncodeBody = {
            **_memory(content, timestamp, metadata, tags),
            "language": language,
            "skip_conflicts": skip_conflicts,
            "skip_time_neurons": skip_time_neurons,
            "initial_stage": initial_stage,
            "salience_ceiling": salience_ceiling,
            "return_graph": True,
        }
        return EncodingResult.of(await self._storage.send(calls.ENCODE, body=body))

    async def encode_batch(
        self,
        contents: Iterable[str],
        timestamp: Optional[datetime] = None,
        metadata: Optional[Metadata] = None,
        tags: Optional[Iterable[str]] = None,
    ) -> List[EncodingCounts]:
        """Encode up to 1,000 texts at once, which is many times faster: all of them, or none.

        What was made is counted and not returned; `storage.get_fiber` has it.

            counts = await encoder.encode_batch(["Met Alice", "Decided to use FastAPI"])

        Raises:
            ValidationError: one of the texts is blank, or they are too many.
            TooLargeError: one is longer than 64 KiB, or all together than 8 MiB.
        """
        common = tags_of(tags)
        memories = [_memory(content, timestamp, metadata, common) for content in several(contents, "contents")]
        body: EncodeBatchBody = {"memories": memories}
        done = await self._storage.send(calls.ENCODE_BATCH, body=body)
        return [EncodingCounts.of(result) for result in done["results"]]


def _memory(
    content: str, timestamp: Optional[datetime], metadata: Optional[Metadata], tags: Optional[Iterable[str]]
) -> MemoryToEncode:
    memory: MemoryToEncode = {"content": content, "metadata": own(metadata), "tags": sorted(tags_of(tags))}
    if timestamp is not None:
        memory["timestamp"] = sent_moment(timestamp)
    return memory
