"""Every snippet of the API page runs, in all three places, and does what its comments say."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import inspect
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

from engram.brain import Brain, Fiber, Neuron, NeuronType, Synapse, SynapseType, utcnow
from engram.brain.core import MemoryType, TypedMemory
from engram.brain.core.alert import Alert, AlertType
from engram.brain.storage import BrainStorage, SharedStorage
from engram.testing import LiveServer

from .page import COMPLETE_EXAMPLE, QUICK_START, SNIPPETS
from .places import PLACES, brain_of

# The line that makes a storage, in each of the places.
_MADE_IN = {
    "memory": ("InMemoryStorage", "InMemoryStorage()"),
    "file": ("SQLiteStorage", 'SQLiteStorage("./memories.db")'),
    "server": ("SharedStorage", 'SharedStorage("{url}", "brain-id")'),
}
_ON_THE_PAGE = (_MADE_IN["memory"], _MADE_IN["file"], ("SQLiteStorage", 'SQLiteStorage("./brain.db")'))

Names = Dict[str, Any]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engram_server: LiveServer) -> None:
    """What a reader of the page has: a working folder with two databases, a server, and its key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)
    (tmp_path / "data").mkdir()
    for name in ("ecommerce.db", "app.db"):
        with closing(sqlite3.connect(tmp_path / "data" / name)) as database:
            database.executescript(
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT, created_at, updated_at);"
                "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id REFERENCES users (id), total REAL, status TEXT);"
            )


def moved(snippet: str, place: str, url: str) -> str:
    """Return a snippet whose storage is in a place."""
    name, made = _MADE_IN[place]
    for page_name, page_made in _ON_THE_PAGE:
        if page_made in snippet:
            return snippet.replace(page_made, made.format(url=url)).replace(f"import {page_name}", f"import {name}")
    return snippet


async def run(snippet: str, names: Names) -> Names:
    """Run a snippet that awaits, and return what it left."""
    code = compile(snippet, "<page>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, names)
    if inspect.isawaitable(running):
        await running
    return names


@pytest.fixture
def names(storage: BrainStorage) -> Iterator[Names]:
    """What the snippets take for granted, in a brain that holds a little of everything."""
    brain = brain_of()
    anchor, time, entity = ("n1", "time_1", "entity_1")
    fiber = dataclasses.replace(
        Fiber.create({anchor, time, entity}, {"s1"}, anchor, [time, entity, anchor], fiber_id="fiber-123"),
        last_conducted=utcnow(),
        summary="Alice chose PostgreSQL because of its extensions",
    )

    async def fill() -> None:
        for neuron_id in ("neuron-a", "neuron-b", anchor, "n2", time, entity, "time_neuron_1", "entity_neuron_2"):
            await storage.add_neuron(Neuron(neuron_id, NeuronType.CONCEPT, f"It is {neuron_id}"))
        await storage.add_synapse(Synapse("s1", anchor, entity, SynapseType.INVOLVES))
        await storage.add_fiber(fiber)
        alert = Alert("alert-1", brain.id, AlertType.STALE_FIBERS, message="Some were not used")
        await storage.record_alert(alert)

    asyncio.run(fill())
    yield {
        "storage": storage,
        "brain": brain,
        "Brain": Brain,
        "NeuronType": NeuronType,
        "neuron": Neuron("neuron-id", NeuronType.ENTITY, "Alice"),
        "synapse": Synapse("synapse-456", "neuron-a", "neuron-b", SynapseType.CAUSED_BY),
        "fiber": Fiber.create({"neuron-a"}, set(), "neuron-a", fiber_id="fiber-id"),
        "fibers": [fiber],
        "TypedMemory": TypedMemory,
        "MemoryType": MemoryType,
        "alert_id": "alert-1",
        "now": utcnow(),
        "utcnow": utcnow,
        "datetime": datetime,
    }


# -- the snippets that need no more than a brain

_OF_A_BRAIN = [name for name in SNIPPETS if not name.endswith("Storage")]


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize("name", _OF_A_BRAIN)
def test_a_snippet_runs(name: str, names: Names) -> None:
    asyncio.run(run(SNIPPETS[name], names))


def test_the_fiber_is_as_the_page_says(names: Names) -> None:
    fiber = asyncio.run(run(SNIPPETS["Fiber"], names))["fiber"]
    assert (fiber.conductivity, fiber.pathway_length, fiber.frequency, fiber.salience) == (0.84, 3, 2, 0.9)
    assert (fiber.last_conducted, fiber.tags) == (names["now"], {"important", "reviewed"})
    assert (fiber.pathway_position("n2"), fiber.is_in_pathway("n2")) == (1, True)


def test_what_is_encoded_is_as_the_page_says(names: Names) -> None:
    result = asyncio.run(run(SNIPPETS["MemoryEncoder"], names))["result"]
    made = {(neuron.type.value, neuron.content) for neuron in result.neurons_created}
    assert {("entity", "Alice"), ("spatial", "coffee shop"), ("concept", "Met Alice at coffee shop")} <= made


def test_what_is_known_answers(names: Names) -> None:
    result = asyncio.run(run(SNIPPETS["ReflexPipeline"], names))["result"]
    assert "PostgreSQL because of its extensions" in result.context
    assert (result.depth_used.name, 0 < result.confidence <= 1) == ("DEEP", True)


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_what_is_activated_is_as_the_page_says(names: Names) -> None:
    after = asyncio.run(run(SNIPPETS["ReflexActivation"], names))
    assert {"time_neuron_1", "entity_neuron_2"} <= set(after["results"])
    assert {"time_1", "entity_1", "n1"} == set(after["activations"])
    (bound,) = after["co_activations"]
    assert (bound.neuron_ids, bound.co_fire_count, bound.binding_strength) == ({"time_1", "entity_1", "n1"}, 2, 1.0)
    assert set(bound.source_anchors) == {"time_1", "entity_1"}


def test_what_a_schema_teaches_is_as_the_page_says(names: Names, capsys: pytest.CaptureFixture[str]) -> None:
    result = asyncio.run(run(SNIPPETS["DBTrainer"], names))["result"]
    assert (result.tables_processed, result.relationships_mapped, result.patterns_detected) == (2, 1, 1)
    again = asyncio.run(run(SNIPPETS["SchemaIntrospector"], names))["snapshot"]
    assert again.schema_fingerprint == result.schema_fingerprint
    assert "orders: 4 cols, 1 FKs\nusers: 5 cols, 0 FKs\n" in capsys.readouterr().out


def test_the_other_comments_of_the_page_hold(names: Names, capsys: pytest.CaptureFixture[str]) -> None:
    async def all_of_them() -> Names:
        for name in ("ContextOptimizer", "QueryPatternMining", "Alert", "Typed Memories", "Projects"):
            await run(SNIPPETS[name], names)
        return names

    after = asyncio.run(all_of_them())
    assert [item.fiber_id for item in after["plan"].items] == ["fiber-123"]
    assert after["topics"] == ["authentication", "jwt", "tokens"]
    assert [memory.fiber_id for memory in after["decisions"]] == ["fiber-123"]
    assert (after["project"].duration_days, after["memories"]) == (14, [])
    assert "[low] stale_fibers: Some were not used\n" in capsys.readouterr().out


def test_a_brain_goes_out_and_in(names: Names, tmp_path: Path) -> None:
    after = asyncio.run(run(SNIPPETS["Export & Import"], names))
    assert (tmp_path / "brain.json").read_text(encoding="utf-8") == after["json_data"]
    storage = after["storage"]
    found = asyncio.run(storage.get_brain("new-brain-id"))
    assert (found.neuron_count, found.synapse_count, found.fiber_count) == (8, 1, 1)


# -- the snippets that make a storage


@pytest.mark.parametrize("place", PLACES)
def test_the_page_of_the_storage_in_memory(names: Names, place: str, engram_server: LiveServer) -> None:
    snippet = moved(SNIPPETS["InMemoryStorage"], place, engram_server.url)
    given = {**names, "replace": dataclasses.replace}
    # Where the page's storage has no brain yet; the ends of its synapse are there, too.
    first = (
        "storage.set_brain('b'); await storage.save_brain(Brain.create('b', brain_id='b'))\n"
        "for id in ('neuron-a', 'neuron-b'): await storage.add_neuron(replace(neuron, id=id))\n"
    )
    after = asyncio.run(run(snippet.replace("# [a brain]\n", first), given))
    storage = after["storage"]
    assert asyncio.run(storage.get_neuron("neuron-id")) == after["neuron"]
    assert asyncio.run(storage.get_fiber("fiber-id")) == after["fiber"]
    asyncio.run(storage.close())


@pytest.mark.parametrize("place", PLACES)
def test_the_page_of_the_storage_in_a_file(names: Names, place: str, engram_server: LiveServer) -> None:
    snippet = moved(SNIPPETS["SQLiteStorage"], place, engram_server.url)
    after = asyncio.run(run(snippet, {"Brain": Brain, "neuron": names["neuron"]}))
    assert asyncio.run(after["storage"].find_neurons()) == [after["neuron"]]
    asyncio.run(after["storage"].close())


def test_the_page_of_the_shared_storage(names: Names, engram_server: LiveServer) -> None:
    async def main() -> None:
        made = SharedStorage(engram_server.url, "brain-id")
        await made.save_brain(brain_of("brain-id"))
        after = await run(
            SNIPPETS["SharedStorage"].replace("http://localhost:8000", engram_server.url), {"neuron": names["neuron"]}
        )
        assert (after["neurons"], await made.find_neurons()) == ([], [after["neuron"]])
        await made.close()

    asyncio.run(main())


# -- the programs


@pytest.mark.parametrize("place", PLACES)
def test_the_quick_start(place: str, engram_server: LiveServer) -> None:
    told = program(moved(QUICK_START, place, engram_server.url))
    answer, confidence = told.rsplit("Confidence: ", 1)
    assert "Decided to use FastAPI for backend" in answer
    assert 0 < float(confidence) <= 1


@pytest.mark.parametrize("place", PLACES)
def test_the_complete_example(place: str, engram_server: LiveServer) -> None:
    told = program(moved(COMPLETE_EXAMPLE, place, engram_server.url))
    assert "DECISION: Use microservices. REASON: Better scaling" in told
    assert told.endswith("Would decay 0 neurons\n")


def program(text: str) -> str:
    """Return what a program prints, which ends by itself and says nothing else."""
    command = [sys.executable, "-W", "error", "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout
