"""The values of a brain: what is refused, what follows from what, and that nothing changes in place."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Callable, Dict, List, Mapping, Tuple, Type, cast, get_args

import pytest

from engram.brain.core import (
    Alert,
    AlertSeverity,
    AlertStatus,
    AlertType,
    Brain,
    BrainConfig,
    BrainSnapshot,
    Confidence,
    Direction,
    Fiber,
    MemoryTier,
    MemoryType,
    Neuron,
    NeuronState,
    NeuronType,
    Project,
    Provenance,
    Synapse,
    SynapseType,
    TypedMemory,
)
from engram.types import brain as wire
from engram.types.wire import JsonObject

from .samples import ALERT, BRAIN, FIBER, NEURON, NOON, PROJECT, STATE, SYNAPSE, TYPED


# -- words


@pytest.mark.parametrize(
    ("words", "of"),
    [
        (NeuronType, wire.NeuronKind),
        (SynapseType, wire.SynapseKind),
        (Direction, wire.SynapseDirection),
        (MemoryType, wire.MemoryKind),
        (Confidence, wire.ConfidenceLevel),
        (MemoryTier, wire.MemoryTier),
        (AlertType, wire.AlertKind),
        (AlertSeverity, wire.AlertSeverity),
        (AlertStatus, wire.AlertState),
    ],
)
def test_the_words_are_those_of_the_wire(words: Type[Enum], of: object) -> None:
    assert {member.value for member in words} == set(get_args(of))


@pytest.mark.parametrize(("word", "shown"), [(AlertType.STALE_FIBERS, "stale_fibers"), (NeuronType.TIME, "time")])
def test_a_word_is_its_own_text(word: Enum, shown: str) -> None:
    assert (f"{word}", str(word), f"{word:>14}", json.dumps(word)) == (shown, shown, f"{shown:>14}", f'"{shown}"')
    assert word == cast(object, shown)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Neuron("n", cast(NeuronType, "foo"), "x"),
        lambda: Synapse("s", "a", "b", cast(SynapseType, "foo")),
        lambda: Synapse("s", "a", "b", SynapseType.IS_A, 0.5, cast(Direction, "foo")),
        lambda: TypedMemory("f", cast(MemoryType, "foo")),
        lambda: Provenance("x", cast(Confidence, "foo")),
        lambda: Alert("a", "b", cast(AlertType, "foo")),
    ],
)
def test_what_is_no_word_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="'foo' is no "):
        make()


def test_a_word_may_be_given_as_it_is_sent() -> None:
    assert Neuron("n", cast(NeuronType, "entity"), "x").type is NeuronType.ENTITY


# -- brains


def test_a_new_config() -> None:
    assert dataclasses.astuple(BrainConfig()) == (0.1, 0.05, 0.2, 4, 1500)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decay_rate", -0.1),
        ("decay_rate", 1.5),
        ("reinforcement_delta", 0.6),
        ("activation_threshold", 2),
        ("activation_threshold", math.nan),
        ("max_spread_hops", 0),
        ("max_spread_hops", 11),
        ("max_spread_hops", 2.5),
        ("max_spread_hops", True),
        ("max_context_tokens", 99),
        ("max_context_tokens", 10_001),
        ("decay_rate", "0.1"),
    ],
)
def test_a_config_out_of_range_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{field}: must be a"):
        dataclasses.replace(BrainConfig(), **cast(Dict[str, int], {field: value}))


def test_an_unknown_config_field_is_refused_here_and_passed_over_from_elsewhere() -> None:
    unknown = cast(Dict[str, int], {"warp": 9})
    with pytest.raises(TypeError, match="warp"):
        BrainConfig(**unknown)
    sent = {**BrainConfig(decay_rate=0.5).payload(), "warp": 9}
    assert BrainConfig.of(cast(wire.BrainConfigWire, sent)) == BrainConfig(decay_rate=0.5)


def test_brains_of_one_name_are_two() -> None:
    one, other = Brain.create("work"), Brain.create("work")
    assert (one.name, one.config, one.metadata) == ("work", BrainConfig(), {})
    assert one.id != other.id
    assert Brain.create("work", brain_id="given", metadata={"a": 1}).id == "given"


def test_who_may_read_and_write_a_brain() -> None:
    brain = Brain.create("work", owner_id="ana")
    shared = brain.share_with("bo").share_with("bo")
    assert (shared.shared_with, shared.unshare_with("bo").shared_with) == (("bo",), ())
    assert [brain.can_access(user) for user in ("ana", "bo", None)] == [True, False, False]
    assert [shared.can_access("bo"), shared.can_write("bo")] == [True, False]
    assert [brain.make_public().can_access(None), brain.make_public().make_private().can_access(None)] == [True, False]
    assert Brain.create("work").can_write("anybody")


def test_another_config_is_another_brain() -> None:
    other = BRAIN.with_config(BrainConfig())
    assert (other.config, other.id, BRAIN.config.max_spread_hops) == (BrainConfig(), "b-1", 6)


# -- all of them


SENT: List[Tuple[object, Mapping[str, object], Callable[[Mapping[str, object]], object]]] = [
    (NEURON, NEURON.payload(), lambda sent: Neuron.of(cast(wire.NeuronWire, sent))),
    (
        STATE,
        {**STATE.payload(), "created_at": "2026-05-08T12:00:00"},
        lambda sent: NeuronState.of(cast(wire.NeuronStateWire, sent)),
    ),
    (SYNAPSE, SYNAPSE.payload(), lambda sent: Synapse.of(cast(wire.SynapseWire, sent))),
    (FIBER, FIBER.payload(), lambda sent: Fiber.of(cast(wire.FiberWire, sent))),
    (TYPED, TYPED.payload(), lambda sent: TypedMemory.of(cast(wire.TypedMemoryWire, sent))),
    (PROJECT, PROJECT.payload(), lambda sent: Project.of(cast(wire.ProjectWire, sent))),
]


@pytest.mark.parametrize(("value", "sent", "read"), SENT, ids=lambda value: type(value).__name__)
def test_what_is_sent_is_read_as_it_was(
    value: object, sent: Mapping[str, object], read: Callable[[Mapping[str, object]], object]
) -> None:
    assert read(cast(Mapping[str, object], json.loads(json.dumps(sent)))) == value


@pytest.mark.parametrize(
    "value", [NEURON, STATE, SYNAPSE, FIBER, TYPED, PROJECT, ALERT, BRAIN], ids=lambda value: type(value).__name__
)
def test_a_value_never_changes(value: object) -> None:
    assert dataclasses.is_dataclass(value)
    for field in dataclasses.fields(value):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field.name, None)
    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))


def test_what_the_caller_keeps_changes_nothing() -> None:
    metadata: JsonObject = {"a": 1}
    neuron_ids, pathway = {"n"}, ["n"]
    fiber = Fiber.create(neuron_ids, set(), "n", pathway, metadata=metadata)
    metadata["a"] = 2
    neuron_ids.add("m")
    pathway.append("m")
    assert fiber.neuron_ids == {"n"}
    assert (fiber.pathway, fiber.metadata) == (("n",), {"a": 1})


def test_a_moment_with_an_offset_is_taken_for_what_it_is_in_utc() -> None:
    east = datetime(2026, 5, 8, 14, tzinfo=timezone(timedelta(hours=2)))
    assert Neuron("n", NeuronType.TIME, "noon", created_at=east).created_at == NOON
    assert FIBER.conduct(east).last_conducted == NOON
    assert FIBER.overlaps_time(east, east)
    assert PROJECT.contains_date(east)
    assert Project.create("p", start_date=east).start_date == NOON


def test_a_snapshot_is_the_same_text_again() -> None:
    row = cast(JsonObject, NEURON.payload())
    snapshot = BrainSnapshot("b", "work", NOON, "0.1.0", (row,), (), (), {"decay_rate": 0.1}, {"projects": []})
    text = snapshot.to_json()
    assert BrainSnapshot.from_json(text) == snapshot
    assert BrainSnapshot.from_json(text).to_json() == text


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"brain_id": "b", "brain_name": "w"}'])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no snapshot|Expecting value"):
        BrainSnapshot.from_json(text)
