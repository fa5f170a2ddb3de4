"""Every example in the words of a public verb runs, on a brain that holds what it names."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib
import inspect
import io
import pkgutil
import sqlite3
import textwrap
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

import engram.brain
from engram.brain import (
    Brain,
    Fiber,
    MemoryEncoder,
    Neuron,
    NeuronState,
    NeuronType,
    ReflexActivation,
    ReflexPipeline,
    Synapse,
    SynapseType,
)
from engram.brain.core import Alert, MemoryType, Project, TypedMemory
from engram.brain.core.alert import AlertType
from engram.brain.engine.db_trainer import DBTrainer
from engram.brain.storage import BrainStorage, InMemoryStorage

from .test_page import run

_MODULES = [
    importlib.import_module(found.name) for found in pkgutil.walk_packages(engram.brain.__path__, "engram.brain.")
]


def _examples() -> Iterator[Tuple[str, str]]:
    """Yield the name of everything public that has an example, and the example."""
    for module in _MODULES:
        yield from _of("", ast.parse(inspect.getsource(module)))


def _of(prefix: str, tree: ast.AST) -> Iterator[Tuple[str, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
            # Read from the source: from Python 3.13 on, what is compiled has lost how far the lines stood in.
            code = "\n\n".join(_code(ast.get_docstring(node, clean=False) or ""))
            if code:
                yield prefix + node.name, code
            if isinstance(node, ast.ClassDef):
                yield from _of(f"{node.name}.", node)


def _code(words: str) -> List[str]:
    """Return the parts of a docstring that stand four further in than its end."""
    body, _, end = words.rpartition("\n")
    parts = (part for part in body.split("\n\n") if all(line.startswith(f"{end}    ") for line in part.splitlines()))
    return [textwrap.dedent(part) for part in parts if part]


EXAMPLES = dict(_examples())
# They run where a server is; `test_page` has those.
_ELSEWHERE = {"SharedStorage"}
# What changes a storage, and what asks: each has an example.
_VERBS = [
    f"{kind.__name__}.{name}"
    for kind in BrainStorage.__mro__[1:-1]
    for name, verb in vars(kind).items()
    if inspect.isfunction(verb) and not name.startswith("_") and name not in ("send", "aside", "find")
]


def test_every_verb_of_a_storage_has_an_example() -> None:
    assert len(_VERBS) > 50
    assert set(_VERBS) <= set(EXAMPLES)


async def _names(storage: BrainStorage) -> Dict[str, Any]:
    """Return what the examples take for granted, in a brain that holds it."""
    brain = Brain.create("Garden", brain_id="garden")
    await storage.save_brain(brain)
    storage.set_brain(brain.id)
    for neuron in (Neuron("n1", NeuronType.ENTITY, "Alice"), Neuron("n2", NeuronType.CONCEPT, "design")):
        await storage.add_neuron(neuron)
    synapse = Synapse("s1", "n1", "n2", SynapseType.INVOLVES)
    await storage.add_synapse(synapse)
    fiber = Fiber.create({"n1", "n2"}, {"s1"}, "n1", ["n1", "n2"], summary="Alice designs", fiber_id="f1")
    await storage.add_fiber(fiber)
    typed_memory = TypedMemory.create("f1", MemoryType.DECISION)
    await storage.add_typed_memory(typed_memory)
    project = Project.create("Spring", project_id="p1")
    await storage.add_project(project)
    await storage.record_alert(Alert("a1", brain.id, AlertType.LOW_CONNECTIVITY, message="Few synapses"))
    reflex = ReflexActivation(storage)
    return {
        "storage": storage,
        "brain": brain,
        "neuron": await storage.get_neuron("n1"),
        "state": NeuronState("n1"),
        "synapse": synapse,
        "fiber": fiber,
        "fibers": [fiber],
        "typed_memory": typed_memory,
        "project": project,
        "snapshot": await storage.export_brain(brain.id),
        "encoder": MemoryEncoder(storage),
        "pipeline": ReflexPipeline(storage),
        "result": await ReflexPipeline(storage).query("What does Alice design?"),
        "trainer": DBTrainer(storage),
        "reflex": reflex,
        "reached": await reflex.activate_trail(["n1"], [fiber]),
    }


def _public_names() -> Dict[str, Any]:
    return {name: value for module in _MODULES for name, value in vars(module).items() if not name.startswith("_")}


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - _ELSEWHERE))
def test_an_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "app.db")) as database:
        database.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")

    async def follow() -> None:
        async with InMemoryStorage() as storage:
            after = await run(EXAMPLES[name], {**_public_names(), **await _names(storage)})
            made = after["storage"]
            if made is not storage:
                await made.close()

    with contextlib.redirect_stdout(io.StringIO()):
        asyncio.run(follow())
