"""What time and use do to a brain, what it chooses for a context and what it learns, over every door."""

from __future__ import annotations

import math
from typing import Any, Dict, Sequence

import pytest

from engram.types.brain_learning import TableWire

from .brain import BRAIN, add_fiber, add_neuron, add_synapse, add_typed, ask, counts, make_brain, refused, table, told
from .doors import Door

MADE = "2026-01-01T00:00:00"
TEN_DAYS_ON = "2026-01-11T00:00:00"


@pytest.fixture
def brain(door: Door) -> Door:
    """Two neurons, the first at level 0.8, and a synapse of weight 0.9 between them."""
    make_brain(door)
    add_neuron(door, "n1")
    add_neuron(door, "n2")
    add_synapse(door, "n1", "n2", weight=0.9)
    told(door, "PUT", "/memory/neurons/n1/state", {"activation_level": 0.8, "last_activated": MADE})
    return door


def decay(door: Door, **given: Any) -> Any:
    return told(door, "POST", "/memory/decay", given)


def level(door: Door, neuron_id: str = "n1") -> float:
    return float(told(door, "GET", f"/memory/neurons/{neuron_id}/state")["activation_level"])


def weight(door: Door) -> float:
    return float(told(door, "GET", "/memory/synapses/n1n2")["weight"])


# -- decay and reinforcement


def test_the_same_moment_fades_nothing_twice(brain: Door) -> None:
    report = decay(brain, reference_time=TEN_DAYS_ON)
    assert (report["neurons_decayed"], report["synapses_decayed"], report["neurons_pruned"]) == (1, 1, 0)
    assert weight(brain) == pytest.approx(0.9 * math.exp(-1))
    assert level(brain) == pytest.approx(0.8 * math.exp(-1))
    again = decay(brain, reference_time=TEN_DAYS_ON)
    assert (again["neurons_decayed"], again["synapses_decayed"]) == (0, 0)
    assert weight(brain) == pytest.approx(0.9 * math.exp(-1))


def test_a_brain_fades_by_its_own_rate_unless_one_is_given(brain: Door) -> None:
    told(brain, "PUT", f"/brain/{BRAIN}", {"config": {"decay_rate": 0.2}})
    told(brain, "PUT", "/memory/neurons/n2/state", {"activation_level": 0.8, "last_activated": MADE, "decay_rate": 0.3})
    decay(brain, reference_time="2026-01-06T00:00:00")
    assert (level(brain), weight(brain)) == pytest.approx((0.8 * math.exp(-1), 0.9 * math.exp(-1)))
    assert level(brain, "n2") == pytest.approx(0.8 * math.exp(-1.5))
    decay(brain, reference_time=TEN_DAYS_ON, decay_rate=0.1)
    assert (level(brain), weight(brain)) == pytest.approx((0.8 * math.exp(-1.5), 0.9 * math.exp(-1.5)))
    assert level(brain, "n2") == pytest.approx(0.8 * math.exp(-2))


def test_two_steps_fade_as_far_as_one(brain: Door) -> None:
    decay(brain, reference_time="2026-01-05T00:00:00")
    decay(brain, reference_time=TEN_DAYS_ON)
    assert weight(brain) == pytest.approx(0.9 * math.exp(-1))
    decay(brain, reference_time="2026-01-07T00:00:00")
    assert weight(brain) == pytest.approx(0.9 * math.exp(-1))


def test_what_is_next_to_nothing_is_nothing(brain: Door) -> None:
    wanted = {"decay_rate": 0.5, "reference_time": TEN_DAYS_ON}
    dry = decay(brain, **wanted, dry_run=True)
    assert (level(brain), weight(brain)) == (0.8, 0.9)
    report = decay(brain, **wanted)
    assert level(brain) == weight(brain) == 0.0
    assert (report["neurons_pruned"], report["synapses_pruned"]) == (1, 1)
    same = ("neurons_processed", "neurons_decayed", "neurons_pruned", "synapses_decayed", "synapses_pruned")
    assert [dry[name] for name in same] == [report[name] for name in same]
    assert (dry["dry_run"], report["dry_run"]) == (True, False)


def test_what_was_active_today_does_not_fade(brain: Door) -> None:
    report = decay(brain, reference_time="2026-01-01T12:00:00")
    assert (report["neurons_decayed"], report["synapses_decayed"]) == (0, 0)
    assert decay(brain, reference_time="2026-01-01T12:00:00", min_age_days=0.25)["synapses_decayed"] == 1


def test_what_is_new_has_nothing_to_fade(door: Door) -> None:
    make_brain(door)
    told(door, "POST", "/memory/encode", {"content": "Set up the pipeline"})
    report = decay(door, dry_run=True)
    assert (report["neurons_decayed"], report["synapses_decayed"]) == (0, 0)


def test_reinforcing_adds_up_to_one(brain: Door) -> None:
    body = {"neuron_ids": ["n1", "n2", "gone"], "synapse_ids": ["n1n2", "gone"]}
    assert told(brain, "POST", "/memory/reinforce", body) == {"neurons_reinforced": 2, "synapses_reinforced": 1}
    assert (level(brain, "n1"), level(brain, "n2"), weight(brain)) == pytest.approx((0.85, 0.05, 0.95))
    told(brain, "POST", "/memory/reinforce", {**body, "reinforcement_delta": 0.5})
    assert (level(brain, "n1"), level(brain, "n2"), weight(brain)) == pytest.approx((1.0, 0.55, 1.0))
    state = told(brain, "GET", "/memory/neurons/n2/state")
    assert (state["access_frequency"], state["last_activated"]) == (2, MADE)


def test_use_ripens_a_memory(door: Door) -> None:
    make_brain(door)
    fiber = told(door, "POST", "/memory/encode", {"content": "Greta carves spoons"})["fiber_id"]
    stages = []
    for hours in (0, 1, 5, 80):
        door.clock.now = door.clock.now + hours * 3600
        told(door, "POST", "/memory/query", {"query": "What does Greta carve?"})
        stages.append(told(door, "GET", f"/memory/fiber/{fiber}")["stage"])
    assert stages == ["stm", "working", "episodic", "semantic"]


# -- choosing for a context


def test_the_best_memories_are_chosen_without_repetitions(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "n")
    texts = ("The report is done", "The Report is done!", "report 1 is in Paris", "report 2 is in Oslo")
    for number, summary in enumerate(texts):
        add_fiber(door, f"f{number}", "n", summary=summary)
    add_typed(door, "f0", priority=10)
    add_fiber(door, "late", "n", summary="This has expired")
    add_typed(door, "late", expires_at="2025-12-31T00:00:00")
    meant = [{"id": one} for one in ("f1", "f0", "f2", "f3", "late", "gone", "f1")]
    plan = told(door, "POST", "/memory/context/optimize", {"fibers": meant})
    assert [item["fiber_id"] for item in plan["items"]] == ["f0", "f2", "f3"]
    assert plan["dropped_count"] == 1
    assert plan["items"][0]["score"] == pytest.approx(0.25 + 0.15 + 0.10)
    assert plan["total_tokens"] == sum(item["token_count"] for item in plan["items"])


# -- what is asked next


def ask_in_turn(door: Door, session: str, gap: str, first: str = "routing", then: str = "middleware") -> None:
    for query, moment in ((first, "2025-12-31T10:00:00"), (then, f"2025-12-31T10:{gap}")):
        told(door, "POST", "/memory/recall-events", {"query": query, "session_id": session, "asked_at": moment})


def suggested(door: Door, **given: Any) -> Any:
    return told(door, "POST", "/memory/patterns/suggest", given)["suggestions"]


def test_what_is_asked_next_is_learned(door: Door) -> None:
    make_brain(door)
    for session in "abc":
        ask_in_turn(door, session, "10:00")
    for _ in range(2):
        report = told(door, "POST", "/memory/patterns/learn", {})
        assert report == {"topics_extracted": 2, "pairs_found": 1, "patterns_learned": 1}
        assert suggested(door, topics=["routing"]) == suggested(door, query="How does Routing work?") == ["middleware"]
        (learned,) = told(door, "GET", "/memory/synapses")["synapses"]
        assert (learned["type"], learned["weight"]) == ("before", pytest.approx(0.45))
    assert suggested(door, topics=["routing", "middleware"]) == []
    assert counts(door)[:2] == (2, 1)


@pytest.mark.parametrize(("sessions", "gap"), [("ab", "05:00"), ("abc", "11:00")])
def test_too_few_or_too_far_apart_teach_nothing(door: Door, sessions: str, gap: str) -> None:
    make_brain(door)
    for session in sessions:
        ask_in_turn(door, session, gap)
    assert told(door, "POST", "/memory/patterns/learn", {})["patterns_learned"] == 0
    assert suggested(door, topics=["routing"]) == []
    assert counts(door) == (0, 0, 0)


def test_questions_of_a_session_are_recorded(door: Door) -> None:
    make_brain(door)
    told(door, "POST", "/memory/query", {"query": "authentication jwt tokens", "session_id": "s"})
    told(door, "POST", "/memory/query", {"query": "nothing of this is kept"})
    past = "2025-12-24T18:00:00"
    told(door, "POST", "/memory/query", {"query": "tokens", "session_id": "s", "reference_time": past})
    later, earlier = told(door, "GET", "/memory/recall-events")["events"]
    assert (later["topics"], later["session_id"]) == (["authentication", "jwt", "tokens"], "s")
    assert (earlier["query"], earlier["asked_at"]) == ("tokens", past)


# -- schemas


SHOP = [
    table("users", "id name email created_at updated_at created_by"),
    table("products", "id title parent_id deleted_at", parent_id="products"),
    table("orders", "id user_id placed_on total", user_id="users"),
    table("order_items", "id order_id product_id quantity", order_id="orders", product_id="products"),
    table("notes", "id body subject_type subject_id"),
]


def train(door: Door, tables: Sequence[TableWire], fingerprint: str = "f" * 16, **given: Any) -> Any:
    snapshot = {"database_name": "shop", "dialect": "sqlite", "tables": [*tables], "schema_fingerprint": fingerprint}
    return told(door, "POST", "/memory/train/db", {"snapshot": snapshot, **given})


def links(door: Door, kind: str) -> Dict[str, float]:
    neurons = {one["id"]: one["content"] for one in told(door, "GET", "/memory/neurons?limit=1000")["neurons"]}
    found = told(door, "GET", f"/memory/synapses?type={kind}")["synapses"]
    return {f"{neurons[one['source_id']]} {neurons[one['target_id']]}": one["weight"] for one in found}


def test_a_schema_becomes_memories(door: Door) -> None:
    make_brain(door)
    result = train(door, SHOP, domain_tag="shop")
    assert {name: result[name] for name in ("tables_processed", "tables_skipped", "columns_processed")} == {
        "tables_processed": 5,
        "tables_skipped": 0,
        "columns_processed": 22,
    }
    assert (result["relationships_mapped"], result["patterns_detected"]) == (3, 4)
    assert (result["schema_fingerprint"], result["already_trained"]) == ("f" * 16, False)
    assert (result["neurons_created"], result["synapses_created"]) == counts(door)[:2]
    assert links(door, "co_occurs")["orders products"] == 0.85
    assert links(door, "involves")["orders users"] == 0.75
    assert links(door, "contains")["shop users"] == 0.8
    assert links(door, "is_a")["products products"] == 0.85
    assert sorted(links(door, "has_property").values()) == [0.85, 0.9, 0.9, 0.95]
    told_of = told(door, "GET", "/memory/typed-memories?memory_type=reference&limit=50")["typed_memories"]
    assert len(told_of) == 4
    assert {"db_schema", "shop"} <= set(told_of[0]["tags"])
    fibers = told(door, "GET", "/memory/fibers")["fibers"]
    assert {one["stage"] for one in fibers} == {"episodic"}
    assert max(one["salience"] for one in fibers) <= 0.5
    answer = told(door, "POST", "/memory/query", {"query": "Which columns does the orders table have?"})
    assert "Database table orders stores order records with columns id (PK), user_id" in answer["context"]


def test_the_same_schema_teaches_nothing_more(door: Door) -> None:
    make_brain(door)
    train(door, SHOP)
    before = counts(door)
    again = train(door, SHOP)
    assert again["already_trained"]
    assert (again["neurons_created"], again["synapses_created"]) == (0, 0)
    assert counts(door) == before
    assert not train(door, [*SHOP, table("added", "id name")], "e" * 16)["already_trained"]


def test_what_was_left_out_of_a_schema_is_learned_later(door: Door) -> None:
    make_brain(door)
    all_at_once = train(door, SHOP)
    whole = counts(door)
    told(door, "DELETE", f"/brain/{BRAIN}")
    make_brain(door)
    assert train(door, SHOP, max_tables=2, include_patterns=False)["patterns_detected"] == 0
    more = train(door, SHOP)
    assert (more["already_trained"], more["patterns_detected"]) == (False, all_at_once["patterns_detected"])
    assert counts(door)[0] == whole[0] and counts(door)[2] == whole[2]
    assert train(door, SHOP, max_tables=3)["already_trained"]


def test_a_schema_that_has_changed_teaches_what_has(door: Door) -> None:
    make_brain(door)
    train(door, SHOP)
    before = counts(door)
    changed = [*SHOP[:1], table("products", "id title parent_id deleted_at price", parent_id="products"), *SHOP[2:]]
    train(door, changed, "e" * 16)
    for kind in ("co_occurs", "involves", "is_a", "has_property"):
        found = told(door, "GET", f"/memory/synapses?type={kind}")["synapses"]
        assert len({(one["source_id"], one["target_id"]) for one in found}) == len(found), kind
    assert counts(door)[2] == before[2] + 1


def test_no_more_tables_than_asked_for(door: Door) -> None:
    make_brain(door)
    result = train(door, SHOP, max_tables=2, include_patterns=False, include_relationships=False)
    assert (result["tables_processed"], result["tables_skipped"]) == (2, 3)
    assert (result["patterns_detected"], result["relationships_mapped"]) == (0, 0)


def test_what_is_no_schema_is_refused(door: Door) -> None:
    make_brain(door)
    refused(ask(door, "POST", "/memory/train/db", {"snapshot": {"tables": []}}), 400, "snapshot")
    nameless = {"database_name": "d", "dialect": "x", "tables": [table("", "id")], "schema_fingerprint": "f"}
    refused(ask(door, "POST", "/memory/train/db", {"snapshot": nameless}), 400, "snapshot.tables")
    assert counts(door) == (0, 0, 0)
