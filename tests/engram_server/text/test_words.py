"""Cutting text into words: for finding, and for comparing."""

from __future__ import annotations

import random
from typing import List

import pytest

from engram_server.text.words import exact_words, words

from .samples import random_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\t ", []),
        ("?!… — “”", []),
        ("I Don't like e-mail", ["i", "don", "t", "like", "e", "mail"]),
        ("snake_case v1.2", ["snake", "case", "v1", "2"]),
        ("Crème BRÛLÉE cafe\u0301", ["creme", "brulee", "cafe"]),
        ("Straße Øresund Łódź ﬁx Ａ½", ["strasse", "oresund", "lodz", "fix", "a1", "2"]),
        ("İstanbul ISPARTA", ["istanbul", "isparta"]),
        ("Ещё мой", ["еще", "мои"]),
        ("שָׁלוֹם كِتَاب", ["שלום", "كتاب"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("soft\u00adly zero\u200bwidth", ["softly", "zerowidth"]),
        ("猫", ["猫"]),
        ("東京", ["東京", "東", "京"]),
        ("猫が好き", ["猫が", "が好", "好き", "猫", "好"]),
        ("ねこ", ["ねこ"]),
        ("ｶﾀｶﾅ", ["カタ", "タカ", "カナ"]),
        ("แมว", ["แม", "มว"]),
        ("한국어를", ["한국", "국어", "어를"]),
        ("Tokyo東京2020", ["tokyo", "東京", "東", "京", "2020"]),
        ("C# or C++, 5°C, F#, C++17", ["c#", "or", "c++", "5", "c", "f#", "c++", "17"]),
        ("C#, C++; issue#5 a#1 x++y", ["c#", "c++", "issue", "5", "a", "1", "x", "y"]),
        ("party 🎉🎉", ["party", "🎉", "🎉"]),
    ],
)
def test_words(text: str, expected: List[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Papá, papa!", ["papá", "papa"]),
        ("C# and C++ (R&D), C+, #c", ["c#", "and", "c++", "r", "&", "d", "c", "+", "#", "c"]),
        ("$5 or €5, 50%", ["$", "5", "or", "€", "5", "50", "%"]),
        ("1.5 kg, 15kg, 1,000 on 2023-05-08, 5:30.", ["1.5", "kg", "15kg", "1,000", "on", "2023-05-08", "5:30"]),
        ("-5 - 5 covid-19", ["-", "5", "5", "covid", "-", "19"]),
        ("-5 é", ["-", "5", "é"]),
        ("*bold* _it_ `code`", ["bold", "it", "code"]),
        ("*bold* `é`", ["bold", "é"]),
        ("猫が好き", ["猫が", "が好", "好き"]),
        ("I 😀 it", ["i", "😀", "it"]),
        ("Ç# é++ 5°C", ["ç#", "é++", "5", "°", "c"]),
        ("2 ≠ 3", ["2", "≠", "3"]),
    ],
)
def test_exact_words(text: str, expected: List[str]) -> None:
    assert exact_words(text) == expected


def test_what_is_written_around_a_word_does_not_change_it(rng: random.Random) -> None:
    """One letter outside of ASCII anywhere in a text must not change how the rest of it is read."""
    for _ in range(300):
        text = "".join(rng.choice("abC1 5.-$%&#+`_'*/\n") for _ in range(rng.randint(0, 25)))
        assert words(text + " é") == [*words(text), "e"]
        assert exact_words(text + " é") == [*exact_words(text), "é"]


@pytest.mark.parametrize("marks", [1, 30, 31, 400])
def test_a_letter_under_any_number_of_marks_is_that_letter(marks: int) -> None:
    assert words("x e" + "\u0301\u0316" * marks + " y") == ["x", "e", "y"]
    assert len(exact_words("x e" + "\u0301\u0316" * marks + " y")) == 3


def test_a_text_of_signs_for_whole_phrases_does_not_grow_beyond_bounds() -> None:
    assert words("\ufdfa") == ["صلى", "الله", "عليه", "وسلم"]
    for sign in "\ufdfa\ufdfb\u3316":
        assert len("".join(exact_words(sign * 5_000))) <= 10_000
    # What looks alike to a reader is told apart all the same.
    assert exact_words("\ufdfa" * 5_000 + "a") != exact_words("\ufdfa" * 5_000 + "b")


def test_any_text_has_words_without_spaces_in_them(rng: random.Random) -> None:
    for _ in range(1_000):
        text = random_text(rng)
        for word in words(text) + exact_words(text):
            assert word and not any(char.isspace() for char in word), (text, word)
            assert "\x00" not in word
        for word in words(text):
            assert words(word)[:1] == [word], (text, word)
