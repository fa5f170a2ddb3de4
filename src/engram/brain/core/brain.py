"""Brain and BrainConfig: what a memory system is and how it behaves; BrainSnapshot, a whole one as data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Tuple, cast
from uuid import uuid4

from ...types.brain import BrainConfigInput, BrainConfigWire, BrainSnapshotWire, BrainWire
from ...types.brain_calls import CreateBrainBody
from ...types.wire import JsonObject, JsonValue
from .values import Metadata, in_utc, own, read_moment, sent_moment, settle, utcnow


class _Range(NamedTuple):
    low: float
    high: float
    whole: bool = False


_RANGES: Mapping[str, _Range] = {
    "decay_rate": _Range(0, 1),
    "reinforcement_delta": _Range(0, 0.5),
    "activation_threshold": _Range(0, 1),
    "max_spread_hops": _Range(1, 10, whole=True),
    "max_context_tokens": _Range(100, 10_000, whole=True),
}


@dataclass(frozen=True)
class BrainConfig:
    """How a brain behaves.

    Raises:
        ValueError: a field is out of its range.
    """

    #: How fast memories fade, per day.
    decay_rate: float = 0.1
    #: What a use adds to a level or a weight.
    reinforcement_delta: float = 0.05
    #: What is less active is not reached.
    activation_threshold: float = 0.2
    #: How far the deepest search goes.
    max_spread_hops: int = 4
    #: The most that a context holds, in estimated tokens.
    max_context_tokens: int = 1500

    def __post_init__(self) -> None:
        for name, bounds in _RANGES.items():
            value: object = getattr(self, name)
            number = isinstance(value, int if bounds.whole else (int, float)) and not isinstance(value, bool)
            if not number or not bounds.low <= cast(float, value) <= bounds.high:
                kind = "a whole number" if bounds.whole else "a number"
                raise ValueError(f"{name}: must be {kind} from {bounds.low} to {bounds.high}, not {value!r}")

    @classmethod
    def of(cls, wire: BrainConfigWire) -> BrainConfig:
        """Return what was sent; fields that are unknown here are passed over."""
        known = cast(Mapping[str, JsonValue], wire)
        return cls(**cast(BrainConfigWire, {name: known[name] for name in _RANGES if name in known}))

    def payload(self) -> BrainConfigInput:
        """Return it as it is sent."""
        return {
            "decay_rate": self.decay_rate,
            "reinforcement_delta": self.reinforcement_delta,
            "activation_threshold": self.activation_threshold,
            "max_spread_hops": self.max_spread_hops,
            "max_context_tokens": self.max_context_tokens,
        }


@dataclass(frozen=True)
class Brain:
    """A memory system. It is the graph of the bucket whose name is its id."""

    id: str
    name: str
    config: BrainConfig = field(default_factory=BrainConfig)
    owner_id: Optional[str] = None
    is_public: bool = False
    shared_with: Sequence[str] = ()
    #: The counts are those of when it was read.
    neuron_count: int = 0
    synapse_count: int = 0
    fiber_count: int = 0
    metadata: Metadata = field(default_factory=dict, hash=False)
    created_at: datetime = field(default_factory=utcnow)
    updated_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        settle(
            self,
            {
                "shared_with": tuple(self.shared_with),
                "metadata": own(self.metadata),
                "created_at": in_utc(self.created_at),
                "updated_at": in_utc(self.updated_at),
            },
        )

    @classmethod
    def create(
        cls,
        name: str,
        config: Optional[BrainConfig] = None,
        owner_id: Optional[str] = None,
        is_public: bool = False,
        brain_id: Optional[str] = None,
        metadata: Optional[Metadata] = None,
    ) -> Brain:
        """Return a new brain, with an id of its own where none is given. `save_brain` stores it."""
        return cls(brain_id or str(uuid4()), name, config or BrainConfig(), owner_id, is_public, metadata=own(metadata))

    def with_config(self, config: BrainConfig) -> Brain:
        """Return it with another config."""
        return replace(self, config=config, updated_at=utcnow())

    def share_with(self, user_id: str) -> Brain:
        """Return it shared with a user as well."""
        return self._shared_with((*self.unshare_with(user_id).shared_with, user_id))

    def unshare_with(self, user_id: str) -> Brain:
        """Return it not shared with a user."""
        return self._shared_with(tuple(user for user in self.shared_with if user != user_id))

    def _shared_with(self, users: Tuple[str, ...]) -> Brain:
        return replace(self, shared_with=users, updated_at=utcnow())

    def make_public(self) -> Brain:
        """Return it readable for everybody."""
        return replace(self, is_public=True, updated_at=utcnow())

    def make_private(self) -> Brain:
        """Return it readable for its owner and those that it is shared with."""
        return replace(self, is_public=False, updated_at=utcnow())

    def can_access(self, user_id: Optional[str]) -> bool:
        """Say whether a user may read it."""
        return self.is_public or self.can_write(user_id) or user_id in self.shared_with

    def can_write(self, user_id: Optional[str]) -> bool:
        """Say whether a user may change it. One without an owner is everybody's."""
        return self.owner_id is None or user_id == self.owner_id

    def payload(self) -> CreateBrainBody:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "name": self.name,
            "config": self.config.payload(),
            "owner_id": self.owner_id,
            "is_public": self.is_public,
            "shared_with": list(self.shared_with),
            "metadata": own(self.metadata),
            "created_at": sent_moment(self.created_at),
        }

    @classmethod
    def of(cls, wire: BrainWire) -> Brain:
        """Return what was sent."""
        return cls(
            wire["id"],
            wire["name"],
            BrainConfig.of(wire["config"]),
            wire["owner_id"],
            wire["is_public"],
            tuple(wire["shared_with"]),
            wire["neuron_count"],
            wire["synapse_count"],
            wire["fiber_count"],
            wire["metadata"],
            read_moment(wire["created_at"]),
            read_moment(wire["updated_at"]),
        )


@dataclass(frozen=True)
class BrainSnapshot:
    """A whole brain as data. Neurons, synapses and fibers are JSON objects, and so are all others in `metadata`."""

    brain_id: str
    brain_name: str
    exported_at: datetime
    version: str
    neurons: Tuple[JsonObject, ...]
    synapses: Tuple[JsonObject, ...]
    fibers: Tuple[JsonObject, ...]
    config: JsonObject
    metadata: JsonObject = field(default_factory=dict)

    @classmethod
    def of(cls, wire: BrainSnapshotWire) -> BrainSnapshot:
        """Return what was sent, or read from a file."""
        data = cast(Dict[str, JsonValue], wire)
        rows = {name: tuple(cast("list[JsonObject]", data[name])) for name in ("neurons", "synapses", "fibers")}
        return cls(
            wire["brain_id"],
            wire["brain_name"],
            read_moment(wire["exported_at"]),
            wire["version"],
            rows["neurons"],
            rows["synapses"],
            rows["fibers"],
            cast(JsonObject, wire["config"]),
            wire["metadata"],
        )

    def payload(self) -> JsonObject:
        """Return it as it is sent."""
        return {
            "brain_id": self.brain_id,
            "brain_name": self.brain_name,
            "exported_at": self.exported_at.isoformat(),
            "version": self.version,
            "neurons": list(self.neurons),
            "synapses": list(self.synapses),
            "fibers": list(self.fibers),
            "config": self.config,
            "metadata": self.metadata,
        }

    def to_json(self) -> str:
        """Return it as a text: always the same for the same brain."""
        return json.dumps(self.payload(), ensure_ascii=False, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> BrainSnapshot:
        """Return what `to_json` wrote.

        Raises:
            ValueError: it is no snapshot.
        """
        try:
            return cls.of(cast(BrainSnapshotWire, json.loads(text)))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is no snapshot of a brain: {error!r}") from error
