"""A brain in the process: encoding and asking at several sizes, how well it answers and how sure it is of that.

Facts of a template first; then, where ENGRAM_LOCOMO names a file of conversations, their turns, with the evidence in
the context beside that in the first ten of `query()`; then the published package on the same facts, where it is
installed.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Sequence, Tuple

from engram_server.clock import system_clock
from engram_server.domains.brain import brains
from engram_server.domains.brain.engine import asking
from engram_server.domains.brain.engine.encoding import encode, prepare
from engram_server.domains.hosted.drafting import INDEXING
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, rank
from engram_server.storage import open_store

from .made_up import Fact, facts, never_stored, question
from .recall import PATH_VARIABLE, Conversation, read_conversations
from .support import QUICK, percentile, table

SIZES = (200, 1_000) if QUICK else (200, 1_000, 5_000)
BATCH = 1_000
QUESTIONS = 100
#: Memories of the run beside the package, which encodes some 30 a second.
BESIDE = 200 if QUICK else 1_000

_TOP_K = 10
_BRAIN = "facts"
_PACKAGE = "neural_memory"


class Timed(NamedTuple):
    """Milliseconds of asking, of the processor alone, and with what asking leaves behind; contexts with the source."""

    asked: List[float]
    of_processor: List[float]
    with_trace: List[float]
    hits: float
    confidences: List[float]


def run() -> None:
    """Print what it costs, what is found, how sure the brain is, and the same of the published package."""
    rows: List[List[object]] = []
    sure: List[List[object]] = []
    for size in SIZES:
        with _filled([fact.sentence for fact in facts(size)]) as (scope, rate):
            known = facts(size)
            timed = _asked(scope, known)
            unknown = [_ask(scope, _BRAIN, one)["confidence"] for one in never_stored(known, QUESTIONS)]
        rows.append(
            [f"{size:,}", rate.real, rate.of_processor, percentile(timed.asked, 0.5), percentile(timed.asked, 0.95)]
            + [percentile(timed.of_processor, 0.5), percentile(timed.of_processor, 0.95)]
            + [percentile(timed.with_trace, 0.95), 100 * timed.hits]
        )
        sure.append([f"facts, {size:,}", *_sureness(timed.confidences, unknown)])
    head = ["memories", "durable encodes/s", "a second of processor", "query p50 ms", "p95", "of processor p50", "p95"]
    head += ["p95 with its trace", "source in context, %"]
    goals = "1,000 encodes/s, p95 under 10 ms at 5,000, 99 %"
    table(f"Facts of a template, a file in the process (goals: {goals})", head, rows)
    sure += _of_talk()
    table("Confidence of questions that something stored answers, and of others", ["questions", *_SURE], sure)
    _beside()


_SURE = ("answerable: p10", "median", "p90", "mean", "never stored: p10", "median", "p90", "mean", "area under curve")


def _sureness(known: Sequence[float], unknown: Sequence[float]) -> List[object]:
    wins = sum((one > other) + 0.5 * (one == other) for one in known for other in unknown)
    figures: List[object] = []
    for some in (known, unknown):
        figures += [percentile(some, share) for share in (0.1, 0.5, 0.9)] + [sum(some) / len(some)]
    return [*figures, wins / (len(known) * len(unknown))]


class Rate(NamedTuple):
    """Memories a second, and a second of the processor: what others do on the machine slows the first alone."""

    real: float
    of_processor: float


@contextmanager
def _opened(path: Path) -> Iterator[Scope]:
    store = open_store(path, indexing=INDEXING)
    try:
        tenant_id = store.write(lambda writer: writer.ensure_tenant("brain", 0))
        yield Scope(tenant_id, store, system_clock, Ids(system_clock))
    finally:
        store.close()


@contextmanager
def _filled(contents: Sequence[str]) -> Iterator[Tuple[Scope, Rate]]:
    """Lend a brain on a file with these memories, and how many were encoded a second."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, _opened(Path(folder) / "engram.db") as scope:
        scope.store.write(lambda writer: brains.create(writer, scope, {"name": _BRAIN}, None))
        start, work = time.perf_counter(), time.thread_time()
        for at in range(0, len(contents), BATCH):
            _encode(scope, _BRAIN, contents[at : at + BATCH])
        count = len(contents)
        yield scope, Rate(count / (time.perf_counter() - start), count / (time.thread_time() - work))


def _encode(scope: Scope, brain_id: str, contents: Sequence[str]) -> List[str]:
    texts = [prepare(scope, {"content": content}) for content in contents]
    done = scope.store.write(lambda writer: encode(writer, scope, brains.require(writer, scope, brain_id), texts))
    return [one["fiber_id"] for one in done]


def _ask(scope: Scope, brain_id: str, text: str) -> Any:
    with scope.read() as reader:
        return asking.ask(reader, scope, brains.require(reader, scope, brain_id), {"query": text}).result


def _asked(scope: Scope, known: Sequence[Fact]) -> Timed:
    timed = Timed([], [], [], 0.0, [])
    hits = 0
    step = max(1, len(known) // QUESTIONS)
    for fact in known[::step][:QUESTIONS]:
        body: Any = {"query": question(fact)}
        start, work = time.perf_counter(), time.thread_time()
        with scope.read() as reader:
            told = asking.ask(reader, scope, brains.require(reader, scope, _BRAIN), body)
        timed.asked.append((time.perf_counter() - start) * 1000)
        timed.of_processor.append((time.thread_time() - work) * 1000)
        if asking.leaves_a_trace(body, told):
            scope.store.write(
                lambda writer: asking.leave_a_trace(writer, scope, brains.require(writer, scope, _BRAIN), body, told)
            )
        timed.with_trace.append((time.perf_counter() - start) * 1000)
        timed.confidences.append(told.result["confidence"])
        hits += fact.sentence in told.result["context"]
    return timed._replace(hits=hits / len(timed.asked))


# -- conversations


def _of_talk() -> List[List[object]]:
    path = os.environ.get(PATH_VARIABLE)
    if not path:
        print(f"\nbrain: no conversations; {PATH_VARIABLE} names no file of them")
        return []
    talks = read_conversations(Path(path))
    found: List[Tuple[float, float, float, float]] = []
    known: List[float] = []
    unknown: List[float] = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, _opened(Path(folder) / "engram.db") as scope:
        for number, talk in enumerate(talks):
            brain_id = f"talk-{number}"
            scope.store.write(lambda writer: brains.create(writer, scope, {"name": brain_id}, None))
            places = {}
            for at in range(0, len(talk.contents), BATCH):
                ids = _encode(scope, brain_id, talk.contents[at : at + BATCH])
                places.update({fiber: at + place for place, fiber in reversed([*enumerate(ids)])})
            for one in talk.questions:
                if one.category != "adversarial":
                    answered = _ask(scope, brain_id, one.text)
                    known.append(answered["confidence"])
                    found.append(_evidence(scope, brain_id, one.text, one.evidence, answered, talk, places))
            unknown += [
                _ask(scope, brain_id, one.text)["confidence"]
                for one in talks[(number + 1) % len(talks)].questions[:QUESTIONS]
                if one.category != "adversarial"
            ]
    means = [100 * sum(column) / len(found) for column in zip(*found)]
    table(
        "Turns of conversations: evidence found, percent",
        ["what", "any of it", "share of it"],
        [["context of the brain", *means[:2]], [f"first {_TOP_K} of query()", *means[2:]]],
    )
    return [["talk, and that of other people", *_sureness(known, unknown)]]


def _evidence(
    scope: Scope, brain_id: str, text: str, evidence: Any, answered: Any, talk: Conversation, places: Any
) -> Tuple[float, float, float, float]:
    told = {places[fiber] for fiber in answered["fibers_matched"] if fiber in places}
    in_context = [number in evidence for number in told if talk.contents[number] in answered["context"]]
    with scope.read() as reader:
        space = reader.space(scope.tenant_id, brain_id)
        assert space is not None
        ranked = rank(reader, space, Asked(read_question(text), scope.now(), _TOP_K)).ranked
    hits = [places.get(one.memory.public_id) in evidence for one in ranked]
    count = len(evidence)
    return float(any(in_context)), sum(in_context) / count, float(any(hits)), sum(hits) / count


# -- the published package


def _beside() -> None:
    if importlib.util.find_spec(_PACKAGE) is None:
        print(f"\nbrain: {_PACKAGE} is not installed, so nothing is held against it")
        return
    known = facts(BESIDE)
    with _filled([fact.sentence for fact in known]) as (scope, rate):
        ours = percentile(_asked(scope, known).asked, 0.5)
    their_rate, theirs = asyncio.run(_of_package(known))
    table(
        f"Beside the published package, {BESIDE:,} memories (goals: 20 x and 5 x)",
        ["what", "ours", "theirs", "x"],
        [["encodes/s", rate.real, their_rate, rate.real / their_rate], ["query p50 ms", ours, theirs, theirs / ours]],
    )


async def _of_package(known: Sequence[Fact]) -> Tuple[float, float]:
    package: Any = importlib.import_module(_PACKAGE)
    storages: Any = importlib.import_module(f"{_PACKAGE}.storage")
    encoders: Any = importlib.import_module(f"{_PACKAGE}.engine.encoder")
    retrieval: Any = importlib.import_module(f"{_PACKAGE}.engine.retrieval")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        storage = storages.SQLiteStorage(str(Path(folder) / "brain.db"))
        await storage.initialize()
        brain = package.Brain.create("facts")
        await storage.save_brain(brain)
        storage.set_brain(brain.id)
        encoder = encoders.MemoryEncoder(storage, brain.config)
        start = time.perf_counter()
        for fact in known:
            await encoder.encode(fact.sentence)
        rate = len(known) / (time.perf_counter() - start)
        pipeline = retrieval.ReflexPipeline(storage, brain.config)
        taken = []
        for fact in known[:: max(1, len(known) // QUESTIONS)][:QUESTIONS]:
            start = time.perf_counter()
            await pipeline.query(question(fact))
            taken.append((time.perf_counter() - start) * 1000)
        await storage.close()
    return rate, percentile(taken, 0.5)
