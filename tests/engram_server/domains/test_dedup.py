"""Deduplication against brute force: no repetition is missed, and nothing else is merged."""

from __future__ import annotations

import random
from typing import Dict, List, Sequence

import pytest

from engram.types import DedupMode
from engram_server.domains.hosted import buckets
from engram_server.domains.hosted.dedup import Accepted
from engram_server.domains.hosted.drafting import Given, draft
from engram_server.domains.hosted.memories import Stored, store
from engram_server.domains.scope import Scope
from engram_server.text.similarity import repetition

from .support import new_scope

THRESHOLDS: Dict[DedupMode, float] = {"loose": 0.95, "strict": 0.99}
WORDS = (
    "harbour lantern velvet orchard thunder meadow copper whistle marble saffron glacier compass ribbon walnut "
    "anchor violet ember canyon feather mirror the a of and in her his not 5 7 2024 3.5 café Ünïcode 日本"
).split()
SLIPS = {"lantern": "lanntern", "orchard": "orhcard", "thunder": "thundder", "a": "the", "canyon": "canyno"}
LONG = "the quarterly report of the northern office lists every contract that was signed in the wet spring of that year"


def stored(scope: Scope, texts: Sequence[str], mode: DedupMode) -> List[Stored]:
    drafts = [draft(text, scope.ids.new("mem"), scope.now()) for text in texts]
    return scope.store.write(lambda writer: store(writer, scope, "b", drafts, mode))


def _mutated(rng: random.Random, text: str) -> str:
    """Return a text that differs a little: a word more, fewer, other or moved; or only in how it is written."""
    words = text.split()
    at = rng.randrange(len(words))
    change = rng.randrange(9)
    if change == 0:
        words.insert(at, rng.choice(WORDS))
    elif change == 1 and len(words) > 1:
        del words[at]
    elif change == 2:
        words[at] = rng.choice(WORDS)
    elif change == 3:
        words.append(words.pop(at))
    elif change == 4:
        words[at] = words[at].upper() + rng.choice(["", ",", "!"])
    elif change == 5:
        words.insert(at, "the")
    else:
        slips = [place for place, word in enumerate(words) if word in SLIPS]
        for place in slips[:1]:
            words[place] = SLIPS[words[place]]
    return " ".join(words)


def _texts(rng: random.Random, count: int) -> List[str]:
    """Return texts of which many are close to an earlier one."""
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 120)))]
    while len(texts) < count:
        if rng.random() < 0.7:
            texts.append(_mutated(rng, rng.choice(texts)))
        else:
            texts.append(" ".join(rng.choices(WORDS, k=rng.randint(1, 120))))
    return texts


@pytest.mark.parametrize("mode", ["loose", "strict"])
@pytest.mark.parametrize("batch", [1, 7, 60])
def test_what_is_alike_is_found_wherever_it_is(mode: DedupMode, batch: int, rng: random.Random) -> None:
    """The near key, in the index and in the batch's own table, misses nothing that comparing with all would find."""
    texts = _texts(rng, 60)
    kept: Dict[str, str] = {}
    with new_scope() as scope:
        for start in range(0, len(texts), batch):
            group = texts[start : start + batch]
            for text, outcome in zip(group, stored(scope, group, mode)):
                alike = {one: repetition(content, text) for one, content in kept.items()}
                best = max(alike.values(), default=0.0)
                if outcome.merge is None:
                    assert best < THRESHOLDS[mode], (text, best)
                    kept[outcome.memory_id] = text
                else:
                    assert outcome.merge.memory_id == outcome.memory_id
                    assert alike[outcome.memory_id] == best == outcome.merge.similarity >= THRESHOLDS[mode]
                    same = kept[outcome.memory_id] == text
                    assert outcome.merge.reason == ("content_hash" if same else "embedding_similarity")


def test_off_compares_nothing() -> None:
    with new_scope() as scope:
        outcomes = stored(scope, ["same", "same"], "off") + stored(scope, ["same"], "off")
        assert [outcome.merge for outcome in outcomes] == [None] * 3


def test_a_batch_that_merges_whole_still_makes_no_row(rng: random.Random) -> None:
    with new_scope() as scope:
        stored(scope, ["one", "two"], "loose")
        assert all(outcome.merge for outcome in stored(scope, ["two", "one", "ONE"], "loose"))
        with scope.read() as reader:
            assert buckets.require(reader, scope, "b").memory_count == 2


@pytest.mark.parametrize("batch", [1, 100])
def test_a_slip_in_a_long_text_merges_if_loose_only(batch: int) -> None:
    text = f"{LONG} and was sent to all of the suppliers by the head of the department"
    with new_scope() as scope:
        stored(scope, [f"Something else about {number}" for number in range(batch)], "loose")
        (original,) = stored(scope, [text], "loose")
        slip = text.replace("suppliers", "supppliers")
        (loose,), (strict,) = stored(scope, [slip], "loose"), stored(scope, [slip], "strict")
    assert loose.merge is not None and loose.memory_id == original.memory_id
    assert loose.merge.reason == "embedding_similarity" and 0.95 <= loose.merge.similarity < 0.99
    assert strict.merge is None


def test_of_two_repetitions_the_closer_one_stays() -> None:
    text = f"{LONG} and was sent to all of the suppliers by the head of the department"
    further, closer = text.replace("department", "deppartmment"), text.replace("suppliers", "supppliers")
    with new_scope() as scope:
        first, second = stored(scope, [further, closer], "loose")
        (outcome,) = stored(scope, [text], "loose")
    assert first.merge is None and second.merge is None
    assert outcome.memory_id == second.memory_id


@pytest.mark.parametrize("batch", [True, False])
def test_a_slip_is_found_among_many_rows_of_its_template(batch: bool) -> None:
    rows = [*(f"{LONG} on page {number}" for number in range(300)), f"{LONG} on some page"]
    slips = [rows[number].replace("quarterly", "quarrterly") for number in (7, 150, -1)]
    with new_scope() as scope:
        outcomes = stored(scope, rows + slips, "loose") if batch else stored(scope, rows, "loose")
        found = outcomes[len(rows) :] if batch else stored(scope, slips, "loose")
    assert {outcome.merge for outcome in outcomes[: len(rows)]} == {None}
    assert [outcome.memory_id for outcome in found] == [outcomes[number].memory_id for number in (7, 150, 300)]


@pytest.mark.parametrize("batch", [1, 10, 1_000])
def test_one_of_the_same_bytes_is_found_among_any_number_of_one_near_key(batch: int) -> None:
    """Words that differ in nothing but how often a letter is repeated share the key, and are too short to merge."""
    texts = ["x" * length for length in range(7, 107)]
    with new_scope() as scope:
        first, again = (
            [one for at in range(0, 100, batch) for one in stored(scope, texts[at : at + batch], "loose")] for _ in "12"
        )
    assert len({draft(text, "m", 0).near_key for text in texts}) == 1
    assert {outcome.merge for outcome in first} == {None}
    assert [outcome.memory_id for outcome in again] == [outcome.memory_id for outcome in first]
    assert {outcome.merge.reason for outcome in again if outcome.merge} == {"content_hash"}


def test_of_one_near_key_few_are_compared() -> None:
    """However many there are, all writers wait no longer."""
    accepted = Accepted()
    drafts = [draft("x" * length, "m", 0) for length in range(7, 107)]
    for new in drafts:
        accepted.add(new)
    assert accepted.drafts == drafts
    assert accepted.near(drafts[50], limit=10) == [drafts[50]]
    assert accepted.near(draft("X" * 50, "m", 0), limit=10) == drafts[:10]
    assert accepted.near(draft("y" * 50, "m", 0), limit=10) == []


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("text", ["It rained.", f"{LONG} and was sent to all of the suppliers by the committee"])
def test_what_others_said_or_was_said_at_another_time_never_merges(text: str, batch: bool) -> None:
    givens = [Given(), Given("Ana"), Given("Bo"), Given("Ana", occurred_at=1), Given(occurred_at=1), Given("None", "s")]
    ways = [text, text.upper(), text.replace("suppliers", "supppliers")]
    drafts = [draft(way, f"{at} {way}", 0, given) for way in ways for at, given in enumerate(givens)]
    with new_scope() as scope:
        size = len(drafts) if batch else 1
        outcomes = [
            one
            for at in range(0, len(drafts), size)
            for one in scope.store.write(lambda writer: store(writer, scope, "b", drafts[at : at + size], "loose"))
        ]
    assert [outcome.memory_id for outcome in outcomes] == [f"{at} {text}" for at in range(len(givens))] * len(ways)
