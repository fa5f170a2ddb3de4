"""Synapse: a connection between two neurons."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Mapping, Optional, cast
from uuid import uuid4

from ...types.brain import SynapseWire
from ...types.brain_calls import SynapseInput
from .values import Metadata, Word, in_utc, own, read, read_moment, sent, sent_moment, settle, share, utcnow

# Hebbian learning: how much one firing together brings, how much more it brings a young synapse, how fast that ends.
_LEARNING_RATE = 0.03
_NOVELTY = 3.0
_NOVELTY_FADES = 0.06


class SynapseType(Word):
    """What a synapse says of its two neurons."""

    # When
    HAPPENED_AT = "happened_at"
    BEFORE = "before"
    AFTER = "after"
    DURING = "during"
    # Why
    CAUSED_BY = "caused_by"
    LEADS_TO = "leads_to"
    ENABLES = "enables"
    PREVENTS = "prevents"
    # With what
    CO_OCCURS = "co_occurs"
    RELATED_TO = "related_to"
    SIMILAR_TO = "similar_to"
    # What
    IS_A = "is_a"
    HAS_PROPERTY = "has_property"
    INVOLVES = "involves"
    # Where, and how it felt
    AT_LOCATION = "at_location"
    CONTAINS = "contains"
    NEAR = "near"
    FELT = "felt"
    EVOKES = "evokes"
    CONTRADICTS = "contradicts"
    ALIAS = "alias"
    # Of other clients
    RESOLVED_BY = "resolved_by"
    EFFECTIVE_FOR = "effective_for"
    USED_WITH = "used_with"
    EVIDENCE_FOR = "evidence_for"
    EVIDENCE_AGAINST = "evidence_against"
    PREDICTED = "predicted"
    VERIFIED_BY = "verified_by"
    FALSIFIED_BY = "falsified_by"
    HAS_VALUE = "has_value"
    MEASURED_AT = "measured_at"
    REGULATES = "regulates"
    IN_ROW = "in_row"
    IN_COLUMN = "in_column"
    SOURCE_OF = "source_of"
    STORED_BY = "stored_by"
    VERIFIED_AT = "verified_at"
    APPROVED_BY = "approved_by"
    SUPERSEDES = "supersedes"
    DERIVED_FROM = "derived_from"
    EVOLVES_FROM = "evolves_from"
    SUBGOAL_OF = "subgoal_of"
    IMPORTS = "imports"
    CALLS = "calls"
    DEPENDS_ON = "depends_on"
    INHERITS = "inherits"
    IMPLEMENTS = "implements"
    DEFINED_IN = "defined_in"
    RAISES = "raises"


class Direction(Word):
    """Which way a synapse leads."""

    UNIDIRECTIONAL = "uni"
    BIDIRECTIONAL = "bi"


_BOTH_WAYS = frozenset(
    {
        SynapseType.CO_OCCURS,
        SynapseType.RELATED_TO,
        SynapseType.SIMILAR_TO,
        SynapseType.NEAR,
        SynapseType.USED_WITH,
    }
)
_INVERSE: Mapping[SynapseType, SynapseType] = {
    SynapseType.BEFORE: SynapseType.AFTER,
    SynapseType.AFTER: SynapseType.BEFORE,
    SynapseType.CAUSED_BY: SynapseType.LEADS_TO,
    SynapseType.LEADS_TO: SynapseType.CAUSED_BY,
    SynapseType.CONTAINS: SynapseType.AT_LOCATION,
    SynapseType.AT_LOCATION: SynapseType.CONTAINS,
}
# Replaced as soon as the type is known; a synapse that is made always has a direction.
_OF_ITS_TYPE = cast(Direction, None)


@dataclass(frozen=True)
class Synapse:
    """A connection between two neurons. The weight is cut to 0..1.

    Raises:
        ValueError: its type or direction is not one.
    """

    id: str
    source_id: str
    target_id: str
    type: SynapseType
    weight: float = 0.5
    #: Follows from the type where it is not given.
    direction: Direction = _OF_ITS_TYPE
    metadata: Metadata = field(default_factory=dict, hash=False)
    reinforced_count: int = 0
    last_activated: Optional[datetime] = None
    created_at: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        kind = SynapseType(self.type)
        of_its_type = Direction.BIDIRECTIONAL if kind in _BOTH_WAYS else Direction.UNIDIRECTIONAL
        settle(
            self,
            {
                "type": kind,
                "weight": share(self.weight),
                "direction": of_its_type if self.direction is _OF_ITS_TYPE else Direction(self.direction),
                "metadata": own(self.metadata),
                "last_activated": in_utc(self.last_activated),
                "created_at": in_utc(self.created_at),
            },
        )

    @classmethod
    def create(
        cls,
        source_id: str,
        target_id: str,
        type: SynapseType,
        weight: float = 0.5,
        direction: Optional[Direction] = None,
        metadata: Optional[Metadata] = None,
        synapse_id: Optional[str] = None,
    ) -> Synapse:
        """Return a new synapse, with an id of its own where none is given."""
        way = _OF_ITS_TYPE if direction is None else direction
        return cls(synapse_id or str(uuid4()), source_id, target_id, type, weight, way, own(metadata))

    @property
    def is_bidirectional(self) -> bool:
        """Whether it leads both ways."""
        return self.direction is Direction.BIDIRECTIONAL

    def reinforce(
        self,
        delta: float = 0.05,
        pre_activation: Optional[float] = None,
        post_activation: Optional[float] = None,
        now: Optional[datetime] = None,
    ) -> Synapse:
        """Return it stronger by `delta`; with the activations of both neurons by as much as they fired together.

        What fires together is learned faster by a young synapse, and never beyond a weight of 1.
        """
        if pre_activation is not None and post_activation is not None:
            novelty = 1 + _NOVELTY * math.exp(-_NOVELTY_FADES * self.reinforced_count)
            delta = _LEARNING_RATE * novelty * pre_activation * post_activation * (1 - self.weight)
        return replace(
            self,
            weight=self.weight + delta,
            reinforced_count=self.reinforced_count + 1,
            last_activated=now or utcnow(),
        )

    def decay(self, factor: float = 0.95) -> Synapse:
        """Return it weaker by a factor."""
        return replace(self, weight=self.weight * factor)

    def get_inverse_type(self) -> Optional[SynapseType]:
        """Return the type that says the same from the other end."""
        return _INVERSE.get(self.type)

    def connects(self, neuron_id: str) -> bool:
        """Say whether a neuron is one of its ends."""
        return neuron_id in (self.source_id, self.target_id)

    def other_end(self, neuron_id: str) -> Optional[str]:
        """Return its end that a neuron is not; None for a neuron that is no end of it."""
        ends = {self.source_id: self.target_id, self.target_id: self.source_id}
        return ends.get(neuron_id)

    @classmethod
    def of(cls, wire: SynapseWire) -> Synapse:
        """Return what was sent."""
        return cls(
            wire["id"],
            wire["source_id"],
            wire["target_id"],
            SynapseType(wire["type"]),
            wire["weight"],
            Direction(wire["direction"]),
            wire["metadata"],
            wire["reinforced_count"],
            read(wire["last_activated"]),
            read_moment(wire["created_at"]),
        )

    def payload(self) -> SynapseInput:
        """Return it as it is sent."""
        return {
            "id": self.id,
            "source_id": self.source_id,
            "target_id": self.target_id,
            "type": self.type.value,
            "weight": self.weight,
            "direction": self.direction.value,
            "metadata": own(self.metadata),
            "reinforced_count": self.reinforced_count,
            "last_activated": sent(self.last_activated),
            "created_at": sent_moment(self.created_at),
        }
