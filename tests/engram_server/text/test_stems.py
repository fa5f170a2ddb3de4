"""Porter's stemmer against the examples of the paper and against a second implementation."""

from __future__ import annotations

import random
import sqlite3

import pytest

from engram_server.text.irregular import APART, BASE_FORMS, STEM_SPELLINGS
from engram_server.text.stems import stem

# Word and stem, step by step as the paper gives them.
PAPER = """
caresses caress, ponies poni, ties ti, caress caress, cats cat, feed feed, agreed agre, plastered plaster, bled bled,
motoring motor, sing sing, conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall,
hissing hiss, fizzed fizz, failing fail, filing file, happy happi, sky sky, relational relat, conditional condit,
rational ration, valenci valenc, hesitanci hesit, digitizer digit, conformabli conform, radicalli radic,
differentli differ, vileli vile, analogousli analog, vietnamization vietnam, predication predic, operator oper,
feudalism feudal, decisiveness decis, hopefulness hope, callousness callous, formaliti formal, sensitiviti sensit,
sensibiliti sensibl, triplicate triplic, formative form, formalize formal, electriciti electr, electrical electr,
hopeful hope, goodness good, revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop,
adjustable adjust, defensible defens, irritant irrit, replacement replac, adjustment adjust, dependent depend,
adoption adopt, homologou homolog, communism commun, activate activ, angulariti angular, homologous homolog,
effective effect, bowdlerize bowdler, probate probat, rate rate, cease ceas, controll control, roll roll,
generalizations gener, oscillators oscil, archaeology archaeolog, possibly possibl
"""

# Without "y", of which SQLite takes two in a row for a double consonant.
LETTERS = "aeioubcdlmnrstvwxz"
ENDINGS = (
    "ed ing s es ies sses eed ational ization fulness iveness ousness biliti logi icate ement ion able al y e ly ll"
).split()


@pytest.mark.parametrize("pair", [item.strip() for item in PAPER.split(",")])
def test_the_examples_of_the_paper(pair: str) -> None:
    word, expected = pair.split()
    assert stem(word) == expected


@pytest.mark.parametrize("word", ["", "a", "is", "été", "猫", "2023", "mp3s", "x1ing"])
def test_what_is_no_english_word_stays(word: str) -> None:
    assert stem(word) == word


def test_a_second_opinion(rng: random.Random) -> None:
    """SQLite's own Porter stemmer agrees, on words that are mostly endings."""
    made = ("".join(rng.choices(LETTERS, k=rng.randint(3, 7)) + rng.sample(ENDINGS, 2)) for _ in range(3_000))
    words = sorted(set(made))
    connection = sqlite3.connect(":memory:")
    try:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(word, tokenize='porter ascii')")
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no FTS5")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        connection.executemany("INSERT INTO t (rowid, word) VALUES (?, ?)", enumerate(words))
        theirs = {words[row]: term for row, term in connection.execute("SELECT doc, term FROM v")}
    finally:
        connection.close()
    assert {word: stem(word) for word in words} == theirs


def test_a_base_form_is_a_base_form() -> None:
    """No chains and no circles: what a form stands for stands for nothing else."""
    for table in (BASE_FORMS, STEM_SPELLINGS, APART):
        assert not {base for base in table.values() if table.get(base, base) != base}


def test_a_word_is_in_one_table_only() -> None:
    assert APART.keys().isdisjoint(BASE_FORMS.keys() | BASE_FORMS.values())
