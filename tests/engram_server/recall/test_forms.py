"""What form an answer has, and whether a text shows a value of it."""

from __future__ import annotations

import pytest

from engram_server.recall.forms import asked_forms, asking_terms, shows
from engram_server.text.terms import index_term
from engram_server.text.words import words


@pytest.mark.parametrize(
    ("question", "shown", "not_shown"),
    [
        ("How much was the loan?", "It was 900 euros.", "It was paid off."),
        ("How many pages did I read?", "Forty pages.", "The pages were dull."),
        ("What did we pay for the forklift?", "It cost 7,990 euros.", "It is yellow."),
        ("Who broke the saw?", "It was Torsten.", "It fell down."),
        ("Who bought the sofa?", "A student took it.", "It is gone."),
        ("Who bought the mill?", "It went to a young couple.", "It is gone."),
        ("What is the plumber's name?", "He is called Ferris.", "He comes on Thursday."),
        ("When is the race?", "It is on Friday.", "It is long."),
        ("How long is the leave?", "It lasts until autumn.", "It is long."),
        ("When is the tide?", "It turns at 7 o'clock.", "It turns."),
        ("Where is the manual?", "It is in the red folder.", "It is lost."),
        ("Why did Ana go?", "Because it rained.", "Ana went."),
        ("How often does the ferry sail?", "It sails twice a day.", "It is old."),
        ("What colour is the barn?", "It was painted dark green.", "It was painted."),
        ("Which brand is the saw?", "It is a Hultafors.", "It is new."),
        ("Who called?", "Ticket 41: called by Orr.", "Ticket 41: called."),
        ("Who waters the garden?", "The neighbours do.", "The hose does."),
        ("How old is the barn?", "It was built in 1911.", "It is old."),
        # Which one is meant, and when, is not how much.
        ("How many goats are there?", "Seven goats.", "Ticket 41, goats: seen at 8:30 on 4 May in room 7 since 2019."),
        ("How much was the party?", "It cost 20.", "Order 7731 for the party."),
        # What the question holds itself is no answer to it.
        ("How much is order 1042?", "Order 1042 costs 80 euros.", "Order 1042 waits."),
        ("Who is Torsten's boss?", "Torsten works under Marlene.", "Torsten works."),
    ],
)
def test_an_answer_shows_a_value_of_the_form_asked_for(question: str, shown: str, not_shown: str) -> None:
    forms = asked_forms(question)
    asked = frozenset(words(question))
    assert forms
    assert all(shows(form, shown, asked) for form in forms)
    assert not any(shows(form, not_shown, asked) for form in forms)


@pytest.mark.parametrize("question", ["Does Ana like tea?", "What is Ana like?", "Tell me about Ana", "", "Fichas 7"])
def test_most_questions_ask_for_no_form(question: str) -> None:
    assert asked_forms(question) == ()


def test_who_asks_for_the_sake_of_a_name_asks_for_none() -> None:
    assert asked_forms("What did Ana get for the name?")[1:] == ()
    assert not any(form.values("Ferris") for form in asked_forms("What did Ana get for her names and signs?"))


def test_a_value_tells_a_color_without_the_word() -> None:
    (form,) = asked_forms("Which color is the barn?")
    assert form.tells >= {index_term("color")}


def test_of_how_old_something_is_nothing_old_tells() -> None:
    assert asking_terms("How old is the cat?") == {"old"}
    assert asking_terms("Where is the old cat?") == frozenset()
    assert asking_terms("What is the price of the old cat?") == frozenset()
