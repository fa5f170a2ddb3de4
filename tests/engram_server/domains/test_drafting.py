"""What a text becomes before it is stored."""

from __future__ import annotations

from typing import Optional, Set

import pytest

from engram_server.clock import moment_of
from engram_server.domains.hosted.drafting import INDEXING, Given, draft, given_with, read
from engram_server.storage import ASKS, TELLS_TIME, MemoryRow
from engram_server.text.terms import index_term

NOW = moment_of("2026-05-08T13:56:00Z")
DAY = 24 * 60 * 60 * 1000
EIGHTH = moment_of("2023-05-08T00:00:00Z")


@pytest.mark.parametrize(
    ("content", "given", "speaker", "at", "body"),
    [
        ("It rained.", Given(), "", None, "It rained."),
        ("[8 May 2023] Ana: It rained.", Given(), "Ana", EIGHTH, "It rained."),
        ("[8 May 2023] Ana: It rained.", Given(speaker="Bo"), "Bo", EIGHTH, "It rained."),
        ("[8 May 2023] Ana: It rained.", Given(occurred_at=7), "Ana", 7, "It rained."),
        ("It rained.", Given("Zoë", "s", 7, "{}"), "Zoë", 7, "It rained."),
    ],
)
def test_what_is_given_comes_before_the_head(
    content: str, given: Given, speaker: str, at: Optional[int], body: str
) -> None:
    said = read(content, given)
    assert (said.speaker, said.at, said.body, said.head + said.body) == (speaker, at, body, content)
    new = draft(content, "mem_1", NOW, given)
    assert (new.said_at, new.voice) == (at, speaker.lower().replace("ë", "e"))
    assert (new.speaker, new.session, new.occurred_at, new.metadata) == given


def test_the_words_of_the_head_the_speaker_and_the_date_count_once_each() -> None:
    headed = draft("[8 May 2023] Ana: The rain in May was rain.", "m", NOW).terms
    given = draft("The rain in May was rain.", "m", NOW, Given("Ana", occurred_at=EIGHTH)).terms
    assert headed == given
    assert {term: given[term] for term in ("rain", "ana", "8", "2023")} == {"rain": 2, "ana": 1, "8": 1, "2023": 1}
    assert draft("The rain in May was rain.", "m", NOW).terms == {"rain": 2, index_term("may"): 1}


def test_a_text_of_stop_words_is_found_by_them() -> None:
    assert draft("Who are you?", "m", NOW).terms == {"who": 1, "are": 1, "you": 1}


@pytest.mark.parametrize(
    ("content", "flags", "since"),
    [
        ("It rained.", 0, None),
        ("Ana: Did it rain? ", ASKS, None),
        ("雨でしたか？", ASKS, None),
        ("It rained yesterday.", TELLS_TIME, NOW // DAY * DAY - DAY),
        ("[8 May 2023] Ana: Did it rain yesterday?", ASKS | TELLS_TIME, EIGHTH - DAY),
    ],
)
def test_questions_and_times_are_told_against_the_moment_of_saying(
    content: str, flags: int, since: Optional[int]
) -> None:
    new = draft(content, "m", NOW)
    assert (new.flags, new.since, new.until) == (flags, since, since and since + DAY)


def test_a_span_leads_from_the_first_to_the_last_time_told() -> None:
    new = draft("It rained yesterday and it will rain tomorrow.", "m", NOW)
    today = NOW // DAY * DAY
    assert (new.since, new.until) == (today - DAY, today + 2 * DAY)


def test_names_and_facts_have_keys_by_which_they_are_found() -> None:
    new = draft("I live in Lisbon.", "m", NOW, Given(speaker="Ana Lopez"))
    assert {"ana lopez", "lisbon"} <= {entity.key for entity in new.entities}
    assert ("ana lopez", "lisbon") in {(fact.subject_key, fact.object_key) for fact in new.facts}
    assert all(entity.key for entity in new.entities)
    assert all(fact.subject_key and fact.object_key for fact in new.facts)


def test_the_same_words_of_others_and_of_other_times_are_told_apart() -> None:
    givens = [Given(), Given("Ana"), Given("Bo"), Given("Ana", occurred_at=1), Given(occurred_at=1)]
    drafts = [draft("It rained.", "m", NOW, given) for given in givens]
    assert len({new.near_key for new in drafts}) == len(givens)
    again = draft("It rained.", "n", NOW + 1, Given("Ana", "session", metadata="{}"))
    assert (again.content_hash, again.near_key) == (drafts[1].content_hash, drafts[1].near_key)
    shouted = draft("IT RAINED", "n", NOW, Given("Ana"))
    assert shouted.near_key == drafts[1].near_key and shouted.content_hash != drafts[1].content_hash
    assert draft("It snowed.", "m", NOW, Given("Ana")).near_key != drafts[1].near_key


def test_a_stored_memory_is_drafted_as_it_was() -> None:
    given = Given("Ana", "s", EIGHTH, '{"a":1}')
    new = draft("Did it rain yesterday in Lisbon?", "mem_1", NOW, given)
    row = MemoryRow(1, "mem_1", 1, new.content, 1, 1, 1, NOW, NOW + DAY, *given)
    assert given_with(row) == given
    assert INDEXING.draft(row) == new


@pytest.mark.parametrize(
    ("body", "found", "missing"),
    [
        ("My exam is tomorrow.", {"1", "june", "2026"}, {"july"}),
        ("Last month I saw Prague.", {"april", "2026"}, {"1"}),
        ("I married two years ago.", {"2024"}, {"june"}),
    ],
)
def test_a_memory_is_found_by_the_date_that_it_tells_of(body: str, found: Set[str], missing: Set[str]) -> None:
    said = 1_780_185_600_000  # 31 May 2026
    terms = draft(body, "mem_1", said, Given(occurred_at=said)).terms
    assert terms.keys() >= set(map(index_term, found))
    assert terms.keys().isdisjoint(map(index_term, missing))
