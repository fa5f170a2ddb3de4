"""Random operations against a model of dictionaries: rows, order, statistics, postings, search, and stretches of talk.

All else that follows from memories is compared with what follows from those that are left, made anew.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from engram_server.storage import MemoryRow, NewMemory, Reader, Space, Writer, open_store

from .derived import MINUTE, assert_terms_are_posted, derived, drafted, made_again, stretches
from .samples import NOW, TENANT, add_space, assert_consistent, contents

STEPS = 400
WORDS = "ant bee cat dog eel fox is is today Ana Bo".split()


class Modelled(NamedTuple):
    """What the model knows of a memory."""

    row_id: int
    content: str
    version: int
    created_at: int
    updated_at: int
    #: What was given with it.
    session: Optional[str]
    occurred_at: Optional[int]

    def goes_on_from(self, earlier: Modelled) -> bool:
        """Whether it belongs to the talk of the memory before it."""
        one, other = earlier.occurred_at, self.occurred_at
        if one is None or other is None:
            return one is other is None and self.created_at - earlier.created_at <= 60 * MINUTE
        return abs(other - one) <= 60 * MINUTE


Model = Dict[str, Dict[str, Modelled]]


class Machine:
    """A store and the model of it, changed together by random steps."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        self.path = path
        self.rng = rng
        self.store = open_store(path)
        self.spaces: Dict[str, Space] = {}
        self.model: Model = {}
        #: The stretches of talk of each space and session.
        self.talk: Dict[str, Dict[Optional[str], List[List[int]]]] = {}
        self.used_ids: List[int] = [0]
        self.count = 0
        self.add_space()

    def _draft(self, public_id: str) -> NewMemory:
        return drafted(
            " ".join(self.rng.choices(WORDS, k=self.rng.randint(1, 12))),
            public_id,
            speaker=self.rng.choice([None, "Ana", "Bo Fox"]),
            session=self.rng.choice([None, None, "one", "two"]),
            occurred_at=self.rng.choice([None, NOW + self.rng.randint(0, 20) * 15 * MINUTE]),
        )

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
        self.talk[name] = {}

    def add_memories(self) -> None:
        name = self._some_space()
        new = [self._draft(f"mem_{self.count}_{number}") for number in range(self.rng.randint(1, 20))]
        self.count += 1
        now = self._now()
        ids = self.store.write(lambda writer: writer.add_memories(self.spaces[name].id, new, now))
        assert min(ids) > max(self.used_ids)
        self.used_ids += ids
        for row_id, memory in zip(ids, new):
            known = Modelled(row_id, memory.content, 1, now, now, memory.session, memory.occurred_at)
            self._say(name, known)
            self.model[name][memory.public_id] = known

    def _now(self) -> int:
        """Return the moment of this step, which is some half hours after the last that stored."""
        return NOW + self.count * 30 * MINUTE

    def _say(self, name: str, new: Modelled) -> None:
        by_id = {memory.row_id: memory for memory in self.model[name].values()}
        session = self.talk[name].setdefault(new.session, [])
        if session and new.goes_on_from(by_id[session[-1][-1]]):
            session[-1].append(new.row_id)
        else:
            session.append([new.row_id])

    def replace_memory(self) -> None:
        name, public_id = self._some_memory()
        old = self.model[name][public_id]
        self.count += 1
        new = self._draft("ignored")
        row = self._row(name, public_id)
        self.store.write(lambda writer: writer.replace_memory(row, new, self._now()))
        self.model[name][public_id] = old._replace(
            content=new.content, version=old.version + 1, updated_at=self._now(), occurred_at=new.occurred_at
        )

    def remove_memory(self) -> None:
        name, public_id = self._some_memory()
        row = self._row(name, public_id)
        self.store.write(lambda writer: writer.remove_memory(row))
        del self.model[name][public_id]
        for session, talk in self.talk[name].items():
            without = [[turn for turn in stretch if turn != row.id] for stretch in talk]
            self.talk[name][session] = [stretch for stretch in without if stretch]

    def clear_space(self) -> None:
        name = self._some_space()
        removed = self.store.write(lambda writer: writer.clear_space(self.spaces[name].id))
        assert removed == len(self.model[name])
        self.model[name] = {}
        self.talk[name] = {}

    def remove_space(self) -> None:
        name = self._some_space()
        space = self.spaces.pop(name)
        self.store.write(lambda writer: writer.remove_space(space.id))
        del self.model[name], self.talk[name]

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
            writer.add_memories(space.id, [self._draft("mem_refused")], NOW)
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
        expected = sorted(((*memory[:5], public_id) for public_id, memory in known.items()), reverse=True)
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


    def check_file(self, copy: Path) -> None:
        """Look past the code under test at what is in the file."""
        assert_consistent(contents(self.path))
        assert_terms_are_posted(self.path)
        expected = {self.spaces[name].id: [s for talk in by.values() for s in talk] for name, by in self.talk.items()}
        assert stretches(self.path) == {space: sorted(talk) for space, talk in expected.items() if talk}
        assert derived(made_again(self.path, copy)) == derived(self.path)
        copy.unlink()


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
                machine.check_file(path.with_suffix(".again"))
    finally:
        machine.store.close()
    machine.check_file(path.with_suffix(".again"))
    assert len(contents(path).memories) == sum(map(len, machine.model.values()))
