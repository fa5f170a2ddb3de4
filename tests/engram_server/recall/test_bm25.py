"""The score of one memory, by the formula and by its promise that parts add up."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from engram_server.recall.bm25 import BM25, Bm25, idf, weigh


def test_idf_falls_with_frequency_and_is_never_negative() -> None:
    values = [idf(1_000, frequency) for frequency in range(1_001)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert values[0] == pytest.approx(math.log(1 + 1000.5 / 0.5))


def test_the_formula() -> None:
    """Reckoned by hand: 10 memories of 8 terms on average, one of them with 12 terms, two of which are asked for."""
    rare, common = math.log(1 + 9.5 / 1.5), math.log(1 + 5.5 / 5.5)
    floor = 0.9 * (1 - 0.4 + 0.4 * 12 / 8)
    parts = weigh(10, 80, {"rare": 1, "common": 5}).parts({"rare": 2, "common": 1}, 12)
    assert parts["rare"] == pytest.approx(rare * 2 / (2 + floor) / (rare + common), abs=1e-9)
    assert parts["common"] == pytest.approx(common * 1 / (1 + floor) / (rare + common), abs=1e-9)


def test_a_word_that_nobody_knows_weighs_in_the_whole() -> None:
    known = weigh(100, 1_000, {"cat": 5}).parts({"cat": 3}, 10)["cat"]
    beside_unknown = weigh(100, 1_000, {"cat": 5, "flurb": 0, "quux": 0, "zorp": 0}).parts({"cat": 3}, 10)["cat"]
    assert beside_unknown < known / 4


def test_parts_add_up_exactly_in_any_order(rng: random.Random) -> None:
    for _ in range(500):
        count = rng.randint(1, 10**rng.randint(0, 6))
        names = [f"t{number}" for number in range(rng.randint(1, 12))]
        frequencies = {name: rng.randint(1, count) for name in names}
        weighing = weigh(count, count * rng.randint(1, 2_000), frequencies)
        held = {name: rng.choice([1, 2, 7, 30_000]) for name in rng.sample(names, rng.randint(1, len(names)))}
        parts = list(weighing.parts(held, sum(held.values()) + rng.randint(0, 50)).values())
        total = sum(parts)
        assert 0 <= total < 1
        assert total * 2**30 == sum(int(part * 2**30) for part in parts)
        for _ in range(5):
            rng.shuffle(parts)
            assert sum(parts) == total == math.fsum(parts)


def test_more_of_a_word_counts_more_and_a_longer_memory_less() -> None:
    weighing = weigh(50, 1_000, {"cat": 5})
    scores = [weighing.parts({"cat": count}, 20)["cat"] for count in (1, 2, 3, 50)]
    assert scores == sorted(scores)
    scores = [weighing.parts({"cat": 1}, length)["cat"] for length in (1, 10, 100, 10_000)]
    assert scores == sorted(scores, reverse=True)


def test_the_constants_are_arguments() -> None:
    plain = weigh(10, 100, {"cat": 1}, Bm25(k1=0.0, b=0.0))
    assert plain.parts({"cat": 1}, 10) == {"cat": 1.0}
    assert BM25 == (0.9, 0.4)
    for k1, b in itertools.product((0.5, 2.0), (0.0, 1.0)):
        assert 0 < weigh(10, 100, {"cat": 1}, Bm25(k1, b)).parts({"cat": 1}, 10)["cat"] < 1
