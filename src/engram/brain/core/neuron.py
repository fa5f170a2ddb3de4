"""Neuron: a unit of information. NeuronState: how active one is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Optional
from uuid import uuid4

from ...types.brain import NeuronStateWire, NeuronWire
from ...types.brain_calls import NeuronInput, NeuronStateInput
from ...types.wire import JsonValue
from .values import Metadata, Word, in_utc, own, read, read_moment, sent, sent_moment, settle, share, utcnow

_SECONDS_PER_DAY = 86_400.0
# The curve that a level goes through: half of it at 0.5.
_LEVEL_CENTRE = 0.5
_LEVEL_STEEPNESS = 6.0


class NeuronType(Word):
    """What a neuron stands for."""

    TIME = "time"
    SPATIAL = "spatial"
    ENTITY = "entity"
    ACTION = "action"
    STATE = "state"
    CONCEPT = "concept"
    SENSORY = "sensory"
    INTENT = "intent"
    HYPOTHESIS = "hypothesis"
    PREDICTION = "prediction"
    SCHEMA = "schema"


@dataclass(frozen=True)
class Neuron:
    """A unit of information.

    Raises:
        ValueError: its type is not one.
    """

    id: str
    type: NeuronType
    content: str
    metadata: Metadata = field(default_factory=dict, hash=False)
    created_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        created_at = in_utc(self.created_at)
        settle(self, {"type": NeuronType(self.type), "metadata": own(self.metadata), "created_at": created_at})

    @classmethod
    def create(
        cls,
        type: NeuronType,
        content: str,
        metadata: Optional[Metadata] = None,
        neuron_id: Optional[str] = None,
    ) -> Neuron:
        """Return a new neuron, with an id of its own where none is given."""
        return cls(neuron_id or str(uuid4()), type, content, own(metadata))

    def with_metadata(self, **metadata: JsonValue) -> Neuron:
        """Return it with more metadata."""
        return replace(self, metadata={**self.metadata, **metadata})

    @classmethod
    def of(cls, wire: NeuronWire) -> Neuron:
        """Return what was sent."""
        kind, created_at = NeuronType(wire["type"]), read_moment(wire["created_at"])
        return cls(wire["id"], kind, wire["content"], wire["metadata"], created_at)

    def payload(self) -> NeuronInput:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "type": self.type.value,
            "content": self.content,
            "metadata": own(self.metadata),
            "created_at": sent_moment(self.created_at),
        }


@dataclass(frozen=True)
class NeuronState:
    """How active a neuron is."""

    neuron_id: str
    activation_level: float = 0.0
    access_frequency: int = 0
    last_activated: Optional[datetime] = None
    #: Per day.
    decay_rate: float = 0.1
    firing_threshold: float = 0.3
    refractory_until: Optional[datetime] = None
    refractory_period_ms: float = 500.0
    homeostatic_target: float = 0.5
    created_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "activation_level": share(self.activation_level),
                "last_activated": in_utc(self.last_activated),
                "refractory_until": in_utc(self.refractory_until),
                "created_at": in_utc(self.created_at),
            },
        )

    @property
    def fired(self) -> bool:
        """Whether the level reaches the threshold."""
        return self.activation_level >= self.firing_threshold

    def in_refractory(self, now: Optional[datetime] = None) -> bool:
        """Say whether it rests at a moment, now where none is given."""
        return self.refractory_until is not None and (in_utc(now) or utcnow()) < self.refractory_until

    def activate(self, level: float = 1.0, now: Optional[datetime] = None) -> NeuronState:
        """Return it activated. The level goes through a logistic curve around 0.5; one that rests stays as it is."""
        moment = in_utc(now) or utcnow()
        if self.in_refractory(moment):
            return self
        reached = 1 / (1 + math.exp(-_LEVEL_STEEPNESS * (share(level) - _LEVEL_CENTRE)))
        rest = timedelta(milliseconds=self.refractory_period_ms)
        return replace(
            self,
            activation_level=reached,
            access_frequency=self.access_frequency + 1,
            last_activated=moment,
            refractory_until=moment + rest if reached >= self.firing_threshold else self.refractory_until,
        )

    def decay(self, time_delta_seconds: float) -> NeuronState:
        """Return it faded over some time."""
        kept = math.exp(-self.decay_rate * time_delta_seconds / _SECONDS_PER_DAY)
        return replace(self, activation_level=self.activation_level * kept)

    @classmethod
    def of(cls, wire: NeuronStateWire) -> NeuronState:
        """Return what was sent."""
        return cls(
            wire["neuron_id"],
            wire["activation_level"],
            wire["access_frequency"],
            read(wire["last_activated"]),
            wire["decay_rate"],
            wire["firing_threshold"],
            read(wire["refractory_until"]),
            wire["refractory_period_ms"],
            wire["homeostatic_target"],
            read_moment(wire["created_at"]),
        )

    def payload(self) -> NeuronStateInput:
        """Return it as it is sent."""
        return {
            "neuron_id": self.neuron_id,
            "activation_level": self.activation_level,
            "access_frequency": self.access_frequency,
            "last_activated": sent(self.last_activated),
            "decay_rate": self.decay_rate,
            "firing_threshold": self.firing_threshold,
            "refractory_until": sent(self.refractory_until),
            "refractory_period_ms": self.refractory_period_ms,
            "homeostatic_target": self.homeostatic_target,
        }
