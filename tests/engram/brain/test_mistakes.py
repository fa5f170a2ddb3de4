"""What is easily got wrong is told in words: one string for several, a text for a moment, a word that is none."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, Union

import pytest

from engram.brain import BrainSnapshot, Fiber, MemoryEncoder, ReflexActivation, ReflexPipeline
from engram.brain.core import (
    Alert,
    Direction,
    MemoryType,
    Neuron,
    NeuronType,
    Project,
    Synapse,
    SynapseType,
    TypedMemory,
)
from engram.brain.engine.lifecycle import DecayManager, ReinforcementManager
from engram.brain.engine.query_pattern_mining import suggest_follow_up_queries
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage
from engram.errors import ConfigurationError, NotFoundError, ValidationError

# A type checker finds most of these; they are made by those who use none.
Mistake = Callable[[Any], Union[object, Coroutine[object, object, object]]]

_DAY: Any = "2024-05-03"
_FOO: Any = "foo"
_ABC: Any = "abc"
_FIVE: Any = 5

_ONE_FOR_SEVERAL = {
    "tags": lambda storage: MemoryEncoder(storage).encode("Met Bob", tags="work"),
    "contents": lambda storage: MemoryEncoder(storage).encode_batch("Met Bob"),
    "neuron_ids": lambda storage: storage.get_neurons_batch("abc"),
    "alert_ids": lambda storage: storage.mark_alerts_seen("abc"),
    "alert_types": lambda storage: storage.resolve_alerts_by_type("stale_fibers"),
    "synapse_types": lambda storage: storage.get_neighbors("n", synapse_types="is_a"),
    "activated_neurons": lambda storage: ReinforcementManager().reinforce(storage, "n1"),
    "activated_synapses": lambda storage: ReinforcementManager().reinforce(storage, [], "s1"),
    "anchors": lambda storage: ReflexActivation(storage).activate_trail("n1", []),
    "topics": lambda storage: suggest_follow_up_queries(storage, "routing"),
}


def told(mistake: Mistake, error: type) -> str:
    """Return what is said of a mistake."""
    storage = InMemoryStorage()
    storage.set_brain("garden")

    async def make() -> None:
        done = mistake(storage)
        if isinstance(done, Coroutine):
            await done

    try:
        with pytest.raises(error) as caught:
            asyncio.run(make())
    finally:
        asyncio.run(storage.close())
    return str(caught.value)


@pytest.mark.parametrize("name", sorted(_ONE_FOR_SEVERAL))
def test_one_string_is_not_taken_for_its_letters(name: str) -> None:
    assert told(_ONE_FOR_SEVERAL[name], ValueError) == f"{name}: must be a list of strings, not str"


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("co-binding", lambda storage: ReflexActivation(storage).activate_with_co_binding(["n1"], [])),
        ("get_neuron_states_batch", lambda storage: storage.get_neuron_states_batch("abc")),
        ("find_fibers_batch", lambda storage: storage.find_fibers_batch("abc")),
        ("find_fibers", lambda storage: storage.find_fibers(tags="work")),
        ("find_typed_memories", lambda storage: storage.find_typed_memories(tags="work")),
        ("query", lambda storage: ReflexPipeline(storage).query("Who?", tags="work")),
        ("fiber", lambda _: Fiber.create(_ABC, set(), "a")),
        ("fiber's synapses", lambda _: Fiber.create({"a"}, _ABC, "a")),
        ("fiber's pathway", lambda _: Fiber.create({"a"}, set(), "a", "a")),
        ("fiber's tags", lambda _: Fiber.create({"a"}, set(), "a", tags="work")),
        ("typed memory's tags", lambda _: TypedMemory.create("f", MemoryType.TODO, tags="work")),
        ("project's tags", lambda _: Project.create("Spring", tags="work")),
    ],
)
def test_nor_is_it_elsewhere(name: str, mistake: Mistake) -> None:
    assert "must be a list of strings, not str" in told(mistake, ValueError), name


@pytest.mark.parametrize(
    "mistake",
    [
        lambda storage: MemoryEncoder(storage).encode("Met Bob", timestamp=_DAY),
        lambda storage: ReflexPipeline(storage).query("Who?", reference_time=_DAY),
        lambda storage: DecayManager().apply_decay(storage, reference_time=_DAY),
        lambda storage: storage.find_neurons(time_range=(_DAY, _DAY)),
        lambda _: Project("p", "Spring", start_date=_DAY),
    ],
)
def test_a_text_is_not_taken_for_a_moment(mistake: Mistake) -> None:
    assert told(mistake, ValueError) == "a moment must be a datetime, not str"


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda storage: MemoryEncoder(storage).encode("Met Bob", tags=["work", _FIVE]), "tags: must be strings, not int"),
        (lambda _: Neuron("n", NeuronType.ENTITY, "x", _FOO), "metadata: must be a mapping, as a dict is, not str"),
        (lambda storage: MemoryEncoder(storage).encode("x", metadata=_FOO), "metadata: must be a mapping"),
    ],
)
def test_what_holds_others_holds_what_can_be_sent(mistake: Mistake, words: str) -> None:
    assert words in told(mistake, ValueError)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda _: Neuron("n", _FOO, "x"), "'foo' is no NeuronType; there are time, spatial, entity,"),
        (lambda _: Direction("both"), "'both' is no Direction; there are uni, bi"),
        (lambda _: MemoryType(_FOO), "'foo' is no MemoryType; there are fact, decision,"),
        (lambda _: Synapse("s", "a", "b", SynapseType("FOO")), "'FOO' is no SynapseType; there are happened_at,"),
        (lambda _: Alert("a", "b", _FOO), "'foo' is no AlertType; there are high_neuron_count,"),
        (lambda _: TypedMemory.create("f", MemoryType.TODO, _FOO), "priority: must be a number, as Priority.HIGH is"),
        (lambda storage: storage.find_typed_memories(min_priority="high"), "min_priority: must be a whole number"),
        (lambda storage: ReflexPipeline(storage).query("Who?", _FOO), "depth: must be an integer, not a string"),
    ],
)
def test_a_word_that_is_none_is_told_with_those_that_are(mistake: Mistake, words: str) -> None:
    assert words in told(mistake, ValueError)


def test_words_in_capitals_are_other_words() -> None:
    with pytest.raises(ValueError, match="'ENTITY' is no NeuronType"):
        NeuronType("ENTITY")


@pytest.mark.parametrize("text", ["", "hello", "[]", '{"neurons": 5}', '{"brain_id": "b"}', "null"])
def test_a_text_that_is_no_snapshot(text: str) -> None:
    with pytest.raises(ValueError, match="^this is no snapshot of a brain: "):
        BrainSnapshot.from_json(text)


@pytest.mark.parametrize("url", [None, ""])
def test_a_server_that_was_not_named_is_not_another_one(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="server_url: must be the URL of a server"):
        SharedStorage(url, "garden", api_key="key")


@pytest.mark.parametrize("path", [None, ""])
def test_a_file_that_was_not_named_is_not_the_memory(path: Any) -> None:
    with pytest.raises(ConfigurationError, match="db_path: must be the path of a file"):
        SQLiteStorage(path)


def test_a_brain_that_was_not_saved_is_named(storage: BrainStorage) -> None:
    storage.set_brain("nobody's")
    with pytest.raises(NotFoundError, match="Brain not found: nobody's"):
        asyncio.run(storage.find_neurons())


def test_a_blank_text_among_others_is_told_by_its_place(storage: BrainStorage) -> None:
    with pytest.raises(ValidationError, match=r"memories\[1\]\.content: must not be blank"):
        asyncio.run(MemoryEncoder(storage).encode_batch(["Met Bob", "  "]))
    assert asyncio.run(storage.get_fibers()) == []
