"""Extractive answers: what they quote, what they cite, how they are cut."""

from __future__ import annotations

import random
import re
from typing import List

import pytest

from engram_server.recall.passages import passages
from engram_server.recall.synthesis import NOTHING_KNOWN, Answer, deltas, synthesise
from engram_server.text.tokens import estimate_tokens

from ..text.samples import random_text
from .asking import Given, material

TALK = (
    "[8 May 2023] Caroline: Hey Mel! I went to a support group yesterday. It was so powerful.",
    "[25 May 2023] Melanie: Did you go to the support group again? I ran a charity race last Saturday.",
    "[9 June 2023] Caroline: I talked about my transition at a school. The group there had 3 teachers.",
    "Melanie lives in Boston with Tom.",
    "It rained.",
)


def answered(question: str, *contents: str, max_tokens: int = 1_000) -> Answer:
    return synthesise(material(question, *contents), max_tokens=max_tokens)


def test_an_answer_quotes_and_cites() -> None:
    assert answered("When did Caroline go to the support group?", *TALK).text.startswith(
        "[8 May 2023] Caroline: … I went to a support group yesterday. [1]"
    )


def test_a_first_sentence_is_quoted_with_its_head_in_one_piece() -> None:
    question = "What did Caroline talk about at a school?"
    assert answered(question, *TALK).text.startswith(
        "[9 June 2023] Caroline: I talked about my transition at a school. "
    )


def test_a_name_in_the_head_is_enough_for_want_of_better() -> None:
    assert sorted(answered("What did Caroline tell us?", *TALK).cited_ids) == ["mem_1", "mem_3"]


def test_sentences_of_one_memory_keep_their_order_and_what_lies_between_is_marked() -> None:
    memory = "Tom likes green tea. Nobody knows why. He drinks tea with Tom's sister."
    assert answered("Does Tom drink tea?", memory, "x").text == f"{memory.replace('Nobody knows why.', '…')} [1]"
    neighbours = "Tom likes green tea. He drinks tea with Tom's sister."
    assert answered("Does Tom drink tea?", neighbours, "x").text == f"{neighbours} [1]"


def _pieces(answer: Answer) -> List[str]:
    quotes = re.split(r" \[\d+\](?: |$)", answer.text)
    return [piece for quote in quotes for piece in quote.split(" … ") if piece]


def test_quotes_are_pieces_of_their_memories(rng: random.Random) -> None:
    for _ in range(100):
        contents = [random_text(rng) for _ in range(rng.randint(1, 6))]
        contents = [content for content in contents if content.isprintable() and " … " not in content]
        question = random_text(rng, most=6)
        found = material(question, *contents)
        answer = synthesise(found, max_tokens=10_000)
        if answer.text == NOTHING_KNOWN:
            assert answer.cited_ids == []
            continue
        assert all(any(piece in content for content in contents) for piece in _pieces(answer)), (contents, answer)
        cited = [int(number) for number in re.findall(r" \[(\d+)\](?= |$)", answer.text)]
        assert [found.ranked[number - 1].memory.public_id for number in dict.fromkeys(cited)] == answer.cited_ids


@pytest.mark.parametrize(
    ("question", "contents", "expected"),
    [
        ("When did the race begin?", ("The race was fun.", "The race began last Saturday."), "The race began last"),
        ("Who won the race?", ("The race was won.", "They say the race was won by Melanie."), "They say"),
        ("How many dogs has Tom?", ("Tom has dogs.", "Tom has got two dogs."), "Tom has got two dogs."),
        ("Where does Tom live?", ("Tom does live well.", "Tom is to live in Boston."), "Tom is to live in Boston."),
        ("Why did Tom leave?", ("Tom had to leave.", "Tom had to leave because it rained."), "Tom had to leave bec"),
        ("Does Tom like tea?", ("Does Tom like tea?", "Tom does like tea."), "Tom does like tea."),
    ],
)
def test_the_kind_of_sentence_that_is_asked_for_comes_first(
    question: str, contents: "tuple[str, ...]", expected: str
) -> None:
    assert answered(question, *contents, "Something else.").text.startswith(expected)


DIALOGUE = (
    "[2 March 2026] Milo: I adopted a kitten yesterday. She is called Pepper.",
    "[2 March 2026] Rosa: How old is she?",
    "[2 March 2026] Milo: Ten weeks.",
    "[2 March 2026] Rosa: What did the hotel in Oslo cost you?",
    "[2 March 2026] Milo: Almost 900 euros.",
    "[2 March 2026] Milo: My grandfather gave me his old camera.",
)


@pytest.mark.parametrize(
    ("question", "first"),
    [("How old is the kitten?", "mem_3"), ("How much was the hotel in Oslo?", "mem_5")],
)
def test_the_next_speakers_answer_is_quoted_and_no_question(question: str, first: str) -> None:
    answer = answered(question, *DIALOGUE)
    assert answer.cited_ids[0] == first
    assert not {"mem_2", "mem_4", "mem_6"}.intersection(answer.cited_ids)


def test_the_same_sentence_is_said_once_but_other_facts_are_kept() -> None:
    twice = answered("Does Tom like tea?", "Tom likes tea a lot.", "tom likes tea a lot!", "x")
    assert len(twice.cited_ids) == 1
    other = answered("When does Tom drink tea?", "Tom drinks tea at 5.", "Tom drinks tea at 6.", "x")
    assert len(other.cited_ids) == 2


def test_a_sentence_that_a_memory_repeats_is_there_once_where_it_stands_first() -> None:
    memory = "Ana: Tom likes tea. He naps. Tom likes tea. Tom likes tea."
    found = passages(material("Does Tom like tea?", memory, "x"))
    assert [(passage.text, passage.start) for passage in found] == [("Tom likes tea.", 5), ("He naps.", 20)]


@pytest.mark.parametrize(("question", "contents"), [("cat", ()), ("cat", ("dog",)), ("?", ("cat",))])
def test_nothing_known_is_said_plainly(question: str, contents: "tuple[str, ...]") -> None:
    assert answered(question, *contents) == Answer(NOTHING_KNOWN, [])


@pytest.mark.parametrize(
    ("question", "memory"),
    [
        ("What is the wifi code?", "[The wifi code is heron42]"),
        ("What about Berlin?", "Berlin: "),
        ("When do I buy milk?", "[reminder: buy milk on Friday]"),
        ("What did Ana say?", "[8 May 2023] Ana: ..."),
        ("What did Ana say?", "Ana: \u0640"),
    ],
)
def test_a_head_with_nothing_behind_it_is_the_sentence(question: str, memory: str) -> None:
    assert answered(question, memory, "Something else.").text == f"{memory.strip()} [1]"


def test_a_date_and_a_speaker_that_were_given_beside_the_text_are_quoted_with_it() -> None:
    given = Given(speaker="Mara", occurred_at=1_683_504_000_000)
    found = material("When did Mara buy the canoe?", "We bought the red canoe yesterday.", given=given)
    assert synthesise(found, max_tokens=100).text == "[8 May 2023] Mara: We bought the red canoe yesterday. [1]"
    headed = material("When did Mara buy the canoe?", "[1 May 2023] Jo: Mara bought the canoe.", given=given)
    assert synthesise(headed, max_tokens=100).text == "[1 May 2023] Jo: Mara bought the canoe. [1]"


def test_a_question_that_asks_for_whatever_there_is_is_answered_by_the_newest() -> None:
    notes = ("Ana paints the old boat.", "Ok! Bo repaired the fence at last.", "Is it on?", "The hens laid four eggs.")
    assert answered("What do you remember?", *notes).text == (
        "The hens laid four eggs. [1] Bo repaired the fence at last. [2] Ana paints the old boat. [4]"
    )
    assert answered("What do you remember?", "Hm. Ok.", "Why?").text == "Hm. [1] Why? [2]"


@pytest.mark.parametrize("max_tokens", range(1, 60))
def test_the_cap_is_hard(max_tokens: int) -> None:
    for question in ("When did Caroline go to the support group?", "flurb"):
        answer = answered(question, *TALK, max_tokens=max_tokens)
        assert 0 < estimate_tokens(answer.text) <= max_tokens
        assert len(set(answer.cited_ids)) == len(answer.cited_ids) == len(set(re.findall(r" \[(\d)\]", answer.text)))


def test_a_cut_is_at_a_sentence_or_at_a_word() -> None:
    question = "Does Tom drink tea?"
    memory = "Tom drinks green tea every single day. The tea of Tom's sister is black."
    whole = answered(question, memory, "x")
    assert whole.text == f"{memory} [1]"
    one_less = answered(question, memory, "x", max_tokens=estimate_tokens(whole.text) - 1)
    assert one_less == Answer("Tom drinks green tea every single day. [1]", ["mem_1"])
    assert answered(question, memory, "x", max_tokens=6) == Answer("Tom drinks green… [1]", ["mem_1"])
    assert answered(question, memory, "x", max_tokens=1).cited_ids == []


def test_the_same_question_has_the_same_answer(rng: random.Random) -> None:
    contents = [f"{rng.choice('ABC')} likes tea {rng.random()}." for _ in range(50)]
    assert len({answered("Who likes tea?", *contents).text for _ in range(5)}) == 1


def test_deltas_join_to_the_answer_byte_for_byte(rng: random.Random) -> None:
    for _ in range(300):
        text = random_text(rng, most=60)
        pieces = list(deltas(text))
        assert "".join(pieces) == text
        assert all(pieces)
        assert len(pieces) >= len(text) // 160


def test_deltas_are_a_few_words_each() -> None:
    assert list(deltas("One two three four five six. [1]")) == ["One two three four ", "five six. [1]"]
