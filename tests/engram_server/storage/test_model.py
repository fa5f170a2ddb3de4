"""Random operations against a model of dictionaries: rows, order, statistics, postings, search."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Tuple

from engram_server.storage import MemoryRow, Reader, Space, Writer, open_store

from .samples import NOW, TENANT, add_space, assert_consistent, contents, new_memory

STEPS = 400
WORDS = "ant bee cat dog eel fox gnu hen".split()


class Modelled(NamedTuple):
    """What the model knows of a memory."""

    row_id: int
    content: str
    version: int
    created_at: int
    updated_at: int


Model = Dict[str, Dict[str, Modelled]]


class Machine:
    """A store and the model of it, changed together by random steps."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        self.path = path
        self.rng = rng
        self.store = open_store(path)
        self.spaces: Dict[str, Space] = {}
        self.model: Model = {}
        self.used_ids: List[int] = [0]
        self.count = 0
        self.add_space()

    def _text(self) -> str:
        return " ".join(self.rng.choices(WORDS, k=self.rng.randint(1, 12)))

    def _some_space(self) -> str:
        if not self.spaces:
            self.add_space()
        return self.rng.choice(sorted(self.spaces))

    def _some_memory(self) -> Tuple[str, str]:
        name = self._some_space()
        if not self.model[name]:
            self.add_memories()
            name = next(name for name in sorted(self.model) if self.model[name])
        return name, self.rng.choice(sorted(self.model[name]))

    def add_space(self) -> None:
        self.count += 1
        name = f"space {self.count}"
        self.spaces[name] = add_space(self.store, name)
        self.model[name] = {}

    def add_memories(self) -> None:
        name = self._some_space()
        new = [new_memory(self._text(), f"mem_{self.count}_{number}") for number in range(self.rng.randint(1, 20))]
        self.count += 1
        now = NOW + self.count
        ids = self.store.write(lambda writer: writer.add_memories(self.spaces[name].id, new, now))
        assert min(ids) > max(self.used_ids)
        self.used_ids += ids
        for row_id, memory in zip(ids, new):
            self.model[name][memory.public_id] = Modelled(row_id, memory.content, 1, now, now)

    def replace_memory(self) -> None:
        name, public_id = self._some_memory()
        old = self.model[name][public_id]
        self.count += 1
        new = new_memory(self._text(), "ignored")
        row = self._row(name, public_id)
        self.store.write(lambda writer: writer.replace_memory(row, new, NOW + self.count))
        self.model[name][public_id] = old._replace(
            content=new.content, version=old.version + 1, updated_at=NOW + self.count
        )

    def remove_memory(self) -> None:
        name, public_id = self._some_memory()
        row = self._row(name, public_id)
        self.store.write(lambda writer: writer.remove_memory(row))
        del self.model[name][public_id]

    def clear_space(self) -> None:
        name = self._some_space()
        removed = self.store.write(lambda writer: writer.clear_space(self.spaces[name].id))
        assert removed == len(self.model[name])
        self.model[name] = {}

    def remove_space(self) -> None:
        name = self._some_space()
        space = self.spaces.pop(name)
        self.store.write(lambda writer: writer.remove_space(space.id))
        del self.model[name]

    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.path)

    def refused(self) -> None:
        """A write that does a lot and then raises."""

        class Refused(Exception):
            pass

        name, public_id = self._some_memory()
        row, space = self._row(name, public_id), self.spaces[name]

        def op(writer: Writer) -> None:
            writer.remove_memory(row)
            writer.add_memories(space.id, [new_memory(self._text(), "mem_refused")], NOW)
            writer.clear_space(space.id)
            raise Refused

        with suppress(Refused):
            self.store.write(op)

    def _row(self, name: str, public_id: str) -> MemoryRow:
        with self.store.read() as reader:
            row = reader.memory(self.spaces[name].id, public_id)
        assert row is not None
        return row

    # -- what must hold after every step

    def check(self) -> None:
        with self.store.read() as reader:
            tenant = reader.tenant(TENANT)
            assert [space.name for space in reader.spaces(tenant or 0, limit=1_000)] == list(self.spaces)
            for name, space in self.spaces.items():
                self._check_space(reader, name, space)

    def _check_space(self, reader: Reader, name: str, space: Space) -> None:
        known = self.model[name]
        expected = sorted(((*memory, public_id) for public_id, memory in known.items()), reverse=True)
        rows = reader.memories(space.id, limit=10_000)
        assert [(r.id, r.content, r.version, r.created_at, r.updated_at, r.public_id) for r in rows] == expected
        words = {memory.row_id: memory.content.split() for memory in known.values()}
        found = reader.space(space.tenant_id, name)
        assert found is not None
        assert (found.memory_count, found.term_total) == (len(words), sum(map(len, words.values())))
        holding = Counter(word for held in words.values() for word in set(held))
        assert reader.document_frequencies(space.id, WORDS) == {word: holding[word] for word in WORDS}
        counts = sorted((row_id, word, tf) for row_id, held in words.items() for word, tf in Counter(held).items())
        assert reader.term_counts(space.id, WORDS, words) == counts


STEPS_AND_WEIGHTS: List[Tuple[Callable[[Machine], None], int]] = [
    (Machine.add_memories, 30),
    (Machine.replace_memory, 20),
    (Machine.remove_memory, 20),
    (Machine.add_space, 4),
    (Machine.clear_space, 2),
    (Machine.remove_space, 2),
    (Machine.refused, 5),
    (Machine.reopen, 2),
]


def test_random_operations_leave_what_a_model_of_them_says(path: Path, rng: random.Random) -> None:
    machine = Machine(path, rng)
    steps, weights = zip(*STEPS_AND_WEIGHTS)
    try:
        for number in range(STEPS):
            rng.choices(steps, weights)[0](machine)
            machine.check()
            if number % 20 == 0:
                assert_consistent(contents(path))
    finally:
        machine.store.close()
    found = contents(path)
    assert_consistent(found)
    assert len(found.memories) == sum(map(len, machine.model.values()))
