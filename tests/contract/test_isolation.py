"""Two tenants with the same names see nothing of each other; and a long walk over a model that is a dict."""

from __future__ import annotations

import random
from typing import Any, Callable, Dict, List, Tuple

import pytest

from engram import EngramClient
from engram.errors import NotFoundError

from .doors import KEY, OTHER_KEY, Door

WORDS = "cat dog boat tree river stone cloud lamp".split()


@pytest.fixture
def tenants(door: Door) -> "Tuple[EngramClient, EngramClient]":
    """Two tenants, each with a memory in a bucket of the same name."""
    mine, theirs = door.client(KEY), door.client(OTHER_KEY)
    mine.store_memory("My cat is called Miso.", "b")
    theirs.store_memory("Their cat is called Nero.", "b")
    return mine, theirs


def test_lists_and_questions_show_ones_own(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    for client, own, other in [(tenants[0], "Miso", "Nero"), (tenants[1], "Nero", "Miso")]:
        everything = [
            client.list_buckets(),
            client.list_memories("b"),
            list(client.iter_memories("b")),
            client.query("cat called", buckets=["b"]),
            list(client.query_stream("cat called", buckets=["b"])),
            client.regenerate_profile("b"),
        ]
        assert own in repr(everything) and other not in repr(everything)
        assert client.list_memories("b")["total"] == 1
    assert tenants[0].list_buckets()[0]["id"] != tenants[1].list_buckets()[0]["id"]


def test_an_id_of_the_other_is_unknown_as_any_other(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    mine, theirs = tenants
    memory_id = theirs.list_memories("b")["memories"][0]["id"]
    calls: List[Callable[[str], Any]] = [
        lambda memory_id: mine.get_memory(memory_id, "b"),
        lambda memory_id: mine.update_memory(memory_id, "stolen", "b"),
        lambda memory_id: mine.delete_memory(memory_id, "b"),
    ]
    for call in calls:
        errors = []
        for asked in (memory_id, "mem_00000000000000000000000000"):
            with pytest.raises(NotFoundError) as caught:
                call(asked)
            errors.append((str(caught.value), caught.value.code))
        assert errors[0] == errors[1]
    assert theirs.get_memory(memory_id, "b")["content"] == "Their cat is called Nero."


def test_what_one_deletes_the_other_keeps(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    mine, theirs = tenants
    for destroy in (lambda: mine.clear_memories("b"), lambda: mine.delete_bucket("b")):
        destroy()
        assert theirs.list_memories("b")["total"] == 1
        assert theirs.query("cat", buckets=["b"])["memories_found"] == 1
    with pytest.raises(NotFoundError):
        mine.list_memories("b")


def test_the_same_text_is_not_deduplicated_across_tenants(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    mine, theirs = tenants
    assert mine.store_memory("Their cat is called Nero.", "b")["status"] == "stored"
    assert theirs.store_memory("Their cat is called Nero.", "b")["status"] == "merged"


def test_scores_know_nothing_of_the_other(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    """A rare word stays rare however often the other says it: statistics would tell what another has stored."""
    mine, theirs = tenants
    before = mine.query("cat Miso", buckets=["b"])["explanation"]
    theirs.store_memories([f"Miso cat number {number}." for number in range(50)], "b")
    assert mine.query("cat Miso", buckets=["b"])["explanation"] == before


def test_the_name_of_the_others_bucket_is_free(tenants: "Tuple[EngramClient, EngramClient]") -> None:
    mine, theirs = tenants
    theirs.create_bucket("theirs")
    assert mine.query("cat", buckets=["theirs"])["explanation"]["unknown_buckets"] == ["theirs"]
    assert mine.create_bucket("theirs")["description"] is None


# -- the walk


class Walk:
    """Random steps of two tenants, each repeated on a dict and compared with it."""

    def __init__(self, door: Door, rng: random.Random) -> None:
        self._rng = rng
        self._clients = {key: door.client(key) for key in (KEY, OTHER_KEY)}
        #: Tenant to bucket to id to content, in the order of creation.
        self._model: Dict[str, Dict[str, Dict[str, str]]] = {KEY: {}, OTHER_KEY: {}}
        self._steps: List[Callable[[str, str], None]] = [
            *[self._store] * 5, *[self._store_batch] * 2, *[self._update] * 2, *[self._delete] * 3,
            *[self._ask] * 4, *[self._list] * 2, self._clear, self._delete_bucket,
        ]  # fmt: skip

    def take(self, steps: int) -> None:
        """Take so many steps, then look at everything."""
        for _ in range(steps):
            self._rng.choice(self._steps)(self._rng.choice((KEY, OTHER_KEY)), self._rng.choice("abc"))
        for key in (KEY, OTHER_KEY):
            counted = {bucket["name"]: bucket["memory_count"] for bucket in self._clients[key].list_buckets()}
            assert counted == {name: len(rows) for name, rows in self._model[key].items()}
            for name in self._model[key]:
                self._list(key, name)

    def _content(self, key: str) -> str:
        words = " ".join(self._rng.choices(WORDS, k=self._rng.randint(1, 5)))
        return f"{key[-5:]} {words} {self._rng.randrange(10**9)}"

    def _store(self, key: str, bucket: str) -> None:
        content = self._content(key)
        memory_id = self._clients[key].store_memory(content, bucket)["id"]
        self._model[key].setdefault(bucket, {})[memory_id] = content

    def _store_batch(self, key: str, bucket: str) -> None:
        contents = [self._content(key) for _ in range(self._rng.randint(1, 4))]
        results = self._clients[key].store_memories(contents, bucket)["memories"]
        assert [result["status"] for result in results] == ["stored"] * len(contents)
        rows = self._model[key].setdefault(bucket, {})
        rows.update((result["id"], content) for result, content in zip(results, contents))

    def _some_id(self, key: str, bucket: str) -> str:
        """Return an id: mostly of this bucket, sometimes of any bucket of either tenant."""
        own = list(self._model[key].get(bucket, ()))
        if own and self._rng.random() < 0.8:
            return self._rng.choice(own)
        everyones = [one for model in self._model.values() for rows in model.values() for one in rows]
        return self._rng.choice([*everyones, "mem_nobody"])

    def _update(self, key: str, bucket: str) -> None:
        memory_id, content = self._some_id(key, bucket), self._content(key)
        rows = self._model[key].get(bucket, {})
        if memory_id in rows:
            assert self._clients[key].update_memory(memory_id, content, bucket)["content"] == content
            rows[memory_id] = content
        else:
            with pytest.raises(NotFoundError):
                self._clients[key].update_memory(memory_id, content, bucket)

    def _delete(self, key: str, bucket: str) -> None:
        memory_id = self._some_id(key, bucket)
        rows = self._model[key].get(bucket, {})
        if rows.pop(memory_id, None) is not None:
            self._clients[key].delete_memory(memory_id, bucket)
        else:
            with pytest.raises(NotFoundError):
                self._clients[key].delete_memory(memory_id, bucket)

    def _clear(self, key: str, bucket: str) -> None:
        if bucket in self._model[key]:
            assert self._clients[key].clear_memories(bucket)["cleared_count"] == len(self._model[key][bucket])
            self._model[key][bucket] = {}

    def _delete_bucket(self, key: str, bucket: str) -> None:
        if self._model[key].pop(bucket, None) is not None:
            self._clients[key].delete_bucket(bucket)

    def _list(self, key: str, bucket: str) -> None:
        rows = self._model[key].get(bucket)
        if rows is None:
            with pytest.raises(NotFoundError):
                self._clients[key].list_memories(bucket)
        else:
            listed = list(self._clients[key].iter_memories(bucket, page_size=self._rng.randint(5, 50)))
            assert [(memory["id"], memory["content"]) for memory in listed] == list(rows.items())[::-1]

    def _ask(self, key: str, bucket: str) -> None:
        """Whatever holds the word is found, with its own content, and nothing of another bucket is."""
        word = self._rng.choice(WORDS)
        rows = self._model[key].get(bucket, {})
        result = self._clients[key].query(word, buckets=[bucket], top_k=200, skip_synthesis=True)
        found = {row["memory_id"]: row["content"] for row in result["explanation"]["retrieved_memories"]}
        assert found.items() <= rows.items()
        assert found.keys() >= {one for one, content in rows.items() if word in content.split()}


def test_a_long_walk_ends_where_a_dict_does(door: Door, rng: random.Random) -> None:
    Walk(door, rng).take({"memory": 1000, "file": 300, "http": 600, "wsgi": 150}[door.name])
