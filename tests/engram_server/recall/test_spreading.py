"""How activation runs: over edges, along pathways, and what several starts have in common."""

from __future__ import annotations

import math
from typing import Dict, List, Mapping, Sequence

import pytest

from engram_server.recall.spreading import (
    STEP,
    Activation,
    Pathway,
    Reached,
    fill,
    freshness,
    inhibit,
    settle,
    spread,
    together,
    trail,
    unused,
)
from engram_server.storage.brain_search import NearSynapse


class Graph:
    """Edges by their ends, and which neurons were asked about."""

    def __init__(self, *edges: "tuple[str, str, float]", kind: str = "involves") -> None:
        self.asked: List[Sequence[str]] = []
        self._edges: Dict[str, List[NearSynapse]] = {}
        for source, target, weight in edges:
            edge = NearSynapse(source + target, source, target, kind, weight)
            self._edges.setdefault(source, []).append(edge)
            self._edges.setdefault(target, []).append(edge)

    def __call__(self, neurons: Sequence[str]) -> Mapping[str, Sequence[NearSynapse]]:
        self.asked.append(neurons)
        return self._edges

    def reached(self, hops: int, floor: float = 0.2, start: str = "a") -> Dict[str, float]:
        (found,) = spread([{start: 1.0}], self, hops=hops, floor=floor)
        return {neuron: round(one.level, 6) for neuron, one in found.items()}


CHAIN = (("a", "b", 0.9), ("b", "c", 0.9), ("c", "d", 0.9))


def test_each_step_over_an_edge_leaves_a_share() -> None:
    graph = Graph(*CHAIN)
    step = 0.9 * STEP
    assert graph.reached(1) == {"a": 1.0, "b": round(step, 6)}
    assert graph.reached(9) == {one: round(step**at, 6) for at, one in enumerate("abcd")}
    assert graph.reached(9, floor=0.5) == {one: round(step**at, 6) for at, one in enumerate("abc")}


def test_edges_are_crossed_both_ways_and_the_way_is_kept() -> None:
    (found,) = spread([{"d": 1.0}], Graph(*CHAIN), hops=3, floor=0.0)
    way = found["a"]
    assert (way.path, way.anchor, way.hops) == (("d", "c", "b", "a"), "d", 3)
    assert [edge.public_id for edge in way.edges] == ["cd", "bc", "ab"]
    assert way.levels[-1] == way.level
    assert list(way.levels) == sorted(way.levels, reverse=True)


def test_the_strongest_way_counts() -> None:
    graph = Graph(("a", "b", 0.3), ("a", "c", 1.0), ("c", "b", 1.0))
    assert graph.reached(1)["b"] == pytest.approx(0.24)
    assert graph.reached(2)["b"] == pytest.approx(0.64)


def test_weak_edges_are_not_crossed() -> None:
    assert Graph(("a", "b", 0.09)).reached(1, floor=0.0) == {"a": 1.0}


def test_a_hub_gives_less_to_each() -> None:
    few = Graph(*(("a", str(number), 0.9) for number in range(8))).reached(1)
    many = Graph(*(("a", str(number), 0.9) for number in range(32))).reached(1, floor=0.0)
    assert few["0"] == pytest.approx(0.9 * STEP)
    assert many["0"] == pytest.approx(0.9 * STEP / 2)


def test_the_graph_is_asked_once_a_step_and_never_for_all_of_a_hub() -> None:
    star = [("a", str(number), 0.9) for number in range(50)]
    graph = Graph(*star, *((str(number), f"x{number}", 0.9) for number in range(50)))
    spread([{"a": 1.0}, {"1": 1.0}], graph, hops=3, floor=0.0)
    assert len(graph.asked) == 3
    assert max(map(len, graph.asked)) <= 12


def test_what_is_never_crossed_leads_from_a_start_alone() -> None:
    graph = Graph(("m", "t", 0.9), ("n", "t", 0.9), kind="happened_at")
    never = frozenset(("happened_at",))
    (of_memory,) = spread([{"m": 1.0}], graph, hops=3, floor=0.0, never_crossed=never)
    (of_time,) = spread([{"t": 1.0}], graph, hops=3, floor=0.0, never_crossed=never)
    assert (set(of_memory), set(of_time)) == ({"m", "t"}, {"m", "n", "t"})


def test_a_trail_goes_both_ways() -> None:
    found = trail(["b"], [Pathway("abcd", 0.9)], floor=0.2)
    share = 0.85 * 0.9
    assert {neuron: one.level for neuron, one in found.items()} == pytest.approx(
        {"b": 1.0, "a": share, "c": share, "d": share**2}
    )
    assert found["d"].path == ("b", "c", "d")
    assert found["d"].edges == ()


def test_a_trail_stops_where_it_is_too_weak_or_holds_no_anchor() -> None:
    assert set(trail(["a"], [Pathway("abcd", 0.4)], floor=0.2)) == {"a", "b"}
    assert set(trail(["x"], [Pathway("abcd", 1.0)], floor=0.2)) == {"x"}


def test_what_was_used_lately_is_fresh() -> None:
    assert freshness(0) == pytest.approx(1 / (1 + math.exp(-2)))
    assert freshness(72) == 0.5
    assert freshness(168) == freshness(1e9) == 0.1
    assert (unused(0.0), unused(1.0)) == (0.3, 0.7)


def reach(**levels: float) -> Reached:
    return {neuron: Activation(level, (neuron,), (level,)) for neuron, level in levels.items()}


def test_what_several_starts_reach_is_stronger_and_a_group() -> None:
    merged, groups = together([reach(x=0.8, one=0.5), reach(x=0.4, y=1.0), reach(x=0.2, y=0.9)])
    assert {neuron: one.level for neuron, one in merged.items()} == pytest.approx({"x": 1.0, "one": 0.5, "y": 1.0})
    assert [(sorted(group.neurons), group.sets, group.strength) for group in groups] == [
        (["x"], 3, 1.0),
        (["y"], 2, pytest.approx(2 / 3)),
    ]


def test_of_one_start_nothing_is_in_common() -> None:
    assert together([reach(x=0.8)]) == (reach(x=0.8), [])
    assert together([]) == ({}, [])


def test_another_way_fills_up_at_a_share() -> None:
    filled = fill(reach(a=0.5, b=0.5), reach(a=1.0, b=0.6, c=0.5), 0.6)
    assert {neuron: one.level for neuron, one in filled.items()} == pytest.approx({"a": 0.6, "b": 0.5, "c": 0.3})


def test_beside_the_strongest_the_rest_is_turned_down() -> None:
    ten = reach(**{f"n{number}": 0.9 - number / 100 for number in range(10)})
    assert inhibit(ten, floor=0.2) == ten
    one_anchor = {neuron: one._replace(path=("n0", neuron)) for neuron, one in ten.items()}
    strong, weak = (Activation(level, ("n0", "other"), (1.0, level)) for level in (0.75, 0.3))
    more = {**one_anchor, "strong": strong, "weak": weak}
    left = inhibit(more, floor=0.2)
    assert left["strong"].level == pytest.approx(0.225)
    assert "weak" not in left
    assert left["n9"] == more["n9"]


def test_levels_come_to_rest_in_their_order() -> None:
    before = {f"n{number}": 1 / (number + 1) for number in range(30)}
    after = settle(before)
    assert "n29" not in after
    assert sorted(after, key=lambda neuron: -after[neuron]) == sorted(after, key=lambda neuron: -before[neuron])
    assert max(after.values()) <= 1.0
    assert settle({}) == settle({"n": 0.01}) == {}
