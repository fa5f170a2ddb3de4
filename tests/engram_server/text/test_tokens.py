"""The token estimate and cutting to it."""

from __future__ import annotations

import random

import pytest

from engram_server.text.tokens import ELLIPSIS, cut_to_tokens, estimate_tokens

from .samples import random_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 1),
        ("abcd", 1),
        ("abcde", 2),
        ("The quick brown fox jumps over it.", 9),
        ("猫", 1),
        ("私は猫が好きです", 8),
        ("привет", 3),
        ("🎉", 1),
        ("ok 猫", 2),
    ],
)
def test_estimate(text: str, expected: int) -> None:
    assert estimate_tokens(text) == expected


def test_more_text_is_never_fewer_tokens(rng: random.Random) -> None:
    for _ in range(300):
        text, more = random_text(rng), random_text(rng, most=3)
        assert estimate_tokens(text) <= estimate_tokens(text + more) <= estimate_tokens(text) + estimate_tokens(more)
        assert bool(text) == bool(estimate_tokens(text))


@pytest.mark.parametrize(
    ("text", "tokens", "expected"),
    [
        ("one two three", 10, "one two three"),
        ("one two three four", 3, "one two…"),
        ("one two three four", 4, "one two three…"),
        ("supercalifragilistic", 3, "supercali…"),
        ("one two", 1, "o…"),
        ("one two", 0, ""),
        ("", 0, ""),
        ("私は猫が好きです", 4, "私は猫…"),
    ],
)
def test_cutting(text: str, tokens: int, expected: str) -> None:
    assert cut_to_tokens(text, tokens) == expected


def test_a_cut_text_fits_and_is_a_beginning(rng: random.Random) -> None:
    for _ in range(500):
        text, tokens = random_text(rng), rng.randint(0, 20)
        cut = cut_to_tokens(text, tokens)
        assert estimate_tokens(cut) <= tokens
        assert cut == text or text.startswith(cut[: -len(ELLIPSIS)])
