"""Group commit: what is shared, who is answered when, and whom a failure reaches. Real connections on a real file."""

from __future__ import annotations

import resource
import signal
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional

import pytest

from engram_server.storage import Space, StorageBusyError, StorageError, StorageFullError, Writer
from engram_server.storage.commit import MAX_GROUP_OPS, GroupCommit
from engram_server.storage.database import FileDatabase
from engram_server.storage.inspection import log_size

from .samples import NOW, assert_consistent, contents, drafts, new_memory

# Only a test that is about to fail waits for as long as this.
PATIENCE_SECONDS = 20.0

BIG = "x" * 400_000
# Bytes of log: more than a group of small writes takes.
ROOM_FOR_SMALL = 200_000

Op = Callable[[Writer], object]


class Rig:
    """A group commit on a file, with a record of the transactions that SQLite was told to begin and to end."""

    def __init__(self, path: Path, busy_seconds: float = PATIENCE_SECONDS) -> None:
        self.database = FileDatabase(str(path), "full")
        self.commits = GroupCommit(self.database.writing, busy_seconds=busy_seconds)
        self.space = self.commits.run(self._make_space)
        self.traced: List[str] = []
        with self.database.writing() as db:
            db.set_trace_callback(self.traced.append)

    @staticmethod
    def _make_space(writer: Writer) -> Space:
        tenant = writer.ensure_tenant("acme", NOW)
        return writer.add_space(tenant, name="s", public_id="bkt_1", description=None, now=NOW)

    def adding(self, content: str) -> Op:
        new = new_memory(content, public_id=content)
        return lambda writer: writer.add_memories(self.space.id, [new], NOW)

    def stored(self) -> List[str]:
        with self.database.reading() as db:
            return sorted(row[0] for row in db.execute("SELECT content FROM memories"))

    def queued(self, count: int) -> None:
        """Wait until so many callers are in the queue."""
        _until(lambda: len(self.commits._queue) >= count)

    def together(self, ops: Dict[str, Op], first: Optional[Op] = None) -> Dict[str, object]:
        """Run operations so that all of them are in one group, and return what each caller got or was told.

        They queue up while the leader's own operation waits for them.
        """

        def wait_for_all(writer: Writer) -> object:
            self.queued(len(ops))
            return first(writer) if first else None

        got: Dict[str, object] = {}
        leader = threading.Thread(target=self._call, args=("leader", wait_for_all, got))
        leader.start()
        _until(lambda: self.commits._leader is not None)
        callers = [threading.Thread(target=self._call, args=(name, op, got)) for name, op in ops.items()]
        for caller in callers:
            caller.start()
        for caller in (leader, *callers):
            caller.join(PATIENCE_SECONDS)
            assert not caller.is_alive()
        return got

    def _call(self, name: str, op: Op, got: Dict[str, object]) -> None:
        try:
            got[name] = self.commits.run(op)
        except (StorageError, LookupError) as error:
            got[name] = error


def _until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0)


@pytest.fixture
def rig(path: Path) -> Iterator[Rig]:
    made = Rig(path)
    with closing(made.database):
        yield made


def test_writes_that_come_together_share_one_commit(rig: Rig, path: Path) -> None:
    names = [f"m{number}" for number in range(16)]
    got = rig.together({name: rig.adding(name) for name in names})
    assert (rig.traced.count("BEGIN IMMEDIATE"), rig.traced.count("COMMIT")) == (1, 1)
    assert rig.stored() == sorted(names)
    assert len({str(got[name]) for name in names}) == 16
    assert_consistent(contents(path))


def test_an_acknowledged_write_is_committed(rig: Rig, path: Path) -> None:
    """Each caller, once answered, finds its write over a connection of its own."""
    missing: List[str] = []

    def work(number: int) -> None:
        for turn in range(10):
            name = f"{number}-{turn}"
            rig.commits.run(rig.adding(name))
            with closing(sqlite3.connect(path)) as db:
                if not db.execute("SELECT 1 FROM memories WHERE content = ?", (name,)).fetchall():
                    missing.append(name)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_SECONDS)
    assert missing == []
    assert len(rig.stored()) == 80
    assert rig.traced.count("COMMIT") < 80


def test_a_write_within_a_write_is_refused_whoever_leads(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engram_server.storage.commit.MAX_GROUP_OPS", 1)
    told: List[str] = []

    def nested(writer: Writer) -> None:
        with pytest.raises(RuntimeError, match="another write"):
            rig.commits.run(rig.adding("inner"))
        told.append("refused")

    rig.together({"second": nested}, first=nested)
    assert told == ["refused"] * 2
    assert rig.stored() == []


def test_one_that_raises_hurts_nobody_else(rig: Rig, path: Path) -> None:
    def half(name: str) -> Op:
        def op(writer: Writer) -> None:
            rig.adding(name)(writer)
            raise LookupError(name)

        return op

    names = [f"m{number}" for number in range(15)]
    ops = {name: half(name) if index % 3 == 0 else rig.adding(name) for index, name in enumerate(names)}
    got = rig.together(ops)
    assert rig.traced.count("COMMIT") == 1
    assert rig.stored() == sorted(name for index, name in enumerate(names) if index % 3)
    for name in names[::3]:
        error = got[name]
        assert isinstance(error, LookupError)
        assert error.args == (name,)
    assert_consistent(contents(path))


def test_one_that_leads_and_raises_ends_its_group(rig: Rig, path: Path) -> None:
    def half(writer: Writer) -> None:
        rig.adding("half")(writer)
        raise LookupError("half")

    got = rig.together({name: rig.adding(name) for name in ("a", "b")}, first=half)
    assert isinstance(got["leader"], LookupError)
    assert [rig.traced.count(ended) for ended in ("BEGIN IMMEDIATE", "ROLLBACK", "COMMIT")] == [2, 1, 1]
    assert rig.stored() == ["a", "b"]
    assert_consistent(contents(path))


def test_one_alone_needs_no_savepoint(rig: Rig) -> None:
    rig.commits.run(rig.adding("alone"))
    assert not any(statement.startswith("SAVEPOINT") for statement in rig.traced)


def test_an_sqlite_error_of_one_hurts_nobody_else(rig: Rig) -> None:
    twice: Op = lambda writer: writer.add_memories(rig.space.id, drafts(["a"]) * 2, NOW)
    got = rig.together({"bad": twice, "good": rig.adding("good")})
    assert isinstance(got["bad"], StorageError)
    assert rig.stored() == ["good"]


def test_a_group_is_bounded_and_its_callers_do_not_wait_for_the_next(rig: Rig) -> None:
    """The next group's operation waits until all of the first are answered: were they kept, nothing would end."""
    left = 5
    answered = threading.Semaphore(0)
    names = [f"m{number:03}" for number in range(MAX_GROUP_OPS - 1 + left)]

    def in_first_group(name: str) -> Op:
        add = rig.adding(name)

        def op(writer: Writer) -> object:
            if rig.traced.count("COMMIT") == 1:
                for _ in range(MAX_GROUP_OPS):
                    assert answered.acquire(timeout=PATIENCE_SECONDS)
                answered.release(MAX_GROUP_OPS)
            return add(writer)

        return op

    class Counting(Dict[str, object]):
        def __setitem__(self, name: str, value: object) -> None:
            super().__setitem__(name, value)
            answered.release()

    got = Counting()
    leader = threading.Thread(target=rig._call, args=("leader", lambda writer: rig.queued(len(names)), got))
    leader.start()
    _until(lambda: rig.commits._leader is not None)
    callers = [threading.Thread(target=rig._call, args=(name, in_first_group(name), got)) for name in names]
    for caller in callers:
        caller.start()
    for caller in (leader, *callers):
        caller.join(PATIENCE_SECONDS)
    assert [value for value in got.values() if isinstance(value, Exception)] == []
    assert rig.traced.count("COMMIT") == 2
    assert rig.stored() == names


# -- when the transaction fails


def _limit_pages(rig: Rig, more: int) -> None:
    with rig.database.writing() as db:
        pages = int(db.execute("PRAGMA page_count").fetchone()[0])
        db.execute(f"PRAGMA max_page_count = {pages + more}")


@contextmanager
def _no_larger_files_than(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond `size`, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_fails_what_does_not_fit(rig: Rig, path: Path) -> None:
    _limit_pages(rig, 20)
    big = rig.adding("x" * 200_000)
    got = rig.together({name: rig.adding(name) for name in ("a", "b")}, first=big)
    assert isinstance(got["leader"], StorageFullError)
    assert rig.stored() == ["a", "b"]
    _limit_pages(rig, 1_000)
    rig.commits.run(big)
    assert len(rig.stored()) == 3
    assert_consistent(contents(path))


def test_a_disk_that_refuses_the_commit_fails_the_group(rig: Rig, path: Path) -> None:
    rig.commits.run(rig.adding("before"))
    with _no_larger_files_than(log_size(str(path)) + ROOM_FOR_SMALL):
        got = rig.together({name: rig.adding(name) for name in ("a", "b", "c")}, first=rig.adding(BIG))
        assert rig.stored() == ["before"]
    told = [error for error in got.values() if isinstance(error, StorageError)]
    assert len(told) == len({id(error) for error in told}) == 4
    assert rig.traced.count("BEGIN IMMEDIATE") == 2
    rig.commits.run(rig.adding("after"))
    assert rig.stored() == ["after", "before"]
    assert_consistent(contents(path))


def test_a_transaction_that_sqlite_gives_up_fails_with_its_operation(rig: Rig, path: Path) -> None:
    with rig.database.writing() as db:
        db.execute("PRAGMA cache_size = 5")  # So pages go to the log, and fail to, while the operation runs.
    with _no_larger_files_than(log_size(str(path)) + ROOM_FOR_SMALL):
        got = rig.together({name: rig.adding(name) for name in ("a", "b")}, first=rig.adding(BIG))
    assert isinstance(got["leader"], StorageError)
    assert rig.stored() == ["a", "b"]
    assert_consistent(contents(path))


def test_a_lock_of_another_fails_the_group_and_is_got_over(path: Path) -> None:
    rig = Rig(path, busy_seconds=0.0)
    with closing(rig.database):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageBusyError, match="try again"):
                rig.commits.run(rig.adding("a"))
            assert rig.stored() == []
        rig.commits.run(rig.adding("b"))
        assert rig.stored() == ["b"]


def test_a_lock_of_another_is_waited_for(rig: Rig, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        got: Dict[str, object] = {}
        writer = threading.Thread(target=rig._call, args=("a", rig.adding("a"), got))
        writer.start()
        _until(lambda: "BEGIN IMMEDIATE" in rig.traced)
        other.execute("COMMIT")
        writer.join(PATIENCE_SECONDS)
    assert rig.stored() == ["a"]


# -- interrupts


def _interrupt_main_thread() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def test_an_interrupted_caller_leaves_the_queue(rig: Rig) -> None:
    gone = threading.Event()

    def lead(writer: Writer) -> None:
        rig.queued(1)
        _interrupt_main_thread()
        assert gone.wait(PATIENCE_SECONDS)

    leader = threading.Thread(target=rig.commits.run, args=(lead,))
    leader.start()
    _until(lambda: rig.commits._leader is not None)
    with pytest.raises(KeyboardInterrupt):
        rig.commits.run(rig.adding("main"))
    gone.set()
    leader.join(PATIENCE_SECONDS)
    rig.commits.run(rig.adding("after"))
    assert rig.stored() == ["after"]


def test_a_caller_that_is_interrupted_when_it_is_to_lead_passes_the_lead_on(path: Path) -> None:
    class Interrupting(GroupCommit):
        armed = False

        def _hand_over(self) -> None:
            super()._hand_over()
            if self.armed and threading.current_thread() is not threading.main_thread():
                self.armed = False
                _interrupt_main_thread()

    rig = Rig(path)
    with closing(rig.database):
        rig.commits = commits = Interrupting(rig.database.writing)
        others = [threading.Thread(target=commits.run, args=(rig.adding(name),)) for name in ("b", "c")]

        def close_the_group(writer: Writer) -> None:
            """Queue more callers than a group takes, the main thread first of those that are left."""
            rig.queued(MAX_GROUP_OPS - 1)
            commits.armed = True
            ready.set()
            rig.queued(MAX_GROUP_OPS)
            for other in others:
                other.start()
            rig.queued(MAX_GROUP_OPS + len(others))

        ready = threading.Event()
        fillers = [threading.Thread(target=commits.run, args=(close_the_group,))]
        fillers[0].start()
        _until(lambda: commits._leader is not None)
        fillers += [threading.Thread(target=commits.run, args=(lambda writer: None,)) for _ in range(MAX_GROUP_OPS - 1)]
        for filler in fillers[1:]:
            filler.start()
        assert ready.wait(PATIENCE_SECONDS)
        with pytest.raises(KeyboardInterrupt):
            commits.run(rig.adding("main"))
        for thread in (*fillers, *others):
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()
        assert set(rig.stored()) - {"main"} == {"b", "c"}


def test_an_interrupted_leader_stores_nothing_and_tells_its_group(rig: Rig) -> None:
    """The interrupt comes while the main thread runs another caller's operation."""
    got: Dict[str, object] = {}

    def interrupt(writer: Writer) -> None:
        rig.adding("other")(writer)
        raise KeyboardInterrupt

    other = threading.Thread(target=rig._call, args=("other", interrupt, got))

    def lead(writer: Writer) -> None:
        rig.adding("main")(writer)
        other.start()
        rig.queued(1)

    with pytest.raises(KeyboardInterrupt):
        rig.commits.run(lead)
    other.join(PATIENCE_SECONDS)
    assert isinstance(got["other"], StorageError)
    assert "interrupted" in str(got["other"])
    assert rig.stored() == []
    rig.commits.run(rig.adding("after"))
    assert rig.stored() == ["after"]
