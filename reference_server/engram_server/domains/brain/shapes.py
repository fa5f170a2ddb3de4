"""Rows of a brain as they pass on the wire. Pure."""

from __future__ import annotations

import json
from typing import List, Mapping, Optional, cast

from engram.types import JsonObject, JsonValue
from engram.types.brain import (
    AlertKind,
    AlertSeverity,
    AlertState,
    AlertWire,
    BrainConfigInput,
    BrainConfigWire,
    BrainWire,
    FiberStage,
    FiberWire,
    MemoryKind,
    MemoryTier,
    NeuronKind,
    NeuronStateWire,
    NeuronWire,
    ProjectWire,
    ProvenanceWire,
    SynapseDirection,
    SynapseKind,
    SynapseWire,
    TypedMemoryWire,
)
from engram.types.brain_learning import RecallEventWire

from ...clock import iso
from ...storage.brain_rows import (
    AlertRow,
    BrainRow,
    FiberRow,
    NeuronRow,
    ProjectRow,
    RecallEventRow,
    SynapseRow,
    TypedMemoryRow,
)

#: How a new brain behaves.
NEW_CONFIG: BrainConfigWire = {
    "decay_rate": 0.1,
    "reinforcement_delta": 0.05,
    "activation_threshold": 0.2,
    "max_spread_hops": 4,
    "max_context_tokens": 1500,
}


def config(given: Mapping[str, object], base: BrainConfigWire = NEW_CONFIG) -> BrainConfigWire:
    """Return a whole config: what is given, the rest as in `base`."""
    known = cast(BrainConfigInput, {name: value for name, value in given.items() if name in NEW_CONFIG})
    return {**base, **known}


def brain(row: BrainRow) -> BrainWire:
    """Return a brain; a bucket that nobody saved as one has defaults and its own name."""
    made_at = row.made_at if row.created_at is None else row.created_at
    return {
        "id": row.brain_id,
        "name": row.brain_id if row.name is None else row.name,
        "config": config_of(row),
        "owner_id": row.owner_id,
        "is_public": bool(row.is_public),
        "shared_with": cast(List[str], json.loads(row.shared_with or "[]")),
        "neuron_count": row.neurons,
        "synapse_count": row.synapses,
        "fiber_count": row.fibers,
        "metadata": _object(row.metadata or "{}"),
        "created_at": iso(made_at),
        "updated_at": iso(made_at if row.updated_at is None else row.updated_at),
    }


def config_of(row: BrainRow) -> BrainConfigWire:
    """Return how a brain behaves."""
    return NEW_CONFIG if row.config is None else config(json.loads(row.config))


def neuron(row: NeuronRow) -> NeuronWire:
    """Return a neuron."""
    return {
        "id": row.public_id,
        "type": cast(NeuronKind, row.type),
        "content": row.content,
        "metadata": _object(row.metadata),
        "created_at": iso(row.created_at),
    }


def state(row: NeuronRow) -> NeuronStateWire:
    """Return the state of a neuron."""
    return {
        "neuron_id": row.public_id,
        "activation_level": row.level,
        "access_frequency": row.uses,
        "last_activated": _moment(row.last_activated),
        "decay_rate": row.decay_rate,
        "firing_threshold": row.firing_threshold,
        "refractory_until": _moment(row.refractory_until),
        "refractory_period_ms": row.refractory_ms,
        "homeostatic_target": row.target,
        "created_at": iso(row.created_at),
    }


def synapse(row: SynapseRow) -> SynapseWire:
    """Return a synapse."""
    return {
        "id": row.public_id,
        "source_id": row.source,
        "target_id": row.target,
        "type": cast(SynapseKind, row.type),
        "weight": row.weight,
        "direction": cast(SynapseDirection, row.direction),
        "metadata": _object(row.metadata),
        "reinforced_count": row.reinforced_count,
        "last_activated": _moment(row.last_activated),
        "created_at": iso(row.created_at),
    }


def fiber(row: FiberRow) -> FiberWire:
    """Return a fiber."""
    auto_tags, agent_tags = _strings(row.auto_tags), _strings(row.agent_tags)
    return {
        "id": row.public_id,
        "neuron_ids": _strings(row.neuron_ids),
        "synapse_ids": _strings(row.synapse_ids),
        "anchor_neuron_id": row.anchor_id,
        "pathway": _strings(row.pathway),
        "conductivity": row.conductivity,
        "last_conducted": _moment(row.last_conducted),
        "time_start": _moment(row.time_start),
        "time_end": _moment(row.time_end),
        "coherence": row.coherence,
        "salience": row.salience,
        "frequency": row.frequency,
        "summary": row.summary,
        "tags": sorted({*auto_tags, *agent_tags}),
        "auto_tags": auto_tags,
        "agent_tags": agent_tags,
        "metadata": _object(row.metadata),
        "stage": cast(FiberStage, row.stage),
        "created_at": iso(row.created_at),
    }


def typed_memory(row: TypedMemoryRow) -> TypedMemoryWire:
    """Return what kind of memory a fiber is."""
    return {
        "fiber_id": row.public_id,
        "memory_type": cast(MemoryKind, row.memory_type),
        "priority": row.priority,
        "provenance": cast(ProvenanceWire, json.loads(row.provenance)),
        "expires_at": _moment(row.expires_at),
        "project_id": row.project_id,
        "tags": _strings(row.tags),
        "metadata": _object(row.metadata),
        "trust_score": row.trust_score,
        "source": row.source,
        "tier": cast(MemoryTier, row.tier),
        "created_at": iso(row.created_at),
    }


def project(row: ProjectRow) -> ProjectWire:
    """Return a project."""
    return {
        "id": row.public_id,
        "name": row.name,
        "description": row.description,
        "start_date": iso(row.start_date),
        "end_date": _moment(row.end_date),
        "tags": _strings(row.tags),
        "priority": row.priority,
        "metadata": _object(row.metadata),
        "created_at": iso(row.created_at),
    }


def alert(row: AlertRow, brain_id: str) -> AlertWire:
    """Return an alert."""
    return {
        "id": row.public_id,
        "brain_id": brain_id,
        "alert_type": cast(AlertKind, row.alert_type),
        "severity": cast(AlertSeverity, row.severity),
        "message": row.message,
        "recommended_action": row.recommended_action,
        "status": cast(AlertState, row.status),
        "created_at": iso(row.created_at),
        "seen_at": _moment(row.seen_at),
        "acknowledged_at": _moment(row.acknowledged_at),
        "resolved_at": _moment(row.resolved_at),
        "metadata": _object(row.metadata),
    }


def recall_event(row: RecallEventRow) -> RecallEventWire:
    """Return a question that was recorded."""
    return {
        "id": row.public_id,
        "query": row.query,
        "session_id": row.session,
        "asked_at": iso(row.asked_at),
        "topics": _strings(row.topics),
    }


def _object(text: str) -> JsonObject:
    return cast(JsonObject, json.loads(text))


def _strings(text: str) -> List[str]:
    return cast(List[str], cast(JsonValue, json.loads(text)))


def _moment(moment: Optional[int]) -> Optional[str]:
    return None if moment is None else iso(moment)
