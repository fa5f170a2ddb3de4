"""Which records come first in a packet: by keywords, by what was asked, and by how sure they are."""

from __future__ import annotations

from typing import Optional

import pytest

from engram.types import Cues, Fact, PacketPolicy
from engram_server.clock import rfc3339
from engram_server.domains.structured.packets import load, read

from .support import DAY_MS, NOW, SCOPE, Kept, episode, fact, omitted, packet_of, procedure


def test_records_that_hold_more_of_the_keywords_come_first() -> None:
    kept = Kept(
        known=[fact("a"), fact("b", "b", {"stay": ["two hotels"]}), fact("c", "c", "a hotel in Porto"), fact("d")],
        past=[episode("new", 1), episode("old", 9, "the night train to Porto")],
    )
    packet = packet_of(kept, cues={"keywords": ["Hotel", "porto"]}, policy={"max_facts": 3})
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["c", "b", "a"]
    assert [one["episode_id"] for one in packet["long_term"]["episodes"]] == ["old", "new"]
    assert omitted(packet) == ["facts d limit"]
    selected = {one["id"]: one.get("keywords") for one in packet["explain"]["selected"]}
    assert selected == {"c": ["Hotel", "porto"], "b": ["Hotel"], "a": None, "old": ["porto"], "new": None}
    assert packet["explain"]["determinism"]["facts"] == "keywords desc, fact_key, fact_id"


def test_relevance_orders_and_its_parts_add_up() -> None:
    kept = Kept(
        known=[fact("a", confidence=0.1), fact("z", confidence=0.99), fact("m", confidence=0.0)],
        how=[procedure("p", priority=1), procedure("q")],
        past=[episode("new", 0), episode("old", 9)],
        words={
            ("facts", "m"): {"word:boat": 0.5, "near:sail": 0.25},
            ("procedures", "q"): {"word:boat": 0.5},
            ("episodes", "old"): {"word:boat": 0.5},
        },
    )
    packet = packet_of(kept, query="a boat to sail", policy={"rank": "relevance", "max_facts": 2})
    long_term = packet["long_term"]
    assert [one["fact_id"] for one in long_term["facts"]] == ["m", "z"]
    assert [one["procedure_id"] for one in long_term["procedures"]] == ["q", "p"]
    assert [one["episode_id"] for one in long_term["episodes"]] == ["old", "new"]
    assert omitted(packet) == ["facts a limit"]
    entries = {one["id"]: one for one in (*packet["explain"]["selected"], *packet["explain"]["omitted"])}
    assert entries["m"]["parts"] == {"word:boat": 0.5, "near:sail": 0.25, "confidence": 0.0}
    assert all(one["score"] == sum(reversed([*one["parts"].values()])) for one in entries.values())
    assert set(entries) == {"m", "z", "a", "p", "q", "old", "new"}
    assert packet["explain"]["determinism"]["facts"] == "score desc, fact_id"


@pytest.mark.parametrize(
    ("policy", "query", "cues", "first"),
    [
        ({"rank": "relevance"}, "boats", {}, "f999"),
        ({"rank": "relevance"}, None, {"tags": ["boats"]}, "f999"),
        ({"rank": "relevance"}, None, {"entities": ["boats"]}, "f999"),
        ({}, None, {"keywords": ["boats"]}, "f999"),
        ({}, "boats", {"tags": ["boats"]}, "f000"),
        ({"rank": "relevance"}, None, {}, "f000"),
    ],
)
def test_what_is_asked_about_is_found_however_far_down_it_is_kept(
    policy: PacketPolicy, query: Optional[str], cues: Cues, first: str
) -> None:
    known = [fact(f"f{number:03}", value="a boat" if number == 999 else "v") for number in range(1000)]
    kept = Kept(known=known, words={("facts", "f999"): {"word:boats": 0.5}})
    packet = packet_of(kept, query=query, cues=cues, policy={**policy, "max_facts": 1})
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == [first]


def test_where_nothing_is_asked_the_surest_are_found_among_many() -> None:
    known = [fact(f"f{number:03}", confidence=number / 1000) for number in range(200)]
    packet = packet_of(Kept(known=known), policy={"rank": "relevance", "max_facts": 2})
    assert [one["fact_id"] for one in packet["long_term"]["facts"]] == ["f199", "f198"]


@pytest.mark.parametrize(
    ("policy", "query", "facts", "episodes"),
    [
        ({}, "boat", 30, 20),
        ({"max_facts": 1, "max_episodes": 0}, "boat", 1, 0),
        ({"rank": "relevance"}, "boat", 38, 28 + 10),
        ({"rank": "relevance", "max_facts": 2}, "boat", 10, 28 + 10),
        ({"rank": "relevance", "max_facts": 1}, None, 201, 220),
    ],
)
def test_no_more_is_looked_at_than_what_may_be_taken_and_some(
    policy: PacketPolicy, query: Optional[str], facts: int, episodes: int
) -> None:
    numbers = range(1000)
    kept = Kept(
        known=[fact(f"{number:03}") for number in numbers],
        past=[episode(f"{number:03}", number / 1000) for number in numbers],
        words={
            **{("facts", f"{number:03}"): {"word:boat": 0.5} for number in numbers},
            **{("episodes", f"{number:03}"): {"word:boat": 0.5} for number in range(990, 1000)},
        },
    )
    asked = read({"scope": {**SCOPE}, "purpose": "planner", "query": query, "policy": policy}, NOW)
    found = load(kept, asked, NOW)
    assert (len(found.facts), len(found.episodes)) == (facts, episodes)


def test_what_words_find_must_fit_as_well() -> None:
    def at(days: float) -> str:
        return rfc3339(NOW + int(days * DAY_MS))

    gone: Fact = {**fact("gone"), "status": "deprecated"}
    late = episode("late", 2, tags=["t"])
    late["time_range"]["end"] = at(1)
    kept = Kept(
        known=[gone, fact("past", valid_to=at(-1)), fact("to come", valid_from=at(1)), fact("now", valid_to=at(0))],
        how=[procedure("other", "other"), procedure("p")],
        past=[late, episode("old", 31, tags=["t"]), episode("no tag", 1), episode("fits", 29, tags=["t"])],
        words={
            **{("facts", id_): {"word:boat": 0.5} for id_ in ("gone", "past", "to come", "now")},
            **{("procedures", id_): {"word:boat": 0.5} for id_ in ("other", "p")},
            **{("episodes", id_): {"word:boat": 0.5} for id_ in ("late", "old", "no tag", "fits")},
        },
    )
    packet = packet_of(kept, query="boat", cues={"tags": ["t"]}, policy={"rank": "relevance"})
    assert [(one["section"], one["id"]) for one in packet["explain"]["selected"]] == [
        ("facts", "now"),
        ("procedures", "p"),
        ("episodes", "fits"),
    ]
    assert packet["explain"]["omitted"] == []


def test_without_relevance_the_surer_fact_stays() -> None:
    kept = Kept(known=[fact("a", confidence=0.1), fact("z", confidence=0.99)])
    by_key = packet_of(kept, policy={"max_facts": 1})
    assert [one["fact_id"] for one in by_key["long_term"]["facts"]] == ["a"]
    by_worth = packet_of(kept, policy={"max_facts": 1, "rank": "relevance"})
    assert [one["fact_id"] for one in by_worth["long_term"]["facts"]] == ["z"]
