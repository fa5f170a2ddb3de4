"""What is chosen for a context, and what is learned of questions and of a schema, in all three places."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engram import ValidationError
from engram.brain import BrainConfig, Fiber, SynapseType
from engram.brain.core import MemoryType, Priority, TypedMemory
from engram.brain.engine.context_optimizer import compute_composite_score, optimize_context
from engram.brain.engine.db_trainer import DBTrainer, DBTrainingConfig
from engram.brain.engine.query_pattern_mining import learn_query_patterns, suggest_follow_up_queries
from engram.brain.storage import BrainStorage

from .places import BRAIN_ID, add_chain, ask, awaited, brain_of, counts, encode
from .samples import NOON


@pytest.mark.parametrize(
    ("part", "weight"),
    [("activation", 0.30), ("priority", 0.25), ("frequency", 0.20), ("conductivity", 0.15), ("freshness", 0.10)],
)
def test_the_parts_of_a_score(part: str, weight: float) -> None:
    nothing = dict.fromkeys(("activation", "priority", "frequency", "conductivity", "freshness"), 0.0)
    assert compute_composite_score(**{**nothing, part: 1.0}) == pytest.approx(weight)
    assert compute_composite_score(**{**nothing, part: 9.0}) == pytest.approx(weight)
    assert compute_composite_score(**dict.fromkeys(nothing, 1.0)) == pytest.approx(1.0)


@awaited
async def test_a_plan_goes_by_the_score(storage: BrainStorage) -> None:
    await encode(storage, "Report 1: sales grew in Paris", "Report 2: sales fell in Oslo", at=None)
    await add_chain(storage, "n")
    used = Fiber.create({"n"}, set(), "n", fiber_id="f", summary="The keys hang by the door")
    await storage.add_fiber(dataclasses.replace(used, frequency=10))
    await storage.add_typed_memory(TypedMemory.create("f", MemoryType.FACT, Priority.CRITICAL))
    fibers = await storage.get_fibers()
    plan = await optimize_context(storage, fibers, max_tokens=200)
    assert (len(plan.items), plan.dropped_count, plan.items[0].fiber_id) == (3, 0, "f")
    assert plan.items[0].score == pytest.approx(
        compute_composite_score(priority=1.0, frequency=0.5, conductivity=1.0, freshness=1.0)
    )
    assert plan.total_tokens == sum(item.token_count for item in plan.items) <= 200
    assert not any(item.truncated for item in plan.items)
    often = next(fiber for fiber in fibers if fiber.id == "f").conduct().with_summary("The keys lie on the shelf")
    (changed,) = (await optimize_context(storage, [often])).items
    assert (changed.fiber_id, changed.content) == ("f", "The keys lie on the shelf")
    assert changed.score == pytest.approx(plan.items[0].score + 0.2 / 20)
    (of_anchor,) = (await optimize_context(storage, [Fiber.create({"n"}, set(), "n")])).items
    assert (of_anchor.content, of_anchor.truncated) == ((await storage.get_neurons_batch(["n"]))["n"].content, False)
    assert await optimize_context(storage, []) == dataclasses.replace(plan, items=(), total_tokens=0)


@awaited
async def test_what_is_asked_next_is_learned_once(storage: BrainStorage) -> None:
    await encode(storage, "The routing table is in the config", at=None)
    later = NOON + timedelta(minutes=10)
    for session in ("one", "two", "three"):
        await ask(storage, "routing", session_id=session, reference_time=NOON)
        event = await storage.record_recall_event("middleware", session, later)
    assert (event.session_id, event.topics, event.asked_at) == ("three", ("middleware",), later)
    assert [found.query for found in await storage.get_recall_events(limit=4)] == [*["middleware"] * 3, "routing"]
    for _ in range(2):
        report = await learn_query_patterns(storage, BrainConfig(), later)
        assert (report.topics_extracted, report.pairs_found) == (2, 1)
        (learned,) = await storage.get_synapses(type=SynapseType.BEFORE)
        assert learned.weight == pytest.approx(0.45)
    assert await suggest_follow_up_queries(storage, ["routing"], BrainConfig()) == ["middleware"]
    assert await suggest_follow_up_queries(storage, ["middleware"]) == []


SHOP = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT, phone TEXT, deleted_at TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), parent_id REFERENCES orders (id), total REAL, note
);
CREATE TABLE products (id INTEGER PRIMARY KEY, label TEXT, price REAL, stock INTEGER, weight REAL);
CREATE TABLE order_items (order_id REFERENCES orders (id), product_id REFERENCES products (id), amount INTEGER);
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        database.executescript(SHOP)
    return tmp_path / "shop.db"


@awaited
async def test_a_schema_is_learned_once(storage: BrainStorage, shop: Path) -> None:
    trainer = DBTrainer(storage)
    config = DBTrainingConfig("sqlite:///shop.db", domain_tag="shop", max_tables=4)
    result = await trainer.train(config)
    assert (result.tables_processed, result.tables_skipped, result.columns_processed) == (4, 0, 18)
    assert (result.relationships_mapped, result.already_trained) == (3, False)
    assert result.patterns_detected == 2
    assert len(await storage.get_synapses(type=SynapseType.CO_OCCURS, min_weight=0.85)) >= 1
    before = await counts(storage)
    again = await trainer.train(config)
    assert (again.already_trained, again.schema_fingerprint) == (True, result.schema_fingerprint)
    assert await counts(storage) == before
    with closing(sqlite3.connect(shop)) as database:
        database.execute("ALTER TABLE users ADD COLUMN city TEXT")
    assert (await trainer.train(config)).schema_fingerprint != result.schema_fingerprint


@awaited
async def test_a_schema_is_learned_in_parts_and_by_another_brain(storage: BrainStorage, shop: Path) -> None:
    other = brain_of("orchard")
    await storage.save_brain(dataclasses.replace(other, name="Orchard"))
    result = await DBTrainer(storage).train(DBTrainingConfig("sqlite:///shop.db", brain_name="Orchard", max_tables=2))
    assert (result.tables_processed, result.tables_skipped, result.brain_name) == (2, 2, "Orchard")
    assert (storage.brain_id, await counts(storage)) == (BRAIN_ID, (0, 0, 0))


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (DBTrainingConfig("postgresql://localhost/shop"), "only sqlite:///"),
        (DBTrainingConfig("sqlite:///../shop.db"), "not below the working folder"),
        (DBTrainingConfig("sqlite:///missing.db"), "no file"),
        (DBTrainingConfig("sqlite:///shop.db", brain_name="Nobody"), "no brain has the name 'Nobody'"),
        (DBTrainingConfig("sqlite:///shop.db", max_tables=0), "max_tables"),
    ],
)
@pytest.mark.usefixtures("shop")
@awaited
async def test_what_cannot_be_learned_leaves_a_brain_as_it_was(
    storage: BrainStorage, config: DBTrainingConfig, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        await DBTrainer(storage).train(config)
    assert await counts(storage) == (0, 0, 0)
