"""Texts for tests: made at random from pieces that cutting, folding and comparing can stumble over."""

from __future__ import annotations

import random

PIECES = (
    "the a not never don't who it's ha cat cats Cat DOG went goes children Paris running organise 5 1.5 15 1,000 "
    "-3 $5 €5 50% C# C++ é# a_b e-mail v1.2 2023-05-08 café cafe\u0301 Straße ŒUVRE İstanbul ﬁx ½ naïve é q\u0303a "
    "猫 私は猫が好き 東京タワー の ฉันชอบแมว हिन्दी में привет ещё שלום שָׁלוֹם مرحبا كِتاب 한국어 안녕 🎉 👩‍👩‍👧 "
    "soft\u00adly zero\u200bwidth "
    "... ! ? ; ( ) [ ] — – “ ” ` * _ | ~ <b> \u0301 \ufe0f \x00 \ud800 \t \n "
).split(" ") + ["\n", "x" * 70]
EDGES = ("", " ", " ", " ", "\n", ". ", "! ", ", ")


def random_words(rng: random.Random, most: int = 30) -> "list[str]":
    """Return up to `most` pieces, some of them single random characters."""
    return [
        rng.choice(PIECES) if rng.random() < 0.9 else chr(rng.randrange(0x30000)) for _ in range(rng.randint(0, most))
    ]


def random_text(rng: random.Random, most: int = 30) -> str:
    """Return a text of up to `most` pieces."""
    return "".join(piece + rng.choice(EDGES) for piece in random_words(rng, most))
