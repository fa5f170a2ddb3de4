"""The tables of brains: what goes with what, what is counted, how edges are crossed, what fades."""

from __future__ import annotations

import random
from typing import Any, Dict, List, Set, Tuple

import pytest

from engram_server.storage import Space, Store, Writer
from engram_server.storage.brain_rows import (
    BrainRow,
    NewFiber,
    NewNeuron,
    NewSynapse,
    NeuronFilter,
    NeuronState,
    RecallEventRow,
)

from .samples import add

NOW = 1_767_225_600_000_000


def neuron(public_id: str, **given: Any) -> NewNeuron:
    return NewNeuron(public_id, "concept", f"Neuron {public_id}", f"neuron {public_id}", "{}", NOW, **given)


def fiber(memory_id: int, *neuron_ids: str, **given: Any) -> NewFiber:
    new = NewFiber(
        memory_id=memory_id,
        anchor_id=neuron_ids[0],
        neuron_ids=sorted(neuron_ids),
        synapse_ids="[]",
        pathway="[]",
        conductivity=1.0,
        last_conducted=None,
        time_start=None,
        time_end=None,
        coherence=0.0,
        salience=0.0,
        frequency=0,
        summary=None,
        auto_tags=[],
        agent_tags=[],
        metadata="{}",
        stage="stm",
        created_at=NOW,
    )
    return new._replace(**given)


def add_neurons(store: Store, space: Space, *neurons: NewNeuron) -> Dict[str, int]:
    rows = store.write(lambda writer: writer.add_neurons(space.id, neurons))
    return {new.public_id: row for new, row in zip(neurons, rows)}


def synapse(rows: Dict[str, int], source: str, target: str, **given: Any) -> NewSynapse:
    new = NewSynapse(source + target, rows[source], rows[target], "leads_to", 0.5, "uni", "{}", NOW)
    return new._replace(**given)


def counts(store: Store, space: Space) -> Tuple[int, int, int]:
    with store.read() as reader:
        row = reader.brain(space.tenant_id, space.name)
    assert row is not None
    return row.neurons, row.synapses, row.fibers


def known(store: Store, space: Space) -> Set[str]:
    with store.read() as reader:
        return {row.public_id for row in reader.all_neurons(space.id)}


def test_row_numbers_come_in_the_order_given(store: Store, space: Space) -> None:
    rows = add_neurons(store, space, neuron("b"), neuron("a"))
    rows.update(add_neurons(store, space, neuron("c")))
    with store.read() as reader:
        assert {one.public_id: one.id for one in reader.neurons(space.id, "abcx").values()} == rows
        assert reader.neurons_by_row(rows.values()).keys() == set(rows.values())
    assert store.write(lambda writer: writer.add_neurons(space.id, [])) == []


def test_an_encoded_neuron_goes_with_the_last_fiber_that_holds_it(store: Store, space: Space) -> None:
    first, second = add(store, space, "one", "two")
    rows = add_neurons(
        store, space, neuron("shared", encoded=True), neuron("only", encoded=True), neuron("given"), neuron("loose")
    )

    def connect(writer: Writer) -> None:
        pairs = [("only", "shared"), ("shared", "given"), ("given", "loose")]
        writer.add_synapses(space.id, [synapse(rows, *pair) for pair in pairs])
        writer.add_fibers(space.id, [fiber(first, "shared", "only"), fiber(second, "shared", "given")])

    store.write(connect)
    assert counts(store, space) == (4, 3, 2)
    _remove(store, space, first)
    assert known(store, space) == {"shared", "given", "loose"}
    assert counts(store, space) == (3, 2, 1)
    _remove(store, space, second)
    assert known(store, space) == {"given", "loose"}
    assert counts(store, space) == (2, 1, 0)


def _remove(store: Store, space: Space, memory_id: int) -> None:
    def op(writer: Writer) -> None:
        (row,) = writer.memories_by_id([memory_id])
        writer.remove_memory(row)

    store.write(op)


def test_a_fiber_that_goes_on_holding_a_neuron_never_lets_it_go(store: Store, space: Space) -> None:
    (memory_id,) = add(store, space, "one")
    add_neurons(store, space, neuron("kept", encoded=True), neuron("dropped", encoded=True))
    store.write(lambda writer: writer.add_fibers(space.id, [fiber(memory_id, "kept", "dropped", agent_tags=["a"])]))
    store.write(lambda writer: writer.replace_fiber(space.id, fiber(memory_id, "kept", "new", agent_tags=["a", "b"])))
    assert known(store, space) == {"kept"}
    with store.read() as reader:
        assert reader.fiber_neurons([memory_id]) == [(memory_id, "kept"), (memory_id, "new")]
        assert reader.mentions(space.id, ["kept", "dropped", "new"]) == {"kept": 1, "new": 1}


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_cleared_or_removed_leaves_nothing(store: Store, space: Space, whole: bool) -> None:
    ids = add(store, space, "one", "two")
    rows = add_neurons(store, space, neuron("a", encoded=True), neuron("b", encoded=True))

    def fill(writer: Writer) -> None:
        writer.add_synapses(space.id, [synapse(rows, "a", "b")])
        writer.add_fibers(space.id, [fiber(one, "a", "b") for one in ids])

    store.write(fill)
    if whole:
        store.write(lambda writer: writer.remove_space(space.id))
        with store.read() as reader:
            assert reader.brain(space.tenant_id, space.name) is None
    else:
        store.write(lambda writer: writer.clear_space(space.id))
        assert counts(store, space) == (0, 0, 0)
    with store.read() as reader:
        left: List[Any] = [*reader.all_neurons(space.id), *reader.all_synapses(space.id), *reader.all_fibers(space.id)]
        assert left == []
        assert reader.fiber_neurons(ids) == []


def test_edges_agree_with_a_model(store: Store, space: Space) -> None:
    rng = random.Random(7)
    rows = add_neurons(store, space, *(neuron(str(number)) for number in range(8)))
    made = [
        synapse(
            rows,
            *rng.choices(list(rows), k=2),
            public_id=f"s{number}",
            weight=rng.choice([0.2, 0.5, 0.9]),
            direction=rng.choice(["uni", "bi"]),
            type=rng.choice(["is_a", "before"]),
        )
        for number in range(40)
    ]
    store.write(lambda writer: writer.add_synapses(space.id, made))
    for out, into, types, least in (
        (True, True, None, 0.0),
        (True, False, None, 0.0),
        (False, True, None, 0.4),
        (False, False, ["is_a"], 0.0),
    ):
        starts = set(rng.sample(list(rows.values()), 3))
        expected = []
        for one in made:
            if one.weight >= least and (types is None or one.type in types):
                if one.source_id in starts and (out or one.direction == "bi"):
                    expected.append((one.source_id, one.target_id, one.public_id))
                if one.target_id in starts and one.source_id != one.target_id and (into or one.direction == "bi"):
                    expected.append((one.target_id, one.source_id, one.public_id))
        with store.read() as reader:
            found = reader.edges(starts, out=out, into=into, types=types, min_weight=least)
            names = {row.id: row.public_id for row in reader.synapses_by_row(e.synapse_id for e in found).values()}
        assert sorted((e.from_id, e.to_id, names[e.synapse_id]) for e in found) == sorted(expected)
        assert [edge.weight for edge in found] == sorted((edge.weight for edge in found), reverse=True)


def test_use_raises_up_to_one_and_counts(store: Store, space: Space) -> None:
    rows = add_neurons(store, space, neuron("a", state=NeuronState(level=0.98, decayed_at=5)), neuron("b"))
    store.write(lambda writer: writer.add_synapses(space.id, [synapse(rows, "a", "b", weight=0.97, decayed_at=5)]))

    def use(writer: Writer) -> Tuple[int, int]:
        (edge,) = writer.edges([rows["a"]])
        return (
            writer.reinforce_neurons([rows["a"], rows["a"], 10_000], 0.05, NOW),
            writer.reinforce_synapses([edge.synapse_id, 10_000], 0.05, NOW),
        )

    assert store.write(use) == (1, 1)
    with store.read() as reader:
        state = reader.neurons(space.id, ["a"])["a"].state
        assert (state.level, state.uses, state.last_activated, state.decayed_at) == (1.0, 1, NOW, None)
        kept = reader.synapses(space.id, ["ab"])["ab"]
        assert (kept.weight, kept.reinforced_count, kept.last_activated, kept.decayed_at) == (1.0, 1, NOW, None)


def test_what_is_idle_fades_by_row(store: Store, space: Space) -> None:
    rows = add_neurons(
        store,
        space,
        neuron("used", state=NeuronState(level=0.5, last_activated=NOW)),
        neuron("idle", state=NeuronState(level=0.5)),
        neuron("asleep"),
    )
    made = [synapse(rows, "used", "idle"), synapse(rows, "idle", "used", weight=0.0)]
    store.write(lambda writer: writer.add_synapses(space.id, made))
    with store.read() as reader:
        assert [row.public_id for row in reader.idle_neurons(space.id, NOW)] == ["used", "idle"]
        assert [row.public_id for row in reader.idle_neurons(space.id, NOW - 1)] == []
        assert [row.public_id for row in reader.idle_synapses(space.id, NOW)] == ["usedidle"]

    def fade(writer: Writer) -> None:
        writer.save_levels([(rows["idle"], 0.1)], NOW + 9)
        writer.save_weights([(row.id, 0.2) for row in writer.idle_synapses(space.id, NOW)], NOW + 9)

    store.write(fade)
    with store.read() as reader:
        idle = reader.neurons(space.id, ["idle"])["idle"].state
        assert (idle.level, idle.decayed_at) == (0.1, NOW + 9)
        faded = reader.synapses(space.id, ["usedidle"])["usedidle"]
        assert (faded.weight, faded.decayed_at) == (0.2, NOW + 9)


def test_neurons_are_found_by_name_and_by_time(store: Store, space: Space) -> None:
    add_neurons(store, space, neuron("a"), neuron("b"), neuron("t", since=NOW, until=NOW + 10))
    with store.read() as reader:
        named = reader.named(space.id, ["neuron b", "nobody", "neuron a"])
        assert [(one.key, one.public_id) for one in named] == [("neuron a", "a"), ("neuron b", "b")]
        for low, high, found in ((NOW + 9, NOW + 20, ["t"]), (NOW + 10, NOW + 20, []), (0, NOW, ["t"])):
            assert [row.public_id for row in reader.neurons_of_time(space.id, low, high, 5)] == found
        assert len(reader.find_neurons(space.id, NeuronFilter(), limit=10)) == 3
        assert reader.count_orphans(space.id) == 3


def test_recorded_questions_are_kept_up_to_a_number(store: Store, space: Space) -> None:
    def ask(writer: Writer) -> None:
        for number in range(5):
            writer.add_recall_event(space.id, RecallEventRow(f"e{number}", "s", f"q{number}", "[]", NOW + number))
        writer.forget_recall_events(space.id, 3)

    store.write(ask)
    with store.read() as reader:
        assert [event.public_id for event in reader.recall_events(space.id, 10)] == ["e4", "e3", "e2"]


def test_a_space_is_a_brain_before_anybody_saves_it(store: Store, space: Space) -> None:
    with store.read() as reader:
        row = reader.brain(space.tenant_id, space.name)
        assert isinstance(row, BrainRow) and row.config is None and row.space_id == space.id
        assert reader.brains(space.tenant_id, name=None, limit=5, offset=0) == []


def test_no_brain_is_left_when_everything_is_erased(store: Store, space: Space) -> None:
    add_neurons(store, space, neuron("a"))
    store.write(Writer.erase)
    with store.read() as reader:
        found: List[Any] = reader.all_neurons(space.id)
        assert (found, reader.brain(space.tenant_id, space.name)) == ([], None)
