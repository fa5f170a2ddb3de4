"""Fiber: a way that signals take through the graph, which is what a memory is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import AbstractSet, Iterable, Optional, Sequence
from uuid import uuid4

from ...types.brain import FiberStage, FiberWire
from ...types.brain_calls import FiberInput
from ...types.brain_engine import FiberMeant
from .values import Metadata, in_utc, own, read, read_moment, sent, sent_moment, settle, several, share, tags_of, utcnow

_CONDUCTING_ADDS = 0.02
# Sums of hundredths are not exact; nobody counts trillionths of conductivity.
_CONDUCTIVITY_DIGITS = 12


@dataclass(frozen=True)
class Fiber:
    """A memory: the neurons and synapses that it goes through, and its pathway, in order.

    Raises:
        ValueError: the anchor is not one of its neurons.
    """

    id: str
    neuron_ids: AbstractSet[str]
    synapse_ids: AbstractSet[str]
    anchor_neuron_id: str
    #: The anchor alone where none is given.
    pathway: Sequence[str] = ()
    #: How well it conducts, from 0 to 1.
    conductivity: float = 1.0
    last_conducted: Optional[datetime] = None
    time_start: Optional[datetime] = None
    time_end: Optional[datetime] = None
    coherence: float = 0.0
    salience: float = 0.0
    frequency: int = 0
    summary: Optional[str] = None
    #: Found in its text, and given by whoever stored it.
    auto_tags: AbstractSet[str] = frozenset()
    agent_tags: AbstractSet[str] = frozenset()
    metadata: Metadata = field(default_factory=dict, hash=False)
    stage: FiberStage = "stm"
    created_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        neuron_ids = frozenset(several(self.neuron_ids, "neuron_ids"))
        if self.anchor_neuron_id not in neuron_ids:
            raise ValueError(f"anchor_neuron_id: {self.anchor_neuron_id!r} is not one of the neurons of the fiber")
        settle(
            self,
            {
                "neuron_ids": neuron_ids,
                "synapse_ids": frozenset(several(self.synapse_ids, "synapse_ids")),
                "pathway": tuple(several(self.pathway, "pathway")) or (self.anchor_neuron_id,),
                "conductivity": share(self.conductivity),
                "salience": share(self.salience),
                "auto_tags": tags_of(self.auto_tags),
                "agent_tags": tags_of(self.agent_tags),
                "metadata": own(self.metadata),
                "last_conducted": in_utc(self.last_conducted),
                "time_start": in_utc(self.time_start),
                "time_end": in_utc(self.time_end),
                "created_at": in_utc(self.created_at),
            },
        )

    @classmethod
    def create(
        cls,
        neuron_ids: AbstractSet[str],
        synapse_ids: AbstractSet[str],
        anchor_neuron_id: str,
        pathway: Optional[Sequence[str]] = None,
        time_start: Optional[datetime] = None,
        time_end: Optional[datetime] = None,
        summary: Optional[str] = None,
        tags: Optional[Iterable[str]] = None,
        auto_tags: Optional[Iterable[str]] = None,
        agent_tags: Optional[Iterable[str]] = None,
        metadata: Optional[Metadata] = None,
        fiber_id: Optional[str] = None,
    ) -> Fiber:
        """Return a new fiber, with an id of its own where none is given. `tags` are agent tags.

        Raises:
            ValueError: as `Fiber`.
        """
        return cls(
            fiber_id or str(uuid4()),
            neuron_ids,
            synapse_ids,
            anchor_neuron_id,
            pathway or (),
            time_start=time_start,
            time_end=time_end,
            summary=summary,
            auto_tags=tags_of(auto_tags),
            agent_tags=tags_of(tags) | tags_of(agent_tags),
            metadata=own(metadata),
        )

    @property
    def tags(self) -> AbstractSet[str]:
        """All tags, wherever they come from."""
        return self.auto_tags | self.agent_tags

    @property
    def neuron_count(self) -> int:
        """How many neurons it goes through."""
        return len(self.neuron_ids)

    @property
    def synapse_count(self) -> int:
        """How many synapses it goes through."""
        return len(self.synapse_ids)

    @property
    def time_span(self) -> Optional[timedelta]:
        """How long what it tells of took; None where that is not known."""
        return None if self.time_start is None or self.time_end is None else self.time_end - self.time_start

    # -- the pathway

    @property
    def pathway_length(self) -> int:
        """How many neurons the pathway has."""
        return len(self.pathway)

    def pathway_position(self, neuron_id: str) -> Optional[int]:
        """Return where in the pathway a neuron first is; None where it is not."""
        return self.pathway.index(neuron_id) if neuron_id in self.pathway else None

    def is_in_pathway(self, neuron_id: str) -> bool:
        """Say whether a neuron is in the pathway."""
        return neuron_id in self.pathway

    def contains_neuron(self, neuron_id: str) -> bool:
        """Say whether it goes through a neuron."""
        return neuron_id in self.neuron_ids

    def overlaps_time(self, start: datetime, end: datetime) -> bool:
        """Say whether what it tells of shares a moment with a stretch of time. One of no time shares none."""
        first, last = self.time_start or self.time_end, self.time_end or self.time_start
        return first is not None and last is not None and first <= in_utc(end) and last >= in_utc(start)

    # -- changes, each of which returns another fiber

    def conduct(self, conducted_at: Optional[datetime] = None, reinforce: bool = True) -> Fiber:
        """Return it after a signal went through, now where no time is given; reinforcing adds 0.02 conductivity."""
        added = _CONDUCTING_ADDS if reinforce else 0.0
        return replace(
            self,
            conductivity=round(self.conductivity + added, _CONDUCTIVITY_DIGITS),
            last_conducted=conducted_at or utcnow(),
            frequency=self.frequency + 1,
        )

    def with_conductivity(self, conductivity: float) -> Fiber:
        """Return it with another conductivity, cut to 0..1."""
        return replace(self, conductivity=conductivity)

    def with_salience(self, salience: float) -> Fiber:
        """Return it with another salience, cut to 0..1."""
        return replace(self, salience=salience)

    def with_summary(self, summary: str) -> Fiber:
        """Return it with another summary."""
        return replace(self, summary=summary)

    def add_tags(self, *tags: str) -> Fiber:
        """Return it with more agent tags."""
        return replace(self, agent_tags=self.agent_tags | frozenset(tags))

    def add_auto_tags(self, *tags: str) -> Fiber:
        """Return it with more tags that were found."""
        return replace(self, auto_tags=self.auto_tags | frozenset(tags))

    # -- the wire

    @classmethod
    def of(cls, wire: FiberWire) -> Fiber:
        """Return what was sent."""
        return cls(
            wire["id"],
            frozenset(wire["neuron_ids"]),
            frozenset(wire["synapse_ids"]),
            wire["anchor_neuron_id"],
            tuple(wire["pathway"]),
            wire["conductivity"],
            read(wire["last_conducted"]),
            read(wire["time_start"]),
            read(wire["time_end"]),
            wire["coherence"],
            wire["salience"],
            wire["frequency"],
            wire["summary"],
            frozenset(wire["auto_tags"]),
            frozenset(wire["agent_tags"]),
            wire["metadata"],
            wire["stage"],
            read_moment(wire["created_at"]),
        )

    def payload(self) -> FiberInput:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "neuron_ids": sorted(self.neuron_ids),
            "synapse_ids": sorted(self.synapse_ids),
            "anchor_neuron_id": self.anchor_neuron_id,
            "pathway": list(self.pathway),
            "conductivity": self.conductivity,
            "last_conducted": sent(self.last_conducted),
            "time_start": sent(self.time_start),
            "time_end": sent(self.time_end),
            "coherence": self.coherence,
            "salience": self.salience,
            "frequency": self.frequency,
            "summary": self.summary,
            "auto_tags": sorted(self.auto_tags),
            "agent_tags": sorted(self.agent_tags),
            "metadata": own(self.metadata),
            "stage": self.stage,
            "created_at": sent_moment(self.created_at),
        }

    def meant(self) -> FiberMeant:
        """Return what of it is sent where it need not be stored: how it conducts, and what it says."""
        return {
            "id": self.id,
            "anchor_neuron_id": self.anchor_neuron_id,
            "pathway": list(self.pathway),
            "conductivity": self.conductivity,
            "last_conducted": sent(self.last_conducted),
            "salience": self.salience,
            "frequency": self.frequency,
            "summary": self.summary,
            "created_at": sent_moment(self.created_at),
        }
