"""What a word in a memory is worth, by the formula."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Dict, List

import pytest

from engram_server.recall.bm25 import Weighing, idf, weigh
from engram_server.recall.question import Concept
from engram_server.recall.weights import WEIGHTS


def weighed(frequencies: Dict[str, int], *concepts: Concept, name: str = "", count: int = 100) -> Weighing:
    """Weigh concepts in a space of `count` memories of 10 terms each."""
    return weigh(concepts, {name}, frequencies, memory_count=count, term_total=10 * count)


def plain(term: str, weight: float = 1.0, **related: float) -> Concept:
    return Concept(term, term, weight, {term: 1.0, **related})


def test_idf_falls_with_frequency_and_is_never_negative() -> None:
    values = [idf(1_000, frequency) for frequency in range(1_001)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert values[0] == pytest.approx(math.log(1 + 1000.5 / 0.5))


def test_the_formula() -> None:
    """Reckoned by hand: 100 memories of 10 terms on average; a framing word that 5 hold; a memory of 12 terms."""
    found = weighed({"cat": 5}, plain("cat", 0.45))
    assert found.gains == [{"cat": pytest.approx(0.45 * math.log(1 + 95.5 / 5.5))}]
    assert found.share(2, 12) == pytest.approx(2 / (2 + 0.9 * (0.6 + 0.4 * 12 / 10)))
    loose = weigh([], frozenset(), {}, memory_count=100, term_total=1_000, weights=replace(WEIGHTS, k1=2.0, b=1.0))
    assert loose.share(3, 20) == pytest.approx(3 / (3 + 2.0 * 20 / 10))


@pytest.mark.parametrize(
    ("frequencies", "gains"),
    [
        ({"pet": 5, "dog": 5, "axolotl": 5}, {"pet": 1.0, "dog": 0.6, "axolotl": 0.3}),
        ({"pet": 5, "dog": 5, "axolotl": 1}, {"pet": 1.0, "dog": 0.6, "axolotl": 0.3}),
        ({"pet": 5, "dog": 40, "axolotl": 0}, {"pet": 1.0, "dog": 0.6 * idf(100, 40) / idf(100, 5)}),
        ({"pet": 0, "dog": 5, "axolotl": 0}, {"dog": 0.6 * idf(100, 5) / idf(100, 0)}),
        ({"pet": 0, "dog": 0, "axolotl": 0}, {}),
    ],
    ids=["as rare", "rarer, and yet no more", "more common", "where the word itself is unknown", "all unknown"],
)
def test_a_related_word_tells_its_share_and_never_more_than_the_word_asked_for(
    frequencies: Dict[str, int], gains: Dict[str, float]
) -> None:
    found = weighed(frequencies, plain("pet", dog=0.6, axolotl=0.3))
    (whole,) = found.whole
    assert whole == idf(100, frequencies["pet"])
    assert {term: gain / whole for term, gain in found.gains[0].items()} == pytest.approx(gains)
    assert found.terms() == gains.keys()


def test_a_speakers_name_stands_for_nothing_else() -> None:
    found = weighed({"rose": 5, "flower": 5}, plain("rose", flower=0.8), name="rose")
    assert found.gains == [{"rose": pytest.approx(WEIGHTS.name * idf(100, 5))}]
    assert found.whole == [found.gains[0]["rose"]]


def test_a_word_that_nobody_knows_has_its_share_of_the_question() -> None:
    concepts = [plain("cat"), plain("flurb"), plain("kind", WEIGHTS.frame)]
    shares = weighed({"cat": 5, "flurb": 0, "kind": 5}, *concepts).shares(concepts)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["flurb"] > shares["cat"] > shares["kind"]
    assert weighed({}).shares([]) == {}


def test_more_of_a_word_counts_more_and_a_longer_memory_less() -> None:
    found = weighed({"cat": 5}, plain("cat"))
    by_count = [found.share(count, 20) for count in (1, 2, 3, 50, 50_000)]
    assert by_count == sorted(by_count) and by_count[-1] < 1
    by_length = [found.share(1, length) for length in (1, 10, 100, 10_000)]
    assert by_length == sorted(by_length, reverse=True) and by_length[-1] > 0


@pytest.mark.parametrize("count", [1, 7])
def test_a_space_of_memories_without_a_word_is_weighed_too(count: int) -> None:
    found = weigh([plain("cat")], frozenset(), {"cat": 0}, memory_count=count, term_total=0)
    shares: List[float] = [found.share(1, 1), *found.shares([plain("cat")]).values()]
    assert 0 < shares[0] < 1 and shares[1] == 1
