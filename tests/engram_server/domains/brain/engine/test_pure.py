"""What a brain reckons without its storage: fading, packing, choosing, mining, reading schemas and questions."""

from __future__ import annotations

import math
from typing import List

import pytest

from engram_server.domains.brain.engine import mining, optimizing
from engram_server.domains.brain.engine.asked import Depth, Intent, depth_of, hops_of, signals_of
from engram_server.domains.brain.engine.fading import DAY_US, Fading, fade, rate_of_feeling, stage_at
from engram_server.domains.brain.engine.mining import Event, mine, topics_of
from engram_server.domains.brain.engine.optimizing import Weighed
from engram_server.domains.brain.engine.packing import MEMORIES_HEADING, cut_to, pack, tokens_of
from engram_server.recall.question import read_question

MINUTE_US = 60_000_000

# -- fading


def test_fading_is_of_the_days_that_passed_since() -> None:
    idle = Fading(1, 0.9, 0.1, 0, None)
    (changed,) = fade([idle], 10 * DAY_US, 0.01).values
    assert changed[1] == pytest.approx(0.9 * math.exp(-1))
    half = fade([idle], 5 * DAY_US, 0.01).values[0][1]
    (whole,) = fade([Fading(1, half, 0.1, 0, 5 * DAY_US)], 10 * DAY_US, 0.01).values
    assert whole[1] == pytest.approx(changed[1])


def test_nothing_fades_backwards_or_twice() -> None:
    assert fade([Fading(1, 0.9, 0.1, 5, None), Fading(2, 0.9, 0.1, 0, 5)], 5, 0.01) == ([], 0, 0)
    assert fade([Fading(1, 0.9, 0.1, 7, None)], 5, 0.01) == ([], 0, 0)


def test_under_the_threshold_nothing_is_left() -> None:
    assert fade([Fading(1, 0.8, 0.5, 0, None)], 10 * DAY_US, 0.01) == ([(1, 0.0)], 1, 1)


def test_strong_feelings_fade_slower() -> None:
    assert rate_of_feeling(0.1, 0.0) == pytest.approx(0.08)
    assert rate_of_feeling(0.1, 1.0) == pytest.approx(0.05)


def test_stages_follow_age_and_use_and_never_go_back() -> None:
    ages = ((0, 1), (1, 1), (4, 1), (80, 1), (80, 2))
    reached = [stage_at("stm", 0, uses, hours * DAY_US // 24) for hours, uses in ages]
    assert reached == ["stm", "working", "episodic", "episodic", "semantic"]
    assert stage_at("episodic", 0, 1, 0) == "episodic"


# -- packing


def test_a_context_holds_what_fits_in_order() -> None:
    texts = [f"memory number {number} is here" for number in range(20)]
    for budget in range(1, 200):
        context = pack(texts, [("entity", "Ana")], budget)
        assert tokens_of(context.text) == context.tokens <= budget
        whole = [line[2:] for line in context.text.splitlines() if line.startswith("- memory")]
        assert texts[: len(whole)] == whole or context.text.endswith("…")
    roomy = pack(texts, [("entity", "Ana")], 1_000)
    assert roomy.text.startswith(MEMORIES_HEADING)
    assert roomy.text.endswith("- [entity] Ana")
    assert (roomy.memories, roomy.neurons) == (20, 1)
    assert pack([], [], 100).text == ""


def test_tokens_are_counted_by_words_or_by_letters() -> None:
    assert tokens_of("one two three") == 4
    assert tokens_of("x" * 400) == 100
    assert cut_to("one two three four", 3) == "one two…"
    assert cut_to("x" * 400, 3) == ""


# -- choosing


def weighed(fiber_id: str, content: str, activation: float = 0.0) -> Weighed:
    return Weighed(fiber_id, content, activation, 0, 0, 0.0, 400.0)


@pytest.mark.parametrize(
    ("changed", "worth"),
    [
        (weighed("f", "text", 1.0), 0.30),
        (weighed("f", "text")._replace(priority=10), 0.25),
        (weighed("f", "text")._replace(frequency=20), 0.20),
        (weighed("f", "text")._replace(frequency=90), 0.20),
        (weighed("f", "text")._replace(conductivity=1.0), 0.15),
        (weighed("f", "text")._replace(age_days=1.0), 0.09),
    ],
)
def test_each_part_of_the_score_has_its_weight(changed: Weighed, worth: float) -> None:
    assert optimizing.score(changed) - optimizing.score(weighed("f", "text")) == pytest.approx(worth)
    assert optimizing.score(Weighed("f", "text", 1, 10, 20, 1, 0)) == pytest.approx(1.0)


def test_the_better_of_two_that_say_the_same_stays() -> None:
    plan = optimizing.plan([weighed("a", "The deploy is done"), weighed("b", "the deploy is done.", 0.5)], 100)
    assert ([item.fiber_id for item in plan.items], plan.dropped) == (["b"], 1)
    apart = [weighed("a", "report 1 went to Paris"), weighed("b", "report 2 went to Oslo")]
    assert (len(optimizing.plan(apart, 100).items), optimizing.plan(apart, 100).dropped) == (2, 0)


def test_what_one_does_not_need_is_there_for_the_next() -> None:
    some = [weighed("long", "word " * 200), *(weighed(f"s{number}", f"note {number}") for number in range(9))]
    plan = optimizing.plan(some, 1_000)
    assert len(plan.items) == 10
    assert not any(item.truncated for item in plan.items)
    for budget in range(1, 400, 7):
        tight = optimizing.plan(some, budget)
        assert tight.total_tokens == sum(item.tokens for item in tight.items) <= budget
        assert len(tight.items) + tight.dropped == len(some)


# -- mining


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("authentication jwt tokens", ["authentication", "jwt", "tokens"]),
        ("ab", []),
        ("Why is the Routing of the routing so slow?", ["routing", "slow"]),
        (" ".join(f"topic{number}" for number in range(30)), [f"topic{number}" for number in range(10)]),
    ],
)
def test_topics(question: str, topics: List[str]) -> None:
    assert topics_of(question) == topics


def asked(session: str, *topics: str, at: int = 0) -> Event:
    return Event(session, topics, at)


def test_pairs_are_mined_within_sessions_and_minutes() -> None:
    sessions = [event for name in "abc" for event in (asked(name, "x"), asked(name, "y", "x", at=10 * MINUTE_US))]
    mined = mine(sessions)
    assert [(one.first, one.then, one.times) for one in mined.patterns] == [("x", "y", 3)]
    assert mined.patterns[0].weight == pytest.approx(0.45)
    assert (mined.topics, mined.pairs) == (2, 1)
    assert mine(event._replace(asked_at=event.asked_at * 2) for event in sessions).patterns == []
    assert mine(asked("one", "x", at=at) for at in range(9)).patterns == []


def test_only_the_best_patterns_are_kept() -> None:
    events = [
        asked(f"{topic} {again}", topic if at == 0 else "then", at=at)
        for topic in (f"t{number}" for number in range(30))
        for again in range(3 if topic != "t7" else 20)
        for at in (0, 1)
    ]
    patterns = mine(events).patterns
    assert len(patterns) == 20
    assert (patterns[0].first, patterns[0].weight) == ("t7", 1.0)
    assert mining.MAX_TOPICS == 10


# -- questions


@pytest.mark.parametrize(
    ("question", "intent", "depth"),
    [
        ("Why did the build fail?", Intent.CAUSE, Depth.DEEP),
        ("What resulted from the storm?", Intent.EFFECT, Depth.DEEP),
        ("How does Ana feel?", Intent.FEELING, Depth.DEEP),
        ("What does Ana usually eat?", Intent.HABIT, Depth.HABIT),
        ("What came after lunch?", Intent.SEQUENCE, Depth.CONTEXT),
        ("How is bread made?", Intent.MANNER, Depth.CONTEXT),
        ("Where does Ana live?", Intent.RECALL, Depth.INSTANT),
        ("red kayak lake summer paddle Oslo", Intent.RECALL, Depth.CONTEXT),
        ("Send the email about vs code", Intent.RECALL, Depth.INSTANT),
    ],
)
def test_a_question_tells_how_far_to_look(question: str, intent: Intent, depth: Depth) -> None:
    signals = signals_of(read_question(question), [])
    assert signals.intent is intent
    assert depth_of(signals, 1) is depth


def test_depths_have_their_steps() -> None:
    assert [hops_of(depth, 4) for depth in Depth] == [1, 3, 4, 4]
    assert [hops_of(depth, 8) for depth in Depth] == [1, 3, 4, 8]
    assert [hops_of(depth, 2) for depth in Depth] == [1, 2, 2, 2]


def test_names_of_several_words_are_keys_too() -> None:
    keys = signals_of(read_question("Where is the Old Town Hall?"), []).keys
    assert {"old town hall", "town", "hall", "halls"} <= set(keys)
    assert "is the" not in keys
