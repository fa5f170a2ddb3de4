"""Neurons, synapses and fibers as values, and what is known beside them: what follows from what, and what is cut."""

from __future__ import annotations

import dataclasses
import math
from datetime import timedelta
from typing import Optional, Tuple

import pytest

from engram.brain.core import (
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

from .samples import DAY, FIBER, NEURON, NOON, PROJECT, SYNAPSE, TYPED


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
    fiber = Fiber.create({"n"}, set(), "n", tags={"Important"}, auto_tags={"Alice"}, agent_tags={" Due  soon "})
    more = fiber.add_tags("important", "Reviewed").add_auto_tags("ALICE", "Bob", " ")
    assert more.agent_tags == {"important", "due soon", "reviewed"}
    assert more.auto_tags == {"alice", "bob"}
    assert more.tags == {"important", "due soon", "reviewed", "alice", "bob"}
    assert fiber.tags == {"important", "due soon", "alice"}


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
