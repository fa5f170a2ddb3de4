"""Deduplication against brute force: no repetition is missed, and nothing else is merged."""

from __future__ import annotations

import random
from typing import Dict, List, Sequence

import pytest

from engram.types import DedupMode
from engram_server.domains.hosted import buckets
from engram_server.domains.hosted.dedup import Accepted
from engram_server.domains.hosted.drafting import draft
from engram_server.domains.hosted.memories import Stored, store
from engram_server.domains.scope import Scope
from engram_server.text.similarity import Sieve, fingerprint, repetition

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


def _likeness(one: str, other: str) -> float:
    return 1.0 if fingerprint(one) == fingerprint(other) else repetition(one, other)


@pytest.mark.parametrize("mode", ["loose", "strict"])
@pytest.mark.parametrize("batch", [1, 7, 60])
def test_what_is_alike_is_found_wherever_it_is(mode: DedupMode, batch: int, rng: random.Random) -> None:
    """The sieve, the index and the batch's own tables together miss nothing that comparing with all would find."""
    texts = _texts(rng, 60)
    kept: Dict[str, str] = {}
    with new_scope() as scope:
        for start in range(0, len(texts), batch):
            group = texts[start : start + batch]
            for text, outcome in zip(group, stored(scope, group, mode)):
                alike = {one: _likeness(content, text) for one, content in kept.items()}
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


def test_rows_of_a_template_are_found_by_what_is_rare_in_them_only() -> None:
    """Else a thousand rows of one template would be half a million comparisons, with all writers waiting."""
    rows = [*(f"{LONG} on page {number}" for number in range(300)), f"{LONG} on some page"]
    with new_scope() as scope:
        first = stored(scope, rows, "loose")
        rare, common = (row.replace("quarterly", "quarrterly") for row in (rows[7], rows[-1]))
        (found,), (missed,) = stored(scope, [rare], "loose"), stored(scope, [common], "loose")
        (same,) = stored(scope, [rows[-1].upper()], "loose")
    assert {outcome.merge for outcome in first} == {None}
    assert found.merge is not None and found.memory_id == first[7].memory_id
    assert missed.merge is None
    assert same.memory_id == first[-1].memory_id


def test_what_passes_a_sieve_holds_a_term_of_it_and_is_neither_shorter_nor_longer() -> None:
    accepted = Accepted()
    for text in ("price of tea", "price of green tea in Oslo", "cost of coffee", "tea"):
        accepted.add(draft(text, text, 0))
    assert [new.content for new in accepted.passing(Sieve(["price", "tea"], 2, 4))] == [
        "price of green tea in Oslo",
        "price of tea",
    ]
    assert [new.content for new in accepted.passing(Sieve(["price", "tea"], 1, 1))] == ["tea"]
    assert accepted.passing(Sieve(["nothing"], 1, 9)) == []
    assert accepted.frequency("tea") == 3 and accepted.frequency("nothing") == 0
