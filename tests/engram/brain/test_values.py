"""The values of a brain: what is refused, what follows from what, and that nothing changes in place."""

from __future__ import annotations

import dataclasses
import json
import math
import pickle
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Callable, Dict, List, Mapping, Optional, Tuple, Type, cast, get_args

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
    Priority,
    Project,
    Provenance,
    Synapse,
    SynapseType,
    TypedMemory,
    utcnow,
)
from engram.types import brain as wire
from engram.types.wire import JsonObject

NOON = datetime(2026, 5, 8, 12)
DAY = timedelta(days=1)

# Each with everything that it can hold, so that nothing is lost on the way.
NEURON = Neuron("n-1", NeuronType.ENTITY, "Alice", {"role": "developer"}, NOON)
STATE = NeuronState("n-1", 0.5, 3, NOON, 0.2, 0.4, NOON + DAY, 250.0, 0.6, NOON)
SYNAPSE = Synapse(
    "s-1", "n-1", "n-2", SynapseType.CAUSED_BY, 0.8, Direction.BIDIRECTIONAL, {"why": "told"}, 2, NOON, NOON
)
FIBER = Fiber(
    "f-1",
    frozenset({"n-1", "n-2"}),
    frozenset({"s-1"}),
    "n-1",
    ("n-1", "n-2"),
    0.9,
    NOON,
    NOON,
    NOON + DAY,
    0.4,
    0.7,
    3,
    "Ana met Alice at the coffee shop",
    frozenset({"alice"}),
    frozenset({"work"}),
    {"source": "chat"},
    "episodic",
    NOON,
)
PROVENANCE = Provenance("user_input", Confidence.HIGH, True, NOON, "mira", NOON)
TYPED = TypedMemory(
    "f-1",
    MemoryType.DECISION,
    Priority.HIGH,
    PROVENANCE,
    NOON + DAY,
    "p-1",
    frozenset({"auth"}),
    {"a": 1},
    NOON,
    0.8,
    "notes",
    MemoryTier.HOT,
)
PROJECT = Project("p-1", "Q1", "First", NOON, NOON + 14 * DAY, frozenset({"q1"}), 2.0, {"a": [1]}, NOON)
ALERT = Alert(
    "a-1",
    "brain",
    AlertType.STALE_FIBERS,
    AlertSeverity.LOW,
    "Some are stale",
    "Ask about them",
    AlertStatus.ACKNOWLEDGED,
    NOON,
    NOON,
    NOON,
    NOON,
    {"share": 0.5},
)
BRAIN = Brain("b-1", "work", BrainConfig(max_spread_hops=6), "ana", True, ("bo",), 3, 2, 1, {"a": None}, NOON, NOON)


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


# -- synapses


@pytest.mark.parametrize(("weight", "kept"), [(8, 1.0), (-1, 0.0), (0.3, 0.3)])
def test_a_weight_is_cut(weight: float, kept: float) -> None:
    assert Synapse("s", "a", "b", SynapseType.IS_A, weight).weight == kept
    assert Synapse.create("a", "b", SynapseType.IS_A, weight).weight == kept


@pytest.mark.parametrize("kind", list(SynapseType))
def test_the_direction_follows_from_the_type(kind: SynapseType) -> None:
    both_ways = {"co_occurs", "related_to", "similar_to", "near", "used_with"}
    expected = Direction.BIDIRECTIONAL if kind.value in both_ways else Direction.UNIDIRECTIONAL
    assert Synapse("s", "a", "b", kind).direction is expected
    assert Synapse.create("a", "b", kind).direction is expected
    assert Synapse.create("a", "b", kind, direction=Direction.BIDIRECTIONAL).is_bidirectional


def test_inverse_types_come_in_pairs() -> None:
    pairs = {kind: Synapse.create("a", "b", kind).get_inverse_type() for kind in SynapseType}
    known = {kind: other for kind, other in pairs.items() if other is not None}
    assert len(known) == 6
    assert all(known[other] is kind for kind, other in known.items())


@pytest.mark.parametrize(
    ("weight", "count", "levels", "expected"),
    [
        (0.5, 0, (None, None), 0.55),
        (0.98, 0, (None, None), 1.0),
        (0.5, 0, (1.0, None), 0.55),
        (0.5, 0, (1.0, 1.0), 0.5 + 0.03 * 4 * 0.5),
        (0.5, 10, (0.8, 0.5), 0.5 + 0.03 * (1 + 3 * math.exp(-0.6)) * 0.4 * 0.5),
        (0.5, 0, (0.0, 1.0), 0.5),
    ],
)
def test_reinforcing_a_synapse(
    weight: float, count: int, levels: Tuple[Optional[float], Optional[float]], expected: float
) -> None:
    synapse = Synapse("s", "a", "b", SynapseType.IS_A, weight, reinforced_count=count)
    stronger = synapse.reinforce(0.05, *levels, now=NOON)
    assert stronger.weight == pytest.approx(expected)
    assert (stronger.reinforced_count, stronger.last_activated) == (count + 1, NOON)
    assert (synapse.weight, synapse.last_activated) == (weight, None)


def test_the_ends_of_a_synapse() -> None:
    assert [SYNAPSE.other_end(end) for end in ("n-1", "n-2", "n-3")] == ["n-2", "n-1", None]
    assert [SYNAPSE.connects(end) for end in ("n-1", "n-2", "n-3")] == [True, True, False]
    assert SYNAPSE.decay(0.5).weight == 0.4


# -- neurons


def test_activating_a_neuron() -> None:
    state = NeuronState("n")
    fired = state.activate(1.0, NOON)
    assert fired.activation_level == pytest.approx(1 / (1 + math.exp(-3)))
    assert (fired.access_frequency, fired.last_activated, fired.fired, state.fired) == (1, NOON, True, False)
    assert fired.activate(1.0, NOON + timedelta(milliseconds=499)) is fired
    again = fired.activate(0.5, NOON + timedelta(milliseconds=500))
    assert (again.activation_level, again.access_frequency) == (0.5, 2)


def test_a_level_fades_by_its_own_rate() -> None:
    faded = NeuronState("n", activation_level=0.8, decay_rate=0.5).decay(10 * DAY.total_seconds())
    assert faded.activation_level == pytest.approx(0.8 * math.exp(-5))


def test_more_metadata_is_another_neuron() -> None:
    assert NEURON.with_metadata(role="lead", team=2).metadata == {"role": "lead", "team": 2}
    assert NEURON.metadata == {"role": "developer"}
    assert Neuron.create(NeuronType.TIME, "May").id != Neuron.create(NeuronType.TIME, "May").id


# -- fibers


def test_a_new_fiber() -> None:
    fiber = Fiber.create({"n1", "n2", "n3"}, {"s1", "s2"}, "n1", ["n1", "n2", "n3"])
    assert (fiber.conductivity, fiber.pathway_length, fiber.last_conducted) == (1.0, 3, None)
    assert [fiber.pathway_position(one) for one in ("n1", "n2", "n4")] == [0, 1, None]
    assert [fiber.is_in_pathway(one) for one in ("n2", "n4")] == [True, False]
    assert (fiber.neuron_count, fiber.synapse_count, fiber.contains_neuron("n3")) == (3, 2, True)
    assert Fiber.create({"n1", "n2"}, set(), "n1").pathway == ("n1",)


def test_a_fiber_needs_its_anchor() -> None:
    with pytest.raises(ValueError, match="anchor_neuron_id: 'n9' is not one of the neurons"):
        Fiber.create({"n1"}, set(), "n9")


@pytest.mark.parametrize(
    ("before", "reinforce", "after"), [(0.8, True, 0.82), (0.82, False, 0.82), (0.99, True, 1.0), (1.0, True, 1.0)]
)
def test_conducting(before: float, reinforce: bool, after: float) -> None:
    fiber = FIBER.with_conductivity(before)
    conducted = fiber.conduct(NOON + DAY, reinforce)
    assert (conducted.conductivity, conducted.frequency, conducted.last_conducted) == (after, 4, NOON + DAY)
    assert (fiber.conductivity, fiber.frequency, fiber.last_conducted) == (before, 3, NOON)


@pytest.mark.parametrize(("given", "kept"), [(1.4, 1.0), (-1.0, 0.0), (0.25, 0.25)])
def test_conductivity_and_salience_are_cut(given: float, kept: float) -> None:
    assert (FIBER.with_conductivity(given).conductivity, FIBER.with_salience(given).salience) == (kept, kept)


def test_tags_are_one_whatever_their_case() -> None:
    fiber = Fiber.create({"n"}, set(), "n", tags={"Important"}, auto_tags={"Alice"}, agent_tags={" Due "})
    more = fiber.add_tags("important", "Reviewed").add_auto_tags("ALICE", "Bob", " ")
    assert more.agent_tags == {"important", "due", "reviewed"}
    assert more.auto_tags == {"alice", "bob"}
    assert more.tags == {"important", "due", "reviewed", "alice", "bob"}
    assert fiber.tags == {"important", "due", "alice"}


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [(-2, -1, False), (-1, 0, True), (0.2, 0.4, True), (1, 2, True), (1.1, 2, False), (-5, 5, True)],
)
def test_sharing_a_time(start: float, end: float, shares: bool) -> None:
    assert FIBER.overlaps_time(NOON + start * DAY, NOON + end * DAY) is shares
    one_moment = dataclasses.replace(FIBER, time_start=None, time_end=NOON + 0.3 * DAY)
    assert one_moment.overlaps_time(NOON + 0.2 * DAY, NOON + 0.4 * DAY)
    assert not Fiber.create({"n"}, set(), "n").overlaps_time(NOON, NOON + DAY)


def test_how_long_it_took() -> None:
    assert (FIBER.time_span, Fiber.create({"n"}, set(), "n").time_span) == (DAY, None)
    assert FIBER.with_summary("Met").summary == "Met"


# -- typed memories and projects


@pytest.mark.parametrize(
    ("number", "word"),
    [(-5, "LOWEST"), (0, "LOWEST"), (1, "LOWEST"), (2, "LOW"), (3, "LOW"), (4, "NORMAL"), (6, "NORMAL"), (7, "HIGH")]
    + [(8, "HIGH"), (9, "CRITICAL"), (10, "CRITICAL"), (99, "CRITICAL")],
)
def test_a_number_snaps_to_a_priority(number: int, word: str) -> None:
    assert TypedMemory.create("f", MemoryType.FACT, number).priority is Priority[word]
    assert TYPED.with_priority(number).priority is Priority[word]


def test_how_long_a_memory_holds() -> None:
    memory = TypedMemory.create("f", MemoryType.TODO, expires_in_days=30)
    assert memory.expires_at == memory.created_at + 30 * DAY
    assert (memory.days_until_expiry, memory.is_expired) == (29, False)
    over = TypedMemory.create("f", MemoryType.TODO, expires_in_days=-1)
    assert (over.days_until_expiry, over.is_expired) == (0, True)
    ever = TypedMemory.create("f", MemoryType.TODO)
    assert (ever.expires_at, ever.days_until_expiry, ever.is_expired) == (None, None, False)
    assert TYPED.extend_expiry(2).expires_at == NOON + 3 * DAY


def test_verifying() -> None:
    verified = TypedMemory.create("f", MemoryType.FACT, confidence=Confidence.LOW).verify(NOON).provenance
    assert verified == Provenance("user_input", Confidence.VERIFIED, True, NOON, "user", NOON)
    assert Provenance().confirm(NOON) == Provenance(last_confirmed=NOON)
    assert TYPED.with_tier(MemoryTier.COLD).tier is MemoryTier.COLD


def test_a_project_of_two_weeks() -> None:
    project = Project.create("Q1", duration_days=14, tags={"Q1"})
    assert (project.is_active, project.is_ongoing, project.duration_days, project.days_remaining) == (
        True,
        False,
        14,
        13,
    )
    later = Project.create("Q1", start_date=NOON, duration_days=14)
    assert [later.contains_date(NOON + days * DAY) for days in (-1, 0, 14, 15)] == [False, True, True, False]
    assert not Project.create("Q1", start_date=utcnow() - 28 * DAY, duration_days=14).is_active
    assert Project.create("Q1", start_date=NOON, end_date=NOON + DAY, duration_days=14).duration_days == 1


def test_a_project_without_an_end() -> None:
    project = Project.create("Q1")
    assert (project.is_active, project.is_ongoing, project.duration_days, project.days_remaining) == (
        True,
        True,
        None,
        None,
    )
    assert PROJECT.with_extended_deadline(1).end_date == NOON + 15 * DAY
    assert PROJECT.with_end_date(NOON).duration_days == 0
    assert PROJECT.with_tags({"A"}).tags == {"a"}


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
