"""ReflexPipeline: a question spreads over the graph, and what it reaches answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from datetime import datetime
from typing import Iterable, Mapping, Optional, Tuple

from ... import calls_brain as calls
from ...types.brain import TagMode
from ...types.brain_engine import (
    BrainQueryBody,
    BrainQueryResult,
    SubgraphWire,
    SynthesisMethod,
)
from ...types.wire import JsonObject
from ..core.brain import BrainConfig
from ..core.values import sent, tags_of
from ..storage import BrainStorage
from .activation import CoActivation
from .explanation import Explanation


class DepthLevel(IntEnum):
    """How far a question spreads."""

    #: One hop: direct answers.
    INSTANT = 0
    #: Two or three hops: what stands around them.
    CONTEXT = 1
    #: Four hops and more: patterns.
    HABIT = 2
    #: Everything: chains of causes.
    DEEP = 3


@dataclass(frozen=True)
class Subgraph:
    """What was active: neurons, the synapses between them, and where it began."""

    neuron_ids: Tuple[str, ...]
    synapse_ids: Tuple[str, ...]
    anchor_ids: Tuple[str, ...]

    @classmethod
    def of(cls, wire: SubgraphWire) -> Subgraph:
        """Return what was sent."""
        return cls(tuple(wire["neuron_ids"]), tuple(wire["synapse_ids"]), tuple(wire["anchor_ids"]))


@dataclass(frozen=True)
class RetrievalResult:
    """What a brain answers."""

    answer: Optional[str]
    #: From 0 to 1; under 0.3 where nothing is known.
    confidence: float
    depth_used: DepthLevel
    neurons_activated: int
    #: The ids of the fibers in the context, best first.
    fibers_matched: Tuple[str, ...]
    #: Their texts, never over `max_tokens`.
    context: str
    latency_ms: float
    tokens_used: int
    co_activations: Tuple[CoActivation, ...]
    contributing_neurons: Tuple[str, ...]
    #: The parts of the confidence.
    score_breakdown: Mapping[str, float]
    synthesis_method: SynthesisMethod
    #: Why each memory is in the context: the way that reached it, the parts of its score, and a sentence.
    explanations: Tuple[Explanation, ...]
    subgraph: Optional[Subgraph] = None
    metadata: JsonObject = field(default_factory=dict)

    @classmethod
    def of(cls, wire: BrainQueryResult) -> RetrievalResult:
        """Return what was sent."""
        return cls(
            wire["answer"],
            wire["confidence"],
            DepthLevel(wire["depth_used"]),
            wire["neurons_activated"],
            tuple(wire["fibers_matched"]),
            wire["context"],
            wire["latency_ms"],
            wire["tokens_used"],
            tuple(map(CoActivation.of, wire["co_activations"])),
            tuple(wire["contributing_neurons"]),
            wire["score_breakdown"],
            wire["synthesis_method"],
            tuple(map(Explanation.of, wire["explanations"])),
            None if wire["subgraph"] is None else Subgraph.of(wire["subgraph"]),
            wire["metadata"],
        )


class ReflexPipeline:
    """Asks the brain that a storage means.

        pipeline = ReflexPipeline(storage, brain.config)
        result = await pipeline.query("What was decided?")

    With `use_reflex` signals take the pathways of fibers first and synapses where those do not lead; without it they
    take synapses alone. Of the config only `max_context_tokens` is taken from here; all else is as in the brain when
    it was saved.
    """

    def __init__(
        self, storage: BrainStorage, config: Optional[BrainConfig] = None, use_reflex: bool = True
    ) -> None:
        self._storage = storage
        self.config = config or BrainConfig()
        self.use_reflex = use_reflex

    async def query(
        self,
        query: str,
        depth: Optional[DepthLevel] = None,
        max_tokens: Optional[int] = None,
        reference_time: Optional[datetime] = None,
        tags: Optional[Iterable[str]] = None,
        session_id: Optional[str] = None,
        tag_mode: TagMode = "and",
        *,
        include_subgraph: bool = False,
        reinforce: bool = True,
    ) -> RetrievalResult:
        """Ask. Without a depth it follows from the question; words of time are reckoned from `reference_time`, or now.

        `tags` keeps to fibers that have all of them, or with `or` one; a `session_id` has the question recorded, so
        that patterns can be learned from it. What answered is strengthened, unless `reinforce` is False;
        it tells in answers from an hour later on, so that asking again finds the same.

            result = await pipeline.query("Why did the build fail?", DepthLevel.DEEP, max_tokens=500)

        Raises:
            ValidationError: the question is blank or too long, or there is no such depth.
        """
        body: BrainQueryBody = {
            "query": query,
            "depth": depth,
            "max_tokens": self.config.max_context_tokens if max_tokens is None else max_tokens,
            "include_subgraph": include_subgraph,
            "reference_time": sent(reference_time),
            "tags": None if tags is None else sorted(tags_of(tags)),
            "tag_mode": tag_mode,
            "use_reflex": self.use_reflex,
            "reinforce": reinforce,
            "session_id": session_id,
        }
        return RetrievalResult.of(await self._storage.send(calls.QUERY_BRAIN, body=body))
