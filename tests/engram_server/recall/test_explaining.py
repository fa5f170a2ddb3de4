"""One sentence of why."""

from __future__ import annotations

from typing import Dict

import pytest

from engram_server.recall.explaining import why

ASKED = {"ana": "Ana", "pet": "pets", "oslo": "Oslo"}
MANY = {f"w{number}": f"W{number}" for number in range(10)}


@pytest.mark.parametrize(
    ("parts", "asked", "sentence"),
    [
        ({"word:pet": 0.5}, {"pet": "pets"}, 'It shares "pets" with the question.'),
        ({"word:pet": 0.2, "word:ana": 0.5}, {"ana": "Ana", "pet": "pets"},
         'It shares "Ana" and "pets" with the question, most telling first.'),
        ({"word:pet": 0.2, "word:ana": 0.2}, ASKED,
         'It shares "Ana" and "pets" with the question, most telling first; it lacks "Oslo".'),
        ({"related:pet": 0.2}, {"pet": "pets"}, 'It has words related to "pets".'),
        ({"near:pet": 0.2, "near:ana": 0.3, "near:oslo": 0.1}, ASKED,
         'It stands in talk about "Ana", "pets" and "Oslo".'),
        ({"word:ana": 0.2, "related:pet": 0.3}, ASKED,
         'It shares "Ana" with the question and has words related to "pets"; it lacks "Oslo".'),
        ({"word:ana": 0.2, "related:pet": 0.3, "near:oslo": 0.1, "factor:speaker": 0.1, "factor:length": -0.1}, ASKED,
         'It shares "Ana" with the question, has words related to "pets", stands in talk about "Oslo" and '
         "was said by whom the question names."),
        ({"newest": 0.2}, {"know": "know"}, 'It belongs to all that was asked for; it lacks "know".'),
        ({"feedback": 0.2}, {"pet": "pets"}, 'It has words that the best ones have; it lacks "pets".'),
        ({"feedback": 0.2, "factor:length": -0.1, "factor:question": -0.1, "factor:names": 0.1}, {},
         "It has words that the best ones have."),
        (dict.fromkeys([f"word:{term}" for term in MANY], 0.1), MANY,
         'It shares "W0", "W1", "W2", "W3", "W4", "W5" and 4 more with the question, most telling first.'),
        ({"newest": 0.1}, MANY, 'It belongs to all that was asked for; it lacks "W0", "W1", "W2", "W3", "W4", "W5" and 4 more.'),
    ],
)  # fmt: skip
def test_the_sentence(parts: Dict[str, float], asked: Dict[str, str], sentence: str) -> None:
    assert why(parts, asked, frozenset()) == sentence


REASONS = {
    "speaker": "was said by whom the question names",
    "tells a time": "gives a time",
    "counts": "gives a number",
    "tells a place": "gives a place",
    "names whom": "gives a name",
    "time": "is of the time asked for",
    "entity": "mentions the name as a whole",
    "fact": "states a relation asked for",
}


@pytest.mark.parametrize("factor", REASONS)
def test_a_factor_that_speaks_for_a_memory_is_named(factor: str) -> None:
    parts = {"word:pet": 0.5, f"factor:{factor}": 0.1}
    assert why(parts, {"pet": "pets"}, frozenset()) == f'It shares "pets" with the question and {REASONS[factor]}.'


def test_all_reasons_in_one_sentence() -> None:
    parts = {"word:ana": 0.5, "newest": 0.1, **{f"factor:{factor}": 0.1 for factor in REASONS}}
    *first, last = REASONS.values()
    told = ", ".join(['shares "Ana" with the question', *first, last])
    assert why(parts, {"ana": "Ana"}, frozenset()) == f"It {told} and belongs to all that was asked for."


def test_a_memory_of_the_time_asked_for_lacks_none_of_its_words() -> None:
    asked, dated = {"boat": "boat", "last": "last", "week": "week"}, frozenset(("last", "week"))
    assert why({"factor:time": 0.1, "word:boat": 0.2}, asked, dated).endswith("is of the time asked for.")
    assert why({"word:boat": 0.2}, asked, dated).endswith('; it lacks "last" and "week".')
