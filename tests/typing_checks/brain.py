"""Never run: the associative brain as type checkers see it. A line that must be an error has an ignore to prove it."""

from __future__ import annotations

from datetime import datetime
from typing import AbstractSet, Dict, List, Optional, Sequence, Tuple

from engram import EngramClient
from engram.brain import (
    Brain,
    BrainConfig,
    BrainSnapshot,
    CoActivation,
    DepthLevel,
    Direction,
    EncodingResult,
    Fiber,
    MemoryEncoder,
    Neuron,
    NeuronState,
    NeuronType,
    ReflexActivation,
    ReflexPipeline,
    RetrievalResult,
    Synapse,
    SynapseType,
    utcnow,
)
from engram.brain.core import Alert, MemoryType, Priority, Project, RecallEvent, TypedMemory
from engram.brain.core.alert import AlertStatus, AlertType
from engram.brain.engine.activation import ActivationResult
from engram.brain.engine.context_optimizer import ContextPlan, compute_composite_score, optimize_context
from engram.brain.engine.db_introspector import SchemaIntrospector, SchemaSnapshot
from engram.brain.engine.db_trainer import DBTrainer, DBTrainingConfig, DBTrainingResult
from engram.brain.engine.encoder import EncodingCounts
from engram.brain.engine.lifecycle import DecayManager, DecayReport, ReinforcementManager
from engram.brain.engine.query_pattern_mining import (
    QueryPatternReport,
    extract_topics,
    learn_query_patterns,
    mine_query_topic_pairs,
    suggest_follow_up_queries,
)
from engram.brain.sharing import BrainExporter, BrainImporter
from engram.brain.storage import BrainStorage, InMemoryStorage, SharedStorage, SQLiteStorage


def use(*values: object) -> None:
    """Take what would else be unused."""


def values(now: datetime) -> None:
    config = BrainConfig(decay_rate=0.1, max_spread_hops=4, max_context_tokens=1500)
    brain: Brain = Brain.create("my-brain", config=config)
    neuron = Neuron(id="n", type=NeuronType.ENTITY, content="Alice", metadata={"role": "developer"})
    synapse = Synapse("s", "a", "b", type=SynapseType.CAUSED_BY, weight=0.8, direction=Direction.UNIDIRECTIONAL)
    fiber = Fiber.create({"n1", "n2"}, {"s1"}, anchor_neuron_id="n1", pathway=["n1", "n2"], tags={"a"})
    changed: Fiber = fiber.with_conductivity(0.8).conduct(conducted_at=now, reinforce=True).add_tags("a", "b")
    position: Optional[int] = changed.pathway_position("n2")
    tags: AbstractSet[str] = fiber.tags
    plain = Fiber("f", {"n1"}, set(), "n1", ["n1"], auto_tags={"a"})
    bound = CoActivation(frozenset(["n1"]), 500, co_fire_count=3, binding_strength=1.0, source_anchors=["a"])
    memory = TypedMemory.create("f", MemoryType.TODO, priority=4, expires_in_days=30, tags={"a"})
    project = Project.create(name="Q1", duration_days=14, tags={"q1"})
    left: Optional[int] = memory.days_until_expiry
    use(brain.config.decay_rate, neuron.metadata["role"], synapse.weight, position, tags, plain, bound, left, project)


async def storages(client: EngramClient) -> None:
    places: Sequence[BrainStorage] = (InMemoryStorage(), SQLiteStorage("./brain.db"), BrainStorage(client, "b"))
    for storage in places:
        await storage.initialize()
        storage.set_brain("b")
    async with SharedStorage("http://localhost:8000", "brain-id", timeout=5.0, api_key="eng_test") as shared:
        neurons: List[Neuron] = await shared.find_neurons(type=NeuronType.ENTITY, content_contains="ali")
        found: Optional[Neuron] = await shared.get_neuron("n")
        states: Dict[str, NeuronState] = await shared.get_neuron_states_batch(["n"])
        steps: Optional[List[Tuple[Neuron, Synapse]]] = await shared.get_path("a", "b", max_hops=3)
        fibers: List[Fiber] = await shared.find_fibers(tags={"a"}, tag_mode="or")
        decisions: List[TypedMemory] = await shared.find_typed_memories(MemoryType.DECISION, Priority.NORMAL)
        alerts: List[Alert] = await shared.get_active_alerts(limit=50)
        active: bool = alerts[0].status is AlertStatus.ACTIVE
        resolved: int = await shared.resolve_alerts_by_type(["high_neuron_count", AlertType.STALE_FIBERS])
        count: int = (await shared.get_stats("b"))["neuron_count"]
        use(neurons, found, states, steps, fibers, decisions, active, resolved, count)


async def engine(storage: BrainStorage, brain: Brain, fibers: List[Fiber]) -> None:
    encoder, pipeline = MemoryEncoder(storage, brain.config), ReflexPipeline(storage, brain.config, use_reflex=True)
    encoded: EncodingResult = await encoder.encode("Met Alice", utcnow(), {"a": 1}, {"b"}, initial_stage="episodic")
    many: List[EncodingCounts] = await encoder.encode_batch(["a", "b"])
    result: RetrievalResult = await pipeline.query("Why?", depth=DepthLevel.DEEP, max_tokens=1000)
    answer: Optional[str] = result.answer
    level: float = result.explanations[0].path[0].level
    reflex = ReflexActivation(storage, brain.config)
    trail: Dict[str, ActivationResult] = await reflex.activate_trail(["n"], fibers=fibers, reference_time=utcnow())
    activations, bound = await reflex.activate_with_co_binding([["n"]], fibers)
    report: DecayReport = await DecayManager(decay_rate=0.1).apply_decay(storage, dry_run=True)
    changed: int = await ReinforcementManager().reinforce(storage, activated_neurons=["n"], activated_synapses=["s"])
    use(encoded.fiber.id, many, answer, level, trail, activations, bound[0].co_fire_count, report, changed)


async def learning(storage: BrainStorage, brain: Brain, events: List[RecallEvent]) -> None:
    plan: ContextPlan = await optimize_context(storage, [], max_tokens=4000)
    score: float = compute_composite_score(activation=1.0, priority=0.5)
    topics: List[str] = extract_topics("authentication jwt tokens")
    learned: QueryPatternReport = await learn_query_patterns(storage, brain.config, utcnow())
    suggestions: List[str] = await suggest_follow_up_queries(storage, topics, brain.config)
    gap: float = mine_query_topic_pairs(events)[0].avg_gap_seconds
    schema: SchemaSnapshot = await SchemaIntrospector().introspect("sqlite:///data/app.db")
    trained: DBTrainingResult = await DBTrainer(storage, brain.config).train(DBTrainingConfig("sqlite:///a.db"))
    snapshot: BrainSnapshot = await BrainExporter().export(storage, brain.id)
    new_id: str = await BrainImporter().import_brain(storage, snapshot, "new-brain-id")
    use(plan.items, score, learned, suggestions, gap, schema.tables, trained, BrainExporter().to_json(snapshot), new_id)


async def must_be_errors(storage: BrainStorage, fiber: Fiber, pipeline: ReflexPipeline) -> None:
    fiber.conductivity = 0.5  # type: ignore[misc]  # must be an error
    fiber.metadata["a"] = 1  # type: ignore[index]  # must be an error
    fiber.tags.add("a")  # type: ignore[attr-defined]  # must be an error
    BrainConfig(max_hops=3)  # type: ignore[call-arg]  # must be an error
    Neuron("n", "entity", "Alice")  # type: ignore[arg-type]  # must be an error
    Neuron("n", NeuronType.ENTITY, "Alice", {"a": object()})  # type: ignore[dict-item]  # must be an error
    DBTrainingConfig()  # type: ignore[call-arg]  # must be an error
    DBTrainingConfig("sqlite:///a.db", initial_stage="later")  # type: ignore[arg-type]  # must be an error
    SharedStorage("http://localhost:8000")  # type: ignore[call-arg]  # must be an error
    (await storage.get_neuron("n")).content  # type: ignore[union-attr]  # must be an error
    await storage.find_fibers(tag_mode="any")  # type: ignore[arg-type]  # must be an error
    await storage.get_neighbors("n", direction="up")  # type: ignore[arg-type]  # must be an error
    await pipeline.query("Why?", depth=2)  # type: ignore[arg-type]  # must be an error
    await ReinforcementManager().reinforce(storage, neurons=["n"])  # type: ignore[call-arg]  # must be an error
