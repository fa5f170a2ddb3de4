"""Deduplication against brute force: nothing that is alike enough is missed, and nothing else is merged."""

from __future__ import annotations

import random
from typing import Dict, List, Sequence

import pytest

from engram.types import DedupMode
from engram_server.domains.hosted import buckets
from engram_server.domains.hosted.dedup import Accepted
from engram_server.domains.hosted.memories import Stored, draft, store
from engram_server.domains.scope import Scope
from engram_server.text.similarity import Sieve, similarity

from .support import new_scope

THRESHOLDS: Dict[DedupMode, float] = {"loose": 0.95, "strict": 0.99}
WORDS = (
    "harbour lantern velvet orchard thunder meadow copper whistle marble saffron glacier compass ribbon walnut "
    "anchor violet ember canyon feather mirror the a of and in her his not 5 7 2024 3.5 café Ünïcode 日本"
).split()


def stored(scope: Scope, texts: Sequence[str], mode: DedupMode) -> List[Stored]:
    drafts = [draft(text, scope.ids.new("mem")) for text in texts]
    return scope.store.write(lambda writer: store(writer, scope, "b", drafts, mode))


def _mutated(rng: random.Random, text: str) -> str:
    """Return a text that differs a little: a word more, fewer, other or moved; or only its spelling."""
    words = text.split()
    at = rng.randrange(len(words))
    change = rng.randrange(6)
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
    return " ".join(words)


def _texts(rng: random.Random, count: int) -> List[str]:
    """Return texts of which many are close to an earlier one."""
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(1, 60)))]
    while len(texts) < count:
        if rng.random() < 0.7:
            texts.append(_mutated(rng, rng.choice(texts)))
        else:
            texts.append(" ".join(rng.choices(WORDS, k=rng.randint(1, 60))))
    return texts


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
                alike = {one: similarity(content, text) for one, content in kept.items()}
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


def test_of_rows_that_share_their_rare_words_only_the_newest_are_compared() -> None:
    """Else a thousand rows of one template would be half a million comparisons, with all writers waiting."""
    accepted = Accepted()
    for number in range(500):
        accepted.add(draft(f"price list entry {number}", f"mem_{number}"))
    passed = list(accepted.passing(Sieve(["price"], 1, 100)))
    assert len(passed) <= 50
    assert passed[0].public_id == "mem_499"
    assert list(accepted.passing(Sieve(["price"], 100, 200))) == []
    assert accepted.frequency("price") == 500 and accepted.frequency("nothing") == 0
