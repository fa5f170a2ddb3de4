"""No text is slow: 32 KiB of whatever makes a pattern look twice."""

from __future__ import annotations

import time
from typing import Callable

import pytest

from engram_server.recall.forms import asked_forms, shows
from engram_server.recall.numbers import nearest_number
from engram_server.recall.passages import head_length
from engram_server.recall.profile import build_profile
from engram_server.recall.question import read_question
from engram_server.recall.synthesis import deltas
from engram_server.text.clauses import relating
from engram_server.text.entities import entities
from engram_server.text.relations import relations
from engram_server.text.sentences import sentences
from engram_server.text.signs import asked_signs, signs
from engram_server.text.similarity import near_key, repetition, similarity
from engram_server.text.spots import spots
from engram_server.text.terms import question_terms, terms
from engram_server.text.times import times_in
from engram_server.text.tokens import cut_to_tokens, estimate_tokens
from engram_server.text.turn import read_turn
from engram_server.text.words import exact_words, words

SIZE = 32 * 1024
# Linear work on this much text takes a tenth of a second; twice quadratic work would take minutes.
CPU_SECONDS = 5.0

FORMS = asked_forms("When, where, why, who, how many, how old, how often, how long, which color, which brand, what name?")

TEXTS = (
    *("a", "a.", "A.B.", "[", "[a", " ", "\n", " \n", "é1.", "猫", "\u0301", "\u0316\u0301\u0327", "\ufdfa", "c#", "c#\u0301", "c+"),
    *("a(", "(", ")", "{ ", "a(a) "),
    *("A", "Aa", "A1", "name ", "5pm ", "8 May to ", "5 days before ", "Ana's ", "I "),
    *("1", "1.", "-1", "1,", "1,1", ".", "?)", "\"'"),
)

FUNCTIONS: "dict[str, Callable[[str], object]]" = {
    "words": words,
    "exact_words": exact_words,
    "terms": terms,
    "question_terms": question_terms,
    "sentences": sentences,
    "near_key": near_key,
    "similarity": lambda text: similarity(text, text + " cat"),
    "repetition": lambda text: repetition(text, text + " the"),
    "read_turn": read_turn,
    "times_in": lambda text: times_in(text, 0),
    "entities": lambda text: entities(text, "Ana"),
    "relations": lambda text: relations(text, "Ana"),
    "relating": relating,
    "spots": spots,
    "signs": lambda text: signs(text, tells_time=False),
    "asked_signs": asked_signs,
    "read_question": read_question,
    "estimate_tokens": estimate_tokens,
    "cut_to_tokens": lambda text: cut_to_tokens(text, 100),
    "deltas": lambda text: list(deltas(text)),
    "head_length": head_length,
    "build_profile": lambda text: build_profile([text]),
    "asked_forms": asked_forms,
    "shows": lambda text: [shows(form, text, frozenset(words(text))) for form in FORMS],
    "nearest_number": lambda text: nearest_number(text, {"a"}, {"b"}),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_no_text_is_slow(function: Callable[[str], object]) -> None:
    for piece in TEXTS:
        text = piece * (SIZE // len(piece)) + "x"
        began = time.thread_time()
        function(text)
        assert time.thread_time() - began < CPU_SECONDS, piece
