"""A brain in the process: encoding and asking at several sizes, how well it answers and how sure it is of that.

Facts of a template first, then the same among ten times as many memories of other things; then, where ENGRAM_LOCOMO
names a file of conversations, their turns, with the evidence in the context beside that in the first ten of `query()`;
then the published package on the same facts, where it is installed. The floor is a loop of additions that is timed in
between: in these, the work of a busy machine can be told as well as that of an idle one.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple, Sequence, Tuple, TypeVar

from engram_server.clock import system_clock
from engram_server.domains.brain import brains
from engram_server.domains.brain.engine import asking
from engram_server.domains.brain.engine.encoding import encode, prepare
from engram_server.domains.brain.engine.telling import Told
from engram_server.domains.hosted.drafting import INDEXING
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, rank
from engram_server.storage import open_store
from engram_server.text.terms import terms

from .made_up import Fact, facts, never_stored, question
from .recall import PATH_VARIABLE, Conversation, read_conversations
from .support import QUICK, memories, percentile, table

SIZES = (200, 1_000) if QUICK else (200, 1_000, 5_000)
BATCH = 1_000
QUESTIONS = 100
#: So many times as many memories are in a brain that has grown.
GROWTH = 10
#: Memories of the run beside the package, which encodes some 30 a second.
BESIDE = 200 if QUICK else 1_000

_ADDITIONS = 50_000
# What one takes, in nanoseconds, where nothing else runs: on the machine that the goals were set on.
_IDLE_NS = 36.0

_TOP_K = 10
_BRAIN = "facts"
_PACKAGE = "neural_memory"


class Cost(NamedTuple):
    """Seconds that something took, and seconds of the processor that it would take on an idle machine."""

    real: float
    idle: float


class Rate(NamedTuple):
    """Memories a second, as it was and as it would be on an idle machine with a disk that takes no time."""

    real: float
    idle: float


class Timed(NamedTuple):
    """What asking cost, with and without what it leaves behind; contexts with the source."""

    asked: List[Cost]
    with_trace: List[Cost]
    hits: float
    confidences: List[float]


def run() -> None:
    """Print what it costs, what is found, how sure the brain is, and the same of the published package."""
    rows: List[List[object]] = []
    sure: List[List[object]] = []
    for size in SIZES:
        known = facts(size)
        with _filled(_sentences(known)) as (scope, rate):
            timed = _asked(scope, known)
            rows.append([f"{size:,} facts", *_figures(scope, rate, known, timed)])
            unknown = [_ask(scope, _BRAIN, one)["confidence"] for one in never_stored(known, QUESTIONS)]
        sure.append([f"facts, {size:,}", *_sureness(timed.confidences, unknown)])
    known, others = facts(SIZES[-1]), memories((GROWTH - 1) * SIZES[-1])
    with _filled([*_sentences(known), *others]) as (scope, rate):
        name = f"{len(known):,} facts, {len(others):,} others"
        rows.append([name, *_figures(scope, rate, known, _asked(scope, known))])
    known = facts(GROWTH * SIZES[-1])
    with _filled(_sentences(known)) as (scope, rate):
        rows.append([f"{len(known):,} facts", *_figures(scope, rate, known, _asked(scope, known))])
    goals = "1,000 encodes/s, p95 under 10 ms at 5,000, 99 %"
    table(f"Facts of a template, a file in the process (goals: {goals})", ["memories", *_FIGURES], rows)
    sure += _of_talk()
    table("Confidence of questions that something stored answers, and of others", ["questions", *_SURE], sure)
    _beside()


_FIGURES = [
    *("durable encodes/s", "idle", "query p50 ms", "p95", "idle p50", "p95", "p95 with its trace, idle"),
    *("postings of its words", "source in context, %"),
]


def _figures(scope: Scope, rate: Rate, known: Sequence[Fact], timed: Timed) -> List[object]:
    figures: List[object] = [rate.real, rate.idle]
    for times in ([one.real for one in timed.asked], [one.idle for one in timed.asked]):
        figures += [1000 * percentile(times, 0.5), 1000 * percentile(times, 0.95)]
    with scope.read() as reader:
        space = reader.space(scope.tenant_id, _BRAIN)
        assert space is not None
        postings = [
            sum(reader.document_frequencies(space.id, terms(question(fact))).values()) for fact in _some(known)
        ]
    figures += [1000 * percentile([one.idle for one in timed.with_trace], 0.95), sum(postings) / len(postings)]
    return [*figures, 100 * timed.hits]


_SURE = ("answerable: p10", "median", "p90", "mean", "never stored: p10", "median", "p90", "mean", "area under curve")


def _sureness(known: Sequence[float], unknown: Sequence[float]) -> List[object]:
    wins = sum((one > other) + 0.5 * (one == other) for one in known for other in unknown)
    figures: List[object] = []
    for some in (known, unknown):
        figures += [percentile(some, share) for share in (0.1, 0.5, 0.9)] + [sum(some) / len(some)]
    return [*figures, wins / (len(known) * len(unknown))]


_Result = TypeVar("_Result")


def _cost(call: Callable[[], _Result]) -> Tuple[_Result, Cost]:
    before = _an_addition()
    start, work = time.perf_counter(), time.thread_time()
    result = call()
    real, work = time.perf_counter() - start, time.thread_time() - work
    return result, Cost(real, work * 2 * _IDLE_NS / (before + _an_addition()))


def _an_addition() -> float:
    """Return the nanoseconds of the processor that one addition takes now."""
    start, total = time.thread_time(), 0
    for number in range(_ADDITIONS):
        total += number & 7
    return (time.thread_time() - start) / _ADDITIONS * 1e9


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
        batches = [contents[at : at + BATCH] for at in range(0, len(contents), BATCH)]
        costs = [_cost(partial(_encode, scope, _BRAIN, batch))[1] for batch in batches]
        count = len(contents)
        yield scope, Rate(count / sum(one.real for one in costs), count / sum(one.idle for one in costs))


def _encode(scope: Scope, brain_id: str, contents: Sequence[str]) -> List[str]:
    texts = [prepare(scope, {"content": content}) for content in contents]
    done = scope.store.write(lambda writer: encode(writer, scope, brains.require(writer, scope, brain_id), texts))
    return [one["fiber_id"] for one in done]


def _ask(scope: Scope, brain_id: str, text: str) -> Any:
    with scope.read() as reader:
        return asking.ask(reader, scope, brains.require(reader, scope, brain_id), {"query": text}).result


def _some(known: Sequence[Fact]) -> Sequence[Fact]:
    return known[:: max(1, len(known) // QUESTIONS)][:QUESTIONS]


def _sentences(known: Sequence[Fact]) -> List[str]:
    return [fact.sentence for fact in known]


def _asked(scope: Scope, known: Sequence[Fact]) -> Timed:
    timed = Timed([], [], 0.0, [])
    hits = 0
    for fact in _some(known):
        body: Any = {"query": question(fact)}
        told, cost = _cost(partial(_answer, scope, body))
        _, after = _cost(partial(_leave_a_trace, scope, body, told))
        timed.asked.append(cost)
        timed.with_trace.append(Cost(cost.real + after.real, cost.idle + after.idle))
        timed.confidences.append(told.result["confidence"])
        hits += fact.sentence in told.result["context"]
    return timed._replace(hits=hits / len(timed.asked))


def _answer(scope: Scope, body: Any) -> Told:
    with scope.read() as reader:
        return asking.ask(reader, scope, brains.require(reader, scope, _BRAIN), body)


def _leave_a_trace(scope: Scope, body: Any, told: Told) -> None:
    if asking.leaves_a_trace(body, told):
        scope.store.write(
            lambda writer: asking.leave_a_trace(writer, scope, brains.require(writer, scope, _BRAIN), body, told)
        )


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
    with _filled(_sentences(known)) as (scope, rate):
        ours = 1000 * percentile([one.real for one in _asked(scope, known).asked], 0.5)
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
        for fact in _some(known):
            start = time.perf_counter()
            await pipeline.query(question(fact))
            taken.append((time.perf_counter() - start) * 1000)
        await storage.close()
    return rate, percentile(taken, 0.5)
